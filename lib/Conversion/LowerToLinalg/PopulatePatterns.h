//===- PopulatePatterns.h - the parts of the lowering -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_CONVERSION_LOWERTOLINALG_POPULATEPATTERNS_H
#define LAYERFUSION_CONVERSION_LOWERTOLINALG_POPULATEPATTERNS_H

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::lf {

/// lf.conv2d and lf.depthwise_conv2d.
void populateConvPatterns(RewritePatternSet &patterns);

/// lf.activate.
void populateActivationPatterns(RewritePatternSet &patterns);

/// lf.bottleneck.
void populateBottleneckPatterns(RewritePatternSet &patterns);

/// lf.fused_block, and lf.pool2d, lf.global_pool, lf.add and lf.scale.
void populateBlockPatterns(RewritePatternSet &patterns);

/// lf.tile, on buffers.
void populateTilePatterns(RewritePatternSet &patterns);

/// `input` with `pads` (top, left, bottom, right) rows and columns of `value`
/// around it.
Value padInput(OpBuilder &builder, Location loc, Value input,
               ArrayRef<int64_t> pads, TypedAttr value);

/// The activation of each element of the tensor `value`.
Value applyActivation(OpBuilder &builder, Location loc,
                      ActivationAttr activation, Value value);

} // namespace mlir::lf

#endif // LAYERFUSION_CONVERSION_LOWERTOLINALG_POPULATEPATTERNS_H
