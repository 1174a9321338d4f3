//===- Reductions.h - sums and extremes along dimensions --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the reductions, the normalizations, Softmax and global pooling have in
// common: a linalg.reduce in whichever layout the value is stored, and the way
// back to the full shape.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_IMPORTONNX_REDUCTIONS_H
#define LAYERFUSION_LIB_TARGET_IMPORTONNX_REDUCTIONS_H

#include "NodeContext.h"

namespace mlir::lf::importer {

/// How the elements are combined; magnitudes and squares are summed.
enum class Reduction { Sum, Product, Maximum, Minimum, Magnitudes, Squares };

/// Combines the elements of a stored value along the stored dimensions `dims`
/// (ascending), which vanish.
Value reduceStored(Emitter &emit, Value stored, llvm::ArrayRef<int64_t> dims,
                   Reduction reduction, ElementKind kind);
/// The sum divided by the number of its terms.
Value meanStored(Emitter &emit, Value stored, llvm::ArrayRef<int64_t> dims);
/// Repeats a stored value along new dimensions `dims` (ascending), so that it
/// gets the shape of `like`.
Value broadcastStored(Emitter &emit, Value stored, Value like,
                      llvm::ArrayRef<int64_t> dims);

/// The places, ascending, at which dimensions `axes` of ONNX order are stored.
Dims storedDims(llvm::ArrayRef<int64_t> perm, llvm::ArrayRef<int64_t> axes);
/// `value`, stored in the order `perm` but without the dimensions `axes`, as a
/// result of shape `shape` that has them as 1 (`keep`), or not at all.
Tensor withoutAxes(Emitter &emit, Value value, ElementKind kind,
                   llvm::ArrayRef<int64_t> perm, llvm::ArrayRef<int64_t> axes,
                   bool keep);

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_REDUCTIONS_H
