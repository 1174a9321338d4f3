//===- Element.cpp - element types of ONNX ----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One table of the types, and conversions between them.
//
//===----------------------------------------------------------------------===//

#include "Element.h"

#include "mlir/IR/BuiltinTypes.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <cstring>
#include <limits>

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

static const llvm::fltSemantics *halfSemantics(ElementKind kind) {
  if (kind == ElementKind::F16)
    return &llvm::APFloat::IEEEhalf();
  if (kind == ElementKind::BF16)
    return &llvm::APFloat::BFloat();
  return nullptr;
}

double lf::importer::loadNumber(ElementKind kind, const char *buffer,
                                int64_t i) {
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

int64_t lf::importer::loadInteger(ElementKind kind, const char *buffer,
                                  int64_t i) {
  if (isFloat(kind))
    return toInteger(loadNumber(kind, buffer, i));
  return dispatch(kind, [&](auto zero) {
    return static_cast<int64_t>(load<decltype(zero)>(buffer, i));
  });
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

std::string lf::importer::numberString(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", number);
  return text;
}
