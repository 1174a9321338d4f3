//===- WeightedLayer.cpp - a layer as its weights see it --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads and replaces the weights of convolutions and matrix products. Changed
// weights are new constants of the one layer: others that share the old ones
// keep them.
//
//===----------------------------------------------------------------------===//

#include "WeightedLayer.h"

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Transforms/Transforms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::lf;

std::optional<WeightedLayer> WeightedLayer::get(Operation *op) {
  // Every layer takes its filter as the second operand.
  if (!isa_and_present<Conv2DOp, DepthwiseConv2DOp, linalg::MatmulOp>(op) ||
      op->getNumResults() != 1)
    return std::nullopt;
  auto filter = dyn_cast<RankedTensorType>(op->getOperand(1).getType());
  auto result = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!filter || !result || !filter.hasStaticShape() ||
      !result.hasStaticShape() || !filter.getElementType().isF32() ||
      !result.getElementType().isF32())
    return std::nullopt;

  WeightedLayer layer;
  layer.op = op;
  layer.outputs = filter.getShape().back();
  if (auto conv = dyn_cast<Conv2DOp>(op)) {
    layer.groups = conv.getGroups();
    layer.groupInputs = filter.getDimSize(2);
  } else if (isa<DepthwiseConv2DOp>(op)) {
    layer.groups = layer.outputs;
  } else {
    auto matmul = cast<linalg::MatmulOp>(op);
    if (matmul.hasUserDefinedMaps() || filter.getRank() != 2)
      return std::nullopt;
    layer.groupInputs = filter.getDimSize(0);
  }
  int64_t perTap = layer.groupInputs * layer.outputs;
  if (perTap == 0)
    return std::nullopt;
  layer.taps = filter.getNumElements() / perTap;
  return layer;
}

//===----------------------------------------------------------------------===//
// Properties
//===----------------------------------------------------------------------===//

bool WeightedLayer::hasActivation() const {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case<Conv2DOp, DepthwiseConv2DOp>(
          [](auto conv) { return !conv.getActivation().isNone(); })
      .Default(false);
}

/// Whether a window of `conv` starts before its input or ends behind it. In 128
/// bits, since strides and pads are the user's.
template <typename ConvOp> static bool coversPadding(ConvOp conv) {
  auto input = cast<RankedTensorType>(conv.getInput().getType());
  auto filter = cast<RankedTensorType>(conv.getFilter().getType());
  auto result = cast<RankedTensorType>(conv.getResult().getType());
  for (int i : {0, 1}) {
    __int128 before = conv.getPads()[i];
    __int128 lastStart =
        __int128(result.getDimSize(1 + i) - 1) * conv.getStrides()[i] - before;
    __int128 lastEnd =
        lastStart + __int128(filter.getDimSize(i) - 1) * conv.getDilations()[i];
    if (before > 0 || lastEnd >= input.getDimSize(1 + i))
      return true;
  }
  return false;
}

bool WeightedLayer::readsPadding() const {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case<Conv2DOp, DepthwiseConv2DOp>(
          [](auto conv) { return coversPadding(conv); })
      .Default(false);
}

bool WeightedLayer::hasBias() const {
  if (isa<linalg::MatmulOp>(op)) {
    std::optional<double> init = getUniformConstant(op->getOperand(2));
    return !init || *init != 0.0;
  }
  return op->getNumOperands() == 3;
}

std::optional<std::vector<double>> WeightedLayer::getBias() const {
  if (!hasBias())
    return std::vector<double>(outputs, 0.0);
  return getChannelConstant(op->getOperand(2), outputs);
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

std::optional<std::vector<float>> lf::roundFinite(ArrayRef<double> values) {
  std::vector<float> rounded(values.begin(), values.end());
  if (!llvm::all_of(rounded, [](float v) { return std::isfinite(v); }))
    return std::nullopt;
  return rounded;
}

template <typename Fn> void WeightedLayer::forEachWeight(Fn fn) const {
  int64_t groupOutputs = outputs / groups, index = 0;
  for (int64_t t = 0; t < taps; ++t)
    for (int64_t c = 0; c < groupInputs; ++c)
      for (int64_t g = 0; g < groups; ++g)
        for (int64_t f = 0; f < groupOutputs; ++f)
          fn(index++, g * groupInputs + c, g * groupOutputs + f);
}

std::optional<std::vector<float>>
WeightedLayer::scaleFilter(ArrayRef<double> inputScale,
                           ArrayRef<double> outputScale) const {
  std::optional<FloatConstant> filter = FloatConstant::get(op->getOperand(1));
  if (!filter)
    return std::nullopt;
  ArrayRef<float> values = filter->getValues();
  std::vector<float> scaled(values.size());
  bool finite = true;
  forEachWeight([&](int64_t i, int64_t c, int64_t f) {
    double product = values[i];
    if (!inputScale.empty())
      product *= inputScale[c];
    if (!outputScale.empty())
      product *= outputScale[f];
    scaled[i] = static_cast<float>(product);
    finite &= std::isfinite(scaled[i]);
  });
  if (!finite)
    return std::nullopt;
  return scaled;
}

std::optional<std::vector<double>>
WeightedLayer::apply(ArrayRef<double> values) const {
  std::optional<FloatConstant> filter = FloatConstant::get(op->getOperand(1));
  if (!filter)
    return std::nullopt;
  ArrayRef<float> weights = filter->getValues();
  std::vector<double> sums(outputs, 0.0);
  forEachWeight([&](int64_t i, int64_t c, int64_t f) {
    sums[f] += weights[i] * values[c];
  });
  return sums;
}

//===----------------------------------------------------------------------===//
// New weights
//===----------------------------------------------------------------------===//

/// The name of the resource that `value` is, so that the constant made of it is
/// still recognised; else `fallback`.
static std::string getResourceName(Value value, StringRef fallback) {
  DenseResourceElementsAttr resource;
  if (matchPattern(value, m_Constant(&resource)))
    return resource.getRawHandle().getKey().str();
  return fallback.str();
}

void WeightedLayer::setWeights(RewriterBase &rewriter,
                               std::optional<std::vector<float>> filter,
                               std::optional<std::vector<float>> bias) const {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  if (filter) {
    Value old = op->getOperand(1);
    Value changed = createFloatConstant(
        rewriter, old.getLoc(), cast<RankedTensorType>(old.getType()),
        std::move(*filter), getResourceName(old, "filter"));
    rewriter.modifyOpInPlace(op, [&]() { op->setOperand(1, changed); });
  }
  if (bias)
    setBias(rewriter, std::move(*bias));
}

void WeightedLayer::setBias(RewriterBase &rewriter,
                            std::vector<float> &&bias) const {
  bool isZero = llvm::all_of(bias, [](float v) { return v == 0.0f; });
  if (isZero && !hasBias())
    return;
  std::string name = "bias";
  if (op->getNumOperands() == 3)
    name = getResourceName(op->getOperand(2), name);
  Location loc = op->getLoc();
  auto type = RankedTensorType::get({outputs}, rewriter.getF32Type());
  Value constant =
      createFloatConstant(rewriter, loc, type, std::move(bias), name);
  rewriter.modifyOpInPlace(op, [&]() {
    llvm::TypeSwitch<Operation *>(op)
        .Case<Conv2DOp, DepthwiseConv2DOp>(
            [&](auto conv) { conv.getBiasMutable().assign(constant); })
        .Case([&](linalg::MatmulOp matmul) {
          auto result = cast<RankedTensorType>(getResult().getType());
          Value empty = tensor::EmptyOp::create(
              rewriter, loc, result.getShape(), result.getElementType());
          auto rows = linalg::BroadcastOp::create(rewriter, loc, constant,
                                                  empty, ArrayRef<int64_t>{0});
          matmul.getOutputsMutable().assign(rows->getResult(0));
        });
  });
}
