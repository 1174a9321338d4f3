//===- Winograd.h - memory for transformed tiles ----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the transformed inputs and the products of a stage lie that Winograd's
// algorithm computes: a plane for each point, of tiles x channels.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_WINOGRAD_H
#define LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_WINOGRAD_H

#include "RowBuffer.h"

#include "LayerFusion/Dialect/LF/Winograd.h"

namespace mlir::lf {

/// Planes of `points` x `points` matrices of tiles x channels, for each thread.
/// Planes, and rows unless short, are odd numbers of cache lines apart, so that
/// equal places of many planes do not meet in few sets of a cache.
class WinogradPlanes {
public:
  static WinogradPlanes allocate(ImplicitLocOpBuilder &b, FloatType element,
                                 int64_t points, int64_t tiles,
                                 int64_t channels, int64_t threads);

  /// Makes the memory of that thread the one that is meant, if each has its
  /// own.
  void setThread(Index index) { thread = index; }

  /// points x points x `tiles` x channels.
  Value get(ImplicitLocOpBuilder &b, int64_t tiles) const;

  int64_t getAllocatedBytes() const;

private:
  /// All elements, behind a dimension for threads if there are several.
  Value buffer;
  int64_t points = 0, channels = 0;
  /// Elements from one tile to the next, and from one plane to the next.
  int64_t tileStride = 0, planeStride = 0;
  Index thread;
};

/// The memory of one stage.
struct WinogradScratch {
  AlgorithmAttr algorithm;
  /// The most rows that are computed at once.
  int64_t rows = 0;
  /// Of all channels of the input, and of a panel of the output's.
  WinogradPlanes inputs, products;
};

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_WINOGRAD_H
