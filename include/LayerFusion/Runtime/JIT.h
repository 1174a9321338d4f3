//===- JIT.h - compiled networks in this process ----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A network compiled to an object file in memory and linked into this process:
// the very bytes that a user would link into a program.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_RUNTIME_JIT_H
#define LAYERFUSION_RUNTIME_JIT_H

#include "LayerFusion/Target/EntryPoint.h"
#include "LayerFusion/Target/Object.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>

namespace mlir::lf {

/// Needs neither module nor MLIR context once it is made. Safe to use from any
/// number of threads.
class Executable {
public:
  /// Compiles `module`, at any stage, for the host and links it. Emits an error
  /// if it cannot be compiled, has no entry point, or this machine could not
  /// run the code.
  static FailureOr<std::unique_ptr<Executable>>
  compile(ModuleOp module, const CodeOptions &options = {});

  /// The same code and weights at other addresses, to measure what a run takes
  /// that finds none of them in the caches. Shares the scratch memory with this
  /// one. Fails if there is no memory.
  llvm::Expected<std::unique_ptr<Executable>> copy() const;

  ~Executable();

  const std::string &getName() const { return entry.name; }
  llvm::ArrayRef<IO> inputs() const { return entry.inputs; }
  llvm::ArrayRef<IO> outputs() const { return entry.outputs; }

  /// If compiled to be profiled: what the elements of the last output, ticks,
  /// are times of.
  llvm::ArrayRef<Step> steps() const { return entry.steps; }

  /// Bytes of scratch memory of each run. It is allocated on the first run and
  /// kept; as many runs at a time, as many times this.
  int64_t workspaceSize() const { return entry.workspaceSize; }

  /// The object file, and the C header that goes with it.
  llvm::StringRef object() const { return {code.data(), code.size()}; }
  llvm::StringRef header() const { return headerText; }

  /// Runs the network on dense row-major arrays, one for each of inputs() and
  /// outputs(), aligned to their elements and as long as those say. Outputs
  /// must not overlap anything else. Fails without running if there are too few
  /// or too many, or one is null or misaligned.
  llvm::Error run(llvm::ArrayRef<const void *> inputs,
                  llvm::ArrayRef<void *> outputs) const;

private:
  class Linked;
  class WorkspacePool;

  Executable();

  EntryPoint entry;
  std::string headerText;
  llvm::SmallVector<char, 0> code;
  std::unique_ptr<Linked> linked;
  std::shared_ptr<WorkspacePool> workspaces;
};

} // namespace mlir::lf

#endif // LAYERFUSION_RUNTIME_JIT_H
