//===- Pipelines.h - the way from lf to the LLVM dialect --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pipelines, and the stations they are made of.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_CONVERSION_PIPELINES_H
#define LAYERFUSION_CONVERSION_PIPELINES_H

#include "LayerFusion/Schedule/Limits.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

#include <string>

namespace mlir::lf {

struct PipelineOptions : PassPipelineOptions<PipelineOptions> {
  Option<std::string> name{
      *this, "name",
      llvm::cl::desc("name of the C function (default: the module's name, or "
                     "'network' if it has none)")};
  Option<std::string> profile{
      *this, "profile",
      llvm::cl::desc(
          "LLVM's intrinsic, such as llvm.readcyclecounter, by which "
          "the network takes the time of each of its ops, as an "
          "output (default: none)")};
  Option<int64_t> threads{
      *this, "threads",
      llvm::cl::desc("threads that compute a run together (0: those of the "
                     "target); with several the code needs LLVM's OpenMP "
                     "runtime"),
      llvm::cl::init(0)};
  Option<AlgorithmChoice> algorithms{
      *this, "algorithms", llvm::cl::desc("how layers are computed"),
      llvm::cl::init(AlgorithmChoice::Auto),
      llvm::cl::values(
          clEnumValN(AlgorithmChoice::Auto, "auto", "by the fastest algorithm"),
          clEnumValN(AlgorithmChoice::Direct, "direct",
                     "by the definition, never by Winograd's algorithm"))};
  Option<int64_t> maxFilterGrowth{
      *this, "max-filter-growth",
      llvm::cl::desc("MiB by which filters may become larger for Winograd's "
                     "algorithm (-1: any)"),
      llvm::cl::init(-1)};
};

struct ReferencePipelineOptions
    : PassPipelineOptions<ReferencePipelineOptions> {
  Option<std::string> name{
      *this, "name",
      llvm::cl::desc("name of the C function (default: the module's name, or "
                     "'network' if it has none)")};
  Option<bool> tileBlocks{
      *this, "tile-blocks",
      llvm::cl::desc("compute blocks in the loops of their schedules instead "
                     "of layer by layer"),
      llvm::cl::init(false)};
};

/// `lf-reference-pipeline`: lf on tensors to the LLVM dialect, each op on its
/// own and without any cleverness. What faster code is compared with.
void buildReferencePipeline(OpPassManager &pm,
                            const ReferencePipelineOptions &options);

/// `lf-cpu-pipeline`: lf on tensors to the LLVM dialect, for speed.
void buildCPUPipeline(OpPassManager &pm, const PipelineOptions &options);

/// Makes both available to tools under their names.
void registerLFPipelines();

//===----------------------------------------------------------------------===//
// Stations
//===----------------------------------------------------------------------===//

/// lf on tensors → one function of linalg, tensor, arith and math on tensors,
/// and with `keepBlocks` of the blocks there were.
void addLinalgStation(OpPassManager &pm, bool keepBlocks);

/// tensors → buffers in one workspace: linalg on memrefs, blocks as loops in
/// functions of their own. The network takes its own time by the intrinsic
/// `profile`, if there is one.
void addBufferStation(OpPassManager &pm, StringRef profile = "");

/// linalg on memrefs → scf loops over memref loads and stores, and with
/// `vectorize` over vectors.
void addLoopStation(OpPassManager &pm, bool vectorize);

/// scf, memref, arith, math → the LLVM dialect with the C entry point.
/// `name` is the C function's, as in the options of the pipelines; `threads`
/// are those that loops over threads start, 0 for as many as OpenMP has by
/// default.
void addLLVMStation(OpPassManager &pm, StringRef name, unsigned threads = 0);

} // namespace mlir::lf

#endif // LAYERFUSION_CONVERSION_PIPELINES_H
