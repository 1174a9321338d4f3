//===- Passes.h - passes out of lf --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_CONVERSION_PASSES_H
#define LAYERFUSION_CONVERSION_PASSES_H

#include "mlir/Pass/Pass.h"

#include <memory>
#include <string>

namespace mlir::lf {

#define GEN_PASS_DECL
#include "LayerFusion/Conversion/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "LayerFusion/Conversion/Passes.h.inc"

} // namespace mlir::lf

#endif // LAYERFUSION_CONVERSION_PASSES_H
