//===- LowerToLinalg.cpp - lf to plain linalg -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass, and what it is put together from:
//
//   %y = lf.conv2d %x, %w bias %b pads [1, 1, 1, 1] activation relu
//
// becomes
//
//   %p = tensor.pad %x (zeros)
//   %i = linalg.broadcast ins(%b)
//   %c = linalg.conv_2d_nhwc_hwcf ins(%p, %w) outs(%i)
//   %y = linalg.generic ins(%c) { max(c, 0) }
//
//===----------------------------------------------------------------------===//

#include "PopulatePatterns.h"

#include "LayerFusion/Conversion/Conversion.h"
#include "LayerFusion/Conversion/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::lf {
#define GEN_PASS_DEF_LOWERTOLINALGPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

void lf::populateLowerToLinalgPatterns(RewritePatternSet &patterns) {
  populateConvPatterns(patterns);
  populateActivationPatterns(patterns);
  populateBlockPatterns(patterns);
  populateBottleneckPatterns(patterns);
  populateTilePatterns(patterns);
}

namespace {

struct LowerToLinalgPass : lf::impl::LowerToLinalgPassBase<LowerToLinalgPass> {
  using Base::Base;

  void runOnOperation() override {
    if (!keepBlocks && failed(checkBlocks()))
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    populateLowerToLinalgPatterns(patterns);
    GreedyRewriteConfig config;
    config.enableFolding(false);
    config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    LogicalResult result = success();
    if (keepBlocks) {
      config.setStrictness(GreedyRewriteStrictness::ExistingAndNewOps);
      result = applyOpPatternsGreedily(collectOutsideBlocks(),
                                       std::move(patterns), config);
    } else {
      result =
          applyPatternsGreedily(getOperation(), std::move(patterns), config);
    }
    if (failed(result)) {
      getOperation()->emitError("the lowering to linalg does not come to an "
                                "end");
      signalPassFailure();
    }
  }

private:
  /// A body on tensors cannot take the place of a block in buffers, nor does it
  /// find the taps of a filter that is transformed.
  LogicalResult checkBlocks() {
    WalkResult walk = getOperation()->walk([](FusedBlockOp block) {
      if (!block.hasTensors()) {
        block.emitOpError("is in buffers already: lf-tile-blocks lowers it");
        return WalkResult::interrupt();
      }
      for (unsigned index = 0; index < block.getInputs().size(); ++index) {
        std::optional<FilterPacking> packing = block.getPacking(index);
        if (!packing || packing->winogradTile == 0)
          continue;
        block.emitOpError()
            << "has a filter that is transformed for winograd (operand "
            << index << "): lf-tile-blocks lowers it";
        return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    return failure(walk.wasInterrupted());
  }

  /// The ops of the dialect that are not blocks, nor in one.
  SmallVector<Operation *> collectOutsideBlocks() {
    SmallVector<Operation *> ops;
    getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<FusedBlockOp>(op))
        return WalkResult::skip();
      if (isa_and_present<LFDialect>(op->getDialect()))
        ops.push_back(op);
      return WalkResult::advance();
    });
    return ops;
  }
};

} // namespace
