//===- FoldTransposes.cpp - inputs read as the caller has them --*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block with a padded window copies its input row by row into a buffer that
// has the padding. It may as well copy from a transposed one:
//
//   linalg.transpose ins(%x : memref<1x3x224x224xf32>)
//                    outs(%t : memref<1x224x224x3xf32>)
//   lf.fused_block ins(%t, …) { lf.conv2d … pads [1, 1, 1, 1] }
//
// becomes
//
//   %t = memref.reinterpret_cast %x … to memref<1x224x224x3xf32,
//                                        strided<[150528, 224, 1, 50176]>>
//   lf.fused_block ins(%t, …) { lf.conv2d … pads [1, 1, 1, 1] }
//
// An input that has left the caches then comes from memory once, and no buffer
// is written in between.
//
//===----------------------------------------------------------------------===//

#include "TileBlocks/Stages.h"

#include "LayerFusion/Conversion/Passes.h"
#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::lf {
#define GEN_PASS_DEF_FOLDTRANSPOSESPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

/// Whether `buffer` is an input of its function: nothing writes to those.
static bool isInput(Value buffer) {
  auto argument = dyn_cast<BlockArgument>(buffer);
  auto function =
      dyn_cast<func::FuncOp>(buffer.getParentBlock()->getParentOp());
  auto inputs = function ? function->getAttrOfType<ArrayAttr>(attrs::inputs)
                         : ArrayAttr();
  return argument && inputs && argument.getArgNumber() < inputs.size();
}

/// Whether `block` does nothing with `operand` but copy its rows, one at a
/// time.
static bool copiesRows(FusedBlockOp block, OpOperand &operand) {
  if (operand.getOperandNumber() >= block.getInputs().size() ||
      block.getScheduleOrDefault().getStructure() != LoopStructure::RowSliding)
    return false;
  Value inside = block.getBody().getArgument(operand.getOperandNumber());
  SmallVector<Stage> stages = getStages(block);
  return inside.hasOneUse() && !stages.empty() && !stages.front().head &&
         stages.front().tail.empty() && stages.front().result == inside;
}

/// The block that alone reads what `op` makes, as its input; null if there is
/// none.
static OpOperand *findReader(linalg::TransposeOp op) {
  Value result = op.getInit();
  if (!result.getDefiningOp<memref::AllocOp>())
    return nullptr;
  OpOperand *reader = nullptr;
  for (OpOperand &use : result.getUses()) {
    if (use.getOwner() == op)
      continue;
    auto block = dyn_cast<FusedBlockOp>(use.getOwner());
    if (reader || !block || !copiesRows(block, use))
      return nullptr;
    reader = &use;
  }
  return reader;
}

/// `source` with its dimensions in the order of `permutation`, in place.
static Value permute(OpBuilder &builder, Location loc, Value source,
                     ArrayRef<int64_t> permutation) {
  auto type = cast<MemRefType>(source.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  SmallVector<int64_t> sizes, steps;
  for (int64_t dim : permutation) {
    sizes.push_back(type.getDimSize(dim));
    steps.push_back(strides[dim]);
  }
  auto layout = StridedLayoutAttr::get(builder.getContext(), offset, steps);
  auto view = MemRefType::get(sizes, type.getElementType(), layout,
                              type.getMemorySpace());
  return memref::ReinterpretCastOp::create(builder, loc, view, source, offset,
                                           sizes, steps);
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct FoldTransposesPass
    : lf::impl::FoldTransposesPassBase<FoldTransposesPass> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<linalg::TransposeOp> ops;
    getOperation()->walk([&](linalg::TransposeOp op) {
      if (op.hasPureBufferSemantics() && isInput(op.getInput()))
        ops.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::TransposeOp op : ops) {
      OpOperand *reader = findReader(op);
      if (!reader)
        continue;
      rewriter.setInsertionPoint(op);
      Value view =
          permute(rewriter, op.getLoc(), op.getInput(), op.getPermutation());
      rewriter.modifyOpInPlace(reader->getOwner(),
                               [&]() { reader->set(view); });
      auto alloc = op.getInit().getDefiningOp<memref::AllocOp>();
      rewriter.eraseOp(op);
      rewriter.eraseOp(alloc);
    }
  }
};

} // namespace
