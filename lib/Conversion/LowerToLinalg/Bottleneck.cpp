//===- Bottleneck.cpp - the inverted residual as layers ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An lf.bottleneck becomes its layers, which then are lowered.
//
//===----------------------------------------------------------------------===//

#include "PopulatePatterns.h"

#include "LayerFusion/Transforms/Layers.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

struct ExpandBottleneck : OpRewritePattern<BottleneckOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(BottleneckOp op,
                                PatternRewriter &rewriter) const override {
    expandBottleneck(rewriter, op);
    return success();
  }
};

} // namespace

void lf::populateBottleneckPatterns(RewritePatternSet &patterns) {
  patterns.add<ExpandBottleneck>(patterns.getContext());
}
