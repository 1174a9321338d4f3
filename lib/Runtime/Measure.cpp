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
#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#ifdef __linux__
#include <sched.h>
#endif

using namespace mlir;
using namespace mlir::lf;

static double now() {
  std::chrono::duration<double> time =
      std::chrono::steady_clock::now().time_since_epoch();
  return time.count();
}

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

namespace {

/// Keeps the calling thread on one of the cores that it may run on.
class OnCore {
public:
  explicit OnCore(unsigned index);
  ~OnCore();

#ifdef __linux__
private:
  cpu_set_t before;
  bool moved = false;
#endif
};

} // namespace

#ifdef __linux__
OnCore::OnCore(unsigned index) {
  if (sched_getaffinity(0, sizeof before, &before) != 0)
    return;
  index %= std::max(1, CPU_COUNT(&before));
  cpu_set_t one;
  CPU_ZERO(&one);
  for (unsigned core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &before) && index-- == 0)
      CPU_SET(core, &one);
  moved = sched_setaffinity(0, sizeof one, &one) == 0;
}

OnCore::~OnCore() {
  if (moved)
    sched_setaffinity(0, sizeof before, &before);
}
#else
OnCore::OnCore(unsigned) {}
OnCore::~OnCore() = default;
#endif

double lf::runOnThreads(unsigned threads,
                        llvm::function_ref<void(unsigned)> work) {
  std::atomic<unsigned> ready = 0;
  std::atomic<bool> go = false;
  std::vector<double> ends(threads);
  auto wait = [](auto condition) {
    while (!condition())
      std::this_thread::yield();
  };
  std::vector<std::thread> others;
  for (unsigned index = 1; index < threads; ++index)
    others.emplace_back([&, index] {
      OnCore core(index);
      ++ready;
      wait([&] { return go.load(); });
      work(index);
      ends[index] = now();
    });
  // Alone, a thread stays where it is.
  std::optional<OnCore> core;
  if (threads > 1)
    core.emplace(0);
  wait([&] { return ready.load() + 1 >= threads; });
  double start = now();
  go = true;
  work(0);
  ends[0] = now();
  for (std::thread &other : others)
    other.join();
  return *llvm::max_element(ends) - start;
}

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
    double start = now();
    run();
    return now() - start;
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
  double end = now() + options.secondsPerTurn;
  function();
  do {
    seconds.push_back(function());
  } while (now() < end);
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
