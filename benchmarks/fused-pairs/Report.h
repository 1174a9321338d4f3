//===- Report.h - what was measured, for reading ----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_BENCHMARKS_FUSED_PAIRS_REPORT_H
#define LAYERFUSION_BENCHMARKS_FUSED_PAIRS_REPORT_H

#include "Measuring.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace lfbench {

void printHead(llvm::raw_ostream &os);
void printResult(llvm::raw_ostream &os, const Result &result);

/// For each group, number of threads and state of the caches: geometric means
/// and the least favourable row.
void printMeans(llvm::raw_ostream &os, llvm::ArrayRef<Result> results);

/// All of it, with the date and the processor.
llvm::json::Value toJSON(llvm::ArrayRef<Result> results);

} // namespace lfbench

#endif // LAYERFUSION_BENCHMARKS_FUSED_PAIRS_REPORT_H
