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
// again, with benchmarks/cost-model.
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
/// channels, sums over places of a channel, and an operation an element.
inline constexpr double denseEfficiency = 0.7;
inline constexpr double depthwiseEfficiency = 0.4;
inline constexpr double elementwiseEfficiency = 0.17;

/// Sums over channels are formed for so many channels of the result at a time,
/// what is left by halves of that. Each such vector takes as long as one of
/// shortVector channels at least: its additions wait for each other.
inline constexpr int64_t longestVector = 64;
inline constexpr int64_t shortVector = 24;

/// Arithmetic and the transfers over the boundaries go on at the same time; of
/// all but the longest of them this share comes on top.
inline constexpr double unhiddenShare = 0.1;

/// What a block takes whatever it computes: its loops begin and end, its first
/// rows come from further away, and with threads there is a barrier. Also below
/// what the model can tell, so that of choices that it finds as fast, the one
/// with fewer blocks is taken.
inline constexpr double secondsPerBlock = 5e-6;

} // namespace mlir::lf::generator

#endif // LAYERFUSION_LIB_SCHEDULE_GENERATOR_H
