//===- Object.h - object code from any stage --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The back door: a module becomes a position-independent object file, assembly
// or LLVM IR for an ELF system on x86_64, aarch64, riscv64 or loongarch64. The
// object needs the C library and libm, nothing else.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TARGET_OBJECT_H
#define LAYERFUSION_TARGET_OBJECT_H

#include "LayerFusion/Schedule/Limits.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Support/LLVM.h"
#include <string>

namespace llvm {
class raw_pwrite_stream;
} // namespace llvm

namespace mlir::lf {

struct CodeOptions {
  /// Target triple, such as "aarch64-linux-gnu"; empty: the host's.
  std::string triple;
  /// Processor, as LLVM names it; "native": the host's, with the features it
  /// reports; empty: native for the host's architecture, generic for others.
  std::string cpu;
  /// Features to add or remove: "+avx2,-fma".
  std::string features;
  /// 0 to 3, as a C compiler's.
  unsigned optLevel = 3;
  /// Threads that compute a run together, 0: those of the module's target. With
  /// more than one the code needs LLVM's OpenMP runtime.
  int64_t threads = 0;
  /// How layers are computed, and the MiB by which filters may become larger
  /// for that; negative: any.
  AlgorithmChoice algorithms = AlgorithmChoice::Auto;
  int64_t maxFilterGrowth = -1;
  /// Name of the function to call; empty: made from the module's name.
  std::string name;
  /// Whether each run takes the time of each of its steps, as a last output of
  /// processor ticks: EntryPoint::steps says which.
  bool profile = false;
};

enum class CodeKind { Object, Assembly, LLVMIR };

/// Emits an error unless code compiled with `options` can run in this process:
/// it is for another architecture, or for a processor with features that this
/// machine's lacks.
LogicalResult checkRunsOnHost(MLIRContext *context, const CodeOptions &options);

/// Writes the facts about the processor that `options` name onto `module`,
/// unless it has some already: vectors and registers as LLVM knows them, for
/// this machine its caches, and what else is known of the name. Emits an error
/// if LLVM does not know the processor.
LogicalResult attachTarget(ModuleOp module, const CodeOptions &options);

/// Returns a copy of `module` in the LLVM dialect, with the entry point: runs
/// `lf-cpu-pipeline` on whatever stands above, for the processor that `options`
/// name unless the module has a target spec. Emits an error and returns null if
/// the module cannot be lowered.
OwningOpRef<ModuleOp> lowerToLLVMDialect(ModuleOp module,
                                         const CodeOptions &options);

/// Compiles `module`, at any stage, and writes it to `os`; `module` itself
/// stays as it is. Emits an error if a target, processor or feature is unknown
/// or the module cannot be lowered. Whether `os` could take all of it is for
/// the caller to check.
LogicalResult emitCode(ModuleOp module, CodeKind kind,
                       const CodeOptions &options, llvm::raw_pwrite_stream &os);

} // namespace mlir::lf

#endif // LAYERFUSION_TARGET_OBJECT_H
