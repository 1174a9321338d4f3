//===- Reference.h - a convolution in double precision ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_BENCHMARKS_KERNELS_REFERENCE_H
#define LAYERFUSION_BENCHMARKS_KERNELS_REFERENCE_H

#include "common/Row.h"

namespace lfbench {

/// The output of a row of one dense convolution, by the definition.
std::vector<double> computeReference(const Row &row);

/// The largest difference as a share of the largest expected value; not a
/// number if one of `values` is none.
double getError(llvm::ArrayRef<float> values, llvm::ArrayRef<double> expected);

} // namespace lfbench

#endif // LAYERFUSION_BENCHMARKS_KERNELS_REFERENCE_H
