//===- RandomNetwork.h - networks that exercise folds ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Small networks of layers with batch norm, scales, activations and paddings
// anywhere around them, values that several ops read, and residuals.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TEST_UNIT_TRANSFORMS_RANDOMNETWORK_H
#define LAYERFUSION_TEST_UNIT_TRANSFORMS_RANDOMNETWORK_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace mlir::lf::test {

/// A module with the function `main` of one argument that returns every value
/// without another reader: the same one for the same seed.
OwningOpRef<ModuleOp> buildRandomNetwork(MLIRContext *context, unsigned seed);

} // namespace mlir::lf::test

#endif // LAYERFUSION_TEST_UNIT_TRANSFORMS_RANDOMNETWORK_H
