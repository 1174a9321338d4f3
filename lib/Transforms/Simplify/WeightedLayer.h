//===- WeightedLayer.h - a layer as its weights see it --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One view of lf.conv2d, lf.depthwise_conv2d and linalg.matmul for arithmetic
// on their weights. Each computes, before its activation,
//
//   y[.., f] = bias[f] + sum over t, c of x[.., g * CG + c] * filter[t, c, f]
//
// with the taps t of the window, CG input channels a group, and g the group of
// output channel f. A depthwise convolution has a group a channel, a matrix
// product one tap and one group.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TRANSFORMS_SIMPLIFY_WEIGHTEDLAYER_H
#define LAYERFUSION_TRANSFORMS_SIMPLIFY_WEIGHTEDLAYER_H

#include "LayerFusion/Dialect/LF/Constants.h"

#include "mlir/IR/PatternMatch.h"

#include <optional>
#include <vector>

namespace mlir::lf {

class WeightedLayer {
public:
  /// `op` as such a layer on f32; none if it is no such layer.
  static std::optional<WeightedLayer> get(Operation *op);

  Operation *getOperation() const { return op; }
  Value getResult() const { return op->getResult(0); }
  /// The operand that the layer is applied to.
  OpOperand &getInput() const { return op->getOpOperand(0); }
  int64_t getNumInputs() const { return groupInputs * groups; }
  int64_t getNumOutputs() const { return outputs; }

  bool hasActivation() const;
  /// Whether some window covers zeros beside the input.
  bool readsPadding() const;
  bool hasBias() const;

  /// The bias, zeros if there is none; nothing if it is not constant.
  std::optional<std::vector<double>> getBias() const;

  /// filter[t, c, f] * scale[c] * outputScale[f], rounded once. An empty scale
  /// is ones. Nothing if the filter is not constant or a product not finite.
  std::optional<std::vector<float>>
  scaleFilter(ArrayRef<double> inputScale, ArrayRef<double> outputScale) const;

  /// What the layer (without bias) makes of an input that is `values[c]` all
  /// over channel c, padding included. Nothing if the filter is not constant.
  std::optional<std::vector<double>> apply(ArrayRef<double> values) const;

  /// Gives the layer another filter or bias, where there is one.
  void setWeights(RewriterBase &rewriter,
                  std::optional<std::vector<float>> filter,
                  std::optional<std::vector<float>> bias) const;

private:
  /// Calls `fn` with the index of a weight, its input and its output channel.
  template <typename Fn> void forEachWeight(Fn fn) const;

  void setBias(RewriterBase &rewriter, std::vector<float> &&bias) const;

  Operation *op = nullptr;
  int64_t taps = 1, groups = 1, groupInputs = 1, outputs = 1;
};

/// `values` rounded to f32; nothing if one of them is not finite then.
std::optional<std::vector<float>> roundFinite(ArrayRef<double> values);

} // namespace mlir::lf

#endif // LAYERFUSION_TRANSFORMS_SIMPLIFY_WEIGHTEDLAYER_H
