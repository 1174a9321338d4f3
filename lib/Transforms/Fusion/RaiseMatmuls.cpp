//===- RaiseMatmuls.cpp - matrix products as layers -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A fully connected layer is a 1x1 convolution over an image of one row, with a
// column for each row of the matrix:
//
//   %0 = linalg.matmul ins(%a, %b)          %x = tensor.expand_shape %a
//       outs(%bias)                   ==>   %0 = lf.conv2d %x, %b' bias %bias
//   %y = lf.activate %0 relu                    activation relu
//                                           %y = tensor.collapse_shape %0
//
// The sums have the same terms in the same order.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Transforms/Layers.h"
#include "LayerFusion/Transforms/Transforms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::lf;

/// How a matrix of rows and columns lies in a tensor of rank 4.
static SmallVector<ReassociationIndices> getRowsAndColumns() {
  return {{0, 1, 2}, {3}};
}

static RankedTensorType getImageType(RankedTensorType matrix) {
  return RankedTensorType::get(
      {1, 1, matrix.getDimSize(0), matrix.getDimSize(1)},
      matrix.getElementType());
}

/// `matrix` as 1 x 1 x rows x columns. A constant keeps its data.
static Value asImage(RewriterBase &rewriter, Location loc, Value matrix) {
  RankedTensorType type =
      getImageType(cast<RankedTensorType>(matrix.getType()));
  Attribute attr;
  if (matchPattern(matrix, m_Constant(&attr))) {
    if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr))
      return arith::ConstantOp::create(
          rewriter, matrix.getLoc(),
          DenseResourceElementsAttr::get(type, resource.getRawHandle()));
    if (auto dense = dyn_cast<DenseElementsAttr>(attr))
      return arith::ConstantOp::create(rewriter, matrix.getLoc(),
                                       dense.reshape(type));
  }
  // The product before this one was an image.
  if (auto collapse = matrix.getDefiningOp<tensor::CollapseShapeOp>())
    if (collapse.getSrcType() == type)
      return collapse.getSrc();
  return tensor::ExpandShapeOp::create(rewriter, loc, type, matrix,
                                       getRowsAndColumns());
}

/// The bias that a product starts from: nothing for zeros. None if it starts
/// from something else.
static FailureOr<Value> getBias(linalg::MatmulOp op) {
  Value init = op.getOutputs()[0];
  if (auto broadcast = init.getDefiningOp<linalg::BroadcastOp>())
    if (broadcast.getDimensions() == ArrayRef<int64_t>{0})
      return broadcast.getInput();
  std::optional<double> number = getUniformConstant(init);
  if (number && *number == 0.0 && !std::signbit(*number))
    return Value();
  return failure();
}

/// Whether all of `op` are floats of one type and static shape, in the order
/// and size that a convolution wants.
static bool isPlainProduct(linalg::MatmulOp op) {
  if (op.hasUserDefinedMaps() || op->getNumResults() != 1)
    return false;
  Type element = getElementTypeOrSelf(op->getResultTypes()[0]);
  auto isMatrix = [&](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.hasStaticShape() &&
           !llvm::is_contained(tensor.getShape(), 0) &&
           tensor.getElementType() == element && !tensor.getEncoding();
  };
  if (!isa<FloatType>(element) ||
      !llvm::all_of(op->getOperandTypes(), isMatrix))
    return false;
  // The limits of lf.conv2d.
  constexpr int64_t maxElements = int64_t(1) << 40;
  ArrayRef<int64_t> shape =
      cast<ShapedType>(op->getResultTypes()[0]).getShape();
  return shape[0] <= std::numeric_limits<int32_t>::max() &&
         shape[0] <= maxElements / shape[1];
}

/// Erases what makes `value` and all before it that nobody reads.
static void eraseDead(RewriterBase &rewriter, Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || !isOpTriviallyDead(op))
    return;
  SmallVector<Value> operands(op->getOperands());
  rewriter.eraseOp(op);
  for (Value operand : operands)
    eraseDead(rewriter, operand);
}

static void raise(RewriterBase &rewriter, linalg::MatmulOp op, Value bias) {
  auto activation =
      ActivationAttr::get(rewriter.getContext(), ActivationKind::None);
  Operation *last = op;
  if (op->hasOneUse())
    if (auto activate = dyn_cast<ActivateOp>(*op->user_begin())) {
      activation = activate.getActivation();
      last = activate;
    }
  rewriter.setInsertionPoint(op);
  Location loc = op.getLoc();
  const int64_t ones[] = {1, 1}, zeros[] = {0, 0, 0, 0};
  Value image = asImage(rewriter, loc, op.getInputs()[0]);
  Value filter = asImage(rewriter, loc, op.getInputs()[1]);
  Value conv = Conv2DOp::create(rewriter, loc, image, filter, bias, ones, zeros,
                                ones, /*groups=*/1, activation);
  Value result = tensor::CollapseShapeOp::create(
      rewriter, loc, cast<RankedTensorType>(op->getResultTypes()[0]), conv,
      getRowsAndColumns());
  SmallVector<Value> operands(op->getOperands());
  rewriter.replaceOp(last, result);
  if (last != op)
    rewriter.eraseOp(op);
  for (Value operand : operands)
    eraseDead(rewriter, operand);
}

void lf::raiseMatmuls(RewriterBase &rewriter, Block &block) {
  for (auto op : llvm::make_early_inc_range(block.getOps<linalg::MatmulOp>())) {
    FailureOr<Value> bias = failure();
    if (isPlainProduct(op))
      bias = getBias(op);
    if (succeeded(bias))
      raise(rewriter, op, *bias);
  }
}
