//===- Stages.cpp - the stations of lowering --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The way from layers to the LLVM dialect, one function a station. Each is
// headed by the dialects that are alive after it.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Passes.h"
#include "LayerFusion/Conversion/Pipelines.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::lf;

/// Alive: func, linalg, tensor, and arith and math on scalars; with
/// `keepBlocks` lf.fused_block.
void lf::addLinalgStation(OpPassManager &pm, bool keepBlocks) {
  // A network is one function; helpers of a hand-written module go into it.
  pm.addPass(createInlinerPass({}, [](OpPassManager &) {}));
  pm.addPass(createSymbolDCEPass());
  LowerToLinalgPassOptions lowering;
  lowering.keepBlocks = keepBlocks;
  pm.addNestedPass<func::FuncOp>(createLowerToLinalgPass(lowering));
  pm.addNestedPass<func::FuncOp>(createConvertElementwiseToLinalgPass());
}

/// Alive: func, linalg and memref, one buffer: the workspace; lf.tile, scf and
/// affine (index arithmetic only) where there were blocks.
void lf::addBufferStation(OpPassManager &pm, StringRef profile) {
  pm.addPass(createBufferizePass());
  pm.addNestedPass<func::FuncOp>(createFoldTransposesPass());
  // From here on blocks are compiled in parallel, and equal ones once.
  pm.addPass(createOutlineBlocksPass());
  // While each op of the network still is what it was in the model.
  if (!profile.empty()) {
    InstrumentBlocksPassOptions counters;
    counters.counter = profile.str();
    pm.addPass(createInstrumentBlocksPass(counters));
  }
  // Before the workspace is planned, so that blocks share its memory with what
  // is not alive while they run.
  pm.addNestedPass<func::FuncOp>(createTileBlocksPass());
  pm.addPass(createPlanWorkspacePass());
}

/// Alive: func, scf, affine (index arithmetic only), memref, arith, math, and
/// with `vectorize` vector.
void lf::addLoopStation(OpPassManager &pm, bool vectorize) {
  // Tiles of blocks: all, or those of elements that have no vectors.
  if (vectorize)
    pm.addNestedPass<func::FuncOp>(createVectorizeTilesPass());
  pm.addNestedPass<func::FuncOp>(createLowerToLinalgPass());
  if (vectorize) {
    pm.addNestedPass<func::FuncOp>(createVectorizeLoopsPass());
    pm.addNestedPass<func::FuncOp>(createExpandMathPass());
  }
  // Everything, or what does not vectorize.
  pm.addNestedPass<func::FuncOp>(createOrderLoopsPass());
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
}

/// Alive: llvm.
void lf::addLLVMStation(OpPassManager &pm, StringRef name, unsigned threads) {
  // Loops of threads become parallel regions; the canonicalization below takes
  // scopes without allocations out of them.
  ConvertSCFToOpenMPPassOptions openMP;
  openMP.numThreads = threads;
  pm.addPass(createConvertSCFToOpenMPPass(openMP));
  // On several functions at a time, as far as passes do not touch the module.
  OpPassManager &loops = pm.nest<func::FuncOp>();
  // Subviews and reshapes become one base pointer, an offset and strides; the
  // index arithmetic that comes with it is affine.
  loops.addPass(memref::createExpandStridedMetadataPass());
  loops.addPass(createLowerAffinePass());
  loops.addPass(createCanonicalizerPass());
  loops.addPass(createCSEPass());
  loops.addPass(createLoopInvariantCodeMotionPass());
  loops.addPass(createSCFToControlFlowPass());
  loops.addPass(arith::createArithExpandOpsPass());
  // What has an LLVM intrinsic first, the rest (erf …) calls libm.
  loops.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  OpPassManager &operations = pm.nest<func::FuncOp>();
  operations.addPass(createConvertVectorToLLVMPass());
  operations.addPass(createArithToLLVMConversionPass());
  operations.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  ConvertFuncToLLVMPassOptions functions;
  functions.useBarePtrCallConv = true;
  pm.addPass(createConvertFuncToLLVMPass(functions));
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createConvertOpenMPToLLVMPass());
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  EmitEntryPointPassOptions entry;
  entry.name = name.str();
  pm.addPass(createEmitEntryPointPass(entry));
}
