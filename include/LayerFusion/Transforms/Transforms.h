//===- Transforms.h - what the passes are made of -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The knowledge behind the passes, for C++ clients and tests: what arithmetic
// does to each channel, and the patterns by subject.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TRANSFORMS_TRANSFORMS_H
#define LAYERFUSION_TRANSFORMS_TRANSFORMS_H

#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Value.h"

#include <optional>
#include <vector>

namespace mlir::lf {

/// `scale[c] * x + shift[c]` for each element x of channel c, which is the last
/// dimension of `input`.
struct ChannelAffine {
  Value input;
  std::vector<double> scale;
  std::vector<double> shift;

  bool hasScale() const;
  bool hasShift() const;

  /// The function that first does `inner` and then this; its input is inner's.
  ChannelAffine after(const ChannelAffine &inner) const;
};

/// The number that all elements of a constant have, of any float type: a splat
/// constant, or one that linalg.fill or linalg.broadcast spread.
std::optional<double> getUniformConstant(Value value);

/// A number for each of the `channels` that the last dimension of `value` has,
/// if `value` is constant (f32) and depends on nothing else: a splat, a
/// constant that linalg.broadcast repeats along the other dimensions, or one
/// spelled out.
std::optional<std::vector<double>> getChannelConstant(Value value,
                                                      int64_t channels);

/// `op` as a function of each channel, if it is addition, subtraction,
/// multiplication or division of an f32 tensor with such a constant (on either
/// side, except for a divisor), or negation. All numbers of the result are
/// finite: zero divisors, infinities and NaNs are not taken.
std::optional<ChannelAffine> getChannelAffine(Operation *op);

/// Arithmetic that is an activation in disguise ==> lf.activate: clamps from
/// maxima and minima, hard sigmoid, hard swish, SiLU. To be applied before
/// anything moves into layers, which would tear these apart.
void populateRaiseActivationsPatterns(RewritePatternSet &patterns);

/// Poolings, reductions over rows and columns, and products with a number a
/// channel that is not constant ==> lf.pool2d, lf.global_pool, lf.scale.
void populateRaiseLayersPatterns(RewritePatternSet &patterns);

/// Per-channel arithmetic before or after a layer (lf.conv2d,
/// lf.depthwise_conv2d, linalg.matmul) ==> its weights.
void populateFoldArithmeticPatterns(RewritePatternSet &patterns);

/// Transposes, reshapes and paddings that cancel or merge.
void populateCancelReshapesPatterns(RewritePatternSet &patterns);

} // namespace mlir::lf

#endif // LAYERFUSION_TRANSFORMS_TRANSFORMS_H
