//===- TileBlocks.cpp - blocks to loops over tiles --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass: each block on memrefs becomes the loops its schedule asks for.
//
//===----------------------------------------------------------------------===//

#include "BlockLoops.h"
#include "Stages.h"

#include "LayerFusion/Conversion/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

#define DEBUG_TYPE "lf-tile-blocks"

namespace mlir::lf {
#define GEN_PASS_DEF_TILEBLOCKSPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

static int64_t getBytes(RankedTensorType type) {
  return type.getNumElements() *
         llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

/// The bytes of what is computed and used within `block` alone, were it whole
/// tensors. Elementwise layers are counted as computed in place.
static int64_t getIntermediateBytes(FusedBlockOp block) {
  int64_t bytes = 0;
  OperandRange yielded = block.getYield().getValues();
  for (const Stage &stage : getStages(block))
    if (stage.result.getDefiningOp() &&
        !llvm::is_contained(yielded, stage.result))
      bytes += getBytes(stage.getType());
  return bytes;
}

static void report(FusedBlockOp block, int64_t bytes) {
  remark::analysis(block.getLoc(),
                   remark::RemarkOpts::name("block").category(DEBUG_TYPE))
      << remark::metric("structure",
                        stringifyLoopStructure(
                            block.getScheduleOrDefault().getStructure()))
      << remark::metric("rowBufferBytes", bytes)
      << remark::metric("intermediateBytes", getIntermediateBytes(block));
}

/// Writes the loops of the block's schedule and returns the bytes of memory
/// that rows between the layers take.
static int64_t writeLoops(ImplicitLocOpBuilder &b, FusedBlockOp block) {
  switch (block.getScheduleOrDefault().getStructure()) {
  case LoopStructure::RowSliding:
    return writeRowSliding(b, block);
  case LoopStructure::ChannelBlocked:
    return writeChannelBlocked(b, block);
  case LoopStructure::WholeTile:
    return writeWholeTile(b, block);
  }
  return 0;
}

/// A layer that Winograd's algorithm computes has a register tile and a
/// transformed filter.
static LogicalResult verifyFilters(FusedBlockOp block) {
  ScheduleAttr schedule = block.getScheduleOrDefault();
  for (auto [index, layer] : llvm::enumerate(block.getLayers())) {
    if (!schedule.getAlgorithm(index).isWinograd())
      continue;
    if (schedule.getTiles().empty())
      return block.emitOpError() << "has a layer to be computed by winograd, "
                                    "and no register tiles";
    auto filter = cast<BlockArgument>(layer->getOperand(1));
    if (!block.getPacking(filter.getArgNumber()))
      return block.emitOpError()
             << "layer " << index
             << " is to be computed by winograd, and its filter (operand "
             << filter.getArgNumber()
             << ") is not transformed: it must be a constant for no other use, "
                "and --lf-pack-filters run before";
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct TileBlocksPass : lf::impl::TileBlocksPassBase<TileBlocksPass> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<FusedBlockOp> blocks;
    getOperation()->walk([&](FusedBlockOp block) {
      if (!block.hasTensors())
        blocks.push_back(block);
    });
    IRRewriter rewriter(&getContext());
    for (FusedBlockOp block : blocks) {
      if (failed(verifyFilters(block)))
        return signalPassFailure();
      rewriter.setInsertionPoint(block);
      ImplicitLocOpBuilder b(block.getLoc(), rewriter);
      report(block, writeLoops(b, block));
      rewriter.eraseOp(block);
    }
  }
};

} // namespace
