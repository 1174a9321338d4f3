//===- Indexed.h - results read from computed places ------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gather, Pad by reflection and reversed slices have in common that each
// element of the result is one of the source's, at a place that a formula
// gives.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_IMPORTONNX_INDEXED_H
#define LAYERFUSION_LIB_TARGET_IMPORTONNX_INDEXED_H

#include "Emitter.h"

#include "mlir/IR/ValueRange.h"

namespace mlir::lf::importer {

/// Makes a place in the source from a place in the result, both as `index`
/// values in ONNX order.
using EmitPlaceFn = llvm::function_ref<llvm::SmallVector<Value>(
    OpBuilder &, Location, ValueRange)>;

/// result[i] = source[place(i)]: `shape` in ONNX order, stored as `perm` says.
/// Places must be within the source.
Tensor emitIndexed(Emitter &emit, const Tensor &source,
                   llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> perm,
                   EmitPlaceFn place);

/// The same on constants: writes the place for result place `i` to `place`.
using PlaceFn =
    llvm::function_ref<void(llvm::ArrayRef<int64_t> i, Dims &place)>;
HostTensor foldIndexed(const HostTensor &source, llvm::ArrayRef<int64_t> shape,
                       PlaceFn place);

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_INDEXED_H
