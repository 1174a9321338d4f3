//===- Block.cpp - a block as its layers ------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layers that only blocks are made of, as linalg, and the block itself: its
// body takes its place, so that fusion by itself changes no bit of a result,
// and packed filters are unpacked.
//
//===----------------------------------------------------------------------===//

#include "PopulatePatterns.h"

#include "LayerFusion/Conversion/Conversion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Poolings
//===----------------------------------------------------------------------===//

TypedAttr lf::getPoolIdentity(PoolKind kind, FloatType type) {
  if (kind == PoolKind::Sum)
    return FloatAttr::get(type, 0.0);
  return FloatAttr::get(
      type, APFloat::getInf(type.getFloatSemantics(), /*Negative=*/true));
}

Value lf::emitPoolStep(OpBuilder &builder, Location loc, PoolKind kind,
                       Value sum, Value x) {
  if (kind == PoolKind::Sum)
    return arith::AddFOp::create(builder, loc, sum, x);
  return arith::MaximumFOp::create(builder, loc, sum, x);
}

/// A tensor of `type` in which each place is what a pooling starts from.
static Value createStart(OpBuilder &builder, Location loc, PoolKind kind,
                         RankedTensorType type) {
  auto element = cast<FloatType>(type.getElementType());
  Value identity =
      arith::ConstantOp::create(builder, loc, getPoolIdentity(kind, element));
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(), element);
  return linalg::FillOp::create(builder, loc, identity, empty).getResult(0);
}

namespace {

struct LowerPool2D : OpRewritePattern<Pool2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(Pool2DOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = op.getType();
    auto element = cast<FloatType>(type.getElementType());
    Value input = padInput(rewriter, loc, op.getInput(), op.getPads(),
                           getPoolIdentity(op.getKind(), element));
    Value init = createStart(rewriter, loc, op.getKind(), type);
    Value window =
        tensor::EmptyOp::create(rewriter, loc, op.getKernel(), element);
    auto strides = rewriter.getI64TensorAttr(op.getStrides());
    auto dilations = rewriter.getI64TensorAttr(op.getDilations());
    Value inputs[] = {input, window};
    if (op.getKind() == PoolKind::Max)
      rewriter.replaceOpWithNewOp<linalg::PoolingNhwcMaxOp>(
          op, type, ValueRange(inputs), init, strides, dilations);
    else
      rewriter.replaceOpWithNewOp<linalg::PoolingNhwcSumOp>(
          op, type, ValueRange(inputs), init, strides, dilations);
    return success();
  }
};

struct LowerGlobalPool : OpRewritePattern<GlobalPoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(GlobalPoolOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    PoolKind kind = op.getKind();
    Value init = createStart(rewriter, loc, kind, op.getType());
    rewriter.replaceOpWithNewOp<linalg::ReduceOp>(
        op, op.getInput(), init, ArrayRef<int64_t>{1, 2},
        [kind](OpBuilder &b, Location loc, ValueRange args) {
          linalg::YieldOp::create(b, loc,
                                  emitPoolStep(b, loc, kind, args[0], args[1]));
        });
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Sums and gates
//===----------------------------------------------------------------------===//

struct LowerAdd : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AddOp op,
                                PatternRewriter &rewriter) const override {
    Value sum = arith::AddFOp::create(rewriter, op.getLoc(), op.getInput(),
                                      op.getOther());
    rewriter.replaceOp(
        op, applyActivation(rewriter, op.getLoc(), op.getActivation(), sum));
    return success();
  }
};

struct LowerScale : OpRewritePattern<ScaleOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ScaleOp op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType type = op.getType();
    Value empty = tensor::EmptyOp::create(
        rewriter, op.getLoc(), type.getShape(), type.getElementType());
    Value spread =
        linalg::BroadcastOp::create(rewriter, op.getLoc(), op.getGate(), empty,
                                    ArrayRef<int64_t>{1, 2})
            ->getResult(0);
    rewriter.replaceOpWithNewOp<arith::MulFOp>(op, op.getInput(), spread);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// The block
//===----------------------------------------------------------------------===//

struct InlineBlock : OpRewritePattern<FusedBlockOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(FusedBlockOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasTensors())
      return rewriter.notifyMatchFailure(op, "has buffers");
    inlineBlock(rewriter, op);
    return success();
  }
};

} // namespace

/// The filter of which `packed` holds panels of channels.
static Value unpackFilter(OpBuilder &builder, Location loc, Value packed,
                          RankedTensorType type) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(packed.getType()).getShape();
  // Panels stand beside each other in the last dimension.
  SmallVector<int64_t> order = {1, 2, 3, 0, 4};
  Value empty = tensor::EmptyOp::create(
      builder, loc, applyPermutation(shape, order), type.getElementType());
  Value panels = linalg::TransposeOp::create(builder, loc, packed, empty, order)
                     ->getResult(0);
  SmallVector<ReassociationIndices> merged = {{0}, {1}, {2}, {3, 4}};
  Value padded = tensor::CollapseShapeOp::create(builder, loc, panels, merged);
  SmallVector<OpFoldResult> offsets(4, builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(4, builder.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(
      builder, loc, type, padded, offsets,
      getAsIndexOpFoldResult(builder.getContext(), type.getShape()), strides);
}

void lf::inlineBlock(RewriterBase &rewriter, FusedBlockOp op) {
  YieldOp yield = op.getYield();
  rewriter.setInsertionPoint(op);
  SmallVector<Value> inputs(op.getInputs());
  for (auto [index, input] : llvm::enumerate(inputs)) {
    auto type =
        cast<RankedTensorType>(op.getBody().getArgument(index).getType());
    if (op.getPacking(index))
      input = unpackFilter(rewriter, op.getLoc(), input, type);
  }
  rewriter.inlineBlockBefore(&op.getBody().front(), op, inputs);
  SmallVector<Value> results(yield.getValues());
  rewriter.eraseOp(yield);
  rewriter.replaceOp(op, results);
}

void lf::populateBlockPatterns(RewritePatternSet &patterns) {
  patterns.add<InlineBlock, LowerAdd, LowerGlobalPool, LowerPool2D, LowerScale>(
      patterns.getContext());
}
