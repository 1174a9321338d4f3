//===- Threads.cpp - what threads share -------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Threads.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

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

double lf::getLargestShare(const Chain &chain, ScheduleAttr schedule,
                           int64_t threads, ParallelDim parallel) {
  double all = 0, largest = 0;
  // Rows of each layer's result that the busiest thread makes, last layer
  // first.
  int64_t rows = 0;
  for (unsigned index = chain.layers.size(); index-- > 0;) {
    LayerOpInterface layer = chain.layers[index];
    RankedTensorType type = layer.getResultType();
    int64_t height = type.getDimSize(1);
    if (index + 1 == chain.layers.size())
      rows = llvm::divideCeil(height, threads);
    double flops = layer.getFlops();
    all += flops;
    switch (parallel) {
    case ParallelDim::Rows:
      largest += flops * std::min(rows, height) / height;
      break;
    case ParallelDim::Channels:
      largest += flops * getPart(type.getDimSize(3), threads,
                                 getPanel(chain, schedule, index));
      break;
    case ParallelDim::Images:
      largest += flops * getPart(type.getDimSize(0), threads, 1);
      break;
    }
    rows = layer.getWindow().getInputSpan(Axis::Height, rows);
  }
  return all == 0 ? 1 : largest / all;
}

/// Bytes of the results between the layers, of an image.
static int64_t getIntermediateBytes(const Chain &chain) {
  int64_t bytes = 0;
  for (LayerOpInterface layer : ArrayRef(chain.layers).drop_back()) {
    RankedTensorType type = layer.getResultType();
    if (!layer.isElementwise())
      bytes += type.getNumElements() / type.getDimSize(0) *
               llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  }
  return bytes;
}

/// How often all threads wait for each other, per image.
static double countJoins(const Chain &chain, ScheduleAttr schedule,
                         ParallelDim parallel) {
  LayerOpInterface last = chain.layers.back();
  RankedTensorType type = last.getResultType();
  if (parallel == ParallelDim::Images)
    return 1.0 / type.getDimSize(0);
  if (parallel == ParallelDim::Rows)
    return 1;
  double joins = llvm::count_if(chain.layers, [](LayerOpInterface layer) {
    return !layer.isChannelwise();
  });
  joins = std::max(joins, 1.0);
  if (int64_t band = schedule.getRowBand())
    joins *= llvm::divideCeil(type.getDimSize(1), band);
  FailureOr<BlockedChannels> channels = getBlockedChannels(chain.layers);
  if (int64_t block = schedule.getChannelBlock(); block && succeeded(channels))
    joins *= llvm::divideCeil(channels->count, block);
  return joins;
}

/// The schedule in which threads can share channels: one that has all rows of a
/// band of a layer at once, and few points at which threads meet.
static ScheduleAttr getByChannels(const Chain &chain, ScheduleAttr schedule,
                                  const Target &target) {
  if (getIntermediateBytes(chain) <= target.cacheBytes[1])
    return ScheduleAttr::get(schedule.getContext(), LoopStructure::WholeTile,
                             /*row_band=*/0, /*channel_block=*/0,
                             schedule.getTiles());
  return schedule.getStructure() == LoopStructure::RowSliding ? ScheduleAttr()
                                                              : schedule;
}

ScheduleAttr lf::shareAmongThreads(const Chain &chain, ScheduleAttr schedule,
                                   const Target &target) {
  // What it takes to start threads and to wait for the last one.
  constexpr double secondsPerJoin = 3e-6;
  int64_t threads = target.threads;
  if (threads == 1 || chain.layers.empty())
    return schedule;
  double flops = 0;
  for (LayerOpInterface layer : chain.layers)
    flops += layer.getFlops();
  LayerOpInterface last = chain.layers.back();
  double images = last.getResultType().getDimSize(0);
  ScheduleAttr best = schedule;
  double least = flops / target.flopsPerSecond;
  // Of equals the first: the one whose threads meet the least often.
  auto consider = [&](ScheduleAttr candidate, ParallelDim parallel) {
    if (!candidate)
      return;
    double seconds =
        getLargestShare(chain, candidate, threads, parallel) * flops /
            target.flopsPerSecond +
        countJoins(chain, candidate, parallel) * images * secondsPerJoin;
    if (seconds >= least)
      return;
    least = seconds;
    best = candidate.withThreads(threads, parallel);
  };
  consider(schedule, ParallelDim::Images);
  consider(schedule, ParallelDim::Rows);
  consider(getByChannels(chain, schedule, target), ParallelDim::Channels);
  return best;
}
