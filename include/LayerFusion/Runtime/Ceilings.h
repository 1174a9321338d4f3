//===- Ceilings.h - what no code on this machine can exceed -----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The ceilings of the roofline, measured: multiply-adds a second, and bytes a
// second out of each cache and out of memory. Measured by loops over vectors in
// the LLVM dialect, compiled like a network for the processor at hand: no
// instruction set is named, and what LLVM does not know of the processor the
// networks do not get either.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_RUNTIME_CEILINGS_H
#define LAYERFUSION_RUNTIME_CEILINGS_H

#include "LayerFusion/Runtime/JIT.h"

#include <memory>
#include <string>
#include <vector>

namespace mlir::lf {

/// A loop of f32 multiply-adds on registers and nothing else, long enough that
/// starting it costs nothing: some milliseconds.
class PeakLoop {
public:
  /// The fastest of such loops, over vectors as wide as the host's and
  /// narrower. Emits an error if this machine cannot be compiled for.
  static FailureOr<PeakLoop> compile(MLIRContext *context);

  /// The operations of one run on one thread; a multiply-add is two.
  double getFlops() const { return flops; }

  /// Runs the loop once on each of `threads` threads; the seconds until the
  /// last is done.
  double run(unsigned threads = 1) const;

  int64_t getVectorBytes() const { return vectorBytes; }

private:
  PeakLoop() = default;
  static FailureOr<PeakLoop> compile(MLIRContext *context, int64_t vectorBytes,
                                     int64_t accumulators);

  std::shared_ptr<Executable> code;
  int64_t vectorBytes = 0;
  int64_t steps = 0;
  double flops = 0;
};

/// What all threads together read from one place.
struct Bandwidth {
  /// "L1", "L2", "L3" or "memory".
  std::string name;
  /// That each thread reads again and again.
  int64_t bytes = 0;
  double bytesPerSecond = 0;
};

struct Ceilings {
  unsigned threads = 1;
  double flopsPerSecond = 0;
  /// From the nearest to the farthest.
  std::vector<Bandwidth> bandwidths;
};

/// The best of several measurements, which take `seconds` in all, about. Emits
/// an error if this machine cannot be compiled for.
FailureOr<Ceilings> measureCeilings(MLIRContext *context, unsigned threads = 1,
                                    double seconds = 1);

/// The seconds in which a cache line goes from one of two threads to the other
/// and back, from some milliseconds of it. On Zen 4 40 ns if both are on one
/// core, 120 ns if their cores share an L3 cache, and else 560 ns: a virtual
/// machine's processors may be each of these in turn.
double measureRoundTrip();

} // namespace mlir::lf

#endif // LAYERFUSION_RUNTIME_CEILINGS_H
