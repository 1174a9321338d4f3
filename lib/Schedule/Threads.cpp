//===- Threads.cpp - what threads share -------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Threads.h"

#include "LayerFusion/Schedule/Cost.h"
#include "LayerFusion/Schedule/RegisterTile.h"

#include "BandRows.h"
#include "Generator.h"
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

static int64_t getPanel(const Chain &chain, ScheduleAttr schedule,
                        unsigned index) {
  ArrayRef<RegisterTileAttr> tiles = schedule.getTiles();
  LayerOpInterface layer = chain.layers[index];
  return getChannelsAtOnce(tiles.empty() ? RegisterTileAttr() : tiles[index],
                           layer.getResultType().getElementType());
}

/// The largest part of `count` things when they go in multiples of `unit`.
static double getPart(int64_t count, int64_t threads, int64_t unit) {
  int64_t units = llvm::divideCeil(count, unit);
  return double(llvm::divideCeil(units, threads)) / units;
}

static RankedTensorType getResultType(const Chain &chain) {
  LayerOpInterface last = chain.layers.back();
  return last.getResultType();
}

/// The operations of layer `index` in the bands that `schedule` divides `rows`
/// rows of the last layer's result into; `own` of the layer's rows are needed.
static double getFlopsInBands(const Chain &chain, ScheduleAttr schedule,
                              unsigned index, int64_t rows, int64_t own) {
  LayerOpInterface layer = chain.layers[index];
  AlgorithmAttr algorithm = schedule.getAlgorithm(index);
  if (!algorithm.isWinograd())
    return getFlopsAtOnce(layer, algorithm, own);
  // Whole tiles, of as many rows in each band.
  int64_t band = schedule.getRowBand();
  return (band ? llvm::divideCeil(rows, band) : 1) *
         getFlopsAtOnce(layer, algorithm,
                        getRowsOfBand(chain, band ? band : rows, index + 1));
}

/// The operations of the thread that has the rows of the last layer's result
/// from `first` below `end`, with those that other threads do too.
static double getFlopsForRows(const Chain &chain, ScheduleAttr schedule,
                              int64_t first, int64_t end) {
  double flops = 0;
  int64_t rows = std::min(end, getResultType(chain).getDimSize(1)) - first;
  for (unsigned index = chain.layers.size(); index-- > 0;) {
    LayerOpInterface layer = chain.layers[index];
    int64_t height = layer.getResultType().getDimSize(1);
    first = std::max<int64_t>(first, 0);
    end = std::max(first, std::min(end, height));
    flops += getFlopsInBands(chain, schedule, index, rows, end - first);
    Window window = layer.getWindow();
    int64_t top = window.getPadBefore(Axis::Height);
    int64_t span = window.getInputSpan(Axis::Height, end - first);
    first = first * window.getStride(Axis::Height) - top;
    end = first + span;
  }
  return flops;
}

static double getLargestFlops(const Chain &chain, ScheduleAttr schedule,
                              int64_t threads, ParallelDim parallel) {
  double largest = 0;
  bool byLayers = parallel == ParallelDim::Rows &&
                  sharesRowsOfLayers(schedule.withThreads(threads, parallel));
  if (parallel == ParallelDim::Rows && !byLayers) {
    int64_t height = getResultType(chain).getDimSize(1);
    int64_t rows = llvm::divideCeil(height, threads);
    for (int64_t first = 0; first < height; first += rows)
      largest = std::max(largest,
                         getFlopsForRows(chain, schedule, first, first + rows));
    return largest;
  }
  int64_t rows = getResultType(chain).getDimSize(1);
  for (auto [index, layer] : llvm::enumerate(chain.layers)) {
    LayerOpInterface op = layer;
    RankedTensorType type = op.getResultType();
    int64_t height = type.getDimSize(1);
    if (byLayers) {
      largest += getFlopsAtOnce(op, schedule.getAlgorithm(index),
                                llvm::divideCeil(height, threads));
      continue;
    }
    double part = parallel == ParallelDim::Channels
                      ? getPart(type.getDimSize(3), threads,
                                getPanel(chain, schedule, index))
                      : getPart(type.getDimSize(0), threads, 1);
    largest += getFlopsInBands(chain, schedule, index, rows, height) * part;
  }
  return largest;
}

static double getFlops(const Chain &chain, ScheduleAttr schedule) {
  double flops = 0;
  int64_t rows = getResultType(chain).getDimSize(1);
  for (auto [index, layer] : llvm::enumerate(chain.layers)) {
    LayerOpInterface op = layer;
    flops += getFlopsInBands(chain, schedule, index, rows,
                             op.getResultType().getDimSize(1));
  }
  return flops;
}

double lf::getLargestShare(const Chain &chain, ScheduleAttr schedule,
                           int64_t threads, ParallelDim parallel) {
  double all = getFlops(chain, schedule);
  return all == 0 ? 1
                  : getLargestFlops(chain, schedule, threads, parallel) / all;
}

static double getBytes(RankedTensorType type) {
  return double(type.getNumElements()) *
         llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

/// The bytes of all images that a thread reads of what other threads wrote: of
/// channels those that a layer sums over. The few rows between two shares are
/// not counted.
static double getBytesOfOthers(const Chain &chain, int64_t threads,
                               ParallelDim parallel) {
  double bytes = 0;
  if (parallel != ParallelDim::Channels)
    return bytes;
  for (LayerOpInterface layer : chain.layers)
    if (!layer.isChannelwise())
      bytes += getBytes(layer.getInputType());
  return bytes * (threads - 1) / threads;
}

/// The seconds in which a core gets all filters from memory: what threads take
/// at least that do not share them.
static double getFilterSeconds(const Chain &chain, ScheduleAttr schedule,
                               const Target &target) {
  double bytes = getFilterGrowth(chain, schedule);
  for (LayerOpInterface layer : chain.layers)
    if (!layer.isElementwise())
      for (Value operand : layer->getOperands().drop_front())
        bytes += getBytes(cast<RankedTensorType>(operand.getType()));
  return bytes / target.bytesPerSecond.back();
}

/// How often all threads wait for each other.
static double countJoins(const Chain &chain, ScheduleAttr schedule,
                         ParallelDim parallel) {
  RankedTensorType type = getResultType(chain);
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
  double share = getLargestShare(chain, schedule, target.threads, parallel);
  double own = (alone - generator::secondsPerBlock) * share;
  if (parallel != ParallelDim::Channels)
    own = std::max(own, getFilterSeconds(chain, schedule, target));
  return generator::secondsPerBlock + own +
         getBytesOfOthers(chain, target.threads, parallel) / bytesPerSecond +
         countJoins(chain, schedule, parallel) * secondsPerJoin;
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
  if (canShareRows(chain, schedule.withThreads(1, ParallelDim::Rows)))
    consider(schedule, ParallelDim::Rows, 0);
  for (ParallelDim parallel : {ParallelDim::Rows, ParallelDim::Channels})
    consider(getWholeTile(chain, target, parallel, schedule.getAlgorithms()),
             parallel, worthOtherLoops);
  if (schedule.getStructure() != LoopStructure::RowSliding)
    consider(schedule, ParallelDim::Channels, worthOtherLoops);
  return best;
}
