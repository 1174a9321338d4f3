//===- Steps.h - what a network does one after the other --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The attribute `lf.steps` of an entry function that takes its own time: an
// array of dictionaries that says of each time what it is of.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_STEPS_H
#define LAYERFUSION_DIALECT_LF_STEPS_H

#include "mlir/IR/BuiltinAttributes.h"

#include <string>

namespace mlir::lf {

namespace attrs {
constexpr llvm::StringLiteral steps = "lf.steps";
} // namespace attrs

/// One op of the entry function.
struct Step {
  /// What the model calls it: the first and the last of the nodes it is of.
  std::string name;
  /// A block's layers, as in "pw-dw-pw-add", or the op: "transpose".
  std::string kind;
  /// Floating-point operations, a multiply-add is two.
  int64_t flops = 0;
  /// Of all that it takes and makes, once each.
  int64_t bytes = 0;
};

/// `steps` as they stand in `lf.steps`.
ArrayAttr getAsAttr(MLIRContext *context, ArrayRef<Step> steps);

/// What `lf.steps` says; fails if it is something else.
FailureOr<SmallVector<Step>> readSteps(Attribute attribute);

} // namespace mlir::lf

#endif // LAYERFUSION_DIALECT_LF_STEPS_H
