//===- Target.h - what the compiler knows of the processor ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The facts about a processor that decisions are made from. They stand on the
// module as a DLTI target spec (--lf-attach-target writes it); this is the one
// place that reads it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_SCHEDULE_TARGET_H
#define LAYERFUSION_SCHEDULE_TARGET_H

#include "mlir/IR/Operation.h"

#include <array>
#include <cstdint>

namespace mlir::lf {

/// The boundaries that bytes cross on their way to a core, in this order: L1 to
/// L2, L2 to L3, L3 to memory.
inline constexpr unsigned numBoundaries = 3;

/// One core of a processor and what it shares. The defaults are a server core
/// of 2022 (AMD Zen 4 as measured in docs/cost-model.md).
struct Target {
  /// What a core has of each cache for itself: L1d, L2, its share of L3.
  std::array<int64_t, numBoundaries> cacheBytes = {32 << 10, 1 << 20, 4 << 20};
  /// What one core gets over each boundary.
  std::array<double, numBoundaries> bytesPerSecond = {100e9, 65e9, 22e9};
  int64_t cacheLineBytes = 64;
  int64_t vectorBytes = 64;
  int64_t vectorRegisters = 32;
  /// Threads that a model runs on.
  int64_t threads = 1;
  /// Of one core, in f32 multiply-adds of two operations each.
  double flopsPerSecond = 117e9;

  /// The target spec of the nearest enclosing module that has one; what it
  /// does not say is as above.
  static Target get(Operation *op);
};

} // namespace mlir::lf

#endif // LAYERFUSION_SCHEDULE_TARGET_H
