//===- TileOperands.h - what ops on tiles have in common --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rules of lf.tile and the lf.winograd ops that are the same.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_DIALECT_LF_TILEOPERANDS_H
#define LAYERFUSION_LIB_DIALECT_LF_TILEOPERANDS_H

#include "LayerFusion/Dialect/LF/LF.h"

namespace mlir::lf {

/// `operand` is a memref of `element`s, contiguous along the last dimension, of
/// static shape. If `isRows`, it is rows x width x channels, of which the
/// number of rows may be dynamic.
LogicalResult verifyTileOperand(Operation *op, Value operand, Type element,
                                bool isRows);

/// `epilogue` is empty or a scalar function of a result and of each side.
LogicalResult verifyEpilogue(Operation *op, Region &epilogue, size_t sides,
                             Type element);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_DIALECT_LF_TILEOPERANDS_H
