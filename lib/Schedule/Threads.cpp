//===- Threads.cpp - what threads share -------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Threads.h"

#include "LayerFusion/Dialect/LF/Winograd.h"
#include "LayerFusion/Schedule/Cost.h"
#include "LayerFusion/Schedule/RegisterTile.h"

#include "BandRows.h"
#include "Generator.h"
#include "ThreadWork.h"
#include "WinogradWork.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

bool lf::sharesRowsOfLayers(ScheduleAttr schedule) {
  return schedule.getStructure() == LoopStructure::WholeTile &&
         schedule.getRowBand() == 0 &&
         schedule.getParallel() == ParallelDim::Rows;
}

bool lf::isRowForRow(LayerOpInterface layer) {
  Window window = layer.getWindow();
  return window.getExtent(Axis::Height) == 1 &&
         window.getStride(Axis::Height) == 1 &&
         window.getPadBefore(Axis::Height) == 0 &&
         window.getPadAfter(Axis::Height) == 0;
}

bool lf::canShareRows(const Chain &chain, ScheduleAttr schedule) {
  if (sharesRowsOfLayers(schedule))
    return true;
  bool overlaps = false;
  for (unsigned index = chain.layers.size(); index-- > 0;) {
    LayerOpInterface layer = chain.layers[index];
    if (overlaps && llvm::is_contained(chain.yielded, layer->getResult(0)))
      return false;
    Window window = layer.getWindow();
    overlaps |= window.getExtent(Axis::Height) > window.getStride(Axis::Height);
  }
  return true;
}

int64_t lf::getChannelsAtOnce(RegisterTileAttr tile, Type element) {
  constexpr int64_t lineBits = 64 * 8;
  if (tile)
    return tile.getPanel();
  return std::max<int64_t>(1, lineBits / element.getIntOrFloatBitWidth());
}

double lf::getLargestShare(const Chain &chain, ScheduleAttr schedule,
                           int64_t threads, ParallelDim parallel) {
  double all = sumUp(getFlops(chain, schedule));
  return all == 0
             ? 1
             : sumUp(getLargestFlops(chain, schedule, threads, parallel)) / all;
}

static double getBytes(RankedTensorType type) {
  return double(type.getNumElements()) *
         llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

/// The bytes of all images that a thread reads of what other threads wrote: of
/// channels those that a layer sums over, transformed if Winograd's algorithm
/// does. The few rows between two shares are not counted.
static double getBytesOfOthers(const Chain &chain, ScheduleAttr schedule,
                               int64_t threads, ParallelDim parallel) {
  double bytes = 0;
  if (parallel != ParallelDim::Channels)
    return bytes;
  for (auto [index, layer] : llvm::enumerate(chain.layers)) {
    LayerOpInterface op = layer;
    if (op.isChannelwise())
      continue;
    AlgorithmAttr algorithm = schedule.getAlgorithm(index);
    double tile = algorithm.getTile();
    double points = getWinogradPoints(algorithm.getTile());
    bytes += getBytes(op.getInputType()) *
             (algorithm.isWinograd() ? points * points / (tile * tile) : 1);
  }
  return bytes * (threads - 1) / threads;
}

/// The seconds in which a core gets the filter of layer `index` from memory.
static double getFilterSeconds(const Chain &chain, ScheduleAttr schedule,
                               unsigned index, const Target &target) {
  LayerOpInterface layer = chain.layers[index];
  double bytes = getFilterGrowth(layer, schedule.getAlgorithm(index));
  if (!layer.isElementwise())
    for (Value operand : layer->getOperands().drop_front())
      bytes += getBytes(cast<RankedTensorType>(operand.getType()));
  return bytes / target.bytesPerSecond.back();
}

/// The seconds that the busiest thread computes, of `alone` for one thread that
/// does all. It reads the filters, unless channels are shared, like that one.
static double getOwnSeconds(const Chain &chain, ScheduleAttr schedule,
                            const Target &target, ParallelDim parallel,
                            double alone) {
  double all = sumUp(getFlops(chain, schedule));
  if (all == 0)
    return alone;
  double seconds = 0;
  for (auto [index, flops] : llvm::enumerate(
           getLargestFlops(chain, schedule, target.threads, parallel))) {
    double own = alone * flops / all;
    if (parallel != ParallelDim::Channels)
      own = std::max(own, getFilterSeconds(chain, schedule, index, target));
    seconds += own;
  }
  return seconds;
}

/// How often all threads wait for each other.
static double countJoins(const Chain &chain, ScheduleAttr schedule,
                         ParallelDim parallel) {
  RankedTensorType type = getLastType(chain);
  double images = type.getDimSize(0);
  if (parallel == ParallelDim::Images)
    return 1;
  if (parallel == ParallelDim::Rows)
    return sharesRowsOfLayers(schedule.withThreads(2, parallel))
               ? images *
                     (1 + llvm::count_if(ArrayRef(chain.layers).drop_front(),
                                         [](LayerOpInterface layer) {
                                           return !isRowForRow(layer);
                                         }))
               : images;
  double joins = llvm::count_if(chain.layers, [](LayerOpInterface layer) {
    return !layer.isChannelwise();
  });
  // Inputs are transformed together, too.
  joins +=
      llvm::count_if(schedule.getAlgorithms(), [](AlgorithmAttr algorithm) {
        return algorithm.isWinograd();
      });
  joins = images * std::max(joins, 1.0);
  if (int64_t band = schedule.getRowBand())
    joins *= llvm::divideCeil(type.getDimSize(1), band);
  FailureOr<BlockedChannels> channels = getBlockedChannels(chain.layers);
  if (int64_t block = schedule.getChannelBlock(); block && succeeded(channels))
    joins *= llvm::divideCeil(channels->count, block);
  return joins;
}

/// The seconds until the last thread is done.
static double getSeconds(const Chain &chain, ScheduleAttr schedule,
                         const Target &target, ParallelDim parallel) {
  // What it takes to start threads and to wait for the last one, and the rate
  // at which a core reads what is in another one's cache. Both are cautious (on
  // Zen 4 0.8 us and, as a stream, 60 GB/s): in doubt, threads share rows,
  // which takes the least of either.
  constexpr double secondsPerJoin = 3e-6, bytesPerSecond = 16e9;
  Target single = target;
  single.threads = 1;
  double alone =
      estimateCost(chain, schedule.withThreads(1, ParallelDim::Rows), single)
          .seconds;
  double own = getOwnSeconds(chain, schedule, target, parallel,
                             alone - generator::secondsPerBlock);
  double others = getBytesOfOthers(chain, schedule, target.threads, parallel);
  return generator::secondsPerBlock + own + others / bytesPerSecond +
         countJoins(chain, schedule, parallel) * secondsPerJoin;
}

/// `schedule` with bands that divide the rows of a thread, where its own leave
/// a smaller one over: that takes longer for each row, in Winograd's algorithm
/// as long as a whole one.
static SmallVector<ScheduleAttr>
getEvenBands(const Chain &chain, ScheduleAttr schedule, const Target &target) {
  SmallVector<ScheduleAttr> schedules;
  int64_t rows =
      llvm::divideCeil(getLastType(chain).getDimSize(1), target.threads);
  int64_t own = schedule.getRowBand();
  if (own == 0 || rows % own == 0)
    return schedules;
  for (int64_t band :
       llvm::seq_inclusive<int64_t>(llvm::divideCeil(own, 4), rows))
    if (rows % band == 0)
      schedules.push_back(addRegisterTiles(
          chain,
          ScheduleAttr::get(
              chain.yielded.front().getContext(), schedule.getStructure(), band,
              schedule.getChannelBlock(), /*tiles=*/{},
              /*threads=*/1, ParallelDim::Rows, schedule.getAlgorithms()),
          target));
  return schedules;
}

/// The schedule that has all rows of all layers at once, with register tiles
/// for what each thread gets of them.
static ScheduleAttr getWholeTile(const Chain &chain, const Target &target,
                                 ParallelDim parallel,
                                 ArrayRef<AlgorithmAttr> algorithms) {
  MLIRContext *context = chain.yielded.front().getContext();
  auto schedule =
      ScheduleAttr::get(context, LoopStructure::WholeTile,
                        /*row_band=*/0, /*channel_block=*/0,
                        /*tiles=*/{}, target.threads, parallel, algorithms);
  return addRegisterTiles(chain, schedule, target);
}

ScheduleAttr lf::shareAmongThreads(const Chain &chain, ScheduleAttr schedule,
                                   const Target &target) {
  if (target.threads == 1 || chain.layers.empty())
    return schedule;
  Target single = target;
  single.threads = 1;
  ScheduleAttr best = schedule;
  double least = estimateCost(chain, schedule, single).seconds;
  // Of equals the first: the one whose threads meet the least often. The model
  // does not tell less than `worth` apart.
  auto consider = [&](ScheduleAttr candidate, ParallelDim parallel,
                      double worth) {
    double seconds = getSeconds(chain, candidate, target, parallel);
    if (seconds >= least * (1 - worth))
      return;
    least = seconds;
    best = candidate.withThreads(target.threads, parallel);
  };
  constexpr double worthOtherLoops = 0.03;
  consider(schedule, ParallelDim::Images, 0);
  if (canShareRows(chain, schedule.withThreads(1, ParallelDim::Rows))) {
    consider(schedule, ParallelDim::Rows, 0);
    for (ScheduleAttr even : getEvenBands(chain, schedule, target))
      consider(even, ParallelDim::Rows, 0);
  }
  for (ParallelDim parallel : {ParallelDim::Rows, ParallelDim::Channels})
    consider(getWholeTile(chain, target, parallel, schedule.getAlgorithms()),
             parallel, worthOtherLoops);
  if (schedule.getStructure() != LoopStructure::RowSliding)
    consider(schedule, ParallelDim::Channels, worthOtherLoops);
  return best;
}
