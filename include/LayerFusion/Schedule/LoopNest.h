//===- LoopNest.h - bytes that a loop nest moves ----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop nest as what it touches, and the rule by which the bytes that it moves
// into a cache follow from that. The cache gives up what was least recently
// used first:
//
//   - If what one iteration touches fits into the cache, it is still there in
//     the next one: over all iterations each byte comes in once.
//   - If not, each iteration moves what the body does, by the same rule.
//   - Of two neighbours in a body, or an iteration and the next, that touch the
//     same bytes, the second finds them if all that is touched from the one to
//     the other fits.
//
// What is little too much for a cache overfills some of its sets and leaves the
// others: between the capacity and a way more, it fits in part.
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
  /// What they take in a cache is more than that if they lie far apart, at
  /// distances that lead to the same few sets.
  double spread = 1;

  double getSpace() const { return bytes * spread; }
};

/// The distinct bytes that some piece of a program touches: one entry a buffer,
/// in the order of the first touch.
class Footprint {
public:
  /// Notes a touch; of several of one buffer the largest counts, for the layer
  /// that came first.
  void add(const Touch &touch);
  void add(const Footprint &other);

  /// The place that they take in a cache.
  double getSpace() const;
  const Touch *find(unsigned buffer) const;
  ArrayRef<Touch> getTouches() const { return touches; }

private:
  SmallVector<Touch, 8> touches;
};

/// A loop. Its body is loops in sequence; without any it is `once` alone.
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

/// A cache, of which the ways are `way` bytes each; none is of no size, in
/// which what does not fit is lost altogether.
struct Cache {
  double capacity = 0;
  double way = 0;

  /// How much of what is touched over and over stays, if that is `bytes`: from
  /// one, all of it, to zero.
  double getShareThatFits(double bytes) const;
};

/// What moves over the boundary behind `cache` while `nest` runs, starting with
/// an empty cache.
SmallVector<Move> getMoves(const Loop &nest, const Cache &cache);

} // namespace mlir::lf

#endif // LAYERFUSION_SCHEDULE_LOOPNEST_H
