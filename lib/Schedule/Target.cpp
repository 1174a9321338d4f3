//===- Target.cpp - what the compiler knows of the processor ----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the target spec.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Target.h"

using namespace mlir;
using namespace mlir::lf;

Target Target::get(Operation *op) { return Target(); }
