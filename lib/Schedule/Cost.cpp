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

#include "BandRows.h"
#include "BlockModel.h"
#include "Candidates.h"
#include "Generator.h"
#include "WinogradWork.h"

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

/// The same of Winograd's algorithm: each band has the same tiles, also where
/// it has fewer rows than others.
static Work getWinogradWork(const Chain &chain, size_t index,
                            const TileShape &shape, ScheduleAttr schedule,
                            const Target &target) {
  LayerOpInterface layer = chain.layers[index];
  AlgorithmAttr algorithm = schedule.getAlgorithm(index);
  int64_t height = getLastType(chain).getDimSize(1);
  int64_t band = schedule.getRowBand() ? schedule.getRowBand() : height;
  double bands = llvm::divideCeil(height, band);
  int64_t rows = getRowsOfBand(chain, band, index + 1);
  double cycles = getTileCycles(shape, schedule.getTiles()[index], target) +
                  getTransformCycles(layer, algorithm, rows, target);
  double once =
      getFlopsAtOnce(layer, algorithm, layer.getResultType().getDimSize(1));
  Work work;
  work.flops = bands * getFlopsAtOnce(layer, algorithm, rows);
  work.recomputed = std::max(0.0, work.flops - once);
  work.seconds = layer.getResultType().getDimSize(0) * bands * cycles /
                 getCyclesPerSecond(target);
  return work;
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
    if (schedule.getAlgorithm(index).isWinograd()) {
      works.push_back(
          getWinogradWork(chain, index, shapes[index], schedule, target));
      continue;
    }
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

/// The seconds of a layer, of which arithmetic and transfers overlap, but for
/// those that are exposed.
static double getSeconds(const Work &work, const BoundaryBytes &bytes,
                         const Target &target) {
  double longest = work.seconds, sum = work.seconds, exposed = 0;
  for (unsigned i = 0; i < numBoundaries; ++i) {
    double rate = target.bytesPerSecond[i];
    double alone = bytes.exposed[i] * generator::exposedShare[i];
    double seconds = (bytes.get(i) - alone) / rate;
    longest = std::max(longest, seconds);
    sum += seconds;
    exposed += alone / rate;
  }
  return longest + generator::unhiddenShare * (sum - longest) + exposed;
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

Cost lf::estimateCost(const Chain &chain, const Target &target,
                      const ScheduleLimits &limits) {
  std::optional<Cost> best;
  for (ScheduleAttr schedule : getSchedules(chain, target, limits)) {
    Cost cost = estimateCost(chain, schedule, target);
    // The first of equals: simple schedules come first.
    if (!best || cost.seconds < best->seconds)
      best = cost;
  }
  return *best;
}
