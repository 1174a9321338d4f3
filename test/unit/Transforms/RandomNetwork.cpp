//===- RandomNetwork.cpp - networks that exercise folds ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Grows a network by random steps from its argument.
//
//===----------------------------------------------------------------------===//

#include "RandomNetwork.h"

#include "LayerFusion/Dialect/LF/Constants.h"
#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/Sequence.h"

#include <random>

using namespace mlir;
using namespace mlir::lf;
using namespace mlir::lf::test;

namespace {

class Grower {
public:
  Grower(MLIRContext *context, unsigned seed)
      : b(UnknownLoc::get(context), context), random(seed) {}

  OwningOpRef<ModuleOp> grow();

private:
  /// A number in [low, high]. Not a standard distribution: those differ between
  /// libraries.
  int64_t pick(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random() % (high - low + 1));
  }
  bool chance(int64_t percent) { return pick(0, 99) < percent; }
  double number() { return pick(-2000, 2000) / 1000.0; }
  /// A number to multiply with: now and then 0.
  double factor() { return chance(4) ? 0.0 : number(); }
  /// A number to divide by.
  double divisor() { return pick(300, 2000) / (chance(50) ? 1000.0 : -1000.0); }

  Value constant(ArrayRef<int64_t> shape, bool scales = false);
  Value perChannel(RankedTensorType type, bool scales);
  Value splat(RankedTensorType type, double value) {
    return createSplat(b, b.getLoc(), type, value);
  }
  ActivationAttr activation();
  Value binary(Value x);
  Value batchNorm(Value x);
  Value disguised(Value x);
  Value pad(Value x);
  Value layer(Value x);
  Value reshaped(Value x);
  Value matmul(Value x);
  Value pool(Value x);
  Value gated(Value x);
  Value step(Value x);

  ImplicitLocOpBuilder b;
  std::mt19937 random;
  SmallVector<Value> values;
};

} // namespace

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

Value Grower::constant(ArrayRef<int64_t> shape, bool scales) {
  auto type = RankedTensorType::get(shape, b.getF32Type());
  std::vector<float> elements(type.getNumElements());
  for (float &element : elements)
    element = scales ? factor() : number();
  return createFloatConstant(b, b.getLoc(), type, std::move(elements), "w");
}

/// A constant of `type`: one number, or one a channel.
Value Grower::perChannel(RankedTensorType type, bool scales) {
  if (chance(30))
    return splat(type, scales ? factor() : number());
  Value channels = constant({type.getShape().back()}, scales);
  Value empty = tensor::EmptyOp::create(b, type.getShape(), b.getF32Type());
  auto others = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank() - 1));
  return linalg::BroadcastOp::create(b, channels, empty, others)->getResult(0);
}

ActivationAttr Grower::activation() {
  MLIRContext *context = b.getContext();
  switch (pick(0, 5)) {
  case 0:
    return ActivationAttr::get(context, ActivationKind::Relu6);
  case 1:
    return ActivationAttr::get(context, ActivationKind::Clip, {-0.5, 1.5});
  case 2:
    return ActivationAttr::get(context, ActivationKind::LeakyRelu, {0.125});
  case 3:
    return ActivationAttr::get(context, ActivationKind::HardSigmoid,
                               {1.0 / 6.0, 0.5});
  case 4:
    return ActivationAttr::get(context, ActivationKind::Sigmoid);
  default:
    return ActivationAttr::get(context, ActivationKind::Relu);
  }
}

/// Arithmetic with a constant on a random side.
Value Grower::binary(Value x) {
  RankedTensorType type = typeOf(x);
  bool left = chance(50);
  int64_t kind = pick(0, 4);
  if (kind == 4)
    return arith::NegFOp::create(b, x);
  if (kind == 3)
    return arith::DivFOp::create(b, x, splat(type, divisor()));
  Value k = perChannel(type, /*scales=*/kind == 2);
  Value lhs = left ? x : k, rhs = left ? k : x;
  if (kind == 0)
    return arith::AddFOp::create(b, lhs, rhs);
  if (kind == 1)
    return arith::SubFOp::create(b, lhs, rhs);
  return arith::MulFOp::create(b, lhs, rhs);
}

Value Grower::batchNorm(Value x) {
  Value scaled = arith::MulFOp::create(b, x, perChannel(typeOf(x), true));
  return arith::AddFOp::create(b, scaled, perChannel(typeOf(x), false));
}

/// An activation in its parts.
Value Grower::disguised(Value x) {
  RankedTensorType type = typeOf(x);
  auto get = [&](ActivationKind kind) {
    return ActivationAttr::get(b.getContext(), kind);
  };
  switch (pick(0, 3)) {
  case 0: {
    Value low = arith::MaximumFOp::create(b, x, splat(type, -0.25));
    return arith::MinimumFOp::create(b, splat(type, 1.25), low);
  }
  case 1: {
    Value gate = ActivateOp::create(b, x, get(ActivationKind::Sigmoid));
    return arith::MulFOp::create(b, gate, x);
  }
  default: {
    Value sum = arith::AddFOp::create(b, x, splat(type, 3.0));
    Value gate = ActivateOp::create(b, sum, get(ActivationKind::Relu6));
    if (chance(50))
      gate = arith::MulFOp::create(b, x, gate);
    return arith::DivFOp::create(b, gate, splat(type, 6.0));
  }
  }
}

Value Grower::pad(Value x) {
  SmallVector<int64_t, 4> shape(typeOf(x).getShape());
  SmallVector<OpFoldResult, 4> low, high;
  for (int64_t dim = 0; dim < 4; ++dim) {
    bool spatial = dim == 1 || dim == 2;
    int64_t before = spatial ? pick(0, 1) : 0, after = spatial ? pick(0, 2) : 0;
    shape[dim] += before + after;
    low.push_back(b.getIndexAttr(before));
    high.push_back(b.getIndexAttr(after));
  }
  Value zero = arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f));
  return tensor::PadOp::create(b, RankedTensorType::get(shape, b.getF32Type()),
                               x, low, high, zero);
}

/// A convolution, depthwise or not, whose window fits into its padded input.
Value Grower::layer(Value x) {
  int64_t channels = typeOf(x).getDimSize(3);
  int64_t window[2], strides[2], dilations[2], pads[4] = {0, 0, 0, 0};
  bool padded = chance(50);
  for (int i : {0, 1}) {
    int64_t size = typeOf(x).getDimSize(1 + i);
    window[i] = size >= 3 ? 2 * pick(0, 1) + 1 : 1;
    strides[i] = pick(1, 2);
    dilations[i] = size >= 5 ? pick(1, 2) : 1;
    if (padded)
      for (int side : {i, 2 + i})
        pads[side] = pick(0, 2);
  }
  auto none = ActivationAttr::get(b.getContext(), ActivationKind::None);
  ActivationAttr act = chance(25) ? activation() : none;
  bool biased = chance(50);
  if (chance(40)) {
    Value filter = constant({window[0], window[1], channels});
    return DepthwiseConv2DOp::create(b, x, filter,
                                     biased ? constant({channels}) : Value(),
                                     strides, pads, dilations, act);
  }
  int64_t groups = channels % 2 == 0 && chance(40) ? 2 : 1;
  int64_t filters = groups * pick(1, 3);
  Value filter = constant({window[0], window[1], channels / groups, filters});
  return Conv2DOp::create(b, x, filter, biased ? constant({filters}) : Value(),
                          strides, pads, dilations, groups, act);
}

/// Arithmetic on the rows as one dimension.
Value Grower::reshaped(Value x) {
  SmallVector<ReassociationIndices> rows = {{0, 1}, {2}, {3}};
  Value flat = tensor::CollapseShapeOp::create(b, x, rows);
  Value result = chance(50) ? batchNorm(flat) : binary(flat);
  return tensor::ExpandShapeOp::create(b, typeOf(x), result, rows);
}

/// A fully connected layer on each pixel.
Value Grower::matmul(Value x) {
  SmallVector<ReassociationIndices> pixels = {{0, 1, 2}, {3}};
  SmallVector<int64_t> shape(typeOf(x).getShape());
  Value flat = tensor::CollapseShapeOp::create(b, x, pixels);
  int64_t outputs = pick(1, 4);
  Value filter = constant({shape.back(), outputs});
  auto type = RankedTensorType::get({typeOf(flat).getDimSize(0), outputs},
                                    b.getF32Type());
  Value init = chance(50) ? splat(type, 0.0) : perChannel(type, false);
  Value result =
      linalg::MatmulOp::create(b, ValueRange{flat, filter}, ValueRange{init})
          .getResult(0);
  if (chance(50))
    result = binary(result);
  shape.back() = outputs;
  return tensor::ExpandShapeOp::create(
      b, RankedTensorType::get(shape, b.getF32Type()), result, pixels);
}

Value Grower::pool(Value x) {
  int64_t window[2], strides[2], pads[4] = {0, 0, 0, 0};
  const int64_t dilations[2] = {1, 1};
  for (int i : {0, 1}) {
    window[i] = pick(1, std::min<int64_t>(3, typeOf(x).getDimSize(1 + i)));
    strides[i] = pick(1, 2);
    pads[i] = pick(0, window[i] - 1);
    pads[2 + i] = pick(0, window[i] - 1);
  }
  PoolKind kind = chance(50) ? PoolKind::Max : PoolKind::Sum;
  return Pool2DOp::create(b, kind, x, window, strides, pads, dilations);
}

/// Each channel times a number made from it, as in a squeeze-and-excite.
Value Grower::gated(Value x) {
  Value gate = GlobalPoolOp::create(b, PoolKind::Max, x);
  return ScaleOp::create(b, x, gate);
}

Value Grower::step(Value x) {
  switch (pick(0, 13)) {
  case 12:
    return pool(x);
  case 13:
    return gated(x);
  case 10:
    return reshaped(x);
  case 11:
    return matmul(x);
  case 0:
    return ActivateOp::create(b, x, activation());
  case 1:
    return disguised(x);
  case 2:
    return typeOf(x).getDimSize(1) < 12 ? pad(x) : layer(x);
  case 3:
    return batchNorm(x);
  case 4:
  case 5:
    return binary(x);
  case 6:
    for (Value other : values)
      if (other != x && other.getType() == x.getType())
        return arith::AddFOp::create(b, x, other);
    return layer(x);
  default:
    return layer(x);
  }
}

OwningOpRef<ModuleOp> Grower::grow() {
  OwningOpRef<ModuleOp> module = ModuleOp::create(b.getLoc());
  b.setInsertionPointToStart(module->getBody());
  auto input = RankedTensorType::get(
      {pick(1, 2), pick(3, 8), pick(3, 8), 2 * pick(1, 2)}, b.getF32Type());
  auto function =
      func::FuncOp::create(b, "main", b.getFunctionType({input}, {}));
  b.setInsertionPointToStart(function.addEntryBlock());
  values.push_back(function.getArgument(0));
  for (int64_t i = 0, steps = pick(4, 14); i < steps; ++i) {
    // Mostly on from the newest value, at times from an older one.
    Value x = chance(75) ? values.back() : values[pick(0, values.size() - 1)];
    values.push_back(step(x));
  }
  SmallVector<Value> results;
  for (Value value : values)
    if (value.use_empty())
      results.push_back(value);
  func::ReturnOp::create(b, results);
  function.setType(b.getFunctionType({input}, TypeRange(ValueRange(results))));
  return module;
}

OwningOpRef<ModuleOp> test::buildRandomNetwork(MLIRContext *context,
                                               unsigned seed) {
  return Grower(context, seed).grow();
}
