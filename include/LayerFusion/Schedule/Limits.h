//===- Limits.h - what schedules may take -----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a user allows the schedules of blocks.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_SCHEDULE_LIMITS_H
#define LAYERFUSION_SCHEDULE_LIMITS_H

#include <cstdint>
#include <limits>

namespace mlir::lf {

/// Which algorithms compute layers: the fastest of all, or the definition
/// alone.
enum class AlgorithmChoice { Auto, Direct };

struct ScheduleLimits {
  AlgorithmChoice algorithms = AlgorithmChoice::Auto;
  /// Bytes by which filters may become larger when they are transformed for
  /// Winograd's algorithm.
  int64_t filterGrowth = std::numeric_limits<int64_t>::max();

  ScheduleLimits() = default;

  /// As options say it: in MiB, negative if there is no limit.
  ScheduleLimits(AlgorithmChoice algorithms, int64_t maxFilterGrowth)
      : algorithms(algorithms) {
    constexpr int64_t bytesPerMiB = 1 << 20;
    if (maxFilterGrowth >= 0 && maxFilterGrowth < filterGrowth / bytesPerMiB)
      filterGrowth = maxFilterGrowth * bytesPerMiB;
  }
};

} // namespace mlir::lf

#endif // LAYERFUSION_SCHEDULE_LIMITS_H
