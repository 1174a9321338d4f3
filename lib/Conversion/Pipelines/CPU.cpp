//===- CPU.cpp - lf to fast code --------------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// lf-cpu-pipeline: what the driver, the JIT and Python run.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Passes.h"
#include "LayerFusion/Conversion/Pipelines.h"

#include "LayerFusion/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace mlir::lf;

void lf::buildCPUPipeline(OpPassManager &pm, const PipelineOptions &options) {
  // 1. Fold what stands around the layers into them, while they are layers.
  pm.addNestedPass<func::FuncOp>(createSimplifyPass());
  // 2. Layers that are computed together become blocks, each with the loops
  //    that suit it and filters in the order in which these read them.
  FuseBlocksPassOptions fusing;
  fusing.algorithms = options.algorithms;
  fusing.maxFilterGrowth = options.maxFilterGrowth;
  pm.addNestedPass<func::FuncOp>(createFuseBlocksPass(fusing));
  SchedulePassOptions scheduling;
  scheduling.threads = options.threads;
  scheduling.algorithms = options.algorithms;
  scheduling.maxFilterGrowth = options.maxFilterGrowth;
  pm.addNestedPass<func::FuncOp>(createSchedulePass(scheduling));
  pm.addNestedPass<func::FuncOp>(createPackFiltersPass());
  // 3. Between them, chains of elementwise ops become one op each: on tensors,
  //    where the intermediate values have no buffers yet. What is concatenated
  //    is computed where it belongs.
  addLinalgStation(pm, /*keepBlocks=*/true);
  pm.addNestedPass<func::FuncOp>(createFuseElementwisePass());
  pm.addNestedPass<func::FuncOp>(createDecomposeConcatsPass());
  // 4. Buffers, where blocks become these loops; loops over vectors; code.
  addBufferStation(pm, options.profile);
  addLoopStation(pm, /*vectorize=*/true);
  addLLVMStation(pm, options.name, options.threads > 1 ? options.threads : 0);
}
