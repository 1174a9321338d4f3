//===- Bottleneck.cpp - an inverted residual and its layers -----*- C++ -*-===//
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
// and makes an lf.bottleneck of a block that holds just these.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Transforms/Layers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

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

//===----------------------------------------------------------------------===//
// And back
//===----------------------------------------------------------------------===//

/// Whether `conv` only mixes channels: what expands and projects.
static bool isPlainPointwise(Conv2DOp conv) {
  Window window = conv.getWindow();
  return conv.getGroups() == 1 && window.isPointwise() &&
         window.strides == std::array<int64_t, 2>{1, 1};
}

namespace {
/// The layers of an inverted residual.
struct InvertedResidual {
  Conv2DOp expand;
  DepthwiseConv2DOp depthwise;
  Conv2DOp project;
  /// None without a residual.
  AddOp add;
};
} // namespace

/// The layers of `block`, if they are an inverted residual and nothing else.
static FailureOr<InvertedResidual> getInvertedResidual(FusedBlockOp block) {
  SmallVector<LayerOpInterface> layers = block.getLayers();
  if (layers.size() < 3 || layers.size() > 4 || !block.getPools().empty() ||
      block.getYield().getValues().size() != 1)
    return failure();
  InvertedResidual found;
  found.expand = dyn_cast<Conv2DOp>(*layers[0]);
  found.depthwise = dyn_cast<DepthwiseConv2DOp>(*layers[1]);
  found.project = dyn_cast<Conv2DOp>(*layers[2]);
  if (!found.expand || !found.depthwise || !found.project ||
      !isPlainPointwise(found.expand) || !isPlainPointwise(found.project) ||
      found.depthwise.getDilations() != ArrayRef<int64_t>{1, 1})
    return failure();
  if (layers.size() == 3)
    return found;
  found.add = dyn_cast<AddOp>(*layers[3]);
  if (!found.add || !found.add.getActivation().isNone() ||
      found.add.getOther() != found.expand.getInput())
    return failure();
  return found;
}

FailureOr<BottleneckOp> lf::raiseBottleneck(RewriterBase &rewriter,
                                            FusedBlockOp block) {
  FailureOr<InvertedResidual> layers = getInvertedResidual(block);
  // An lf.bottleneck has no schedule to keep.
  if (failed(layers) || block.getScheduleAttr() || !block.hasTensors())
    return failure();
  auto getOperand = [&](Value argument) -> Value {
    if (!argument)
      return {};
    return block.getInputs()[cast<BlockArgument>(argument).getArgNumber()];
  };
  auto &[expand, depthwise, project, add] = *layers;
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(block);
  SmallVector<Value> outputs(block.getOutputs());
  auto bottleneck = BottleneckOp::create(
      rewriter, block.getLoc(), getOperand(expand.getInput()),
      getOperand(expand.getFilter()), getOperand(expand.getBias()),
      getOperand(depthwise.getFilter()), getOperand(depthwise.getBias()),
      getOperand(project.getFilter()), getOperand(project.getBias()),
      depthwise.getStrides(), depthwise.getPads(), expand.getActivation(),
      depthwise.getActivation(), project.getActivation(),
      /*residual=*/static_cast<bool>(add));
  rewriter.replaceOp(block, bottleneck);
  for (Value output : outputs)
    if (Operation *maker = output.getDefiningOp())
      if (isOpTriviallyDead(maker))
        rewriter.eraseOp(maker);
  return bottleneck;
}
