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

#include "BlockModel.h"
#include "Generator.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// How full the vectors are in which sums for `channels` channels are formed.
static double getVectorUse(int64_t channels) {
  int64_t time = 0, left = channels;
  for (int64_t width = generator::longestVector; width > 0; width /= 2) {
    time += left / width * std::max(width, generator::shortVector);
    left %= width;
  }
  return double(channels) / time;
}

/// The share of the peak that the layer's inner loops reach, `channels` of its
/// result at a time.
static double getEfficiency(LayerOpInterface layer, int64_t channels) {
  if (!layer.isChannelwise())
    return generator::denseEfficiency * getVectorUse(channels);
  return isa<DepthwiseConv2DOp>(layer.getOperation())
             ? generator::depthwiseEfficiency
             : generator::elementwiseEfficiency;
}

/// How many channels of the result of layer `index` are made at a time.
static int64_t getChannelsAtATime(const Chain &chain, size_t index,
                                  ScheduleAttr schedule) {
  LayerOpInterface layer = chain.layers[index];
  int64_t all = layer.getResultType().getDimSize(3);
  if (auto conv = dyn_cast<Conv2DOp>(layer.getOperation()))
    all /= conv.getGroups();
  if (schedule.getChannelBlock() == 0)
    return all;
  FailureOr<BlockedChannels> channels = getBlockedChannels(chain.layers);
  bool isBlocked = succeeded(channels) && channels->producer == index;
  return isBlocked ? std::min(all, schedule.getChannelBlock()) : all;
}

namespace {

/// The operations of a layer or pooling, and the seconds for them on one core.
struct Work {
  double flops = 0, recomputed = 0, seconds = 0;
};

} // namespace

static SmallVector<Work> getWork(const Chain &chain, ScheduleAttr schedule,
                                 const Target &target) {
  SmallVector<int64_t> rows = countRows(chain, schedule.getRowBand());
  SmallVector<int64_t> needed = countRows(chain, 0);
  SmallVector<Work> works;
  for (auto [index, layer] : llvm::enumerate(chain.layers)) {
    LayerOpInterface op = layer;
    double perRow = double(op.getFlops()) / op.getResultType().getDimSize(1);
    Work work;
    work.flops = perRow * rows[index + 1];
    work.recomputed = perRow * (rows[index + 1] - needed[index + 1]);
    int64_t channels = getChannelsAtATime(chain, index, schedule);
    work.seconds =
        work.flops / (target.flopsPerSecond * getEfficiency(op, channels));
    works.push_back(work);
  }
  for (Operation *pool : chain.pools) {
    Work work;
    work.flops =
        cast<RankedTensorType>(pool->getOperand(0).getType()).getNumElements();
    work.seconds =
        work.flops / (target.flopsPerSecond * generator::elementwiseEfficiency);
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

/// Blocks of channels worth trying: all, and powers of two of whole vectors.
static SmallVector<int64_t> getBlocks(int64_t channels, int64_t lanes) {
  SmallVector<int64_t> blocks = {0};
  for (int64_t block = lanes; block < channels; block *= 2)
    blocks.push_back(block);
  return blocks;
}

static SmallVector<ScheduleAttr> getSchedules(const Chain &chain,
                                              const Target &target) {
  MLIRContext *context = chain.yielded.front().getContext();
  SmallVector<ScheduleAttr> schedules;
  int64_t rows = countRows(chain, 0).back();
  SmallVector<int64_t> bands = getBands(rows, target);
  for (int64_t band : bands)
    schedules.push_back(
        ScheduleAttr::get(context, LoopStructure::RowSliding, band));
  FailureOr<BlockedChannels> channels = getBlockedChannels(chain.layers);
  if (failed(channels))
    return schedules;
  auto type = cast<RankedTensorType>(chain.yielded.front().getType());
  int64_t lanes = std::max<int64_t>(1, target.vectorBytes * 8 /
                                           type.getElementTypeBitWidth());
  for (int64_t band : bands)
    for (int64_t block : getBlocks(channels->count, lanes))
      schedules.push_back(ScheduleAttr::get(
          context, LoopStructure::ChannelBlocked, band, block));
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
