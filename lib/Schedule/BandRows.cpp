//===- BandRows.cpp - rows that bands need --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BandRows.h"

#include "LayerFusion/Schedule/Threads.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

RankedTensorType lf::getLastType(const Chain &chain) {
  if (chain.layers.empty())
    return cast<RankedTensorType>(chain.pools.front()->getOperand(0).getType());
  LayerOpInterface last = chain.layers.back();
  return last.getResultType();
}

/// Whether rows of its input lie between those that `layer` reads.
static bool hasGaps(LayerOpInterface layer) {
  Window window = layer.getWindow();
  return window.getStride(Axis::Height) > window.getExtent(Axis::Height);
}

/// The rows of its input that `layer` reads for the rows `needed`.
static std::vector<bool> getRowsRead(LayerOpInterface layer,
                                     const std::vector<bool> &needed) {
  Window window = layer.getWindow();
  std::vector<bool> read(layer.getInputType().getDimSize(1));
  int64_t size = read.size(), extent = window.getExtent(Axis::Height);
  for (int64_t row = 0, e = needed.size(); row < e; ++row) {
    int64_t first = window.getFirstInput(Axis::Height, row);
    if (needed[row])
      std::fill(read.begin() + std::clamp<int64_t>(first, 0, size),
                read.begin() + std::clamp<int64_t>(first + extent, 0, size),
                true);
  }
  return read;
}

/// Adds the rows for those from `first` below `end` of the result, row by row.
static void addRowsWithGaps(const Chain &chain, int64_t first, int64_t end,
                            SmallVectorImpl<int64_t> &rows) {
  std::vector<bool> needed(getLastType(chain).getDimSize(1));
  std::fill(needed.begin() + first, needed.begin() + end, true);
  for (size_t i = chain.layers.size(); i > 0; --i) {
    rows[i] += llvm::count(needed, true);
    needed = getRowsRead(chain.layers[i - 1], needed);
  }
  rows[0] += llvm::count(needed, true);
}

/// The same if they are all consecutive.
static void addRows(const Chain &chain, int64_t first, int64_t end,
                    SmallVectorImpl<int64_t> &rows) {
  for (size_t i = chain.layers.size(); i > 0; --i) {
    rows[i] += end - first;
    LayerOpInterface layer = chain.layers[i - 1];
    Window window = layer.getWindow();
    int64_t height = layer.getInputType().getDimSize(1);
    int64_t begin = window.getFirstInput(Axis::Height, first);
    int64_t span = window.getInputSpan(Axis::Height, end - first);
    if (end == first)
      span = 0;
    first = std::clamp<int64_t>(begin, 0, height);
    end = std::clamp<int64_t>(begin + span, 0, height);
  }
  rows[0] += end - first;
}

SmallVector<int64_t> lf::countRows(const Chain &chain, int64_t band) {
  int64_t height = getLastType(chain).getDimSize(1);
  if (band == 0)
    band = height;
  SmallVector<int64_t> rows(chain.layers.size() + 1);
  auto add = llvm::any_of(chain.layers, hasGaps) ? addRowsWithGaps : addRows;
  for (int64_t start = 0; start < height; start += band)
    add(chain, start, std::min(start + band, height), rows);
  return rows;
}

int64_t lf::getRowsOfBand(const Chain &chain, int64_t band, size_t index) {
  int64_t count = band ? band : getLastType(chain).getDimSize(1);
  for (size_t i = chain.layers.size(); i > index; --i) {
    LayerOpInterface layer = chain.layers[i - 1];
    count = std::min(layer.getWindow().getInputSpan(Axis::Height, count),
                     layer.getInputType().getDimSize(1));
  }
  return count;
}

int64_t lf::getRowsAtOnce(const Chain &chain, ScheduleAttr schedule,
                          size_t index) {
  int64_t rows = getRowsOfBand(chain, schedule.getRowBand(), index + 1);
  return sharesRowsOfLayers(schedule)
             ? llvm::divideCeil(rows, schedule.getThreads())
             : rows;
}
