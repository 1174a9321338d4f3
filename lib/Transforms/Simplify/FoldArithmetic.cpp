//===- FoldArithmetic.cpp - arithmetic into weights -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Batch norm, bias and scale become part of the layer before or after them.
// After a layer, with w and b its weights:
//
//   %0 = lf.conv2d %x, %w bias %b
//   %1 = arith.mulf %0, %s           ==>  %2 = lf.conv2d %x, %w' bias %b'
//   %2 = arith.addf %1, %t
//
//   w'[.., f] = w[.., f] * s[f]           b'[f] = b[f] * s[f] + t[f]
//
// Before a layer:
//
//   %0 = arith.mulf %x, %s
//   %1 = arith.addf %0, %t           ==>  %2 = lf.conv2d %x, %w' bias %b'
//   %2 = lf.conv2d %1, %w bias %b
//
//   w'[.., c, f] = w[.., c, f] * s[c]     b'[f] = b[f] + sum w[.., c, f] * t[c]
//
// The sum takes every tap to see t. That is not so where a window covers zeros
// beside the input, so there an addition stays; a product may go, zero times s
// being zero.
//
// Reshapes that keep the last dimension may stand between: they keep each
// element's channel.
//
//===----------------------------------------------------------------------===//

#include "WeightedLayer.h"

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Transforms/Transforms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::lf;

static ChannelAffine getIdentity(Value value, int64_t channels) {
  return {value, std::vector(channels, 1.0), std::vector(channels, 0.0)};
}

static bool hasConstantFilter(const WeightedLayer &layer) {
  return FloatConstant::get(layer.getOperation()->getOperand(1)).has_value();
}

/// Whether `op` is a reshape that keeps the last dimension.
static bool keepsChannels(Operation *op) {
  if (!isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return false;
  auto from = cast<RankedTensorType>(op->getOperand(0).getType());
  auto to = cast<RankedTensorType>(op->getResult(0).getType());
  return from.getRank() > 0 && to.getRank() > 0 &&
         from.getShape().back() == to.getShape().back();
}

//===----------------------------------------------------------------------===//
// After a layer
//===----------------------------------------------------------------------===//

namespace {
/// The arithmetic that follows a layer. It consists of runs, each a chain of
/// ops from one value to another, with reshapes between the runs.
struct FollowingArithmetic {
  struct Run {
    Value from, to;
  };
  ChannelAffine function;
  SmallVector<Run, 1> runs;
};
} // namespace

/// The longest arithmetic after `layer` that nobody else reads in the middle.
static FollowingArithmetic collectAfter(const WeightedLayer &layer) {
  Value value = layer.getResult(), from = value;
  FollowingArithmetic result;
  result.function = getIdentity(value, layer.getNumOutputs());
  bool canScale = hasConstantFilter(layer);
  while (value.hasOneUse()) {
    Operation *user = *value.user_begin();
    if (keepsChannels(user)) {
      value = from = user->getResult(0);
      continue;
    }
    std::optional<ChannelAffine> step = getChannelAffine(user);
    if (!step || step->input != value || (step->hasScale() && !canScale))
      break;
    result.function = step->after(result.function);
    value = user->getResult(0);
    if (result.runs.empty() || result.runs.back().from != from)
      result.runs.push_back({from, value});
    else
      result.runs.back().to = value;
  }
  return result;
}

namespace {

template <typename LayerOp>
struct FoldArithmeticAfter : OpRewritePattern<LayerOp> {
  using OpRewritePattern<LayerOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(LayerOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<WeightedLayer> layer = WeightedLayer::get(op);
    if (!layer || layer->hasActivation())
      return rewriter.notifyMatchFailure(op, "no f32 layer or activated");
    auto [function, runs] = collectAfter(*layer);
    if (runs.empty())
      return rewriter.notifyMatchFailure(op, "no arithmetic after it");
    std::optional<std::vector<double>> bias = layer->getBias();
    if (!bias)
      return rewriter.notifyMatchFailure(op, "its bias is not constant");

    std::optional<std::vector<float>> filter;
    if (function.hasScale()) {
      filter = layer->scaleFilter({}, function.scale);
      if (!filter)
        return rewriter.notifyMatchFailure(op, "scaled filter is not finite");
    }
    for (size_t f = 0; f < bias->size(); ++f)
      (*bias)[f] = (*bias)[f] * function.scale[f] + function.shift[f];
    std::optional<std::vector<float>> rounded = roundFinite(*bias);
    if (!rounded)
      return rewriter.notifyMatchFailure(op, "new bias is not finite");

    layer->setWeights(rewriter, std::move(filter), std::move(rounded));
    for (auto [from, to] : runs)
      rewriter.replaceOp(to.getDefiningOp(), from);
    return success();
  }
};

/// layer + broadcast of a vector ==> layer with that bias, for vectors that are
/// not constant.
template <typename LayerOp> struct TakeBias : OpRewritePattern<LayerOp> {
  using OpRewritePattern<LayerOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(LayerOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getBias() || !op.getActivation().isNone() || !op->hasOneUse())
      return rewriter.notifyMatchFailure(op, "biased, activated or shared");
    auto add = dyn_cast<arith::AddFOp>(*op->user_begin());
    if (!add)
      return rewriter.notifyMatchFailure(op, "no addition after it");
    Value other = add.getLhs() == op.getResult() ? add.getRhs() : add.getLhs();
    auto broadcast = other.getDefiningOp<linalg::BroadcastOp>();
    if (!broadcast || broadcast.getDimensions() != ArrayRef<int64_t>{0, 1, 2})
      return rewriter.notifyMatchFailure(op, "adds no number a channel");
    // The vector may be computed after the layer.
    rewriter.moveOpBefore(op, add);
    rewriter.modifyOpInPlace(
        op, [&]() { op.getBiasMutable().assign(broadcast.getInput()); });
    rewriter.replaceOp(add, op);
    return success();
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// Before a layer
//===----------------------------------------------------------------------===//

/// Whether `use` is the input of a layer that can do `step` by its weights.
static bool canTake(OpOperand &use, const ChannelAffine &step) {
  std::optional<WeightedLayer> layer = WeightedLayer::get(use.getOwner());
  if (!layer || &layer->getInput() != &use || !hasConstantFilter(*layer))
    return false;
  return !step.hasShift() || (!layer->readsPadding() && layer->getBias());
}

namespace {
/// The arithmetic that leads to a layer: leaving it out is to set operands, of
/// the layer and of reshapes before it, to values further back.
struct LeadingArithmetic {
  struct Bypass {
    OpOperand *use;
    Value value;
  };
  ChannelAffine function;
  SmallVector<Bypass, 1> bypasses;
};
} // namespace

/// The longest arithmetic before `layer` that vanishes when every layer that
/// reads its end takes it.
static LeadingArithmetic collectBefore(const WeightedLayer &layer) {
  OpOperand *use = &layer.getInput();
  Value value = use->get();
  LeadingArithmetic result;
  result.function = getIdentity(value, layer.getNumInputs());
  // A reshape is changed in place, which all would see that share it.
  bool isShared = !value.hasOneUse();
  while (Operation *op = value.getDefiningOp()) {
    if (keepsChannels(op) && value.hasOneUse() && !isShared) {
      use = &op->getOpOperand(0);
      value = use->get();
      continue;
    }
    std::optional<ChannelAffine> step = getChannelAffine(op);
    if (!step || !canTake(layer.getInput(), *step))
      break;
    auto takesStep = [&](OpOperand &other) { return canTake(other, *step); };
    if (value == layer.getInput().get()
            ? !llvm::all_of(value.getUses(), takesStep)
            : !value.hasOneUse())
      break;
    result.function = result.function.after(*step);
    value = step->input;
    if (result.bypasses.empty() || result.bypasses.back().use != use)
      result.bypasses.push_back({use, value});
    else
      result.bypasses.back().value = value;
  }
  return result;
}

namespace {

template <typename LayerOp>
struct FoldArithmeticBefore : OpRewritePattern<LayerOp> {
  using OpRewritePattern<LayerOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(LayerOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<WeightedLayer> layer = WeightedLayer::get(op);
    if (!layer)
      return rewriter.notifyMatchFailure(op, "no f32 layer");
    auto [function, bypasses] = collectBefore(*layer);
    if (bypasses.empty())
      return rewriter.notifyMatchFailure(op, "no arithmetic before it to take");

    std::optional<std::vector<float>> filter, bias;
    if (function.hasScale()) {
      filter = layer->scaleFilter(function.scale, {});
      if (!filter)
        return rewriter.notifyMatchFailure(op, "scaled filter is not finite");
    }
    if (function.hasShift()) {
      std::vector<double> sums = *layer->apply(function.shift);
      std::vector<double> oldBias = *layer->getBias();
      for (size_t f = 0; f < sums.size(); ++f)
        sums[f] += oldBias[f];
      bias = roundFinite(sums);
      if (!bias)
        return rewriter.notifyMatchFailure(op, "new bias is not finite");
    }

    // First: a new bias moves the operands that these uses point to.
    for (auto [use, value] : bypasses)
      rewriter.modifyOpInPlace(
          use->getOwner(), [use = use, value = value]() { use->set(value); });
    layer->setWeights(rewriter, std::move(filter), std::move(bias));
    return success();
  }
};

} // namespace

void lf::populateFoldArithmeticPatterns(RewritePatternSet &patterns) {
  // Into the layer before rather than the one behind: it can take additions
  // whatever its padding.
  MLIRContext *context = patterns.getContext();
  patterns.add<FoldArithmeticAfter<Conv2DOp>,
               FoldArithmeticAfter<DepthwiseConv2DOp>,
               FoldArithmeticAfter<linalg::MatmulOp>>(context, /*benefit=*/2);
  patterns.add<FoldArithmeticBefore<Conv2DOp>,
               FoldArithmeticBefore<DepthwiseConv2DOp>,
               FoldArithmeticBefore<linalg::MatmulOp>, TakeBias<Conv2DOp>,
               TakeBias<DepthwiseConv2DOp>>(context);
}
