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
//   %0 = lf.conv2d %x, %w bias %b        %2 = lf.conv2d %x, %w' bias %b'
//   %1 = arith.mulf %0, %s          ==>  where w'[.., f] = w[.., f] * s[f]
//   %2 = arith.addf %1, %t                     b'[f] = b[f] * s[f] + t[f]
//
// Before a layer:
//
//   %0 = arith.mulf %x, %s               %2 = lf.conv2d %x, %w' bias %b'
//   %1 = arith.addf %0, %t          ==>  where w'[.., c, f] = w[.., c, f] *
//   s[c] %2 = lf.conv2d %1, %w bias %b              b'[f] = b[f] + sum w[.., c,
//   f] t[c]
//
// The sum takes every tap to see t. That is not so where a window covers zeros
// beside the input, so there an addition stays; a product may go, zero times s
// being zero.
//
//===----------------------------------------------------------------------===//

#include "WeightedLayer.h"

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Transforms/Transforms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::lf;

static ChannelAffine getIdentity(Value value, int64_t channels) {
  return {value, std::vector(channels, 1.0), std::vector(channels, 0.0)};
}

static bool hasConstantFilter(const WeightedLayer &layer) {
  return FloatConstant::get(layer.getOperation()->getOperand(1)).has_value();
}

//===----------------------------------------------------------------------===//
// After a layer
//===----------------------------------------------------------------------===//

/// The longest run of per-channel arithmetic on `layer` that nobody else reads
/// in the middle, as one function, and the value at its end.
static std::pair<ChannelAffine, Value>
collectAfter(const WeightedLayer &layer) {
  Value end = layer.getResult();
  ChannelAffine chain = getIdentity(end, layer.getNumOutputs());
  bool canScale = hasConstantFilter(layer);
  while (end.hasOneUse()) {
    Operation *user = *end.user_begin();
    std::optional<ChannelAffine> step = getChannelAffine(user);
    if (!step || step->input != end || (step->hasScale() && !canScale))
      break;
    chain = step->after(chain);
    end = user->getResult(0);
  }
  return {std::move(chain), end};
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
    auto [chain, end] = collectAfter(*layer);
    if (end == layer->getResult())
      return rewriter.notifyMatchFailure(op, "no arithmetic after it");
    std::optional<std::vector<double>> bias = layer->getBias();
    if (!bias)
      return rewriter.notifyMatchFailure(op, "its bias is not constant");

    std::optional<std::vector<float>> filter;
    if (chain.hasScale()) {
      filter = layer->scaleFilter({}, chain.scale);
      if (!filter)
        return rewriter.notifyMatchFailure(op, "scaled filter is not finite");
    }
    for (size_t f = 0; f < bias->size(); ++f)
      (*bias)[f] = (*bias)[f] * chain.scale[f] + chain.shift[f];
    std::optional<std::vector<float>> rounded = roundFinite(*bias);
    if (!rounded)
      return rewriter.notifyMatchFailure(op, "new bias is not finite");

    layer->setWeights(rewriter, std::move(filter), std::move(rounded));
    rewriter.replaceOp(end.getDefiningOp(), layer->getResult());
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

/// The longest run of per-channel arithmetic before `layer` that vanishes when
/// every layer that reads its end takes it; its input is where it starts.
static ChannelAffine collectBefore(const WeightedLayer &layer) {
  Value source = layer.getInput().get();
  ChannelAffine chain = getIdentity(source, layer.getNumInputs());
  while (Operation *op = chain.input.getDefiningOp()) {
    std::optional<ChannelAffine> step = getChannelAffine(op);
    if (!step || !canTake(layer.getInput(), *step))
      break;
    auto takesStep = [&](OpOperand &use) { return canTake(use, *step); };
    if (chain.input == source ? !llvm::all_of(source.getUses(), takesStep)
                              : !chain.input.hasOneUse())
      break;
    chain = chain.after(*step);
  }
  return chain;
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
    ChannelAffine chain = collectBefore(*layer);
    if (chain.input == layer->getInput().get())
      return rewriter.notifyMatchFailure(op, "no arithmetic before it to take");

    std::optional<std::vector<float>> filter, bias;
    if (chain.hasScale()) {
      filter = layer->scaleFilter(chain.scale, {});
      if (!filter)
        return rewriter.notifyMatchFailure(op, "scaled filter is not finite");
    }
    if (chain.hasShift()) {
      std::vector<double> sums = *layer->apply(chain.shift);
      std::vector<double> oldBias = *layer->getBias();
      for (size_t f = 0; f < sums.size(); ++f)
        sums[f] += oldBias[f];
      bias = roundFinite(sums);
      if (!bias)
        return rewriter.notifyMatchFailure(op, "new bias is not finite");
    }

    layer->setWeights(rewriter, std::move(filter), std::move(bias));
    rewriter.modifyOpInPlace(op, [&]() { layer->getInput().set(chain.input); });
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
