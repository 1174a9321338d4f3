//===- Passes.h - passes from lf to lf ------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TRANSFORMS_PASSES_H
#define LAYERFUSION_TRANSFORMS_PASSES_H

#include "LayerFusion/Transforms/Fusion.h"

#include "mlir/Pass/Pass.h"

#include <memory>
#include <string>

namespace mlir::lf {

#define GEN_PASS_DECL
#include "LayerFusion/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "LayerFusion/Transforms/Passes.h.inc"

} // namespace mlir::lf

#endif // LAYERFUSION_TRANSFORMS_PASSES_H
