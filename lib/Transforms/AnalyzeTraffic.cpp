//===- AnalyzeTraffic.cpp - bytes that blocks move --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prints the modelled traffic of each block beside that of its layers one by
// one. The model is in lib/Schedule.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Schedule/Cost.h"
#include "LayerFusion/Schedule/Traffic.h"
#include "LayerFusion/Transforms/Fusion.h"
#include "LayerFusion/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#define DEBUG_TYPE "lf-analyze-traffic"

namespace mlir::lf {
#define GEN_PASS_DEF_ANALYZETRAFFICPASS
#include "LayerFusion/Transforms/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Analysis
//===----------------------------------------------------------------------===//

namespace {

/// What the pass says of a block.
struct BlockReport {
  Cost fused;
  std::array<int64_t, numBoundaries> fills = {0, 0, 0};
  int64_t scratchBytes = 0;
  double unfusedSeconds = 0;
  std::array<int64_t, numBoundaries> unfusedBytes = {0, 0, 0};
  /// The intermediates that stay inside the block, as whole tensors.
  int64_t intermediateBytes = 0;
};

} // namespace

/// The layers of `chain` one by one, then its poolings.
static SmallVector<Chain> split(const Chain &chain) {
  SmallVector<Chain> pieces;
  for (LayerOpInterface layer : chain.layers)
    pieces.push_back({{layer}, {}, {layer->getResult(0)}});
  for (Operation *pool : chain.pools)
    pieces.push_back({{}, {pool}, {pool->getResult(0)}});
  return pieces;
}

/// Elementwise layers work in place: what they read is no tensor of its own.
static int64_t getIntermediateBytes(const Chain &chain) {
  int64_t bytes = 0;
  for (auto [index, layer] : llvm::enumerate(chain.layers)) {
    LayerOpInterface op = layer;
    LayerOpInterface next = index + 1 < chain.layers.size()
                                ? chain.layers[index + 1]
                                : LayerOpInterface();
    RankedTensorType type = op.getResultType();
    if ((!next || !next.isElementwise()) &&
        !llvm::is_contained(chain.yielded, op->getResult(0)))
      bytes += type.getNumElements() * type.getElementTypeBitWidth() / 8;
  }
  return bytes;
}

static BlockReport analyze(FusedBlockOp block, StartState start) {
  Target target = Target::get(block);
  Chain chain = getChain(block);
  ScheduleAttr schedule = block.getScheduleOrDefault();
  Traffic traffic = getTraffic(chain, schedule, target, start);
  BlockReport report;
  report.fused = estimateCost(chain, schedule, target, start);
  for (unsigned i = 0; i < numBoundaries; ++i)
    report.fills[i] = static_cast<int64_t>(traffic.getFills(i));
  report.scratchBytes = traffic.scratchBytes;
  report.intermediateBytes = getIntermediateBytes(chain);
  auto rowByRow =
      ScheduleAttr::get(block.getContext(), LoopStructure::RowSliding);
  for (const Chain &piece : split(chain)) {
    Cost cost = estimateCost(piece, rowByRow, target, start);
    report.unfusedSeconds += cost.seconds;
    for (unsigned i = 0; i < numBoundaries; ++i)
      report.unfusedBytes[i] += cost.bytes[i];
  }
  return report;
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

static void emitRemark(FusedBlockOp block, StringRef kind,
                       const BlockReport &report) {
  auto function = block->getParentOfType<FunctionOpInterface>();
  remark::analysis(block.getLoc(),
                   remark::RemarkOpts::name("traffic")
                       .category(DEBUG_TYPE)
                       .function(function ? function.getName() : StringRef()))
      << remark::metric("kind", kind)
      << remark::metric("flops", report.fused.flops)
      << remark::metric("recomputedFlops", report.fused.recomputedFlops)
      << remark::metric("bytesL1L2", report.fused.bytes[0])
      << remark::metric("bytesL2L3", report.fused.bytes[1])
      << remark::metric("bytesL3Memory", report.fused.bytes[2])
      << remark::metric("fillsL1L2", report.fills[0])
      << remark::metric("fillsL2L3", report.fills[1])
      << remark::metric("fillsL3Memory", report.fills[2])
      << remark::metric("unfusedBytesL1L2", report.unfusedBytes[0])
      << remark::metric("unfusedBytesL2L3", report.unfusedBytes[1])
      << remark::metric("unfusedBytesL3Memory", report.unfusedBytes[2])
      << remark::metric("ringBytes", report.scratchBytes)
      << remark::metric("intermediateBytes", report.intermediateBytes)
      << remark::metric("seconds", report.fused.seconds)
      << remark::metric("unfusedSeconds", report.unfusedSeconds);
}

static void printHeader(llvm::raw_ostream &os) {
  os << "traffic of blocks, fused/one by one, in KiB\n"
     << "    Mflop        L1-L2             L2-L3             L3-memory     "
        "    rings/tensors        us           kind\n";
}

static void printRow(llvm::raw_ostream &os, StringRef kind,
                     const BlockReport &report) {
  os << llvm::format("%9.2f", report.fused.flops * 1e-6);
  for (unsigned i = 0; i < numBoundaries; ++i)
    os << llvm::format(" %8.0f/%-8.0f", report.fused.bytes[i] / 1024.0,
                       report.unfusedBytes[i] / 1024.0);
  os << llvm::format(" %7.0f/%-8.0f", report.scratchBytes / 1024.0,
                     report.intermediateBytes / 1024.0)
     << llvm::format(" %8.1f/%-8.1f", report.fused.seconds * 1e6,
                     report.unfusedSeconds * 1e6)
     << " " << kind << "\n";
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct AnalyzeTrafficPass
    : lf::impl::AnalyzeTrafficPassBase<AnalyzeTrafficPass> {
  using Base::Base;

  void runOnOperation() override {
    markAllAnalysesPreserved();
    printHeader(llvm::errs());
    StartState start = cold ? StartState::Cold : StartState::InNetwork;
    getOperation()->walk([start](FusedBlockOp block) {
      BlockReport report = analyze(block, start);
      std::string kind = getChainName(getChain(block));
      emitRemark(block, kind, report);
      printRow(llvm::errs(), kind, report);
    });
  }
};

} // namespace
