//===- Cost.h - what a chain of layers costs --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The modelled cost of computing a chain of layers as one block: what fusion
// and schedules are chosen by. docs/cost-model.md has the formulas and how far
// they are from a cache simulator.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_SCHEDULE_COST_H
#define LAYERFUSION_SCHEDULE_COST_H

#include "LayerFusion/Dialect/LF/Chain.h"
#include "LayerFusion/Schedule/Limits.h"
#include "LayerFusion/Schedule/Traffic.h"

#include <map>
#include <vector>

namespace mlir::lf {

/// What one run of a block costs.
struct Cost {
  double seconds = 0;
  /// All operations done, and those of them done again for rows that several
  /// bands need.
  int64_t flops = 0;
  int64_t recomputedFlops = 0;
  /// Bytes read and written over each boundary.
  std::array<int64_t, numBoundaries> bytes = {0, 0, 0};
  /// How many of the target's threads are busy on average.
  double parallelism = 1;
  /// The schedule that this is the cost of.
  ScheduleAttr schedule;
};

/// The cost of `chain` under `schedule`.
Cost estimateCost(const Chain &chain, ScheduleAttr schedule,
                  const Target &target,
                  StartState start = StartState::InNetwork);

/// The cost of `chain` under the best schedule that the model knows: of bands
/// of all rows and of a few a thread, blocks of whole panels of channels, and
/// Winograd's algorithm for layers that it can compute and whose filters are
/// constant, within `limits`.
Cost estimateCost(const Chain &chain, const Target &target,
                  const ScheduleLimits &limits = {});

/// The bytes by which the filters of `chain` become larger when they are
/// transformed as `schedule` says.
int64_t getFilterGrowth(const Chain &chain, ScheduleAttr schedule);

/// The same, calculated once for equal chains: a network is made of few kinds
/// of blocks.
class CostTable {
public:
  explicit CostTable(const Target &target, const ScheduleLimits &limits = {})
      : target(target), limits(limits) {}

  const Cost &getCost(const Chain &chain);

private:
  Target target;
  ScheduleLimits limits;
  /// By all that a cost depends on: the layers and poolings with their
  /// attributes and types, which of them are yielded, and which have filters
  /// that can be transformed.
  std::map<std::vector<const void *>, Cost> costs;
};

} // namespace mlir::lf

#endif // LAYERFUSION_SCHEDULE_COST_H
