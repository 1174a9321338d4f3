//===- HostTensor.cpp - constants known during import -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Typed access to the bytes of a constant, and the one copy loop behind
// transposes, slices and broadcasts.
//
//===----------------------------------------------------------------------===//

#include "HostTensor.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

using namespace mlir;
using namespace mlir::lf::importer;

//===----------------------------------------------------------------------===//
// Element types
//===----------------------------------------------------------------------===//

namespace {
struct KindInfo {
  int32_t onnx;
  llvm::StringLiteral name;
  uint8_t bytes;
};
} // namespace

/// In the order of ElementKind.
static constexpr KindInfo kindInfos[] = {
    {9, "bool", 1},     {3, "int8", 1},      {2, "uint8", 1},
    {5, "int16", 2},    {4, "uint16", 2},    {6, "int32", 4},
    {12, "uint32", 4},  {7, "int64", 8},     {13, "uint64", 8},
    {10, "float16", 2}, {16, "bfloat16", 2}, {1, "float32", 4},
    {11, "float64", 8},
};

static const KindInfo &info(ElementKind kind) {
  return kindInfos[static_cast<uint8_t>(kind)];
}

StringRef lf::importer::toString(ElementKind kind) { return info(kind).name; }

size_t lf::importer::byteSize(ElementKind kind) { return info(kind).bytes; }

std::optional<ElementKind> lf::importer::elementKindFromONNX(int32_t dataType) {
  for (auto [index, entry] : llvm::enumerate(kindInfos))
    if (entry.onnx == dataType)
      return static_cast<ElementKind>(index);
  return std::nullopt;
}

std::string lf::importer::onnxTypeName(int32_t dataType) {
  if (std::optional<ElementKind> kind = elementKindFromONNX(dataType))
    return toString(*kind).str();
  switch (dataType) {
  case 0:
    return "undefined";
  case 8:
    return "string";
  case 14:
    return "complex64";
  case 15:
    return "complex128";
  case 17:
    return "float8e4m3fn";
  case 18:
    return "float8e4m3fnuz";
  case 19:
    return "float8e5m2";
  case 20:
    return "float8e5m2fnuz";
  case 21:
    return "uint4";
  case 22:
    return "int4";
  case 23:
    return "float4e2m1";
  default:
    return "number " + std::to_string(dataType);
  }
}

bool lf::importer::isFloat(ElementKind kind) {
  return kind >= ElementKind::F16;
}

bool lf::importer::isUnsigned(ElementKind kind) {
  return kind == ElementKind::Bool || kind == ElementKind::U8 ||
         kind == ElementKind::U16 || kind == ElementKind::U32 ||
         kind == ElementKind::U64;
}

Type lf::importer::toMLIRType(ElementKind kind, MLIRContext *context) {
  switch (kind) {
  case ElementKind::Bool:
    return IntegerType::get(context, 1);
  case ElementKind::F16:
    return Float16Type::get(context);
  case ElementKind::BF16:
    return BFloat16Type::get(context);
  case ElementKind::F32:
    return Float32Type::get(context);
  case ElementKind::F64:
    return Float64Type::get(context);
  default:
    return IntegerType::get(context, 8 * byteSize(kind));
  }
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

std::optional<int64_t> lf::importer::elementCount(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  bool empty = false;
  for (int64_t dim : shape) {
    if (dim < 0)
      return std::nullopt;
    if (dim == 0)
      empty = true;
    else if (llvm::MulOverflow(count, dim, count))
      return std::nullopt;
  }
  return empty ? 0 : count;
}

Dims lf::importer::rowMajorStrides(ArrayRef<int64_t> shape) {
  Dims strides(shape.size(), 1);
  for (int64_t i = static_cast<int64_t>(shape.size()) - 2; i >= 0; --i)
    strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

std::string lf::importer::shapeString(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  return llvm::join(
      llvm::map_range(shape, [](int64_t dim) { return std::to_string(dim); }),
      "x");
}

std::string lf::importer::numberString(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", number);
  return text;
}

Dims lf::importer::identityPerm(int64_t rank) {
  Dims perm(rank);
  std::iota(perm.begin(), perm.end(), 0);
  return perm;
}

bool lf::importer::isIdentity(ArrayRef<int64_t> perm) {
  for (auto [index, dim] : llvm::enumerate(perm))
    if (static_cast<int64_t>(index) != dim)
      return false;
  return true;
}

Dims lf::importer::inversePerm(ArrayRef<int64_t> perm) {
  Dims inverse(perm.size());
  for (auto [index, dim] : llvm::enumerate(perm))
    inverse[dim] = index;
  return inverse;
}

Dims lf::importer::permuted(ArrayRef<int64_t> dims, ArrayRef<int64_t> perm) {
  Dims result;
  for (int64_t dim : perm)
    result.push_back(dims[dim]);
  return result;
}

bool lf::importer::movesOnlyUnits(ArrayRef<int64_t> shape,
                                  ArrayRef<int64_t> perm) {
  int64_t last = -1;
  for (int64_t dim : perm) {
    if (shape[dim] == 1)
      continue;
    if (dim < last)
      return false;
    last = dim;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

template <typename T> static T load(const char *buffer, int64_t i) {
  T value;
  std::memcpy(&value, buffer + i * sizeof(T), sizeof(T));
  return value;
}

template <typename T> static void store(char *buffer, int64_t i, T value) {
  std::memcpy(buffer + i * sizeof(T), &value, sizeof(T));
}

/// Runs `fn` with a zero of the C++ type of `kind`; not for 16-bit floats.
template <typename Fn> static auto dispatch(ElementKind kind, Fn fn) {
  switch (kind) {
  case ElementKind::I8:
    return fn(int8_t());
  case ElementKind::I16:
    return fn(int16_t());
  case ElementKind::U16:
    return fn(uint16_t());
  case ElementKind::I32:
    return fn(int32_t());
  case ElementKind::U32:
    return fn(uint32_t());
  case ElementKind::I64:
    return fn(int64_t());
  case ElementKind::U64:
    return fn(uint64_t());
  case ElementKind::F32:
    return fn(float());
  case ElementKind::F64:
    return fn(double());
  default:
    return fn(uint8_t());
  }
}

/// Runs `fn` with a zero as wide as `kind`, to move elements unread.
template <typename Fn> static void dispatchSize(ElementKind kind, Fn fn) {
  switch (byteSize(kind)) {
  case 1:
    return fn(uint8_t());
  case 2:
    return fn(uint16_t());
  case 4:
    return fn(uint32_t());
  default:
    return fn(uint64_t());
  }
}

static const llvm::fltSemantics *halfSemantics(ElementKind kind) {
  if (kind == ElementKind::F16)
    return &llvm::APFloat::IEEEhalf();
  if (kind == ElementKind::BF16)
    return &llvm::APFloat::BFloat();
  return nullptr;
}

static double loadNumber(ElementKind kind, const char *buffer, int64_t i) {
  if (const llvm::fltSemantics *semantics = halfSemantics(kind)) {
    llvm::APFloat value(*semantics, llvm::APInt(16, load<uint16_t>(buffer, i)));
    bool losesInfo;
    value.convert(llvm::APFloat::IEEEdouble(),
                  llvm::APFloat::rmNearestTiesToEven, &losesInfo);
    return value.convertToDouble();
  }
  return dispatch(kind, [&](auto zero) {
    return static_cast<double>(load<decltype(zero)>(buffer, i));
  });
}

/// Out of range and NaN go to the nearest limit and 0: C++ leaves them open.
static int64_t toInteger(double value) {
  if (std::isnan(value))
    return 0;
  if (value >= 9.2233720368547758e18)
    return std::numeric_limits<int64_t>::max();
  if (value <= -9.2233720368547758e18)
    return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(value);
}

void lf::importer::storeNumber(ElementKind kind, char *buffer, int64_t i,
                               double value) {
  if (const llvm::fltSemantics *semantics = halfSemantics(kind)) {
    llvm::APFloat half(value);
    bool losesInfo;
    half.convert(*semantics, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
    store<uint16_t>(buffer, i, half.bitcastToAPInt().getZExtValue());
  } else if (kind == ElementKind::F32) {
    store<float>(buffer, i, value);
  } else if (kind == ElementKind::F64) {
    store<double>(buffer, i, value);
  } else if (kind == ElementKind::Bool) {
    store<uint8_t>(buffer, i, value != 0);
  } else {
    storeInteger(kind, buffer, i, toInteger(value));
  }
}

void lf::importer::storeInteger(ElementKind kind, char *buffer, int64_t i,
                                int64_t value) {
  if (isFloat(kind))
    return storeNumber(kind, buffer, i, value);
  if (kind == ElementKind::Bool)
    return store<uint8_t>(buffer, i, value != 0);
  dispatch(kind, [&](auto zero) {
    store(buffer, i, static_cast<decltype(zero)>(value));
  });
}

//===----------------------------------------------------------------------===//
// HostTensor
//===----------------------------------------------------------------------===//

HostTensor::HostTensor(ElementKind kind, ArrayRef<int64_t> shape)
    : elementKind(kind), extents(shape),
      count(elementCount(shape).value_or(0)) {}

HostTensor::HostTensor(ElementKind kind, ArrayRef<int64_t> shape,
                       std::vector<char> bytes)
    : HostTensor(kind, shape) {
  owner = std::make_shared<const std::vector<char>>(std::move(bytes));
  data = ArrayRef<char>(owner->data(), owner->size());
  splatted = count > 0 && data.size() == byteSize(kind);
}

HostTensor HostTensor::borrowed(ElementKind kind, ArrayRef<int64_t> shape,
                                ArrayRef<char> bytes) {
  HostTensor result(kind, shape);
  result.data = bytes;
  result.splatted = result.count == 1;
  return result;
}

HostTensor HostTensor::splat(ElementKind kind, ArrayRef<int64_t> shape,
                             double value) {
  std::vector<char> bytes(byteSize(kind));
  storeNumber(kind, bytes.data(), 0, value);
  return HostTensor(kind, shape, std::move(bytes));
}

HostTensor HostTensor::ints(ArrayRef<int64_t> values) {
  std::vector<char> bytes(values.size() * sizeof(int64_t));
  for (auto [index, value] : llvm::enumerate(values))
    store<int64_t>(bytes.data(), index, value);
  return HostTensor(ElementKind::I64, static_cast<int64_t>(values.size()),
                    std::move(bytes));
}

HostTensor HostTensor::scalar(int64_t value) {
  return ints(value).reshaped({});
}

double HostTensor::number(int64_t i) const {
  return loadNumber(elementKind, data.data(), splatted ? 0 : i);
}

int64_t HostTensor::integer(int64_t i) const {
  i = splatted ? 0 : i;
  if (isFloat(elementKind))
    return toInteger(loadNumber(elementKind, data.data(), i));
  return dispatch(elementKind, [&](auto zero) {
    return static_cast<int64_t>(load<decltype(zero)>(data.data(), i));
  });
}

Dims HostTensor::integers() const {
  Dims result;
  result.reserve(count);
  for (int64_t i = 0; i < count; ++i)
    result.push_back(integer(i));
  return result;
}

std::vector<float> HostTensor::floats() const {
  std::vector<float> result(count);
  if (elementKind == ElementKind::F32 && !splatted) {
    if (count)
      std::memcpy(result.data(), data.data(), data.size());
    return result;
  }
  for (int64_t i = 0; i < count; ++i)
    result[i] = number(i);
  return result;
}

HostTensor HostTensor::reshaped(ArrayRef<int64_t> shape) const {
  HostTensor result = *this;
  result.extents.assign(shape.begin(), shape.end());
  return result;
}

/// Copies rows of a strided view; `depth` is the dimension looped over.
template <typename T>
static void copyStrided(const char *source, char *&target,
                        ArrayRef<int64_t> shape, ArrayRef<int64_t> strides,
                        int64_t offset) {
  if (shape.empty()) {
    store(target, 0, load<T>(source, offset));
    target += sizeof(T);
    return;
  }
  for (int64_t i = 0; i < shape[0]; ++i, offset += strides[0]) {
    if (shape.size() == 1) {
      store(target, 0, load<T>(source, offset));
      target += sizeof(T);
    } else {
      copyStrided<T>(source, target, shape.drop_front(), strides.drop_front(),
                     offset);
    }
  }
}

HostTensor HostTensor::strided(ArrayRef<int64_t> shape,
                               ArrayRef<int64_t> strides,
                               int64_t offset) const {
  std::optional<int64_t> size = elementCount(shape);
  if (splatted && size && *size > 0)
    return HostTensor(elementKind, shape, std::vector<char>(data));
  std::vector<char> bytes(size.value_or(0) * byteSize(elementKind));
  char *target = bytes.data();
  if (!bytes.empty())
    dispatchSize(elementKind, [&](auto zero) {
      copyStrided<decltype(zero)>(data.data(), target, shape, strides, offset);
    });
  return HostTensor(elementKind, shape, std::move(bytes));
}

HostTensor HostTensor::transposed(ArrayRef<int64_t> perm) const {
  if (movesOnlyUnits(extents, perm))
    return reshaped(permuted(extents, perm));
  return strided(permuted(extents, perm),
                 permuted(rowMajorStrides(extents), perm), 0);
}

HostTensor HostTensor::broadcastTo(ArrayRef<int64_t> shape) const {
  if (ArrayRef<int64_t>(extents) == shape)
    return *this;
  Dims strides(shape.size(), 0), own = rowMajorStrides(extents);
  int64_t offset = static_cast<int64_t>(shape.size()) - rank();
  for (int64_t i = 0; i < rank(); ++i)
    if (extents[i] != 1)
      strides[offset + i] = own[i];
  return strided(shape, strides, 0);
}

HostTensor HostTensor::cast(ElementKind kind) const {
  if (kind == elementKind)
    return *this;
  int64_t stored = splatted ? 1 : count;
  std::vector<char> bytes(stored * byteSize(kind));
  for (int64_t i = 0; i < stored; ++i) {
    if (isFloat(elementKind))
      storeNumber(kind, bytes.data(), i, number(i));
    else
      storeInteger(kind, bytes.data(), i, integer(i));
  }
  return HostTensor(kind, extents, std::move(bytes));
}
