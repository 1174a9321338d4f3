//===- TileShape.cpp - layers as their register tiles see them --*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a chain of layers under a schedule to the pieces that --lf-tile-blocks
// has computed at once, and to their register tiles.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/RegisterTile.h"

#include "BandRows.h"
#include "WinogradWork.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

static TileKind getTileKind(LayerOpInterface layer) {
  if (!layer.isChannelwise())
    return TileKind::Conv;
  if (isa<DepthwiseConv2DOp>(layer.getOperation()))
    return TileKind::Depthwise;
  if (auto pool = dyn_cast<Pool2DOp>(layer.getOperation()))
    return pool.getKind() == PoolKind::Max ? TileKind::Max : TileKind::Sum;
  return TileKind::Elementwise;
}

TileShape lf::getTileShape(LayerOpInterface layer, int64_t rows) {
  RankedTensorType result = layer.getResultType();
  Window window = layer.getWindow();
  TileShape shape;
  shape.kind = getTileKind(layer);
  shape.width = result.getDimSize(2);
  // What reads just the place it writes knows no ends of rows.
  if (window.isPointwise() && window.strides == std::array<int64_t, 2>{1, 1})
    shape.width *= rows;
  shape.channels = result.getDimSize(3);
  shape.kernel = window.kernel;
  shape.strideX = window.getStride(Axis::Width);
  shape.elementBytes =
      llvm::divideCeil(result.getElementTypeBitWidth(), int64_t(8));
  shape.terms = window.kernel[0] * window.kernel[1];
  if (auto conv = dyn_cast<Conv2DOp>(layer.getOperation())) {
    shape.channels /= conv.getGroups();
    shape.terms *= layer.getInputType().getDimSize(3) / conv.getGroups();
    shape.packed = conv.getGroups() == 1;
  }
  return shape;
}

/// Whether the rows that layer `index` makes lie in memory without gaps: what
/// comes after it, elementwise layers aside, needs no padding.
static bool hasJoinedRows(const Chain &chain, size_t index) {
  for (LayerOpInterface layer : ArrayRef(chain.layers).drop_front(index + 1))
    if (!layer.isElementwise())
      return !layer.getWindow().hasPadding();
  return true;
}

/// Makes `shape` that of the products by which Winograd's algorithm computes
/// `rows` rows of `layer` at once.
static void setProducts(TileShape &shape, LayerOpInterface layer,
                        AlgorithmAttr algorithm, int64_t rows) {
  shape.kernel = {1, 1};
  shape.terms = layer.getInputType().getDimSize(3);
  shape.products =
      getPointProducts(algorithm, rows, layer.getResultType().getDimSize(2));
  shape.width = 0;
  for (const PointProducts &products : shape.products)
    shape.width = std::max(shape.width, products.tiles);
}

/// Whether another layer than `index` that has sums has an activation, too.
static bool otherIsActivated(const Chain &chain, size_t index) {
  for (auto [other, layer] : llvm::enumerate(chain.layers)) {
    LayerOpInterface op = layer;
    if (other != index && !op.isElementwise() && !op.getActivation().isNone())
      return true;
  }
  return false;
}

SmallVector<TileShape> lf::getTileShapes(const Chain &chain,
                                         ScheduleAttr schedule) {
  SmallVector<TileShape> shapes;
  std::optional<unsigned> producer;
  if (schedule.getChannelBlock() > 0)
    if (auto channels = getBlockedChannels(chain.layers); succeeded(channels))
      producer = channels->producer;
  for (auto [index, layer] : llvm::enumerate(chain.layers)) {
    LayerOpInterface op = layer;
    int64_t rows = 1;
    // Of the last layer, and of those before it at least as many.
    if (schedule.getStructure() == LoopStructure::WholeTile &&
        hasJoinedRows(chain, index))
      rows = schedule.getRowBand() ? schedule.getRowBand()
                                   : op.getResultType().getDimSize(1);
    TileShape shape = getTileShape(layer, rows);
    if (AlgorithmAttr algorithm = schedule.getAlgorithm(index);
        algorithm.isWinograd())
      setProducts(shape, op, algorithm, getRowsAtOnce(chain, schedule, index));
    if (schedule.getParallel() == ParallelDim::Channels)
      shape.threads = schedule.getThreads();
    if (producer == index && schedule.getChannelBlock() < shape.channels)
      shape.block = schedule.getChannelBlock();
    shape.kept = otherIsActivated(chain, index) ? 1 : 0;
    shapes.push_back(shape);
  }
  return shapes;
}

ScheduleAttr lf::addRegisterTiles(const Chain &chain, ScheduleAttr schedule,
                                  const Target &target) {
  if (!schedule.getTiles().empty())
    return schedule;
  SmallVector<RegisterTileAttr> tiles;
  for (const TileShape &shape : getTileShapes(chain, schedule))
    tiles.push_back(chooseRegisterTile(schedule.getContext(), shape, target));
  return schedule.withTiles(tiles);
}
