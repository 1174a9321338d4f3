//===- Target.h - what the compiler knows of the processor ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The facts about a processor that decisions are made from. They stand on the
// module as a DLTI target spec (--lf-attach-target writes it); this is the one
// place that reads it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_SCHEDULE_TARGET_H
#define LAYERFUSION_SCHEDULE_TARGET_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <array>
#include <cstdint>

namespace mlir::lf {

/// The boundaries that bytes cross on their way to a core, in this order: L1 to
/// L2, L2 to L3, L3 to memory.
inline constexpr unsigned numBoundaries = 3;

/// One core of a processor and what it shares. The defaults are a core of AMD
/// Zen 4 as measured: docs/cost-model.md.
struct Target {
  /// What a core has of each cache for itself: L1d, L2, its share of L3.
  std::array<int64_t, numBoundaries> cacheBytes = {32 << 10, 1 << 20, 4 << 20};
  /// What one core gets over each boundary, both ways together.
  std::array<int64_t, numBoundaries> bytesPerSecond = {
      120'000'000'000, 65'000'000'000, 22'000'000'000};
  int64_t vectorBytes = 64;
  int64_t vectorRegisters = 32;
  /// Bytes of vectors that a core starts multiply-adds on in a cycle, at most.
  /// With two units of half the vector's size, as here, vectors of that size
  /// lose nothing.
  int64_t fmaBytesPerCycle = 64;
  /// Threads that a model runs on.
  int64_t threads = 1;
  /// Of one core, in f32; a multiply-add is two.
  int64_t flopsPerSecond = 117'000'000'000;

  /// What the nearest enclosing module with a target spec says of its "CPU".
  /// Facts that are missing or not positive integers are the default's.
  static Target get(Operation *op);

  /// The processor that LLVM knows as `name`, or this machine's for "host".
  static FailureOr<Target>
  getProcessor(StringRef name, function_ref<InFlightDiagnostic()> emitError);

  /// The processor that LLVM knows as `name`, if its vectors are such. Those of
  /// which we know nothing else have caches and speeds that are common.
  static Target getProcessor(StringRef name, int64_t vectorBytes,
                             int64_t vectorRegisters);

  /// Takes the sizes of this machine's caches, as far as the system tells them.
  void readHostCaches();

  /// Whether `module` has a target spec with a "CPU".
  static bool isAttachedTo(ModuleOp module);

  /// Sets the fact with this key of the target spec.
  LogicalResult set(StringRef key, int64_t value,
                    function_ref<InFlightDiagnostic()> emitError);

  /// Writes all facts into the target spec of `module`, which keeps its other
  /// devices.
  void attachTo(ModuleOp module) const;
};

} // namespace mlir::lf

#endif // LAYERFUSION_SCHEDULE_TARGET_H
