//===- Candidate.cpp - a layer with a schedule ------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Candidate.h"

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Schedule/Cost.h"
#include "LayerFusion/Schedule/RegisterTile.h"
#include "LayerFusion/Schedule/Threads.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace lfbench;

std::vector<std::string> lfbench::getDefaultSchedules(const Layer &layer) {
  std::vector<std::string> schedules = {"auto", "direct", "winograd(2)",
                                        "winograd(4)"};
  int64_t height = layer.output[1], width = layer.output[2];
  if (height % 4 == 2 || width % 4 == 2)
    schedules.push_back("winograd(4, 2)");
  if (height % 2 || width % 2)
    schedules.push_back("winograd(2, 1)");
  return schedules;
}

/// `schedule` with the bands of rows and the register tile that the cost model
/// takes the least time with.
static lf::ScheduleAttr completeSchedule(const lf::Chain &chain,
                                         lf::ScheduleAttr schedule,
                                         lf::Target target) {
  target.threads = 1;
  lf::Cost best;
  auto consider = [&](int64_t band) {
    auto banded = lf::ScheduleAttr::get(
        schedule.getContext(), schedule.getStructure(), band,
        /*channel_block=*/0, /*tiles=*/{}, /*threads=*/1, lf::ParallelDim::Rows,
        schedule.getAlgorithms());
    lf::Cost cost = lf::estimateCost(
        chain, lf::addRegisterTiles(chain, banded, target), target);
    if (!best.schedule || cost.seconds < best.seconds)
      best = cost;
  };
  consider(0);
  int64_t rows =
      cast<ShapedType>(chain.yielded.front().getType()).getDimSize(1);
  for (int64_t band = schedule.getAlgorithm(0).getTile(); band < rows;
       band *= 2)
    consider(band);
  return best.schedule;
}

/// Has the compiler choose the block's schedule.
static LogicalResult chooseSchedule(ModuleOp module,
                                    lf::AlgorithmChoice algorithms,
                                    unsigned threads) {
  PassManager pm(module->getName());
  lf::SchedulePassOptions options;
  options.algorithms = algorithms;
  options.threads = threads;
  pm.addNestedPass<func::FuncOp>(lf::createSchedulePass(options));
  return pm.run(module);
}

static LogicalResult setSchedule(lf::FusedBlockOp block, StringRef text,
                                 unsigned threads) {
  bool isAlgorithm = text.starts_with("winograd");
  std::string whole = "#lf.schedule<" + text.str() + ">";
  if (isAlgorithm)
    whole = "#lf.schedule<whole_tile, algorithms = [" + text.str() + "]>";
  auto schedule = dyn_cast_if_present<lf::ScheduleAttr>(
      parseAttribute(whole, block.getContext()));
  if (!schedule)
    return failure();
  // Only what is one for this block can be completed.
  block.setScheduleAttr(schedule);
  if (failed(verify(block)))
    return failure();
  lf::Target target = lf::Target::get(block);
  target.threads = threads;
  lf::Chain chain = lf::getChain(block);
  if (isAlgorithm)
    schedule = completeSchedule(chain, schedule, target);
  if (schedule.getThreads() == 1)
    schedule = lf::shareAmongThreads(chain, schedule, target);
  block.setScheduleAttr(schedule);
  return success();
}

FailureOr<Candidate> lfbench::makeCandidate(const Row &row, StringRef schedule,
                                            unsigned threads) {
  OwningOpRef<ModuleOp> module = row.module.get().clone();
  lf::CodeOptions options;
  options.threads = threads;
  if (failed(formBlocks(*module, lf::FusionPolicy::All)) ||
      failed(lf::attachTarget(*module, options)))
    return failure();
  lf::FusedBlockOp block;
  module->walk([&](lf::FusedBlockOp op) { block = op; });
  if (!block)
    return module->emitError("is no block");
  if (schedule == "auto" || schedule == "direct") {
    auto algorithms = schedule == "auto" ? lf::AlgorithmChoice::Auto
                                         : lf::AlgorithmChoice::Direct;
    if (failed(chooseSchedule(*module, algorithms, threads)))
      return failure();
  } else if (failed(setSchedule(block, schedule, threads))) {
    return failure();
  }
  Candidate candidate;
  llvm::raw_string_ostream(candidate.schedule) << block.getScheduleAttr();
  auto compiled = Compiled::compile(row, *module, threads);
  if (failed(compiled))
    return failure();
  candidate.compiled = std::move(*compiled);
  return candidate;
}
