//===- LFFolds.cpp - folds and canonical forms ------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Local clean-ups that hold wherever the ops stand:
//
//   lf.activate none            ==> its operand
//   lf.activate(lf.activate)    ==> one, where both clamp
//   lf.activate(layer)          ==> layer with the activation
//   bias of zeros               ==> no bias
//   tensor.pad with zeros       ==> pads of the layer; for a maximum, of -inf
//
// Folds that need arithmetic on weights belong to --lf-simplify.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

/// The one activation that does what `first` and then `second` do, if there is
/// one in the set.
static std::optional<ActivationAttr> compose(ActivationAttr first,
                                             ActivationAttr second) {
  if (first.isNone())
    return second;
  if (second.isNone())
    return first;
  auto inner = first.getClipBounds(), outer = second.getClipBounds();
  if (!inner || !outer)
    return std::nullopt;
  auto clamp = [&](double x) {
    return std::min(std::max(x, outer->first), outer->second);
  };
  return ActivationAttr::getClip(first.getContext(), clamp(inner->first),
                                 clamp(inner->second));
}

/// Whether `op` may be left out of the chain it stands in: a block's layers
/// take each other's results in turn, and yield nothing twice. A schedule that
/// has a tile for each layer counts on all of them.
static bool canLeaveChain(ActivateOp op) {
  auto block = dyn_cast_if_present<FusedBlockOp>(op->getParentOp());
  if (!block)
    return true;
  if (!block.getScheduleOrDefault().getTiles().empty())
    return false;
  Operation *before = op.getInput().getDefiningOp();
  return before && before->hasOneUse();
}

OpFoldResult ActivateOp::fold(FoldAdaptor adaptor) {
  if (!canLeaveChain(*this))
    return {};
  if (getActivation().isNone())
    return getInput();
  // activate(activate(x)) ==> activate(x), where the two compose.
  auto inner = getInput().getDefiningOp<ActivateOp>();
  if (!inner)
    return {};
  std::optional<ActivationAttr> both =
      compose(inner.getActivation(), getActivation());
  if (!both)
    return {};
  getInputMutable().assign(inner.getInput());
  setActivationAttr(*both);
  return getResult();
}

namespace {

/// activate(layer) ==> layer with that activation, if nobody else reads the
/// layer's bare result.
template <typename LayerOp>
struct MoveActivationIntoLayer : OpRewritePattern<ActivateOp> {
  using OpRewritePattern<ActivateOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(ActivateOp op,
                                PatternRewriter &rewriter) const override {
    auto layer = op.getInput().getDefiningOp<LayerOp>();
    if (!layer || !layer->hasOneUse())
      return rewriter.notifyMatchFailure(op, "no layer of one use before it");
    if (!canLeaveChain(op))
      return rewriter.notifyMatchFailure(op, "its block's schedule needs it");
    std::optional<ActivationAttr> both =
        compose(layer.getActivation(), op.getActivation());
    if (!both)
      return rewriter.notifyMatchFailure(op, "the layer has its activation");
    rewriter.modifyOpInPlace(layer, [&]() { layer.setActivationAttr(*both); });
    rewriter.replaceOp(op, layer);
    return success();
  }
};

} // namespace

void ActivateOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                             MLIRContext *context) {
  patterns.add<MoveActivationIntoLayer<Conv2DOp>,
               MoveActivationIntoLayer<DepthwiseConv2DOp>>(context);
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

namespace {

/// A bias of zeros ==> no bias.
template <typename LayerOp> struct DropZeroBias : OpRewritePattern<LayerOp> {
  using OpRewritePattern<LayerOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(LayerOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getBias() || !matchPattern(op.getBias(), m_AnyZeroFloat()))
      return rewriter.notifyMatchFailure(op, "no bias of zeros");
    rewriter.modifyOpInPlace(op, [&]() { op.getBiasMutable().clear(); });
    return success();
  }
};

/// Whether `value` is what the window of a layer finds beside the image.
template <typename LayerOp> bool isPadding(LayerOp, Value value) {
  return matchPattern(value, m_AnyZeroFloat());
}
bool isPadding(Pool2DOp op, Value value) {
  return op.getKind() == PoolKind::Max ? matchPattern(value, m_NegInfFloat())
                                       : matchPattern(value, m_AnyZeroFloat());
}

/// tensor.pad of rows and columns with that value ==> pads of the layer.
template <typename LayerOp> struct FoldPad : OpRewritePattern<LayerOp> {
  using OpRewritePattern<LayerOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(LayerOp op,
                                PatternRewriter &rewriter) const override {
    auto pad = op.getInput().template getDefiningOp<tensor::PadOp>();
    if (!pad || !pad.getSource().getType().hasStaticShape())
      return rewriter.notifyMatchFailure(op, "no static tensor.pad before it");
    Value value = pad.getConstantPaddingValue();
    if (!value || !isPadding(op, value))
      return rewriter.notifyMatchFailure(op, "pads with other numbers");
    ArrayRef<int64_t> low = pad.getStaticLow(), high = pad.getStaticHigh();
    auto isStatic = [](int64_t v) {
      return !ShapedType::isDynamic(v) && v >= 0;
    };
    if (!llvm::all_of(low, isStatic) || !llvm::all_of(high, isStatic) ||
        low[0] || low[3] || high[0] || high[3])
      return rewriter.notifyMatchFailure(op, "pads batch or channels");

    std::array<int64_t, 4> sum = {low[1], low[2], high[1], high[2]};
    for (auto [amount, own] : llvm::zip_equal(sum, op.getPads()))
      if (llvm::AddOverflow(amount, own, amount))
        return rewriter.notifyMatchFailure(op, "the sum of pads overflows");
    rewriter.modifyOpInPlace(op, [&]() {
      op.setPads(sum);
      op.getInputMutable().assign(pad.getSource());
    });
    return success();
  }
};

} // namespace

void Conv2DOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<DropZeroBias<Conv2DOp>, FoldPad<Conv2DOp>>(context);
}

void DepthwiseConv2DOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                    MLIRContext *context) {
  patterns.add<DropZeroBias<DepthwiseConv2DOp>, FoldPad<DepthwiseConv2DOp>>(
      context);
}

void Pool2DOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<FoldPad<Pool2DOp>>(context);
}
