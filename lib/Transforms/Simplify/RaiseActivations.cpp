//===- RaiseActivations.cpp - activations in disguise -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exporters take activations apart. Here they become one op again:
//
//   max(x, a), min(x, b)           ==> lf.activate %x clip(a, b)
//   x * sigmoid(x)                 ==> lf.activate %x silu
//   clip(x + b, 0, h) / h          ==> lf.activate %x hardsigmoid(1/h, b/h)
//   x * hardsigmoid(1/6, 1/2)(x)   ==> lf.activate %x hardswish
//   x * clip(x + 3, 0, 6) / 6      ==> lf.activate %x hardswish
//
// Products match with their factors in any order and association, a division by
// a number as the product with its inverse.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Transforms/Transforms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Clamps
//===----------------------------------------------------------------------===//

namespace {

/// max(x, number) or min(x, number) ==> clip; two of them merge as activations.
template <typename OpTy, bool isMax> struct RaiseClip : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (!isa<RankedTensorType>(op.getType()))
      return rewriter.notifyMatchFailure(op, "not on tensors");
    Value input = op.getLhs();
    std::optional<double> bound = getUniformConstant(op.getRhs());
    if (!bound) {
      input = op.getRhs();
      bound = getUniformConstant(op.getLhs());
    }
    if (!bound || std::isnan(*bound))
      return rewriter.notifyMatchFailure(op, "no bound on either side");
    constexpr double infinity = std::numeric_limits<double>::infinity();
    auto clip =
        isMax ? ActivationAttr::getClip(op.getContext(), *bound, infinity)
              : ActivationAttr::getClip(op.getContext(), -infinity, *bound);
    rewriter.replaceOpWithNewOp<ActivateOp>(op, input, clip);
    return success();
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

namespace {
/// A product of values and a number.
struct Product {
  double number = 1.0;
  SmallVector<Value, 2> factors;
};
} // namespace

/// Multiplies `product` by `value`, itself taken apart if it is a product that
/// nobody else reads.
static void multiplyBy(Product &product, Value value, bool isRoot = false) {
  if (std::optional<double> number = getUniformConstant(value)) {
    product.number *= *number;
    return;
  }
  if (isRoot || value.hasOneUse()) {
    if (auto mul = value.getDefiningOp<arith::MulFOp>()) {
      multiplyBy(product, mul.getLhs());
      multiplyBy(product, mul.getRhs());
      return;
    }
    if (auto div = value.getDefiningOp<arith::DivFOp>())
      if (std::optional<double> number = getUniformConstant(div.getRhs())) {
        product.number /= *number;
        multiplyBy(product, div.getLhs());
        return;
      }
  }
  product.factors.push_back(value);
}

/// Equal but for the rounding of a parameter to f32 or to a few digits.
static bool isClose(double a, double b) {
  return std::abs(a - b) <= 1e-6 * std::max(1.0, std::abs(b));
}

namespace {
/// An lf.activate that nobody else reads, as clip(x + offset).
struct OffsetClip {
  Value input;
  double offset, high;
};
} // namespace

/// Reads `value` as clip(input + offset, 0, high).
static std::optional<OffsetClip> getOffsetClip(Value value) {
  auto clip = value.getDefiningOp<ActivateOp>();
  if (!clip || !clip->hasOneUse())
    return std::nullopt;
  auto bounds = clip.getActivation().getClipBounds();
  auto add = clip.getInput().getDefiningOp<arith::AddFOp>();
  if (!bounds || bounds->first != 0.0 || !add || !add->hasOneUse())
    return std::nullopt;
  for (bool left : {true, false})
    if (auto offset = getUniformConstant(left ? add.getRhs() : add.getLhs()))
      return OffsetClip{left ? add.getLhs() : add.getRhs(), *offset,
                        bounds->second};
  return std::nullopt;
}

/// The activation of `x` whose product with `x` is `number * x * gate`.
static std::optional<ActivationKind> getGated(Value x, Value gate,
                                              double number) {
  if (std::optional<OffsetClip> clip = getOffsetClip(gate)) {
    if (clip->input == x && clip->offset == 3.0 && clip->high == 6.0 &&
        isClose(number * 6.0, 1.0))
      return ActivationKind::HardSwish;
    return std::nullopt;
  }
  auto activate = gate.getDefiningOp<ActivateOp>();
  if (!activate || activate.getInput() != x || !activate->hasOneUse() ||
      number != 1.0)
    return std::nullopt;
  ActivationAttr activation = activate.getActivation();
  if (activation.getKind() == ActivationKind::Sigmoid)
    return ActivationKind::Silu;
  if (activation.getKind() == ActivationKind::HardSigmoid &&
      isClose(activation.getParams()[0] * 6.0, 1.0) &&
      isClose(activation.getParams()[1], 0.5))
    return ActivationKind::HardSwish;
  return std::nullopt;
}

/// clip(x + b, 0, h) * number as hard sigmoid, if the number is 1/h.
static std::optional<ActivationAttr>
getHardSigmoid(const OffsetClip &clip, double number, MLIRContext *context) {
  double beta = clip.offset / clip.high;
  if (!(clip.high > 0.0) || !std::isfinite(clip.high) || !std::isfinite(beta) ||
      !isClose(number * clip.high, 1.0))
    return std::nullopt;
  return ActivationAttr::get(context, ActivationKind::HardSigmoid,
                             {1.0 / clip.high, beta});
}

namespace {

/// A product that ends in `op` ==> silu, hardswish or hardsigmoid.
template <typename OpTy> struct RaiseProduct : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (!isa<RankedTensorType>(op.getType()))
      return rewriter.notifyMatchFailure(op, "not on tensors");
    Product product;
    multiplyBy(product, op.getResult(), /*isRoot=*/true);
    auto &[number, factors] = product;
    if (factors.size() == 1) {
      std::optional<OffsetClip> clip = getOffsetClip(factors[0]);
      auto hardSigmoid =
          clip ? getHardSigmoid(*clip, number, op.getContext()) : std::nullopt;
      if (!hardSigmoid)
        return rewriter.notifyMatchFailure(op, "no hard sigmoid");
      rewriter.replaceOpWithNewOp<ActivateOp>(op, clip->input, *hardSigmoid);
      return success();
    }
    if (factors.size() != 2)
      return rewriter.notifyMatchFailure(op, "not a product of two");
    for (auto [x, gate] :
         {std::pair(factors[0], factors[1]), std::pair(factors[1], factors[0])})
      if (std::optional<ActivationKind> kind = getGated(x, gate, number)) {
        rewriter.replaceOpWithNewOp<ActivateOp>(
            op, x, ActivationAttr::get(op.getContext(), *kind));
        return success();
      }
    return rewriter.notifyMatchFailure(op, "no gate of the other factor");
  }
};

} // namespace

void lf::populateRaiseActivationsPatterns(RewritePatternSet &patterns) {
  patterns.add<
      RaiseClip<arith::MaximumFOp, true>, RaiseClip<arith::MaxNumFOp, true>,
      RaiseClip<arith::MinimumFOp, false>, RaiseClip<arith::MinNumFOp, false>,
      RaiseProduct<arith::MulFOp>, RaiseProduct<arith::DivFOp>>(
      patterns.getContext());
}
