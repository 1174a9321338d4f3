//===- Cost.cpp - what a chain of layers costs ------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Seconds from operations and bytes: for each layer those of its arithmetic and
// of its transfers over each boundary, of which the longest hides most of the
// others; then shared by as many threads as the schedule can use.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Cost.h"

#include "LayerFusion/Schedule/RegisterTile.h"

#include "BlockModel.h"
#include "Generator.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

namespace {

/// The operations of a layer or pooling, and the seconds for them on one core.
struct Work {
  double flops = 0, recomputed = 0, seconds = 0;
};

} // namespace

/// The cycles of all vectors of `type`, of which one takes `each`.
static double getVectorCycles(RankedTensorType type, double each,
                              const Target &target) {
  double bytes = type.getNumElements() * type.getElementTypeBitWidth() / 8.0;
  return bytes / std::min(target.vectorBytes, target.fmaBytesPerCycle) * each;
}

/// The cycles of all rows of layer `index`, in tiles as `schedule` says, if
/// each was computed once.
static double getCycles(const Chain &chain, size_t index,
                        const TileShape &rowShape, ScheduleAttr schedule,
                        const Target &target) {
  LayerOpInterface layer = chain.layers[index];
  RankedTensorType type = layer.getResultType();
  if (layer.isElementwise() && index > 0)
    return getVectorCycles(type, generator::cyclesInPlace, target);
  TileShape shape = rowShape;
  double pieces = double(type.getDimSize(0)) * type.getDimSize(1) *
                  type.getDimSize(2) / shape.width;
  if (auto conv = dyn_cast<Conv2DOp>(layer.getOperation()))
    pieces *= conv.getGroups();
  // Sums over blocks of channels are loaded and stored with each block, after a
  // pass that starts and before one that finishes them.
  double inPlace = 0;
  if (schedule.getStructure() == LoopStructure::ChannelBlocked &&
      schedule.getChannelBlock() > 0) {
    FailureOr<BlockedChannels> channels = getBlockedChannels(chain.layers);
    if (succeeded(channels) && channels->consumer == index) {
      int64_t blocks =
          llvm::divideCeil(channels->count, schedule.getChannelBlock());
      shape.terms = llvm::divideCeil(shape.terms, blocks);
      pieces *= blocks;
      inPlace =
          getVectorCycles(type, blocks + 2 * generator::cyclesOfPass, target);
    }
  }
  return pieces * getTileCycles(shape, schedule.getTiles()[index], target) +
         inPlace;
}

static SmallVector<Work> getWork(const Chain &chain, ScheduleAttr schedule,
                                 const Target &target) {
  SmallVector<int64_t> rows = countRows(chain, schedule.getRowBand());
  SmallVector<int64_t> needed = countRows(chain, 0);
  SmallVector<TileShape> shapes = getTileShapes(chain, schedule);
  double rate = getCyclesPerSecond(target);
  SmallVector<Work> works;
  for (auto [index, layer] : llvm::enumerate(chain.layers)) {
    LayerOpInterface op = layer;
    double height = op.getResultType().getDimSize(1);
    double perRow = op.getFlops() / height;
    Work work;
    work.flops = perRow * rows[index + 1];
    work.recomputed = perRow * (rows[index + 1] - needed[index + 1]);
    work.seconds = getCycles(chain, index, shapes[index], schedule, target) *
                   rows[index + 1] / height / rate;
    works.push_back(work);
  }
  for (Operation *pool : chain.pools) {
    auto type = cast<RankedTensorType>(pool->getOperand(0).getType());
    Work work;
    work.flops = type.getNumElements();
    work.seconds =
        getVectorCycles(type, generator::cyclesOfPass, target) / rate;
    works.push_back(work);
  }
  return works;
}

//===----------------------------------------------------------------------===//
// One schedule
//===----------------------------------------------------------------------===//

/// The seconds of a layer, of which arithmetic and transfers overlap.
static double getSeconds(const Work &work, const BoundaryBytes &bytes,
                         const Target &target) {
  double longest = work.seconds, sum = work.seconds;
  for (unsigned i = 0; i < numBoundaries; ++i) {
    double seconds = bytes.get(i) / target.bytesPerSecond[i];
    longest = std::max(longest, seconds);
    sum += seconds;
  }
  return longest + generator::unhiddenShare * (sum - longest);
}

Cost lf::estimateCost(const Chain &chain, ScheduleAttr schedule,
                      const Target &target, StartState start) {
  schedule = addRegisterTiles(chain, schedule, target);
  Traffic traffic = getTraffic(chain, schedule, target, start);
  SmallVector<Work> works = getWork(chain, schedule, target);
  Cost cost;
  cost.schedule = schedule;
  double flops = 0, recomputed = 0;
  for (auto [work, part] : llvm::zip_equal(works, traffic.parts)) {
    flops += work.flops;
    recomputed += work.recomputed;
    cost.seconds += getSeconds(work, part, target);
  }
  cost.flops = static_cast<int64_t>(flops);
  cost.recomputedFlops = static_cast<int64_t>(recomputed);
  for (unsigned i = 0; i < numBoundaries; ++i)
    cost.bytes[i] =
        static_cast<int64_t>(traffic.getFills(i) + traffic.getWriteBacks(i));
  // Images and bands are independent; the last round may leave threads idle.
  BlockModel block = getBlockModel(chain, schedule);
  int64_t pieces = block.images * block.bands;
  int64_t rounds = llvm::divideCeil(pieces, target.threads);
  cost.parallelism = double(pieces) / rounds;
  cost.seconds = cost.seconds / cost.parallelism + generator::secondsPerBlock;
  return cost;
}

//===----------------------------------------------------------------------===//
// The best schedule
//===----------------------------------------------------------------------===//

/// Bands worth trying: all rows, and a few bands for each thread.
static SmallVector<int64_t> getBands(int64_t rows, const Target &target) {
  SmallVector<int64_t> bands = {0};
  for (int64_t pieces : {1, 2, 4, 8}) {
    int64_t band = llvm::divideCeil(rows, pieces * target.threads);
    if (band < rows && !llvm::is_contained(bands, band))
      bands.push_back(band);
  }
  return bands;
}

/// Blocks of channels worth trying: all, and powers of two of whole panels.
static SmallVector<int64_t> getBlocks(int64_t channels, int64_t panel) {
  SmallVector<int64_t> blocks = {0};
  for (int64_t block = panel; block < channels; block *= 2)
    blocks.push_back(block);
  return blocks;
}

static SmallVector<ScheduleAttr> getSchedules(const Chain &chain,
                                              const Target &target) {
  MLIRContext *context = chain.yielded.front().getContext();
  SmallVector<int64_t> bands = getBands(countRows(chain, 0).back(), target);
  // Blocks of channels and, unless all rows are computed at once, bands are not
  // what tiles depend on.
  auto rowByRow = addRegisterTiles(
      chain, ScheduleAttr::get(context, LoopStructure::RowSliding), target);
  ArrayRef<RegisterTileAttr> tiles = rowByRow.getTiles();
  SmallVector<ScheduleAttr> schedules;
  auto add = [&](LoopStructure structure, int64_t band, int64_t block = 0) {
    auto schedule = ScheduleAttr::get(context, structure, band, block);
    schedules.push_back(structure == LoopStructure::WholeTile
                            ? addRegisterTiles(chain, schedule, target)
                            : schedule.withTiles(tiles));
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
  int64_t panel = tiles[channels->producer.value_or(0)].getPanel();
  SmallVector<int64_t> blocks = getBlocks(channels->count, panel);
  for (int64_t band : hasPieces ? ArrayRef<int64_t>() : ArrayRef(bands))
    for (int64_t block : blocks)
      add(LoopStructure::ChannelBlocked, band, block);
  // Rows are made in blocks for layers that read them soon and no longer.
  bool hasReader = llvm::any_of(chain.layers, [](LayerOpInterface layer) {
    return layer.isChannelwise() && !layer.isElementwise();
  });
  if (hasReader && channels->producer)
    for (int64_t band : ArrayRef(bands).take_front(target.threads > 1 ? 2 : 1))
      for (int64_t block : ArrayRef(blocks).drop_front())
        add(LoopStructure::RowSliding, band, block);
  return schedules;
}

Cost lf::estimateCost(const Chain &chain, const Target &target) {
  std::optional<Cost> best;
  for (ScheduleAttr schedule : getSchedules(chain, target)) {
    Cost cost = estimateCost(chain, schedule, target);
    // The first of equals: simple schedules come first.
    if (!best || cost.seconds < best->seconds)
      best = cost;
  }
  return *best;
}
