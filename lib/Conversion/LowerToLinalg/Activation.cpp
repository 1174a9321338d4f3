//===- Activation.cpp - activations to arith and math -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The table of #lf.activation as scalar code, and the linalg.generic that
// applies it to each element of a tensor.
//
// Minimum and maximum are arith.minimumf and arith.maximumf, which return a NaN
// if they are given one: an activation must not hide that a network diverged.
//
//===----------------------------------------------------------------------===//

#include "PopulatePatterns.h"

#include "LayerFusion/Conversion/Conversion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::lf;

namespace {

/// Writes scalar arithmetic as formulas.
class Scalar {
public:
  Scalar(OpBuilder &builder, Location loc, Type type)
      : builder(builder), loc(loc), type(type) {}

  Value constant(double value) {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getFloatAttr(type, value));
  }
  Value add(Value a, Value b) {
    return arith::AddFOp::create(builder, loc, a, b);
  }
  Value mul(Value a, Value b) {
    return arith::MulFOp::create(builder, loc, a, b);
  }
  Value div(Value a, Value b) {
    return arith::DivFOp::create(builder, loc, a, b);
  }

  /// min(max(x, lo), hi); a bound that is infinite bounds nothing.
  Value clamp(Value x, double lo, double hi) {
    if (lo > -std::numeric_limits<double>::infinity())
      x = arith::MaximumFOp::create(builder, loc, x, constant(lo));
    if (hi < std::numeric_limits<double>::infinity())
      x = arith::MinimumFOp::create(builder, loc, x, constant(hi));
    return x;
  }

  /// 1 + exp(-x)
  Value onePlusExpOfMinus(Value x) {
    Value minus = arith::NegFOp::create(builder, loc, x);
    return add(constant(1.0), math::ExpOp::create(builder, loc, minus));
  }

  Value leakyRelu(Value x, double alpha) {
    Value isNegative = arith::CmpFOp::create(
        builder, loc, arith::CmpFPredicate::OLT, x, constant(0.0));
    return arith::SelectOp::create(builder, loc, isNegative,
                                   mul(constant(alpha), x), x);
  }

private:
  OpBuilder &builder;
  Location loc;
  Type type;
};

} // namespace

Value lf::emitActivation(OpBuilder &builder, Location loc,
                         ActivationAttr activation, Value x) {
  Scalar s(builder, loc, x.getType());
  ArrayRef<double> params = activation.getParams().asArrayRef();
  switch (activation.getKind()) {
  case ActivationKind::None:
    return x;
  case ActivationKind::Relu:
  case ActivationKind::Relu6:
  case ActivationKind::Clip: {
    auto [lo, hi] = *activation.getClipBounds();
    return s.clamp(x, lo, hi);
  }
  case ActivationKind::LeakyRelu:
    return s.leakyRelu(x, params[0]);
  case ActivationKind::Sigmoid:
    return s.div(s.constant(1.0), s.onePlusExpOfMinus(x));
  case ActivationKind::HardSigmoid:
    return s.clamp(
        s.add(s.mul(s.constant(params[0]), x), s.constant(params[1])), 0.0,
        1.0);
  case ActivationKind::HardSwish:
    return s.mul(
        x, s.clamp(s.add(s.mul(x, s.constant(1.0 / 6.0)), s.constant(0.5)), 0.0,
                   1.0));
  case ActivationKind::Silu:
    return s.div(x, s.onePlusExpOfMinus(x));
  case ActivationKind::Tanh:
    return math::TanhOp::create(builder, loc, x);
  }
  return x;
}

// The body must not read the destination, so that lf-bufferize and not this
// function decides what is computed in place: linalg-fuse-elementwise-ops of
// LLVM 22 applies an op that does once for each element it is broadcast to.
Value lf::applyActivation(OpBuilder &builder, Location loc,
                          ActivationAttr activation, Value value) {
  if (activation.isNone())
    return value;
  auto type = cast<RankedTensorType>(value.getType());
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        type.getElementType());
  SmallVector<AffineMap> maps(2,
                              builder.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  auto body = [&](OpBuilder &b, Location loc, ValueRange args) {
    linalg::YieldOp::create(b, loc,
                            emitActivation(b, loc, activation, args[0]));
  };
  return linalg::GenericOp::create(builder, loc, type, value, empty, maps,
                                   iterators, body)
      .getResult(0);
}

namespace {

struct LowerActivate : OpRewritePattern<ActivateOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ActivateOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, applyActivation(rewriter, op.getLoc(),
                                           op.getActivation(), op.getInput()));
    return success();
  }
};

} // namespace

void lf::populateActivationPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerActivate>(patterns.getContext());
}
