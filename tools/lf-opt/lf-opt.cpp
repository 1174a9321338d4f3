//===- lf-opt.cpp - run passes on IR, in steps -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlir-opt with the lf dialect, its passes and its pipelines.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/InitAll.h"

#include "mlir/IR/Dialect.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::lf::registerAllDialects(registry);
  mlir::lf::registerAllPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "LayerFusion optimizer driver\n", registry));
}
