//===- Generator.h - what the model knows of the generated code -*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The numbers of the cost model that depend on the code that blocks become,
// beside those of register tiles (RegisterTile.cpp). Whoever changes that code
// measures these again, with benchmarks/cost-model.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_SCHEDULE_GENERATOR_H
#define LAYERFUSION_LIB_SCHEDULE_GENERATOR_H

namespace mlir::lf::generator {

/// Cycles for a vector of a layer that is computed while the one before it is
/// still in registers, and for one that is loaded, changed and stored: by a
/// global pooling, or where sums start and end apart.
inline constexpr double cyclesInPlace = 1;
inline constexpr double cyclesOfPass = 2;

/// Arithmetic and the transfers over the boundaries go on at the same time; of
/// all but the longest of them this share comes on top.
inline constexpr double unhiddenShare = 0.1;

/// Of the transfers of what Winograd's algorithm transforms, and of all but the
/// filter that comes from memory, this share is hidden by nothing, for each
/// boundary. And of a cache, which gives up first what was read just once, the
/// filter takes this share of its bytes. So 3x3 layers of 256 channels on 56x56
/// take about as long as measured, in bands that fit L2 and in one that does
/// not.
inline constexpr double exposedShare[] = {0, 0.5, 1};
inline constexpr double placeOfStream = 0.1;

/// What a block takes whatever it computes: its code, its filters and its first
/// rows come from further away than the model counts, and with threads there is
/// a barrier. Blocks of the zoo that others run between take 30 to 80
/// microseconds longer than alone; with this number, which decides near ties
/// for fewer blocks, networks run 1 to 2% faster than with a quarter of it.
inline constexpr double secondsPerBlock = 20e-6;

/// Cycles in which a row or column of a vector of channels of a Winograd tile
/// is transformed, by the results that it has (up to 4), with its loads and
/// stores: the input's into points, and points into results. Measured in L2, of
/// layers of 64 channels on 56x56 and 128 on 28x28, where tiles of 2 and 4 take
/// 50 and 245 cycles for the input and 43 and 145 for the result.
inline constexpr double winogradInputCycles[] = {0, 4, 6.3, 13, 20.4};
inline constexpr double winogradOutputCycles[] = {0, 5, 7.2, 11, 14.5};

} // namespace mlir::lf::generator

#endif // LAYERFUSION_LIB_SCHEDULE_GENERATOR_H
