//===- RaiseBottlenecks.cpp - blocks as bottlenecks -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes blocks that are inverted residuals shorter:
//
//   %y = lf.fused_block ins(%in = %x, ..) outs(%init) {
//     %0 = lf.conv2d %in, ..
//     %1 = lf.depthwise_conv2d %0, ..         ==>   %y = lf.bottleneck %x ..
//     %2 = lf.conv2d %1, ..                             residual
//     %3 = lf.add %2, %in
//     lf.yield %3
//   }
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Transforms/Layers.h"
#include "LayerFusion/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::lf {
#define GEN_PASS_DEF_RAISEBOTTLENECKSPASS
#include "LayerFusion/Transforms/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

namespace {

struct RaiseBottlenecksPass
    : lf::impl::RaiseBottlenecksPassBase<RaiseBottlenecksPass> {
  using Base::Base;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation()->walk([&](FusedBlockOp block) {
      // Others stay blocks.
      (void)raiseBottleneck(rewriter, block);
    });
  }
};

} // namespace
