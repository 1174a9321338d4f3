//===- Report.h - what was measured, for reading ----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_BENCHMARKS_KERNELS_REPORT_H
#define LAYERFUSION_BENCHMARKS_KERNELS_REPORT_H

#include "Measuring.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace lfbench {

void printHead(llvm::raw_ostream &os);

/// The results of one row.
void printResults(llvm::raw_ostream &os, llvm::ArrayRef<Result> results);

/// For each schedule that several layers have, and number of threads: how many
/// times as fast as `direct` it is, in the geometric mean.
void printMeans(llvm::raw_ostream &os, llvm::ArrayRef<Result> results);

/// All of it, with the date and the processor.
llvm::json::Value toJSON(llvm::ArrayRef<Result> results);

} // namespace lfbench

#endif // LAYERFUSION_BENCHMARKS_KERNELS_REPORT_H
