//===- Candidate.h - a layer with a schedule --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_BENCHMARKS_KERNELS_CANDIDATE_H
#define LAYERFUSION_BENCHMARKS_KERNELS_CANDIDATE_H

#include "common/Compiled.h"

namespace lfbench {

/// The schedules that are compared where none are asked for: the compiler's own
/// choice, direct convolution, and Winograd's algorithm with each size of
/// tiles, and with an edge tile where the layer's size leaves one.
std::vector<std::string> getDefaultSchedules(const Layer &layer);

/// A row of one layer, compiled with a schedule.
struct Candidate {
  /// Whole, as it is printed.
  std::string schedule;
  std::unique_ptr<Compiled> compiled;
};

/// `schedule` is `auto`, the name of an algorithm, such as `direct` or
/// `winograd(4, 2)`, for which the rest is chosen, or what stands between the
/// brackets of an `#lf.schedule<…>`. What threads share is chosen if it does
/// not say. Emits an error if it is no schedule, not one for this row, or
/// cannot be compiled.
mlir::FailureOr<Candidate>
makeCandidate(const Row &row, llvm::StringRef schedule, unsigned threads);

} // namespace lfbench

#endif // LAYERFUSION_BENCHMARKS_KERNELS_CANDIDATE_H
