//===- Candidates.cpp - schedules worth trying ------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Candidates.h"

#include "BandRows.h"
#include "WinogradWork.h"

#include "LayerFusion/Dialect/LF/Winograd.h"
#include "LayerFusion/Schedule/RegisterTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Direct algorithms
//===----------------------------------------------------------------------===//

/// The smallest divisor of `rows` that is at least `band`, or, if that is all,
/// `band`.
static int64_t getEvenBand(int64_t rows, int64_t band) {
  int64_t divisor = band;
  while (rows % divisor != 0)
    ++divisor;
  return divisor < rows ? divisor : band;
}

/// Bands worth trying: all rows, and a few bands for each thread. If the last
/// one is smaller, none knows its number of pixels when it is compiled, and
/// what tiles leave over is computed pixel by pixel: up to 12% of the time.
static SmallVector<int64_t> getBands(int64_t rows, const Target &target) {
  SmallVector<int64_t> bands = {0};
  for (int64_t pieces : {1, 2, 4, 8}) {
    int64_t band =
        getEvenBand(rows, llvm::divideCeil(rows, pieces * target.threads));
    if (band < rows && !llvm::is_contained(bands, band))
      bands.push_back(band);
  }
  return bands;
}

/// Blocks of channels worth trying: powers of two of `least`.
static SmallVector<int64_t> getBlocks(int64_t channels, int64_t least) {
  SmallVector<int64_t> blocks;
  for (int64_t block = least; block < channels; block *= 2)
    blocks.push_back(block);
  return blocks;
}

/// Schedules without Winograd's algorithm.
static SmallVector<ScheduleAttr> getDirectSchedules(const Chain &chain,
                                                    const Target &target) {
  MLIRContext *context = chain.yielded.front().getContext();
  SmallVector<int64_t> bands = getBands(countRows(chain, 0).back(), target);
  SmallVector<ScheduleAttr> schedules;
  auto add = [&](LoopStructure structure, int64_t band, int64_t block = 0) {
    schedules.push_back(addRegisterTiles(
        chain, ScheduleAttr::get(context, structure, band, block), target));
  };
  for (int64_t band : bands)
    add(LoopStructure::RowSliding, band);
  for (int64_t band : bands)
    add(LoopStructure::WholeTile, band);
  FailureOr<BlockedChannels> channels = getBlockedChannels(chain.layers);
  if (failed(channels))
    return schedules;
  // Of a filter of several places a block would be many small pieces, each read
  // in a loop of its own: 3x3 layers of 512 channels take 35% longer in blocks
  // of 16 than without, those of 256 in blocks of 64 8%.
  bool hasPieces = false;
  if (channels->consumer) {
    LayerOpInterface consumer = chain.layers[*channels->consumer];
    hasPieces = !consumer.getWindow().isPointwise();
  }
  int64_t producer = channels->producer.value_or(0);
  ArrayRef<RegisterTileAttr> tiles = schedules.front().getTiles();
  SmallVector<int64_t> blocks =
      getBlocks(channels->count, tiles[producer].getPanel());
  for (int64_t band : hasPieces ? ArrayRef<int64_t>() : ArrayRef(bands)) {
    add(LoopStructure::ChannelBlocked, band);
    for (int64_t block : blocks)
      add(LoopStructure::ChannelBlocked, band, block);
  }
  // Rows are made in blocks for layers that read them soon and no longer: of
  // few channels they are still in L1.
  bool hasReader = llvm::any_of(chain.layers, [](LayerOpInterface layer) {
    return layer.isChannelwise() && !layer.isElementwise();
  });
  if (!hasReader || !channels->producer)
    return schedules;
  int64_t lanes = getLanes(getTileShape(chain.layers[producer]), target);
  for (int64_t block : getBlocks(channels->count, lanes))
    if (!llvm::is_contained(blocks, block))
      blocks.push_back(block);
  for (int64_t band : ArrayRef(bands).take_front(target.threads > 1 ? 2 : 1))
    for (int64_t block : blocks)
      add(LoopStructure::RowSliding, band, block);
  return schedules;
}

//===----------------------------------------------------------------------===//
// Winograd's algorithm
//===----------------------------------------------------------------------===//

/// What `value` of a chain is outside of the block, if it comes from there.
static Value getOutside(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return value;
  auto block = dyn_cast<FusedBlockOp>(argument.getOwner()->getParentOp());
  if (!block || argument.getArgNumber() >= block.getInputs().size())
    return value;
  return block.getInputs()[argument.getArgNumber()];
}

/// Whether `value` is a constant whose elements are there to be transformed,
/// and of that type: not packed yet.
static bool isConstantOfType(Value value, Type type) {
  auto constant = value.getDefiningOp<arith::ConstantOp>();
  if (!constant || value.getType() != type)
    return false;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(constant.getValue()))
    return resource.getRawHandle().getBlob() != nullptr;
  return isa<DenseElementsAttr>(constant.getValue());
}

bool lf::canBeWinograd(const Chain &chain, size_t index) {
  LayerOpInterface layer = chain.layers[index];
  if (!isWinogradLayer(layer))
    return false;
  Value filter = layer->getOperand(1);
  int64_t uses = 0;
  auto countUses = [&](Operation *op) {
    uses += llvm::count(op->getOperands(), filter);
  };
  llvm::for_each(chain.layers, countUses);
  llvm::for_each(chain.pools, countUses);
  return uses == 1 && isConstantOfType(getOutside(filter), filter.getType());
}

int64_t lf::getFilterGrowth(const Chain &chain, ScheduleAttr schedule) {
  int64_t bytes = 0;
  for (auto [index, layer] : llvm::enumerate(chain.layers))
    bytes += getFilterGrowth(layer, schedule.getAlgorithm(index));
  return bytes;
}

/// Winograd's algorithm with tiles of `tile` for all layers of `chain` that it
/// can compute; what is left of rows and columns is a smaller tile.
static SmallVector<AlgorithmAttr> getAlgorithms(const Chain &chain,
                                                int64_t tile) {
  MLIRContext *context = chain.yielded.front().getContext();
  SmallVector<AlgorithmAttr> algorithms;
  for (auto [index, layer] : llvm::enumerate(chain.layers)) {
    LayerOpInterface op = layer;
    if (!canBeWinograd(chain, index)) {
      algorithms.push_back(AlgorithmAttr::get(context, AlgorithmKind::Direct));
      continue;
    }
    ArrayRef<int64_t> shape = op.getResultType().getShape();
    algorithms.push_back(
        AlgorithmAttr::get(context, AlgorithmKind::Winograd, tile,
                           std::max(shape[1] % tile, shape[2] % tile)));
  }
  return algorithms;
}

/// Bands of whole tiles worth trying: all rows, and a few of those that
/// together have no more rows of tiles.
static SmallVector<int64_t> getBandsOfTiles(int64_t rows, int64_t tile) {
  constexpr size_t most = 4;
  SmallVector<int64_t> bands = {0};
  for (int64_t band = tile; band < rows && bands.size() < most; band *= 2)
    if (llvm::alignTo(rows, band) == llvm::alignTo(rows, tile))
      bands.push_back(band);
  return bands;
}

SmallVector<ScheduleAttr> lf::getSchedules(const Chain &chain,
                                           const Target &target,
                                           const ScheduleLimits &limits) {
  SmallVector<ScheduleAttr> schedules = getDirectSchedules(chain, target);
  bool hasCandidate = false;
  for (size_t index = 0; index < chain.layers.size(); ++index)
    hasCandidate |= canBeWinograd(chain, index);
  if (!hasCandidate || limits.algorithms == AlgorithmChoice::Direct)
    return schedules;
  int64_t rows = getLastType(chain).getDimSize(1);
  for (int64_t tile : {2, 4}) {
    SmallVector<AlgorithmAttr> algorithms = getAlgorithms(chain, tile);
    for (int64_t band : getBandsOfTiles(rows, tile)) {
      auto schedule = ScheduleAttr::get(
          chain.yielded.front().getContext(), LoopStructure::WholeTile, band,
          /*channel_block=*/0, /*tiles=*/{}, /*threads=*/1, ParallelDim::Rows,
          algorithms);
      if (getFilterGrowth(chain, schedule) <= limits.filterGrowth)
        schedules.push_back(addRegisterTiles(chain, schedule, target));
    }
  }
  return schedules;
}
