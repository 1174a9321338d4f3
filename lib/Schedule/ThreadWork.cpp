//===- ThreadWork.cpp - what a thread computes ------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ThreadWork.h"

#include "BandRows.h"
#include "WinogradWork.h"

#include "LayerFusion/Schedule/Threads.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace mlir::lf;

double lf::sumUp(const LayerFlops &flops) {
  return std::accumulate(flops.begin(), flops.end(), 0.0);
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

LayerFlops lf::getFlops(const Chain &chain, ScheduleAttr schedule) {
  LayerFlops flops;
  int64_t rows = getLastType(chain).getDimSize(1);
  for (auto [index, layer] : llvm::enumerate(chain.layers)) {
    LayerOpInterface op = layer;
    flops.push_back(getFlopsInBands(chain, schedule, index, rows,
                                    op.getResultType().getDimSize(1)));
  }
  return flops;
}

/// The operations of the thread that has the rows of the last layer's result
/// from `first` below `end`.
static LayerFlops getFlopsForRows(const Chain &chain, ScheduleAttr schedule,
                                  int64_t first, int64_t end) {
  LayerFlops flops(chain.layers.size());
  int64_t rows = std::min(end, getLastType(chain).getDimSize(1)) - first;
  for (unsigned index = chain.layers.size(); index-- > 0;) {
    LayerOpInterface layer = chain.layers[index];
    int64_t height = layer.getResultType().getDimSize(1);
    first = std::max<int64_t>(first, 0);
    end = std::max(first, std::min(end, height));
    flops[index] = getFlopsInBands(chain, schedule, index, rows, end - first);
    Window window = layer.getWindow();
    int64_t top = window.getPadBefore(Axis::Height);
    int64_t span = window.getInputSpan(Axis::Height, end - first);
    first = first * window.getStride(Axis::Height) - top;
    end = first + span;
  }
  return flops;
}

/// The largest part of `count` things when they go in multiples of `unit`.
static double getPart(int64_t count, int64_t threads, int64_t unit) {
  int64_t units = llvm::divideCeil(count, unit);
  return double(llvm::divideCeil(units, threads)) / units;
}

LayerFlops lf::getLargestFlops(const Chain &chain, ScheduleAttr schedule,
                               int64_t threads, ParallelDim parallel) {
  bool byLayers = parallel == ParallelDim::Rows &&
                  sharesRowsOfLayers(schedule.withThreads(threads, parallel));
  if (parallel == ParallelDim::Rows && !byLayers) {
    LayerFlops largest;
    int64_t height = getLastType(chain).getDimSize(1);
    int64_t rows = llvm::divideCeil(height, threads);
    for (int64_t first = 0; first < height; first += rows) {
      LayerFlops own = getFlopsForRows(chain, schedule, first, first + rows);
      if (largest.empty() || sumUp(own) > sumUp(largest))
        largest = own;
    }
    return largest;
  }
  LayerFlops largest = getFlops(chain, schedule);
  ArrayRef<RegisterTileAttr> tiles = schedule.getTiles();
  for (auto [index, layer] : llvm::enumerate(chain.layers)) {
    LayerOpInterface op = layer;
    RankedTensorType type = op.getResultType();
    if (byLayers)
      largest[index] =
          getFlopsAtOnce(op, schedule.getAlgorithm(index),
                         llvm::divideCeil(type.getDimSize(1), threads));
    else if (parallel == ParallelDim::Channels)
      largest[index] *= getPart(
          type.getDimSize(3), threads,
          getChannelsAtOnce(tiles.empty() ? RegisterTileAttr() : tiles[index],
                            type.getElementType()));
    else
      largest[index] *= getPart(type.getDimSize(0), threads, 1);
  }
  return largest;
}
