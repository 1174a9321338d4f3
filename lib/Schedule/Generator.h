//===- Generator.h - what the model knows of the generated code -*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All numbers of the cost model that depend on the code that tile ops become
// (lf-vectorize-loops at present). Whoever changes that code measures these
// again: docs/cost-model.md says how.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_SCHEDULE_GENERATOR_H
#define LAYERFUSION_LIB_SCHEDULE_GENERATOR_H

#include <cstdint>

namespace mlir::lf::generator {

/// Neighbouring pixels of a row that are computed together: for each such group
/// the filter is read once.
inline constexpr int64_t pixelsPerTile = 1;

/// The share of the peak that inner loops reach on data in L1: sums over
/// channels, sums over single channels, and one operation an element.
inline constexpr double denseEfficiency = 0.5;
inline constexpr double depthwiseEfficiency = 0.25;
inline constexpr double elementwiseEfficiency = 0.125;

} // namespace mlir::lf::generator

#endif // LAYERFUSION_LIB_SCHEDULE_GENERATOR_H
