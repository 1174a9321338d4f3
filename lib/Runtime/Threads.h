//===- Threads.h - a function on several threads at once --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_RUNTIME_THREADS_H
#define LAYERFUSION_LIB_RUNTIME_THREADS_H

#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::lf {

/// Seconds on a clock that never goes back, from some point in the past.
double getSeconds();

/// Calls `work` with each index below `threads`, each on a thread of its own,
/// this one included, and as far as the system allows that on a core of its
/// own: within some milliseconds the scheduler would not always see to it.
/// Returns the seconds from when all have started until the last is done: what
/// it takes to make threads is not counted.
double runOnThreads(unsigned threads,
                    llvm::function_ref<void(unsigned index)> work);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_RUNTIME_THREADS_H
