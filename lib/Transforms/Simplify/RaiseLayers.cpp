//===- RaiseLayers.cpp - layers in disguise ---------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layers without weights come as upstream ops. Here they become layers, which
// blocks can hold:
//
//   linalg.pooling_nhwc_max, _sum                ==> lf.pool2d
//   linalg.reduce over rows and columns          ==> lf.global_pool
//   x * linalg.broadcast of a number a channel   ==> lf.scale
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Transforms/Transforms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Matchers.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::lf;

/// Whether `type` is that of activations: N x H x W x C floats.
static bool isActivations(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() == 4 && tensor.hasStaticShape() &&
         !tensor.getEncoding() && isa<FloatType>(tensor.getElementType()) &&
         !llvm::is_contained(tensor.getShape(), 0);
}

/// Whether a pooling of that kind which starts from `init` takes nothing else
/// in. A sum that starts from -0.0 is not that: it keeps the sign of zeros.
static bool isStart(PoolKind kind, Value init) {
  std::optional<double> number = getUniformConstant(init);
  if (!number)
    return false;
  if (kind == PoolKind::Max)
    return *number == -std::numeric_limits<double>::infinity();
  return *number == 0.0 && !std::signbit(*number);
}

//===----------------------------------------------------------------------===//
// Poolings
//===----------------------------------------------------------------------===//

namespace {

/// The padding before it goes into the layer by canonicalization.
template <typename PoolingOp, PoolKind kind>
struct RaisePool2D : OpRewritePattern<PoolingOp> {
  using OpRewritePattern<PoolingOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(PoolingOp op,
                                PatternRewriter &rewriter) const override {
    if (op->getNumResults() != 1 || !isActivations(op->getResultTypes()[0]) ||
        !isActivations(op.getInputs()[0].getType()))
      return rewriter.notifyMatchFailure(op, "not on activations");
    auto input = cast<RankedTensorType>(op.getInputs()[0].getType());
    auto window = cast<RankedTensorType>(op.getInputs()[1].getType());
    auto result = cast<RankedTensorType>(op->getResultTypes()[0]);
    if (!window.hasStaticShape() ||
        input.getElementType() != result.getElementType())
      return rewriter.notifyMatchFailure(op, "several element types");
    if (!isStart(kind, op.getOutputs()[0]))
      return rewriter.notifyMatchFailure(op, "starts from other numbers");
    auto strides =
        llvm::to_vector(op.getStrides().template getValues<int64_t>());
    auto dilations =
        llvm::to_vector(op.getDilations().template getValues<int64_t>());
    const int64_t pads[] = {0, 0, 0, 0};
    rewriter.replaceOpWithNewOp<Pool2DOp>(op, result, kind, op.getInputs()[0],
                                          window.getShape(), strides, pads,
                                          dilations);
    return success();
  }
};

/// What the body of `op` does with two numbers, if it is a pooling.
std::optional<PoolKind> getReduction(linalg::ReduceOp op) {
  Block &body = op.getCombiner().front();
  if (body.getOperations().size() != 2 || body.getNumArguments() != 2)
    return std::nullopt;
  Operation &step = body.front();
  if (step.getNumOperands() != 2 ||
      !llvm::is_contained(step.getOperands(), body.getArgument(0)) ||
      !llvm::is_contained(step.getOperands(), body.getArgument(1)) ||
      body.getTerminator()->getOperand(0).getDefiningOp() != &step)
    return std::nullopt;
  if (isa<arith::AddFOp>(step))
    return PoolKind::Sum;
  if (isa<arith::MaximumFOp>(step))
    return PoolKind::Max;
  return std::nullopt;
}

struct RaiseGlobalPool : OpRewritePattern<linalg::ReduceOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(linalg::ReduceOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getInputs().size() != 1 || op->getNumResults() != 1 ||
        !isActivations(op.getInputs()[0].getType()) ||
        op.getDimensions() != ArrayRef<int64_t>{1, 2})
      return rewriter.notifyMatchFailure(op, "not over rows and columns");
    std::optional<PoolKind> kind = getReduction(op);
    if (!kind || !isStart(*kind, op.getInits()[0]))
      return rewriter.notifyMatchFailure(op, "no maximum or sum of them all");
    rewriter.replaceOpWithNewOp<GlobalPoolOp>(op, op->getResultTypes()[0],
                                              *kind, op.getInputs()[0]);
    return success();
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// Gates
//===----------------------------------------------------------------------===//

namespace {

/// Left alone are numbers known now: they go into weights.
struct RaiseScale : OpRewritePattern<arith::MulFOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(arith::MulFOp op,
                                PatternRewriter &rewriter) const override {
    if (!isActivations(op.getType()))
      return rewriter.notifyMatchFailure(op, "not on activations");
    for (bool left : {true, false}) {
      Value input = left ? op.getLhs() : op.getRhs();
      Value factor = left ? op.getRhs() : op.getLhs();
      auto broadcast = factor.getDefiningOp<linalg::BroadcastOp>();
      if (!broadcast || broadcast.getDimensions() != ArrayRef<int64_t>{1, 2} ||
          matchPattern(broadcast.getInput(), m_Constant()))
        continue;
      rewriter.replaceOpWithNewOp<ScaleOp>(op, op.getType(), input,
                                           broadcast.getInput());
      return success();
    }
    return rewriter.notifyMatchFailure(op,
                                       "no number a channel on either side");
  }
};

} // namespace

void lf::populateRaiseLayersPatterns(RewritePatternSet &patterns) {
  patterns.add<
      RaiseGlobalPool, RaisePool2D<linalg::PoolingNhwcMaxOp, PoolKind::Max>,
      RaisePool2D<linalg::PoolingNhwcSumOp, PoolKind::Sum>, RaiseScale>(
      patterns.getContext());
}
