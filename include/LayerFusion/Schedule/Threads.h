//===- Threads.h - what threads share ---------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The choice between rows, channels and images as what the threads that compute
// a block share.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_SCHEDULE_THREADS_H
#define LAYERFUSION_SCHEDULE_THREADS_H

#include "LayerFusion/Dialect/LF/Chain.h"
#include "LayerFusion/Schedule/Target.h"

namespace mlir::lf {

/// Whether threads that share rows do so layer by layer, and wait for each
/// other where a layer reads rows of another thread: all rows of all layers are
/// there at once. Otherwise each has bands of its own.
bool sharesRowsOfLayers(ScheduleAttr schedule);

/// Whether `layer` makes each row of the same row of its input alone.
bool isRowForRow(LayerOpInterface layer);

/// Whether threads can share rows. Rows between two threads' bands are computed
/// by both, which must not meet in a value that is yielded.
bool canShareRows(const Chain &chain, ScheduleAttr schedule);

/// The channels of a layer that threads share in whole: the panel of its
/// register tile, or those of a cache line.
int64_t getChannelsAtOnce(RegisterTileAttr tile, Type element);

/// The share of the work of one thread that the busiest of `threads` has, if
/// they share `parallel`: at best 1 / threads. Counts multiply-adds, and what
/// two threads both compute twice.
double getLargestShare(const Chain &chain, ScheduleAttr schedule,
                       int64_t threads, ParallelDim parallel);

/// `schedule` for as many threads as `target` has, with what lets them be done
/// the soonest, or as it is if one thread is. Where they share rows its bands
/// may become others that divide those of a thread, and where they share
/// channels it may become whole_tile, in which threads meet the least often.
ScheduleAttr shareAmongThreads(const Chain &chain, ScheduleAttr schedule,
                               const Target &target);

} // namespace mlir::lf

#endif // LAYERFUSION_SCHEDULE_THREADS_H
