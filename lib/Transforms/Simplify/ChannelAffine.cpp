//===- ChannelAffine.cpp - arithmetic on channels ---------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads element-wise arithmetic with constants as one function of each channel,
// in double:
//
//   %s = linalg.broadcast ins(%scales : tensor<C>) ... dimensions = [0, 1, 2]
//   %1 = arith.mulf %x, %s                       ==> scale = scales, shift = 0
//   %2 = arith.subf %one, %x                     ==> scale = -1,     shift = 1
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/Constants.h"
#include "LayerFusion/Transforms/Transforms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static double toDouble(APFloat value) {
  bool losesInfo;
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToDouble();
}

/// The value before reshapes and before being spread by a broadcast.
static Value lookThroughSpreading(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, linalg::BroadcastOp,
            linalg::FillOp>(op))
      value = op->getOperand(0);
    else
      break;
  }
  return value;
}

std::optional<double> lf::getUniformConstant(Value value) {
  Attribute attr;
  if (!matchPattern(lookThroughSpreading(value), m_Constant(&attr)))
    return std::nullopt;
  if (auto scalar = dyn_cast<FloatAttr>(attr))
    return toDouble(scalar.getValue());
  auto elements = dyn_cast<SplatElementsAttr>(attr);
  if (!elements || !isa<FloatType>(elements.getElementType()))
    return std::nullopt;
  return toDouble(elements.getSplatValue<APFloat>());
}

/// The constant before reshapes, which keep the order of the elements.
static std::optional<FloatConstant> getReshapedConstant(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
      break;
    value = op->getOperand(0);
  }
  return FloatConstant::get(value);
}

std::optional<std::vector<double>> lf::getChannelConstant(Value value,
                                                          int64_t channels) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.hasStaticShape() || !type.getElementType().isF32() ||
      type.getRank() == 0 || type.getShape().back() != channels ||
      channels == 0)
    return std::nullopt;
  if (std::optional<double> uniform = getUniformConstant(value))
    return std::vector<double>(channels, *uniform);

  // Past the broadcast, a number a channel must be all there is.
  if (auto broadcast = value.getDefiningOp<linalg::BroadcastOp>()) {
    if (llvm::is_contained(broadcast.getDimensions(), type.getRank() - 1))
      return std::nullopt;
    value = broadcast.getInput();
  }
  std::optional<FloatConstant> constant = getReshapedConstant(value);
  if (!constant)
    return std::nullopt;
  ArrayRef<float> values = constant->getValues();
  for (size_t i = channels; i < values.size(); ++i)
    if (values[i] != values[i - channels])
      return std::nullopt;
  return std::vector<double>(values.begin(), values.begin() + channels);
}

//===----------------------------------------------------------------------===//
// ChannelAffine
//===----------------------------------------------------------------------===//

bool ChannelAffine::hasScale() const {
  return llvm::any_of(scale, [](double s) { return s != 1.0; });
}

bool ChannelAffine::hasShift() const {
  return llvm::any_of(shift, [](double t) { return t != 0.0; });
}

ChannelAffine ChannelAffine::after(const ChannelAffine &inner) const {
  ChannelAffine both = inner;
  for (size_t c = 0; c < scale.size(); ++c) {
    both.scale[c] *= scale[c];
    both.shift[c] = both.shift[c] * scale[c] + shift[c];
  }
  return both;
}

/// The scale and shift of one channel whose operand is `left` or right of the
/// constant `k`.
static std::pair<double, double> getScaleAndShift(Operation *op, double k,
                                                  bool left) {
  return llvm::TypeSwitch<Operation *, std::pair<double, double>>(op)
      .Case([&](arith::AddFOp) { return std::pair(1.0, k); })
      .Case([&](arith::SubFOp) {
        return left ? std::pair(1.0, -k) : std::pair(-1.0, k);
      })
      .Case([&](arith::MulFOp) { return std::pair(k, 0.0); })
      .Case([&](arith::DivFOp) { return std::pair(1.0 / k, 0.0); });
}

std::optional<ChannelAffine> lf::getChannelAffine(Operation *op) {
  if (!isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
           arith::NegFOp>(op))
    return std::nullopt;
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || !type.hasStaticShape() || type.getRank() == 0 ||
      !type.getElementType().isF32())
    return std::nullopt;
  int64_t channels = type.getShape().back();
  if (isa<arith::NegFOp>(op))
    return ChannelAffine{op->getOperand(0), std::vector(channels, -1.0),
                         std::vector(channels, 0.0)};

  bool left = true;
  auto constant = getChannelConstant(op->getOperand(1), channels);
  if (!constant && !isa<arith::DivFOp>(op)) {
    left = false;
    constant = getChannelConstant(op->getOperand(0), channels);
  }
  if (!constant)
    return std::nullopt;
  ChannelAffine result{op->getOperand(left ? 0 : 1), {}, {}};
  for (double k : *constant) {
    auto [scale, shift] = getScaleAndShift(op, k, left);
    // An infinite divisor makes a finite scale, and is none to calculate with.
    if (!std::isfinite(k) || !std::isfinite(scale))
      return std::nullopt;
    result.scale.push_back(scale);
    result.shift.push_back(shift);
  }
  return result;
}
