//===- LoopNest.h - bytes that a loop nest moves ----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop nest as what it touches, and the rule by which the bytes that it moves
// into a cache follow from that. The cache is thought of as fully associative
// with the least recently used bytes leaving first:
//
//   - If what one iteration touches fits into the cache, it is still there in
//     the next one: over all iterations each byte comes in once.
//   - If not, each iteration moves its bytes anew: as many times what the body
//     moves, by the same rule.
//   - Of two neighbours in a body that touch the same bytes, the second finds
//     them if all that is touched from the one to the other fits.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_SCHEDULE_LOOPNEST_H
#define LAYERFUSION_SCHEDULE_LOOPNEST_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <vector>

namespace mlir::lf {

/// Bytes of a buffer that are touched. Counts are averages over iterations, so
/// they need not be whole.
struct Touch {
  unsigned buffer = 0;
  /// The layer that the bytes are moved for.
  unsigned layer = 0;
  double bytes = 0;
  bool writes = false;
};

/// The distinct bytes that some piece of a program touches: one entry a buffer,
/// in the order of the first touch.
class Footprint {
public:
  /// Notes a touch; of several of one buffer the largest counts, for the layer
  /// that came first.
  void add(const Touch &touch);
  void add(const Footprint &other);

  double getTotal() const;
  const Touch *find(unsigned buffer) const;
  ArrayRef<Touch> getTouches() const { return touches; }

private:
  SmallVector<Touch, 8> touches;
};

/// A loop. Its body are loops in sequence; without any it is the `once` alone.
struct Loop {
  double trips = 1;
  /// What one iteration touches, and what all of them together do.
  Footprint once, all;
  std::vector<Loop> body;
};

/// Bytes of one buffer that move for one layer: into the cache, and changed
/// ones out of it.
struct Move {
  unsigned buffer = 0;
  unsigned layer = 0;
  double fills = 0;
  double writeBacks = 0;
};

/// What moves over the boundary behind a cache of `capacity` bytes while `nest`
/// runs, starting with an empty cache.
SmallVector<Move> getMoves(const Loop &nest, double capacity);

} // namespace mlir::lf

#endif // LAYERFUSION_SCHEDULE_LOOPNEST_H
