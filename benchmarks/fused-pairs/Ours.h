//===- Ours.h - LayerFusion computes a row ----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_BENCHMARKS_FUSED_PAIRS_OURS_H
#define LAYERFUSION_BENCHMARKS_FUSED_PAIRS_OURS_H

#include "Row.h"

#include "LayerFusion/Runtime/JIT.h"

#include <memory>
#include <vector>

namespace lfbench {

/// All layers in one block, or each in a block of its own.
enum class Blocks { One, Each };

class Ours {
public:
  /// For this machine and so many threads; how a block shares its work among
  /// them, and whether it does, is the compiler's choice. Emits an error if the
  /// row cannot be compiled, or if its layers cannot be one block and should
  /// be.
  static mlir::FailureOr<std::unique_ptr<Ours>>
  compile(const Row &row, Blocks blocks, unsigned threads);

  void run();

  /// Runs once on the row's input; the output N x H x W x C.
  std::vector<float> compute();

private:
  explicit Ours(const Row &row);

  /// Memory begins with a line of the caches, as oneDNN's does: vectors that
  /// cross lines take twice the time.
  struct alignas(64) Line {
    float values[16];
  };
  using Memory = std::vector<Line>;

  static Memory allocate(size_t count);
  static float *getData(Memory &memory) { return memory.front().values; }

  const Row &row;
  std::unique_ptr<mlir::lf::Executable> code;
  Memory input, output;
};

} // namespace lfbench

#endif // LAYERFUSION_BENCHMARKS_FUSED_PAIRS_OURS_H
