//===- PlanBuffers.cpp - offsets for buffers with lifetimes -----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The offline allocator: greedy by size. Buffers are placed from the largest to
// the smallest, each into the tightest gap between those already placed that
// live at the same time, or behind them. Pisarchyk and Lee, "Efficient Memory
// Management for Deep Neural Net Inference" (2020), section 5.2.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Conversion.h"

#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace mlir::lf;

static bool liveTogether(const PlannedBuffer &a, const PlannedBuffer &b) {
  return a.first <= b.last && b.first <= a.last;
}

/// The offset of the tightest gap of at least `size` bytes between `neighbours`
/// (sorted by offset), or the end of the last one.
static int64_t findGap(ArrayRef<PlannedBuffer *> neighbours, int64_t size,
                       int64_t alignment) {
  int64_t best = -1, bestGap = std::numeric_limits<int64_t>::max();
  int64_t end = 0;
  for (const PlannedBuffer *neighbour : neighbours) {
    int64_t gap = neighbour->offset - end;
    if (gap >= size && gap < bestGap) {
      best = end;
      bestGap = gap;
    }
    end = std::max(end, neighbour->offset + static_cast<int64_t>(llvm::alignTo(
                                                neighbour->size, alignment)));
  }
  return best < 0 ? end : best;
}

/// The most bytes alive at one step. Only steps at which a buffer begins can be
/// the highest.
static int64_t getLowerBound(ArrayRef<PlannedBuffer> buffers,
                             int64_t alignment) {
  int64_t bound = 0;
  for (const PlannedBuffer &buffer : buffers) {
    int64_t live = 0;
    for (const PlannedBuffer &other : buffers)
      if (other.first <= buffer.first && buffer.first <= other.last)
        live += llvm::alignTo(other.size, alignment);
    bound = std::max(bound, live);
  }
  return bound;
}

PlanSummary lf::planBuffers(MutableArrayRef<PlannedBuffer> buffers,
                            int64_t alignment) {
  PlanSummary summary;
  SmallVector<PlannedBuffer *> order;
  for (PlannedBuffer &buffer : buffers)
    order.push_back(&buffer);
  llvm::sort(order, [](const PlannedBuffer *a, const PlannedBuffer *b) {
    return a->size != b->size ? a->size > b->size : a < b;
  });

  SmallVector<PlannedBuffer *> placed; // sorted by offset
  for (PlannedBuffer *buffer : order) {
    int64_t size = llvm::alignTo(buffer->size, alignment);
    SmallVector<PlannedBuffer *> neighbours = llvm::filter_to_vector(
        placed, [&](PlannedBuffer *p) { return liveTogether(*p, *buffer); });
    buffer->offset = findGap(neighbours, size, alignment);
    placed.insert(llvm::upper_bound(placed, buffer,
                                    [](PlannedBuffer *a, PlannedBuffer *b) {
                                      return a->offset < b->offset;
                                    }),
                  buffer);
    summary.peak = std::max(summary.peak, buffer->offset + size);
    summary.total += size;
  }
  summary.lowerBound = getLowerBound(buffers, alignment);
  return summary;
}
