//===- Threads.cpp - a function on several threads at once ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Threads.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>
#ifdef __linux__
#include <sched.h>
#endif

using namespace mlir;

double lf::getSeconds() {
  std::chrono::duration<double> time =
      std::chrono::steady_clock::now().time_since_epoch();
  return time.count();
}

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
      ends[index] = getSeconds();
    });
  // Alone, a thread stays where it is.
  std::optional<OnCore> core;
  if (threads > 1)
    core.emplace(0);
  wait([&] { return ready.load() + 1 >= threads; });
  double start = getSeconds();
  go = true;
  work(0);
  ends[0] = getSeconds();
  for (std::thread &other : others)
    other.join();
  return *llvm::max_element(ends) - start;
}
