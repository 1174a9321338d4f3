//===- Interpreter.h - functions on tensors, in double --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a rewrite must not change is what a function computes. This evaluates
// functions of the ops that simplification reads and writes, straight from
// their definitions, in double, so that a comparison before and after sees the
// rounding of weights and nothing else.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TEST_UNIT_TRANSFORMS_INTERPRETER_H
#define LAYERFUSION_TEST_UNIT_TRANSFORMS_INTERPRETER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <vector>

namespace mlir::lf::test {

/// Elements in row-major order; the type says the shape.
using Elements = std::vector<double>;

/// The results of `function` for `arguments`. Nothing, and a message on stderr,
/// for an op that it does not know.
std::optional<std::vector<Elements>>
interpret(func::FuncOp function, const std::vector<Elements> &arguments);

} // namespace mlir::lf::test

#endif // LAYERFUSION_TEST_UNIT_TRANSFORMS_INTERPRETER_H
