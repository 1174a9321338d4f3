//===- Conv.cpp - convolutions to linalg ------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Dense and depthwise convolutions become named linalg ops on a padded input;
// a grouped one becomes a linalg.generic in which the channel dimensions are
// split into (group, channel in the group).
//
//===----------------------------------------------------------------------===//

#include "PopulatePatterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::lf;

static RankedTensorType getTensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static Value createZero(OpBuilder &builder, Location loc, Type type) {
  return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
}

Value lf::padInput(OpBuilder &builder, Location loc, Value input,
                   ArrayRef<int64_t> pads, TypedAttr value) {
  if (llvm::all_of(pads, [](int64_t pad) { return pad == 0; }))
    return input;
  RankedTensorType type = getTensorType(input);
  SmallVector<int64_t, 4> shape(type.getShape());
  shape[1] += pads[0] + pads[2];
  shape[2] += pads[1] + pads[3];
  SmallVector<OpFoldResult, 4> low, high;
  for (int64_t pad : {int64_t(0), pads[0], pads[1], int64_t(0)})
    low.push_back(builder.getIndexAttr(pad));
  for (int64_t pad : {int64_t(0), pads[2], pads[3], int64_t(0)})
    high.push_back(builder.getIndexAttr(pad));
  return tensor::PadOp::create(
      builder, loc, RankedTensorType::get(shape, type.getElementType()), input,
      low, high, Value(arith::ConstantOp::create(builder, loc, value)));
}

/// What the sums start from: the bias in each place, or zeros.
static Value createInit(OpBuilder &builder, Location loc, RankedTensorType type,
                        Value bias) {
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        type.getElementType());
  if (bias)
    return linalg::BroadcastOp::create(builder, loc, bias, empty,
                                       ArrayRef<int64_t>{0, 1, 2})
        ->getResult(0);
  Value zero = createZero(builder, loc, type.getElementType());
  return linalg::FillOp::create(builder, loc, zero, empty).getResult(0);
}

/// Splits dimension `dim` of `value` into `groups` and the rest.
static Value splitGroups(OpBuilder &builder, Location loc, Value value,
                         int64_t dim, int64_t groups) {
  RankedTensorType type = getTensorType(value);
  SmallVector<int64_t> shape(type.getShape());
  SmallVector<ReassociationIndices> reassociation;
  for (int64_t i = 0, next = 0; i < type.getRank(); ++i) {
    reassociation.push_back({next++});
    if (i == dim)
      reassociation.back().push_back(next++);
  }
  shape[dim] /= groups;
  shape.insert(shape.begin() + dim, groups);
  return tensor::ExpandShapeOp::create(
      builder, loc, RankedTensorType::get(shape, type.getElementType()), value,
      reassociation);
}

/// y[n, oy, ox, g, f] = init + sum over ky, kx, c of
///     x[n, oy * sh + ky * dh, ox * sw + kx * dw, g, c] * w[ky, kx, c, g, f]
static Value createGroupedConv(OpBuilder &builder, Location loc, Value input,
                               Value filter, Value init, Conv2DOp op) {
  int64_t groups = op.getGroups();
  Value x = splitGroups(builder, loc, input, 3, groups);
  Value w = splitGroups(builder, loc, filter, 3, groups);
  Value y = splitGroups(builder, loc, init, 3, groups);

  AffineExpr n, oy, ox, g, f, ky, kx, c;
  MLIRContext *context = builder.getContext();
  bindDims(context, n, oy, ox, g, f, ky, kx, c);
  ArrayRef<int64_t> s = op.getStrides(), d = op.getDilations();
  AffineMap maps[] = {
      AffineMap::get(8, 0,
                     {n, oy * s[0] + ky * d[0], ox * s[1] + kx * d[1], g, c},
                     context),
      AffineMap::get(8, 0, {ky, kx, c, g, f}, context),
      AffineMap::get(8, 0, {n, oy, ox, g, f}, context)};
  SmallVector<utils::IteratorType> iterators(8, utils::IteratorType::parallel);
  for (int i : {5, 6, 7})
    iterators[i] = utils::IteratorType::reduction;

  auto body = [](OpBuilder &b, Location loc, ValueRange args) {
    Value product = arith::MulFOp::create(b, loc, args[0], args[1]);
    Value sum = arith::AddFOp::create(b, loc, args[2], product);
    linalg::YieldOp::create(b, loc, sum);
  };
  Value sum =
      linalg::GenericOp::create(builder, loc, y.getType(), ValueRange{x, w}, y,
                                maps, iterators, body)
          .getResult(0);
  SmallVector<ReassociationIndices> reassociation = {{0}, {1}, {2}, {3, 4}};
  return tensor::CollapseShapeOp::create(builder, loc, init.getType(), sum,
                                         reassociation);
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

namespace {

struct LowerConv2D : OpRewritePattern<Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = getTensorType(op.getResult());
    Value input = padInput(rewriter, loc, op.getInput(), op.getPads(),
                           rewriter.getZeroAttr(type.getElementType()));
    Value init = createInit(rewriter, loc, type, op.getBias());
    Value sum;
    if (op.getGroups() == 1)
      sum = linalg::Conv2DNhwcHwcfOp::create(
                rewriter, loc, type, ValueRange{input, op.getFilter()}, init,
                rewriter.getI64TensorAttr(op.getStrides()),
                rewriter.getI64TensorAttr(op.getDilations()))
                .getResult(0);
    else
      sum = createGroupedConv(rewriter, loc, input, op.getFilter(), init, op);
    rewriter.replaceOp(op,
                       applyActivation(rewriter, loc, op.getActivation(), sum));
    return success();
  }
};

struct LowerDepthwiseConv2D : OpRewritePattern<DepthwiseConv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DepthwiseConv2DOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = getTensorType(op.getResult());
    Value input = padInput(rewriter, loc, op.getInput(), op.getPads(),
                           rewriter.getZeroAttr(type.getElementType()));
    Value init = createInit(rewriter, loc, type, op.getBias());
    Value sum = linalg::DepthwiseConv2DNhwcHwcOp::create(
                    rewriter, loc, type, ValueRange{input, op.getFilter()},
                    init, rewriter.getI64TensorAttr(op.getStrides()),
                    rewriter.getI64TensorAttr(op.getDilations()))
                    .getResult(0);
    rewriter.replaceOp(op,
                       applyActivation(rewriter, loc, op.getActivation(), sum));
    return success();
  }
};

} // namespace

void lf::populateConvPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerConv2D, LowerDepthwiseConv2D>(patterns.getContext());
}
