//===- VectorizeTiles.cpp - tiles to loops over vectors ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass: each lf.tile becomes loops around a patch of results that stays in
// registers from its start value to its epilogue.
//
//===----------------------------------------------------------------------===//

#include "TileLoops.h"

#include "LayerFusion/Conversion/Passes.h"
#include "LayerFusion/Schedule/RegisterTile.h"
#include "LayerFusion/Schedule/Target.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::lf {
#define GEN_PASS_DEF_VECTORIZETILESPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

/// Replaces `op`, whose register tile is `tile`.
static void writeLoops(RewriterBase &rewriter, TileOp op, RegisterTileAttr tile,
                       int64_t registers) {
  rewriter.setInsertionPoint(op);
  ImplicitLocOpBuilder b(op.getLoc(), rewriter);
  TileLoops loops(b, op, tile);
  switch (op.getKind()) {
  case TileKind::Conv:
    writeConv(loops);
    break;
  case TileKind::Elementwise:
    writeElementwise(loops);
    break;
  default:
    writeChannelwise(loops, registers);
    break;
  }
  rewriter.eraseOp(op);
}

/// The same for the transforms of Winograd's algorithm.
static void writeTransform(RewriterBase &rewriter, Operation *op,
                           int64_t vectorBytes) {
  rewriter.setInsertionPoint(op);
  ImplicitLocOpBuilder b(op->getLoc(), rewriter);
  if (auto input = dyn_cast<WinogradInputOp>(op))
    writeWinogradInput(b, input, vectorBytes);
  else
    writeWinogradOutput(b, cast<WinogradOutputOp>(op), vectorBytes);
  rewriter.eraseOp(op);
}

/// The layer as the model of register tiles sees it.
static TileShape getShape(TileOp op) {
  MemRefType output = op.getOutputType();
  Window window = op.getWindow();
  TileShape shape;
  shape.kind = op.getKind();
  shape.width = output.getDimSize(1);
  shape.channels = output.getDimSize(2) / op.getGroups();
  shape.kernel = window.kernel;
  shape.strideX = window.getStride(Axis::Width);
  shape.elementBytes = output.getElementTypeBitWidth() / 8;
  if (op.getKind() == TileKind::Conv)
    shape.terms = window.kernel[0] * window.kernel[1] *
                  (op.getSourceType().getDimSize(2) / op.getGroups());
  return shape;
}

/// The op's register tile, or the best one.
static RegisterTileAttr getTile(TileOp op, const Target &target) {
  if (RegisterTileAttr tile = op.getRegisterTileAttr())
    return tile;
  return chooseRegisterTile(op.getContext(), getShape(op), target);
}

/// Whether there are vectors of the op's elements, and multiply-adds of them.
static bool hasVectors(TileOp op) {
  Type type = op.getOutputType().getElementType();
  return type.isF32() || type.isF64();
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct VectorizeTilesPass
    : lf::impl::VectorizeTilesPassBase<VectorizeTilesPass> {
  using Base::Base;

  void runOnOperation() override {
    Target target = Target::get(getOperation());
    SmallVector<TileOp> tiles;
    SmallVector<Operation *> transforms;
    getOperation()->walk([&](Operation *op) {
      if (auto tile = dyn_cast<TileOp>(op); tile && hasVectors(tile))
        tiles.push_back(tile);
      if (isa<WinogradInputOp, WinogradOutputOp>(op))
        transforms.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (TileOp op : tiles)
      writeLoops(rewriter, op, getTile(op, target), target.vectorRegisters);
    for (Operation *op : transforms)
      writeTransform(rewriter, op, target.vectorBytes);
  }
};

} // namespace
