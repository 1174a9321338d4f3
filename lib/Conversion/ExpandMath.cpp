//===- ExpandMath.cpp - functions of vectors as arithmetic ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   %y = math.exp %x : vector<16xf32>
//
// becomes, with n the integer nearest to x / ln 2 and r = x - n ln 2,
//
//   %y = 2^n * (1 + r + r^2 * p(r))
//
// where p is a polynomial of degree 5 (S. L. Moshier, Cephes, expf) and 2^n is
// put together from bits. tanh and erf are upstream's.
//
// Upstream's exp is not used: it puts 2^n together in one step, which does not
// reach results that are denormal.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::lf {
#define GEN_PASS_DEF_EXPANDMATHPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

static bool isF32Vector(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector && vector.getElementType().isF32();
}

namespace {

/// Writes arithmetic on vectors of one shape as formulas.
class Formula {
public:
  Formula(ImplicitLocOpBuilder &b, VectorType type)
      : b(b), type(type), integers(type.clone(b.getI32Type())) {}

  Value constant(float value) {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, value));
  }
  Value constant(int32_t value) {
    return arith::ConstantOp::create(b,
                                     DenseElementsAttr::get(integers, value));
  }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, x, y); }
  /// x * y + z, in one rounding or in two.
  Value mulAdd(Value x, Value y, Value z) {
    auto contract = arith::FastMathFlags::contract;
    Value product = arith::MulFOp::create(b, x, y, contract);
    return arith::AddFOp::create(b, product, z, contract);
  }
  /// The polynomial with these coefficients, that of the highest power first.
  Value polynomial(Value x, ArrayRef<float> coefficients) {
    Value result = constant(coefficients.front());
    for (float coefficient : coefficients.drop_front())
      result = mulAdd(result, x, constant(coefficient));
    return result;
  }
  /// x between two bounds, or NaN.
  Value clamp(Value x, float low, float high) {
    x = select(arith::CmpFPredicate::OLT, x, constant(low));
    return select(arith::CmpFPredicate::OGT, x, constant(high));
  }
  Value bitsOf(Value x) { return arith::BitcastOp::create(b, integers, x); }
  /// 2^n for -127 < n < 128.
  Value powerOfTwo(Value n) {
    Value exponent = arith::AddIOp::create(b, n, constant(127));
    Value bits = arith::ShLIOp::create(b, exponent, constant(23));
    return arith::BitcastOp::create(b, type, bits);
  }
  Value half(Value n) { return arith::ShRSIOp::create(b, n, constant(1)); }
  Value subtract(Value n, Value m) { return arith::SubIOp::create(b, n, m); }

private:
  /// The bound if x compares so with it.
  Value select(arith::CmpFPredicate predicate, Value x, Value bound) {
    Value isOutside = arith::CmpFOp::create(b, predicate, x, bound);
    return arith::SelectOp::create(b, isOutside, bound, x);
  }

  ImplicitLocOpBuilder &b;
  VectorType type;
  VectorType integers;
};

struct ExpandExp : OpRewritePattern<math::ExpOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::ExpOp op,
                                PatternRewriter &rewriter) const override {
    if (!isF32Vector(op.getType()))
      return rewriter.notifyMatchFailure(op, "no vector of f32");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Formula f(b, cast<VectorType>(op.getType()));
    // Beyond these, the result is 0 or infinite.
    Value x = f.clamp(op.getOperand(), -104.0f, 89.0f);
    // Added to 1.5 * 2^23, a number loses its fraction; what is left stands in
    // the low bits.
    float magic = 12582912.0f;
    Value shifted = f.mulAdd(x, f.constant(1.44269504f), f.constant(magic));
    Value n = f.subtract(f.bitsOf(shifted),
                         f.constant(llvm::bit_cast<int32_t>(magic)));
    Value whole = f.add(shifted, f.constant(-magic));
    // ln 2 in two parts, of which the first times n is exact.
    Value r = f.mulAdd(whole, f.constant(-0.693359375f), x);
    r = f.mulAdd(whole, f.constant(2.12194440e-4f), r);
    Value p =
        f.polynomial(r, {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f,
                         4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f});
    Value y = f.add(f.mulAdd(p, f.mul(r, r), r), f.constant(1.0f));
    // In two steps: n goes from -150 to 128.
    Value first = f.half(n);
    y = f.mul(y, f.powerOfTwo(first));
    rewriter.replaceOp(op, f.mul(y, f.powerOfTwo(f.subtract(n, first))));
    return success();
  }
};

struct SplitFma : OpRewritePattern<math::FmaOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::FmaOp op,
                                PatternRewriter &rewriter) const override {
    if (!isF32Vector(op.getType()))
      return rewriter.notifyMatchFailure(op, "no vector of f32");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Formula f(b, cast<VectorType>(op.getType()));
    rewriter.replaceOp(op, f.mulAdd(op.getA(), op.getB(), op.getC()));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

struct ExpandMathPass : lf::impl::ExpandMathPassBase<ExpandMathPass> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandExp, SplitFma>(&getContext());
    populatePolynomialApproximateTanhPattern(patterns);
    populatePolynomialApproximateErfPattern(patterns);
    SmallVector<Operation *> ops;
    getOperation()->walk([&](Operation *op) {
      if (isa_and_present<math::MathDialect>(op->getDialect()) &&
          llvm::all_of(op->getResultTypes(), isF32Vector))
        ops.push_back(op);
    });
    // Only these and what they become: upstream's patterns take scalars too.
    GreedyRewriteConfig config;
    config.setStrictness(GreedyRewriteStrictness::ExistingAndNewOps);
    if (failed(applyOpPatternsGreedily(ops, std::move(patterns), config))) {
      getOperation()->emitOpError(
          "expanding functions does not come to an end");
      signalPassFailure();
    }
  }
};

} // namespace
