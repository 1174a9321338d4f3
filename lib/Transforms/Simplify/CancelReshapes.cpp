//===- CancelReshapes.cpp - moves of data that cancel -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ops that only move data stand between layers and what folds into them. Where
// two cancel, or one does nothing, they go:
//
//   transpose(transpose(x))            ==> x, or one transpose
//   transpose of equal numbers         ==> the constant in the other shape
//   collapse_shape(expand_shape(x))    ==> x, or one of the two
//   pad(pad(x)) with the same value    ==> one pad
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Transforms/Transforms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

/// A splat in another order is a splat.
struct TransposeOfSplat : OpRewritePattern<linalg::TransposeOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(linalg::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    SplatElementsAttr splat;
    auto type = dyn_cast<RankedTensorType>(op.getInit().getType());
    if (!type || !type.hasStaticShape() ||
        !matchPattern(op.getInput(), m_Constant(&splat)))
      return rewriter.notifyMatchFailure(op, "no splat of static shape");
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(
        op, cast<TypedAttr>(splat.resizeSplat(type)));
    return success();
  }
};

} // namespace

void lf::populateCancelReshapesPatterns(RewritePatternSet &patterns) {
  MLIRContext *context = patterns.getContext();
  patterns.add<TransposeOfSplat>(context);
  // Upstream knows the others.
  linalg::TransposeOp::getCanonicalizationPatterns(patterns, context);
  tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, context);
  tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, context);
  tensor::PadOp::getCanonicalizationPatterns(patterns, context);
}
