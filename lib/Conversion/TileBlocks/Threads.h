//===- Threads.h - work shared by threads -----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops whose iterations run on threads of their own, and who gets what. Two
// threads never wait for each other within such a loop; all are done when it
// ends.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_THREADS_H
#define LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_THREADS_H

#include "RowBuffer.h"

namespace mlir::lf {

/// Shares the numbers below `count` among `threads` threads, as evenly as whole
/// multiples of `unit` allow. A thread may get nothing, and then is not there.
struct Shares {
  Shares(int64_t count, int64_t threads, int64_t unit = 1);

  int64_t count;
  /// What each thread gets, but for the last one that may get less.
  int64_t size;
  /// How many threads get something.
  int64_t threads;
};

/// body(first, end) for each thread's numbers and the thread's own number. Not
/// a loop if there is one thread.
void forEachShare(
    ImplicitLocOpBuilder &b, const Shares &shares,
    function_ref<void(Index first, Index end, Index thread)> body);

/// body(channels, thread) for each thread's part of `channels`. A part has a
/// known number of channels: a smaller last one has code of its own.
void forEachShare(ImplicitLocOpBuilder &b, const Shares &shares,
                  const Channels &channels,
                  function_ref<void(const Channels &, Index thread)> body);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_THREADS_H
