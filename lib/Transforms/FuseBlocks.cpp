//===- FuseBlocks.cpp - layers into blocks ----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds chains of layers worth computing as one and makes each a block:
//
//   %0 = lf.depthwise_conv2d %x, %w0      %y = lf.fused_block
//   %y = lf.conv2d %0, %w1                    ins(%in = %x, .. %w0, .. %w1)
//                                             outs(%init) { .. lf.yield %1 }
//
//===----------------------------------------------------------------------===//

#include "Fusion/Remarks.h"

#include "LayerFusion/Transforms/Fusion.h"
#include "LayerFusion/Transforms/Layers.h"
#include "LayerFusion/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#define DEBUG_TYPE "lf-fuse-blocks"

namespace mlir::lf {
#define GEN_PASS_DEF_FUSEBLOCKSPASS
#include "LayerFusion/Transforms/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

/// The blocks of `op`'s regions, at any depth, that may hold layers to fuse:
/// not bodies of lf.fused_block, nor of linalg ops, which compute on scalars.
static SmallVector<Block *> getNetworks(Operation *op) {
  SmallVector<Block *> networks;
  op->walk<WalkOrder::PreOrder>([&](Operation *inner) {
    if (isa<FusedBlockOp, linalg::LinalgOp>(inner))
      return WalkResult::skip();
    for (Region &region : inner->getRegions())
      for (Block &block : region)
        networks.push_back(&block);
    return WalkResult::advance();
  });
  return networks;
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct FuseBlocksPass : lf::impl::FuseBlocksPassBase<FuseBlocksPass> {
  using Base::Base;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    FusionLimits limits;
    limits.maxLayers = maxLayers;
    limits.schedules = {algorithms, maxFilterGrowth};
    for (StringRef kind : kinds)
      if (failed(limits.addKind(kind, [&]() { return function.emitError(); })))
        return signalPassFailure();
    Target target = Target::get(function);
    IRRewriter rewriter(&getContext());
    for (Block *network : getNetworks(function))
      fuse(rewriter, *network, limits, target);
  }

private:
  void fuse(IRRewriter &rewriter, Block &network, const FusionLimits &limits,
            const Target &target) {
    for (auto op : llvm::make_early_inc_range(network.getOps<BottleneckOp>()))
      expandBottleneck(rewriter, op);
    mergePools(rewriter, network);
    raiseMatmuls(rewriter, network);
    RaisedAdds adds = raiseAdds(rewriter, network);
    Partition partition = choosePartition(network, policy, limits, target);
    explainChoice(network, partition, limits, target);
    for (FusedBlockOp block : formBlocks(rewriter, partition))
      reportBlock(block, target, limits.schedules);
    restoreAdds(rewriter, network, adds);
  }
};

} // namespace
