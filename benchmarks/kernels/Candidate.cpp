//===- Candidate.cpp - a layer with a schedule ----------------- -*- C++
//-*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Candidate.h"

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Schedule/Threads.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/MathExtras.h"

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

/// `winograd(…)` as a whole schedule. Bands have the 14 tiles that fill a
/// register tile, so what is transformed stays in L2; but with many channels
/// the filters are too large to be read again for each band.
static std::string completeWinograd(StringRef algorithm, const Layer &layer) {
  int64_t tile = 1, channels = layer.input[3];
  StringRef rest = algorithm;
  rest.consume_front("winograd(");
  rest.consumeInteger(10, tile);
  std::string band;
  if (channels < 256 && tile > 0) {
    int64_t tilesOfARow = llvm::divideCeil(layer.output[2], tile);
    int64_t rows = tile * llvm::divideCeil(14, tilesOfARow);
    if (rows < layer.output[1])
      band = "row_band = " + std::to_string(rows) + ", ";
  }
  return ("whole_tile, " + band + "algorithms = [" + algorithm + "]").str();
}

/// Has the compiler choose the block's schedule.
static LogicalResult chooseSchedule(ModuleOp module, unsigned threads) {
  PassManager pm(module->getName());
  lf::SchedulePassOptions options;
  options.threads = threads;
  pm.addNestedPass<func::FuncOp>(lf::createSchedulePass(options));
  return pm.run(module);
}

static LogicalResult setSchedule(lf::FusedBlockOp block, StringRef text,
                                 unsigned threads) {
  auto schedule = dyn_cast_if_present<lf::ScheduleAttr>(
      parseAttribute(("#lf.schedule<" + text + ">").str(), block.getContext()));
  if (!schedule)
    return failure();
  lf::Target target = lf::Target::get(block);
  target.threads = threads;
  // First of all it must be one for this block.
  block.setScheduleAttr(schedule);
  if (failed(verify(block)))
    return failure();
  if (schedule.getThreads() == 1)
    block.setScheduleAttr(
        lf::shareAmongThreads(getChain(block), schedule, target));
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
    if (failed(chooseSchedule(*module, threads)))
      return failure();
  } else {
    std::string whole = schedule.str();
    if (schedule.starts_with("winograd"))
      whole = completeWinograd(schedule, row.layers.front());
    if (failed(setSchedule(block, whole, threads)))
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
