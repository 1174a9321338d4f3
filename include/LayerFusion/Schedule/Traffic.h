//===- Traffic.h - bytes that a block moves ---------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The bytes that cross the boundaries between caches when a chain of layers is
// computed as one block under a schedule. docs/cost-model.md has the rules.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_SCHEDULE_TRAFFIC_H
#define LAYERFUSION_SCHEDULE_TRAFFIC_H

#include "LayerFusion/Dialect/LF/Chain.h"
#include "LayerFusion/Schedule/Target.h"

namespace mlir::lf {

/// Where the block's activations and scratch rows are when it starts.
enum class StartState {
  /// All bytes in memory.
  Cold,
  /// Where the block before left them: what takes at most half of a cache is in
  /// it, and what the block writes may stay there for the next. Weights are in
  /// memory: each is read once a run.
  InNetwork
};

/// Bytes over each boundary.
struct BoundaryBytes {
  /// Read into the cache.
  std::array<double, numBoundaries> fills = {0, 0, 0};
  /// Changed ones written out of it.
  std::array<double, numBoundaries> writeBacks = {0, 0, 0};
  /// What of both little is computed beside: all but the filter of a layer that
  /// Winograd's algorithm computes, and filters that are read in pieces.
  std::array<double, numBoundaries> exposed = {0, 0, 0};

  double get(unsigned boundary) const {
    return fills[boundary] + writeBacks[boundary];
  }
};

struct Traffic {
  /// For each layer, then for each pooling.
  SmallVector<BoundaryBytes> parts;
  /// The rows of intermediates that the block keeps.
  int64_t scratchBytes = 0;

  double getFills(unsigned boundary) const;
  double getWriteBacks(unsigned boundary) const;
};

/// The traffic of `chain` under `schedule`, which has to suit it.
Traffic getTraffic(const Chain &chain, ScheduleAttr schedule,
                   const Target &target, StartState start);

} // namespace mlir::lf

#endif // LAYERFUSION_SCHEDULE_TRAFFIC_H
