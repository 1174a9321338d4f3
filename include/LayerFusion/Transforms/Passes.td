//===- Passes.td - passes from lf to lf ---------------------*- tablegen -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TRANSFORMS_PASSES_TD
#define LAYERFUSION_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Simplify
//===----------------------------------------------------------------------===//

def SimplifyPass : Pass<"lf-simplify"> {
  let summary = "fold what stands around a layer into its filter and bias";
  let description = [{
    Runs the canonicalization patterns of the lf dialect.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect",
    "::mlir::lf::LFDialect"
  ];
}

#endif // LAYERFUSION_TRANSFORMS_PASSES_TD
