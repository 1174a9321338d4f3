//===- AttachTarget.cpp - the target spec -----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes what is known of a processor onto the module:
//
//   module {                 module attributes {dlti.target_system_spec =
//                              #dlti.target_system_spec<"CPU" = ...>} {
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Target.h"
#include "LayerFusion/Transforms/Passes.h"

#include "mlir/Dialect/DLTI/DLTI.h"

namespace mlir::lf {
#define GEN_PASS_DEF_ATTACHTARGETPASS
#include "LayerFusion/Transforms/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

namespace {

struct AttachTargetPass : lf::impl::AttachTargetPassBase<AttachTargetPass> {
  using Base::Base;

  void runOnOperation() override {
    auto emitError = [&] { return getOperation().emitError(); };
    FailureOr<Target> target = Target::getProcessor(mcpu, emitError);
    if (failed(target))
      return signalPassFailure();
    for (StringRef fact : facts) {
      auto [key, text] = fact.split('=');
      int64_t value = 0;
      if (text.getAsInteger(10, value)) {
        emitError() << "expected key=number, got '" << fact << "'";
        return signalPassFailure();
      }
      if (failed(target->set(key, value, emitError)))
        return signalPassFailure();
    }
    target->attachTo(getOperation());
  }
};

} // namespace
