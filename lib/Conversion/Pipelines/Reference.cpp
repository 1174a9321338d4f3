//===- Reference.cpp - each op on its own -----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// lf-reference-pipeline, and the registration of all pipelines.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Pipelines.h"

#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace mlir::lf;

void lf::buildReferencePipeline(OpPassManager &pm,
                                const ReferencePipelineOptions &options) {
  addLinalgStation(pm, options.tileBlocks);
  addBufferStation(pm);
  addLoopStation(pm, /*vectorize=*/false);
  addLLVMStation(pm, options.name);
}

void lf::registerLFPipelines() {
  PassPipelineRegistration<ReferencePipelineOptions>(
      "lf-reference-pipeline",
      "lf to the LLVM dialect, each op on its own: what all else is compared "
      "with",
      buildReferencePipeline);
  PassPipelineRegistration<PipelineOptions>(
      "lf-cpu-pipeline", "lf to the LLVM dialect for a CPU", buildCPUPipeline);
}
