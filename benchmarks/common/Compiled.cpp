//===- Compiled.cpp - LayerFusion computes a row ----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compiled.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lfbench;

Compiled::Memory Compiled::allocate(size_t count) {
  return Memory(llvm::divideCeil(count * sizeof(float), sizeof(Line)));
}

Compiled::Compiled(const Row &row)
    : outputSize(row.outputSize), input(allocate(row.input.size())),
      output(allocate(row.outputSize)) {
  llvm::copy(row.input, getData(input));
}

FailureOr<std::unique_ptr<Compiled>>
Compiled::compile(const Row &row, ModuleOp module, unsigned threads) {
  lf::CodeOptions options;
  options.threads = threads;
  auto code = lf::Executable::compile(module, options);
  if (failed(code))
    return failure();
  std::unique_ptr<Compiled> compiled(new Compiled(row));
  compiled->code = std::move(*code);
  return compiled;
}

void Compiled::run(const lf::Executable &copy) {
  llvm::cantFail(copy.run({getData(input)}, {getData(output)}));
}

std::vector<float> Compiled::compute() {
  run();
  const float *values = getData(output);
  return {values, values + outputSize};
}

LogicalResult lfbench::formBlocks(ModuleOp module, lf::FusionPolicy policy) {
  PassManager pm(module->getName());
  pm.addNestedPass<func::FuncOp>(lf::createSimplifyPass());
  lf::FuseBlocksPassOptions options;
  options.policy = policy;
  pm.addNestedPass<func::FuncOp>(lf::createFuseBlocksPass(options));
  return pm.run(module);
}
