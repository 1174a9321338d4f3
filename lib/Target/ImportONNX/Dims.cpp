//===- Dims.cpp - shapes and permutations of dimensions ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every product is checked: extents come from a file.
//
//===----------------------------------------------------------------------===//

#include "Dims.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace mlir::lf::importer;

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
