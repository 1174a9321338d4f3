//===- ThreadWork.h - what a thread computes --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The operations of each layer, of one thread or of one of several.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_SCHEDULE_THREADWORK_H
#define LAYERFUSION_LIB_SCHEDULE_THREADWORK_H

#include "LayerFusion/Dialect/LF/Chain.h"

namespace mlir::lf {

/// A number for each layer of a chain.
using LayerFlops = SmallVector<double>;

/// The operations of one thread that computes all.
LayerFlops getFlops(const Chain &chain, ScheduleAttr schedule);

/// Those of the busiest of `threads`, if they share `parallel`, with those that
/// other threads do too.
LayerFlops getLargestFlops(const Chain &chain, ScheduleAttr schedule,
                           int64_t threads, ParallelDim parallel);

/// All of them.
double sumUp(const LayerFlops &flops);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_SCHEDULE_THREADWORK_H
