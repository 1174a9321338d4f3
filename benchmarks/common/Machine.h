//===- Machine.h - what a benchmark ran on ----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_BENCHMARKS_COMMON_MACHINE_H
#define LAYERFUSION_BENCHMARKS_COMMON_MACHINE_H

#include "LayerFusion/Runtime/Ceilings.h"
#include "LayerFusion/Runtime/Measure.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace lfbench {

/// The loop on `threads` threads, as a contestant among others: the clock of a
/// processor drifts, and what is possible is what was possible meanwhile. The
/// threads are those of OpenMP, which everything else here runs on: others
/// would find them waiting for work on the processors.
mlir::lf::TimedRun timePeak(const mlir::lf::PeakLoop &peak, unsigned threads);

/// Operations a second, with the median of what timePeak() measured.
double getPeakRate(const mlir::lf::PeakLoop &peak, unsigned threads,
                   const mlir::lf::Measurement &measured);

/// What the results of every benchmark begin with: its name, the date and the
/// processor.
llvm::json::Object describeRun(llvm::StringRef benchmark);

llvm::Error writeJSON(const std::string &file, llvm::json::Value results);

} // namespace lfbench

#endif // LAYERFUSION_BENCHMARKS_COMMON_MACHINE_H
