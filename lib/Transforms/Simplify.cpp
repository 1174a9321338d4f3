//===- Simplify.cpp - fold into layers --------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Applies the patterns of Simplify/ and the canonical forms of the lf dialect:
//
//   %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] ... zeros
//   %0 = lf.conv2d %p, %w
//   %1 = arith.mulf %0, %scale
//   %2 = arith.addf %1, %shift
//   %y = lf.activate %2 relu6
//
// becomes
//
//   %y = lf.conv2d %x, %w' bias %b' pads [1, 1, 1, 1] activation relu6
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Transforms/Passes.h"
#include "LayerFusion/Transforms/Transforms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::lf {
#define GEN_PASS_DEF_SIMPLIFYPASS
#include "LayerFusion/Transforms/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

namespace {

struct SimplifyPass : lf::impl::SimplifyPassBase<SimplifyPass> {
  using Base::Base;

  void runOnOperation() override {
    MLIRContext *context = &getContext();

    // 1. Activations in one piece: a layer before them would take their parts.
    RewritePatternSet raising(context);
    populateRaiseActivationsPatterns(raising);
    populateCancelReshapesPatterns(raising);

    // 2. Everything into the layers.
    RewritePatternSet folding(context);
    populateFoldArithmeticPatterns(folding);
    populateCancelReshapesPatterns(folding);
    ActivateOp::getCanonicalizationPatterns(folding, context);
    Conv2DOp::getCanonicalizationPatterns(folding, context);
    DepthwiseConv2DOp::getCanonicalizationPatterns(folding, context);

    // 3. What is left, into layers without weights.
    RewritePatternSet rest(context);
    populateRaiseLayersPatterns(rest);
    Pool2DOp::getCanonicalizationPatterns(rest, context);

    if (failed(apply(std::move(raising))) ||
        failed(apply(std::move(folding))) || failed(apply(std::move(rest))))
      signalPassFailure();
  }

private:
  /// In the order of the network, so that a layer takes what follows it before
  /// the next one takes what precedes it.
  LogicalResult apply(RewritePatternSet &&patterns) {
    GreedyRewriteConfig config;
    config.setUseTopDownTraversal().setMaxIterations(
        GreedyRewriteConfig::kNoLimit);
    if (succeeded(
            applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      return success();
    return getOperation()->emitError("simplification does not come to an end");
  }
};

} // namespace
