//===- HostTensor.cpp - constants known during import -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Views of constants: one copy loop stands behind transposes, slices and
// broadcasts, and a splat stays one through all of them.
//
//===----------------------------------------------------------------------===//

#include "HostTensor.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace mlir;
using namespace mlir::lf::importer;

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
    storeInteger(ElementKind::I64, bytes.data(), index, value);
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
  return loadInteger(elementKind, data.data(), splatted ? 0 : i);
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

/// Appends the elements of a strided view to `target`.
template <typename T>
static void copyStrided(const char *source, char *&target,
                        ArrayRef<int64_t> shape, ArrayRef<int64_t> strides,
                        int64_t offset) {
  if (shape.empty()) {
    std::memcpy(target, source + offset * sizeof(T), sizeof(T));
    target += sizeof(T);
    return;
  }
  // The innermost loop stands alone, so that it is one.
  if (shape.size() == 1) {
    for (int64_t i = 0; i < shape[0]; ++i, offset += strides[0]) {
      std::memcpy(target, source + offset * sizeof(T), sizeof(T));
      target += sizeof(T);
    }
    return;
  }
  for (int64_t i = 0; i < shape[0]; ++i, offset += strides[0])
    copyStrided<T>(source, target, shape.drop_front(), strides.drop_front(),
                   offset);
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
