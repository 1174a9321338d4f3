//===- Measuring.h - a layer with every schedule ----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_BENCHMARKS_KERNELS_MEASURING_H
#define LAYERFUSION_BENCHMARKS_KERNELS_MEASURING_H

#include "common/Row.h"

#include "LayerFusion/Runtime/Ceilings.h"

namespace lfbench {

struct Settings {
  /// What is compared; the defaults for each row if there is none.
  std::vector<std::string> schedules;
  std::vector<unsigned> threads = {1, 2};
  /// Turns of each schedule.
  unsigned rounds = 15;
  double secondsPerTurn = 0.02;
};

/// A layer with one schedule.
struct Result {
  std::string name;
  /// As it was asked for, and whole.
  std::string asked, schedule;
  unsigned threads = 1;
  /// Of direct convolution; a multiply-add is two.
  int64_t flops = 0;
  /// Operations a second, the median of turns between the others'.
  double peak = 0;
  /// Seconds of one run, the median: with everything in the caches that fits,
  /// and with filters from memory.
  double hot = 0, cold = 0;
  /// Of all constants in the object.
  int64_t filterBytes = 0;
  /// Against a convolution in double precision.
  double error = 0;
  /// What went wrong, or nothing: nothing of the above is known then.
  std::string failure;

  /// Direct convolution cannot be faster.
  double getDirectLimit() const { return flops / peak; }
};

/// Checks and times a row of one layer, with each schedule and number of
/// threads. Emits an error if the row is something else.
mlir::FailureOr<std::vector<Result>> measureRow(const Row &row,
                                                const mlir::lf::PeakLoop &peak,
                                                const Settings &settings);

} // namespace lfbench

#endif // LAYERFUSION_BENCHMARKS_KERNELS_MEASURING_H
