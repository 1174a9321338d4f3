//===- Layers.h - other ops as layers, and back -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before chains of layers are looked for, everything that can be a layer
// becomes one.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TRANSFORMS_LAYERS_H
#define LAYERFUSION_TRANSFORMS_LAYERS_H

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/IR/PatternMatch.h"

#include <optional>

namespace mlir::lf {

/// Replaces `op` by its layers: conv2d, depthwise_conv2d, conv2d and, with a
/// residual, an addition. Returns the value that took the place of the result.
Value expandBottleneck(RewriterBase &rewriter, BottleneckOp op);

/// Replaces `block` by an lf.bottleneck, if it holds an inverted residual and
/// nothing else, and has no schedule.
FailureOr<BottleneckOp> raiseBottleneck(RewriterBase &rewriter,
                                        FusedBlockOp block);

/// Of several lf.global_pools of one value and kind in `block`, keeps the
/// first.
void mergePools(RewriterBase &rewriter, Block &block);

/// Replaces each matrix product in `block` that starts from zeros or a bias by
/// a 1x1 convolution over an image of one row, with the activation after it.
void raiseMatmuls(RewriterBase &rewriter, Block &block);

/// What an lf.add was before it was raised.
struct RaisedAdd {
  /// Whether the layer's input was the right operand.
  bool swapped = false;
  Location loc;
  /// Of the lf.activate that it took in.
  std::optional<Location> activateLoc;
};
using RaisedAdds = llvm::DenseMap<Operation *, RaisedAdd>;

/// Replaces each sum in `block` of which a layer computes an operand by
/// lf.add, with the activation after it. Of two layers the one with more layers
/// before it makes the `input`.
RaisedAdds raiseAdds(RewriterBase &rewriter, Block &block);

/// Undoes that for those that still stand in `block`.
void restoreAdds(RewriterBase &rewriter, Block &block, const RaisedAdds &adds);

} // namespace mlir::lf

#endif // LAYERFUSION_TRANSFORMS_LAYERS_H
