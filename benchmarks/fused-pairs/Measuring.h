//===- Measuring.h - a row by every contestant ------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_BENCHMARKS_FUSED_PAIRS_MEASURING_H
#define LAYERFUSION_BENCHMARKS_FUSED_PAIRS_MEASURING_H

#include "common/Row.h"

#include "LayerFusion/Runtime/Ceilings.h"
#include "LayerFusion/Runtime/Measure.h"

namespace lfbench {

struct Settings {
  /// Turns of each contestant.
  unsigned rounds = 15;
  double secondsPerTurn = 0.02;
  std::vector<unsigned> threads = {1, 2};
  /// Which of the two: hot caches, and caches flushed before each run.
  bool hot = true;
  bool flushed = true;
};

/// Seconds of one run, the median.
struct Result {
  std::string name, group;
  int64_t flops = 0;
  unsigned threads = 1;
  bool flushed = false;
  /// Operations a second, the median of turns between the others'.
  double peak = 0;
  double fused = 0, unfused = 0, oneDNN = 0;
  /// What the faster way of oneDNN is made of.
  std::vector<std::string> kernels;
};

/// Compares the outputs, then times. Emits an error if a contestant cannot be
/// made or computes something else.
mlir::FailureOr<std::vector<Result>> measureRow(const Row &row,
                                                const mlir::lf::PeakLoop &peak,
                                                const Settings &settings);

} // namespace lfbench

#endif // LAYERFUSION_BENCHMARKS_FUSED_PAIRS_MEASURING_H
