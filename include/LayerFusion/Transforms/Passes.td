//===- Passes.td - passes from lf to lf ---------------------*- tablegen -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TRANSFORMS_PASSES_TD
#define LAYERFUSION_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Simplify
//===----------------------------------------------------------------------===//

def SimplifyPass : Pass<"lf-simplify"> {
  let summary = "fold what stands around a layer into its weights and attributes";
  let description = [{
    Makes of each layer and what an exporter wrote around it one op: batch norm,
    bias and scale go into filter and bias, activations and paddings into
    attributes. What the function computes stays the same but for rounding;
    weights are calculated in double and rounded once a fold.

    Layers are `lf.conv2d`, `lf.depthwise_conv2d` and, for the arithmetic,
    `linalg.matmul`; in f32 where weights change, with constant filters. Reshapes
    that keep the last dimension may stand between arithmetic and layer.

    1. Arithmetic that is an activation becomes `lf.activate`: maxima and minima
       with a number, `x * sigmoid(x)`, hard sigmoid and hard swish in their
       parts. Transposes, reshapes and paddings that cancel go.
    2. Then, until nothing changes:
       - After a layer without activation: sums, differences, products and
         quotients with a number a channel (a splat, or a `linalg.broadcast` of
         a vector) go into filter and bias, a run of them at once, as long as
         nobody else reads the values between. A vector that is not constant
         can still become the bias.
       - Before a layer: the same, if all readers of the value are layers that
         take it, so that the arithmetic vanishes (a batch norm shared by
         several layers is folded into each). Sums and differences stay where
         the layer's window covers its padding: zeros there are added after.
       - `lf.activate` goes into the layer before it, if nobody else reads the
         layer's result.
       - `tensor.pad` of rows and columns with zeros goes into the pads of each
         layer that reads it.
    3. What upstream ops make of activations without weights becomes a layer:
       `linalg.pooling_nhwc_max` and `_sum` and the `tensor.pad` before them
       `lf.pool2d`, a `linalg.reduce` over rows and columns `lf.global_pool`, a
       product with a number for each image and channel that is not constant
       (`linalg.broadcast` along rows and columns) `lf.scale`.

    Left alone: activations and arithmetic after a sum of two values (a residual)
    or a concatenation; division by zero, by and with numbers that are not
    finite, and folds that would make a weight so; batch norm whose parameters
    are computed; one layer whose bare result has several readers.

    Afterwards a layer of one use is followed by no foldable arithmetic and no
    activation unless it has one already. Layers that shared weights share those
    that did not change; constants that nobody reads are gone.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect", "::mlir::lf::LFDialect"
  ];
}

#endif // LAYERFUSION_TRANSFORMS_PASSES_TD
