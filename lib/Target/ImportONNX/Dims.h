//===- Dims.h - shapes and permutations of dimensions -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic on lists of extents and on orders of dimensions.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_IMPORTONNX_DIMS_H
#define LAYERFUSION_LIB_TARGET_IMPORTONNX_DIMS_H

#include "mlir/Support/LLVM.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mlir::lf::importer {

/// Extents of a tensor, or a permutation of its dimensions.
using Dims = llvm::SmallVector<int64_t, 4>;

/// The number of elements; none if it does not fit or a dimension is negative.
std::optional<int64_t> elementCount(llvm::ArrayRef<int64_t> shape);
/// Row-major strides, in elements.
Dims rowMajorStrides(llvm::ArrayRef<int64_t> shape);
/// "2x3x4", or "scalar".
std::string shapeString(llvm::ArrayRef<int64_t> shape);
/// 0, 1, …, rank - 1.
Dims identityPerm(int64_t rank);
bool isIdentity(llvm::ArrayRef<int64_t> perm);
Dims inversePerm(llvm::ArrayRef<int64_t> perm);
/// result[i] = dims[perm[i]].
Dims permuted(llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> perm);
/// True if the dimensions other than 1 keep their order under `perm`.
bool movesOnlyUnits(llvm::ArrayRef<int64_t> shape,
                    llvm::ArrayRef<int64_t> perm);

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_DIMS_H
