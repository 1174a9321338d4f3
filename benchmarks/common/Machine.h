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

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace lfbench {

/// Operations a second on `threads` threads, at best.
double measurePeak(const mlir::lf::PeakLoop &peak, unsigned threads);

/// What the results of every benchmark begin with: its name, the date and the
/// processor.
llvm::json::Object describeRun(llvm::StringRef benchmark);

llvm::Error writeJSON(const std::string &file, llvm::json::Value results);

} // namespace lfbench

#endif // LAYERFUSION_BENCHMARKS_COMMON_MACHINE_H
