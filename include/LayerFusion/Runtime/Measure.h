//===- Measure.h - how long functions take ----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Several functions are timed in turns: the clock of a processor drifts, and
// other programs come and go, so what is to be compared must be measured at the
// same time. Medians of many runs, with hot caches or with caches flushed.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_RUNTIME_MEASURE_H
#define LAYERFUSION_RUNTIME_MEASURE_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <functional>
#include <vector>

namespace mlir::lf {

/// Runs something once and returns the seconds that it took.
using TimedRun = std::function<double()>;

/// `run` with the clock read before and after.
TimedRun timed(std::function<void()> run);

/// Empties the caches by reading a buffer that is larger than all of them.
class CacheFlusher {
public:
  /// For the caches of this machine. Each of `threads` threads reads the
  /// buffer, so that the cores they run on lose what is in their own caches
  /// too.
  explicit CacheFlusher(unsigned threads = 1);
  CacheFlusher(unsigned threads, int64_t bytes);

  void flush();

  int64_t size() const;

private:
  unsigned threads;
  std::vector<int64_t> buffer;
};

struct MeasureOptions {
  /// How often each function has its turn.
  unsigned rounds = 10;
  /// How long a turn is: runs begin until this is over, at least one. The first
  /// run of a turn only brings back into the caches what the other functions
  /// drove out, and does not count.
  double secondsPerTurn = 0.02;
  /// Idle seconds before each turn: worker threads of the function before may
  /// still be waiting for work on the processors.
  double pause = 0;
  /// With a flusher a turn is one run, and the caches are flushed before it.
  CacheFlusher *flusher = nullptr;
};

struct Measurement {
  double median = 0;
  double shortest = 0;
  /// How many runs these are of.
  unsigned runs = 0;
};

/// Of runs that took `seconds`; zeros if there is none.
Measurement summarize(std::vector<double> seconds);

/// Times the functions in turns: the first, the second, ..., the first again.
std::vector<Measurement> measureInTurns(llvm::ArrayRef<TimedRun> functions,
                                        const MeasureOptions &options = {});

} // namespace mlir::lf

#endif // LAYERFUSION_RUNTIME_MEASURE_H
