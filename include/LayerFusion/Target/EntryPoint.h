//===- EntryPoint.h - how compiled code is called ---------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a caller must know of a compiled network: the name of its function, its
// inputs and outputs in order, and the scratch memory a run needs. Read from
// the attributes that bufferization and planning leave on the entry function,
// free of any MLIR context afterwards.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TARGET_ENTRYPOINT_H
#define LAYERFUSION_TARGET_ENTRYPOINT_H

#include "LayerFusion/Dialect/LF/Steps.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlir::lf {

/// The type of a tensor's elements as they lie in memory. Booleans (I1) take a
/// byte each, 0 or 1; F16 and BF16 are handed over as their 16 bits.
enum class DataType {
  I1,
  I8,
  I16,
  I32,
  I64,
  U8,
  U16,
  U32,
  U64,
  F16,
  BF16,
  F32,
  F64
};

/// The data type of elements of `type`; none for types that cannot cross the
/// boundary of compiled code.
std::optional<DataType> getDataType(Type type);

/// As written in MLIR, such as "f32".
llvm::StringRef getName(DataType type);

/// The C type of an element, such as "float".
llvm::StringRef getCType(DataType type);

unsigned getSizeInBytes(DataType type);

/// An input or output of a compiled network: a dense row-major array.
struct IO {
  /// Name in the model; may be any text, or empty.
  std::string name;
  DataType elementType = DataType::F32;
  llvm::SmallVector<int64_t> shape;
  /// A letter a dimension, such as "NCHW", or empty.
  std::string layout;

  int64_t getNumElements() const;
  int64_t getSizeInBytes() const;
};

/// `int32_t <name>(const T *in0, ..., T *out0, ..., void *workspace)`, and
/// `int32_t <name>_packed(void **args)` with the same pointers in an array.
struct EntryPoint {
  std::string name;
  std::vector<IO> inputs;
  std::vector<IO> outputs;
  /// Bytes of scratch memory, to be aligned to `alignment`.
  int64_t workspaceSize = 0;
  /// What the times of a profiled network are of: the elements of its last
  /// output. Else empty.
  llvm::SmallVector<Step> steps;
  /// Whether a run starts threads, through LLVM's OpenMP runtime.
  bool usesThreads = false;

  /// Bytes that the workspace must be aligned to. Inputs and outputs need only
  /// their element's alignment.
  static constexpr unsigned alignment = 64;
  /// What the function returns if the workspace is its own (a null pointer was
  /// given) and another call is using it.
  static constexpr int32_t busy = 1;

  /// Reads the public function of `module`, which must be in the LLVM dialect;
  /// emits an error if there is none or its description is incomplete.
  static FailureOr<EntryPoint> get(ModuleOp module);
};

/// The name under which `module` is compiled: `requested` if not empty, which
/// must be a C identifier that neither C, C++ nor the C library takes; else
/// made from the module's name. Emits an error if `requested` cannot be used.
FailureOr<std::string> getEntryName(ModuleOp module, llvm::StringRef requested);

} // namespace mlir::lf

#endif // LAYERFUSION_TARGET_ENTRYPOINT_H
