//===- FuseElementwise.cpp - chains of elementwise ops ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   %b = linalg.generic (%a) { exp }            (n, c)
//   %d = linalg.generic (%b, %c) { div }        (n, c)
//
// becomes
//
//   %d = linalg.generic (%a, %c) { exp, div }   (n, c)
//
// Upstream has the rewriting. What is decided here is where: an op that is
// applied in place must not come into loops that visit an element twice, or it
// would be applied twice.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::lf {
#define GEN_PASS_DEF_FUSEELEMENTWISEPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;

static bool isUsedOnce(OpOperand *operand) {
  Operation *producer = operand->get().getDefiningOp();
  return producer && producer->hasOneUse();
}

/// Whether the op only hands on elements, as a broadcast does.
static bool computesNothing(linalg::LinalgOp op) {
  return llvm::hasSingleElement(op.getBlock()->getOperations());
}

static bool shouldFuse(OpOperand *operand) {
  if (!isUsedOnce(operand))
    return false;
  auto producer = operand->get().getDefiningOp<linalg::LinalgOp>();
  auto consumer = dyn_cast<linalg::LinalgOp>(operand->getOwner());
  if (!producer || !consumer)
    return false;
  return computesNothing(producer) ||
         consumer.getMatchingIndexingMap(operand).isPermutation();
}

namespace {

struct FuseElementwisePass
    : lf::impl::FuseElementwisePassBase<FuseElementwisePass> {
  using Base::Base;

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    linalg::populateElementwiseOpsFusionPatterns(patterns, shouldFuse);
    linalg::populateFoldReshapeOpsByExpansionPatterns(patterns, isUsedOnce);
    affine::AffineApplyOp::getCanonicalizationPatterns(patterns, context);
    linalg::GenericOp::getCanonicalizationPatterns(patterns, context);
    tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, context);
    tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, context);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitOpError(
          "fusion of elementwise ops does not come to an end");
      signalPassFailure();
    }
  }
};

} // namespace
