//===- Layers.cpp - a network as a list of layers ---------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts are of the layers as they stand in the IR: a batch norm not yet folded
// into its convolution shows as element-wise ops of its own.
//
//===----------------------------------------------------------------------===//

#include "Layers.h"

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::lf::python;

//===----------------------------------------------------------------------===//
// Which ops are layers
//===----------------------------------------------------------------------===//

/// Whether the op only repeats, moves or views what it is given.
static bool movesOnly(Operation *op) {
  return isa<linalg::FillOp, linalg::BroadcastOp, linalg::TransposeOp,
             linalg::CopyOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
             tensor::CastOp>(op);
}

static bool isLayer(Operation *op) {
  // A block is its layers.
  if (op->getNumResults() == 0 || isa<lf::FusedBlockOp>(op) ||
      !isa<RankedTensorType>(op->getResult(0).getType()) ||
      op->hasTrait<OpTrait::ConstantLike>() || movesOnly(op))
    return false;
  return isa<tensor::ConcatOp, tensor::PadOp, linalg::LinalgOp>(op) ||
         isa<lf::LFDialect, arith::ArithDialect, math::MathDialect>(
             op->getDialect());
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

/// The value that a block's body sees as `value`.
static Value lookOutside(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return value;
  auto block = dyn_cast<lf::FusedBlockOp>(argument.getOwner()->getParentOp());
  return block ? block.getInputs()[argument.getArgNumber()] : value;
}

/// The constant that a value is, perhaps after being moved or viewed.
static Operation *findConstant(Value value) {
  value = lookOutside(value);
  while (Operation *op = value.getDefiningOp()) {
    if (op->hasTrait<OpTrait::ConstantLike>())
      return op;
    if (!movesOnly(op))
      return nullptr;
    value = op->getOperand(0);
  }
  return nullptr;
}

/// Whether all elements are equal: the 6 of a clamp, the zero of a padding.
static bool isSplat(Operation *constant) {
  Attribute value;
  if (!matchPattern(constant, m_Constant(&value)))
    return false;
  auto elements = dyn_cast<DenseElementsAttr>(value);
  return elements && elements.isSplat();
}

static int64_t countElements(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() ? type.getNumElements() : 0;
}

/// The elements of constants that no layer before has used.
static int64_t countParameters(Operation *op, bool isLF,
                               llvm::SmallPtrSetImpl<Operation *> &seen) {
  int64_t count = 0;
  for (Value operand : op->getOperands()) {
    Operation *constant = findConstant(operand);
    if (!constant || (!isLF && isSplat(constant)))
      continue;
    if (seen.insert(constant).second)
      count += countElements(constant->getResult(0));
  }
  return count;
}

//===----------------------------------------------------------------------===//
// Multiply-accumulates
//===----------------------------------------------------------------------===//

/// Those of a window of `filter` at each of the elements of `output`, where
/// all but the filter's last dimension are summed over (`KH x KW x C x F`).
static int64_t countConv(Value output, Value filter) {
  auto type = cast<RankedTensorType>(filter.getType());
  return countElements(output) *
         (type.getNumElements() / type.getShape().back());
}

static int64_t countBottleneck(lf::BottleneckOp op) {
  auto output = cast<RankedTensorType>(op.getResult().getType()).getShape();
  int64_t pixelsOut = output[0] * output[1] * output[2];
  auto input = cast<RankedTensorType>(op.getInput().getType()).getShape();
  int64_t pixelsIn = input[0] * input[1] * input[2];
  return pixelsIn * countElements(op.getExpand()) +
         pixelsOut * countElements(op.getDepthwise()) +
         pixelsOut * countElements(op.getProject());
}

/// The loop trips of a contraction: two inputs, multiplied and added up.
static int64_t countContraction(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() != 2 || op.getNumReductionLoops() == 0)
    return 0;
  bool multiplies = false, adds = false;
  op.getBlock()->walk([&](Operation *inner) {
    multiplies |= isa<arith::MulFOp>(inner);
    adds |= isa<arith::AddFOp>(inner);
  });
  if (!multiplies || !adds)
    return 0;
  int64_t trips = 1;
  for (int64_t range : op.getStaticLoopRanges())
    trips *= ShapedType::isDynamic(range) ? 0 : range;
  return trips;
}

static int64_t countMACs(Operation *op) {
  return llvm::TypeSwitch<Operation *, int64_t>(op)
      .Case([](lf::Conv2DOp conv) {
        return countConv(conv.getResult(), conv.getFilter());
      })
      .Case([](lf::DepthwiseConv2DOp conv) {
        return countConv(conv.getResult(), conv.getFilter());
      })
      .Case([](lf::BottleneckOp op) { return countBottleneck(op); })
      .Case([](linalg::LinalgOp op) { return countContraction(op); })
      .Default(int64_t(0));
}

//===----------------------------------------------------------------------===//
// Listing
//===----------------------------------------------------------------------===//

static Shape getShape(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type ? type.getShape().vec() : Shape();
}

/// The outermost name in a location: what the model calls the node.
static std::string getName(Location loc) {
  std::string name;
  loc->walk([&](Location part) {
    auto named = dyn_cast<NameLoc>(part);
    if (!named)
      return WalkResult::advance();
    name = named.getName().str();
    return WalkResult::interrupt();
  });
  return name;
}

static std::optional<Shape> getFilter(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Shape>>(op)
      .Case<lf::Conv2DOp, lf::DepthwiseConv2DOp>(
          [](auto conv) { return getShape(conv.getFilter()); })
      .Case([](lf::BottleneckOp op) { return getShape(op.getDepthwise()); })
      .Case([](linalg::LinalgOp op) -> std::optional<Shape> {
        if (op.getNumDpsInputs() != 2 || op.getNumReductionLoops() == 0 ||
            !findConstant(op->getOperand(1)))
          return std::nullopt;
        return getShape(op->getOperand(1));
      })
      .Default(std::nullopt);
}

static Layer describeLayer(Operation *op,
                           llvm::SmallPtrSetImpl<Operation *> &seen) {
  bool isLF = isa<lf::LFDialect>(op->getDialect());
  Layer layer;
  layer.name = getName(op->getLoc());
  layer.op = op->getName().getStringRef().str();
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  for (OpOperand &operand : op->getOpOperands())
    if (isa<RankedTensorType>(operand.get().getType()) &&
        !(structured && structured.isDpsInit(&operand)) &&
        !findConstant(operand.get()))
      layer.inputs.push_back(getShape(operand.get()));
  layer.filter = getFilter(op);
  layer.output = getShape(op->getResult(0));
  layer.macs = countMACs(op);
  layer.parameters = countParameters(op, isLF, seen);
  return layer;
}

std::vector<Layer> lf::python::listLayers(ModuleOp module) {
  std::vector<Layer> layers;
  llvm::SmallPtrSet<Operation *, 16> seen;
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isLayer(op))
      layers.push_back(describeLayer(op, seen));
    // The scalars inside a structured op are no layers.
    return isa<linalg::LinalgOp, tensor::PadOp>(op) ? WalkResult::skip()
                                                    : WalkResult::advance();
  });
  return layers;
}
