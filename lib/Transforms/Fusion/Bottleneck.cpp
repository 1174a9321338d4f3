//===- Bottleneck.cpp - an inverted residual and its layers ------*- C++
//-*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes the formula of lf.bottleneck out:
//
//   %y = lf.bottleneck %x expand(%we) depthwise(%wd) project(%wp)
//       pads [1, 1, 1, 1] activations relu6, relu6, none residual
//
// becomes
//
//   %e = lf.conv2d %x, %we activation relu6
//   %d = lf.depthwise_conv2d %e, %wd pads [1, 1, 1, 1] activation relu6
//   %p = lf.conv2d %d, %wp
//   %y = arith.addf %x, %p
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Transforms/Layers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::lf;

/// A 1x1 convolution.
static Value createPointwise(OpBuilder &builder, Location loc, Value input,
                             Value filter, Value bias,
                             ActivationAttr activation) {
  const int64_t ones[] = {1, 1}, zeros[] = {0, 0, 0, 0};
  return Conv2DOp::create(builder, loc, input, filter, bias, ones, zeros, ones,
                          /*groups=*/1, activation);
}

Value lf::expandBottleneck(RewriterBase &rewriter, BottleneckOp op) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  Location loc = op.getLoc();
  Value expanded =
      createPointwise(rewriter, loc, op.getInput(), op.getExpand(),
                      op.getExpandBias(), op.getExpandActivation());
  const int64_t ones[] = {1, 1};
  Value filtered = DepthwiseConv2DOp::create(
      rewriter, loc, expanded, op.getDepthwise(), op.getDepthwiseBias(),
      op.getStrides(), op.getPads(), ones, op.getDepthwiseActivation());
  Value result =
      createPointwise(rewriter, loc, filtered, op.getProject(),
                      op.getProjectBias(), op.getProjectActivation());
  if (op.getResidual())
    result = arith::AddFOp::create(rewriter, loc, op.getInput(), result);
  rewriter.replaceOp(op, result);
  return result;
}
