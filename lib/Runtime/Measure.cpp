//===- Measure.cpp - how long functions take --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Runtime/Measure.h"

#include "LayerFusion/Schedule/Target.h"
#include "Threads.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <chrono>
#include <thread>

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Caches
//===----------------------------------------------------------------------===//

/// Twice what all cores together have of the largest cache.
static int64_t getFlushBytes() {
  FailureOr<Target> host =
      Target::getProcessor("host", [] { return InFlightDiagnostic(); });
  int64_t share = succeeded(host) ? host->cacheBytes.back() : 0;
  int64_t all = 2 * share * std::max(1U, std::thread::hardware_concurrency());
  return std::clamp<int64_t>(all, 32 << 20, 1 << 30);
}

CacheFlusher::CacheFlusher(unsigned threads)
    : CacheFlusher(threads, getFlushBytes()) {}

// Written to, as pages that never were are all the same page of zeros.
CacheFlusher::CacheFlusher(unsigned threads, int64_t bytes)
    : threads(threads), buffer(bytes / sizeof(int64_t), 1) {}

int64_t CacheFlusher::size() const { return buffer.size() * sizeof(int64_t); }

void CacheFlusher::flush() {
  constexpr size_t line = 64 / sizeof(int64_t);
  runOnThreads(threads, [&](unsigned) {
    const volatile int64_t *values = buffer.data();
    for (size_t index = 0; index < buffer.size(); index += line)
      (void)values[index];
  });
  // Worker threads of what is timed were in the way of those; awake again, this
  // thread gets a core that none of them has.
  if (threads > 1)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

//===----------------------------------------------------------------------===//
// Timing
//===----------------------------------------------------------------------===//

TimedRun lf::timed(std::function<void()> run) {
  return [run = std::move(run)] {
    double start = getSeconds();
    run();
    return getSeconds() - start;
  };
}

Measurement lf::summarize(std::vector<double> seconds) {
  if (seconds.empty())
    return {};
  llvm::sort(seconds);
  size_t half = seconds.size() / 2;
  double median = seconds.size() % 2 ? seconds[half]
                                     : (seconds[half - 1] + seconds[half]) / 2;
  return {median, seconds.front(), static_cast<unsigned>(seconds.size())};
}

static void takeTurn(const TimedRun &function, const MeasureOptions &options,
                     std::vector<double> &seconds) {
  if (options.pause > 0)
    std::this_thread::sleep_for(std::chrono::duration<double>(options.pause));
  if (options.flusher) {
    options.flusher->flush();
    seconds.push_back(function());
    return;
  }
  double end = getSeconds() + options.secondsPerTurn;
  function();
  do {
    seconds.push_back(function());
  } while (getSeconds() < end);
}

std::vector<Measurement> lf::measureInTurns(llvm::ArrayRef<TimedRun> functions,
                                            const MeasureOptions &options) {
  std::vector<std::vector<double>> seconds(functions.size());
  for (unsigned round = 0; round < options.rounds; ++round)
    for (auto [function, times] : llvm::zip_equal(functions, seconds))
      takeTurn(function, options, times);
  std::vector<Measurement> measurements;
  for (std::vector<double> &times : seconds)
    measurements.push_back(summarize(std::move(times)));
  return measurements;
}
