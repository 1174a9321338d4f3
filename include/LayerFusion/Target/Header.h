//===- Header.h - the C header of compiled code -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A C header for the object that emitCode makes of the same module with the
// same options: what the inputs and outputs are, how large the workspace is,
// and one function.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TARGET_HEADER_H
#define LAYERFUSION_TARGET_HEADER_H

#include "LayerFusion/Target/Object.h"

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace mlir::lf {

/// Writes the header for `module`, at any stage, usable from C and C++. Emits
/// an error if the module has no entry point or cannot be lowered.
LogicalResult emitHeader(ModuleOp module, const CodeOptions &options,
                         llvm::raw_ostream &os);

} // namespace mlir::lf

#endif // LAYERFUSION_TARGET_HEADER_H
