//===- Ours.cpp - LayerFusion computes a row --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Ours.h"

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace lfbench;

Ours::Memory Ours::allocate(size_t count) {
  return Memory(llvm::divideCeil(count * sizeof(float), sizeof(Line)));
}

Ours::Ours(const Row &row)
    : row(row), input(allocate(row.input.size())),
      output(allocate(row.outputSize)) {
  llvm::copy(row.input, getData(input));
}

/// Puts the layers into blocks. What comes after, the schedule among it, is the
/// compiler's own choice, as in any network.
static LogicalResult formBlocks(ModuleOp module, Blocks blocks) {
  PassManager pm(module->getName());
  pm.addNestedPass<func::FuncOp>(lf::createSimplifyPass());
  lf::FuseBlocksPassOptions options;
  options.policy =
      blocks == Blocks::One ? lf::FusionPolicy::All : lf::FusionPolicy::None;
  pm.addNestedPass<func::FuncOp>(lf::createFuseBlocksPass(options));
  if (failed(pm.run(module)))
    return failure();
  int64_t count = 0;
  module.walk([&](lf::FusedBlockOp) { ++count; });
  if (blocks == Blocks::One && count != 1)
    return module.emitError("expected one block, got ") << count;
  return success();
}

FailureOr<std::unique_ptr<Ours>> Ours::compile(const Row &row, Blocks blocks,
                                               unsigned threads) {
  OwningOpRef<ModuleOp> module = row.module.get().clone();
  if (failed(formBlocks(*module, blocks)))
    return failure();
  lf::CodeOptions options;
  options.threads = threads;
  auto code = lf::Executable::compile(*module, options);
  if (failed(code))
    return failure();
  std::unique_ptr<Ours> ours(new Ours(row));
  ours->code = std::move(*code);
  return ours;
}

void Ours::run() {
  llvm::cantFail(code->run({getData(input)}, {getData(output)}));
}

std::vector<float> Ours::compute() {
  run();
  const float *values = getData(output);
  return {values, values + row.outputSize};
}
