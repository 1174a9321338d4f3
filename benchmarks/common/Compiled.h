//===- Compiled.h - LayerFusion computes a row ------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_BENCHMARKS_COMMON_COMPILED_H
#define LAYERFUSION_BENCHMARKS_COMMON_COMPILED_H

#include "Row.h"

#include "LayerFusion/Runtime/JIT.h"
#include "LayerFusion/Transforms/Passes.h"

#include <memory>
#include <vector>

namespace lfbench {

/// A row as compiled code, with the row's input and memory for its output.
class Compiled {
public:
  /// Compiles `module`, which is the row's at any stage, for this machine and
  /// so many threads; how a block shares its work among them, and whether it
  /// does, is the compiler's choice where the module does not say. Emits an
  /// error if it cannot be compiled.
  static mlir::FailureOr<std::unique_ptr<Compiled>>
  compile(const Row &row, mlir::ModuleOp module, unsigned threads);

  const mlir::lf::Executable &getCode() const { return *code; }

  void run() { run(*code); }
  /// The same with a copy of the code.
  void run(const mlir::lf::Executable &copy);

  /// Runs once on the row's input; the output N x H x W x C.
  std::vector<float> compute();

private:
  explicit Compiled(const Row &row);

  /// Memory begins with a line of the caches, as oneDNN's does: vectors that
  /// cross lines take twice the time.
  struct alignas(64) Line {
    float values[16];
  };
  using Memory = std::vector<Line>;

  static Memory allocate(size_t count);
  static float *getData(Memory &memory) { return memory.front().values; }

  int64_t outputSize;
  std::unique_ptr<mlir::lf::Executable> code;
  Memory input, output;
};

/// Puts the layers of a row into blocks. Emits an error if they cannot be.
mlir::LogicalResult formBlocks(mlir::ModuleOp module,
                               mlir::lf::FusionPolicy policy);

} // namespace lfbench

#endif // LAYERFUSION_BENCHMARKS_COMMON_COMPILED_H
