//===- TargetMachine.h - the processor code is for --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to lib/Target: CodeOptions checked and turned into LLVM's machine.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_TARGETMACHINE_H
#define LAYERFUSION_LIB_TARGET_TARGETMACHINE_H

#include "LayerFusion/Target/Object.h"

#include "mlir/IR/Location.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>

namespace mlir::lf {

/// The machine for `options`: position-independent code. Names of triples,
/// processors and features that LLVM does not know are refused with an error
/// at `loc` that lists similar ones.
FailureOr<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(Location loc, const CodeOptions &options);

/// The triple that `options` name, or this machine's.
llvm::Triple getTriple(const CodeOptions &options);

/// Whether `options` ask for this machine's own processor.
bool isNative(const CodeOptions &options);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_TARGET_TARGETMACHINE_H
