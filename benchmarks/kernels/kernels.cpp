//===- kernels.cpp - single layers by several algorithms --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Times dense convolutions by our compiler with one schedule or another: what
// Winograd's algorithm gains and what it costs. docs/performance.md says what
// the columns mean.
//
//===----------------------------------------------------------------------===//

#include "Measuring.h"
#include "Report.h"
#include "common/Machine.h"
#include "common/Program.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/InitLLVM.h"

using namespace mlir;
using namespace lfbench;
namespace cl = llvm::cl;

namespace {

struct KernelOptions : Options {
  cl::opt<std::string> schedules{
      "schedules", cl::value_desc("schedule;..."),
      cl::desc("auto, direct, winograd(tile), winograd(tile, edge), or what "
               "stands in #lf.schedule<...> (default: those that suit a "
               "layer's size)")};

  Settings getSettings() const;
};

} // namespace

Settings KernelOptions::getSettings() const {
  Settings settings;
  for (StringRef schedule : llvm::split(schedules, ';'))
    if (!schedule.trim().empty())
      settings.schedules.push_back(schedule.trim().str());
  settings.threads = getThreads();
  settings.rounds = rounds;
  settings.secondsPerTurn = turn;
  return settings;
}

static LogicalResult measureAll(MLIRContext &context,
                                const KernelOptions &options,
                                ArrayRef<std::string> files,
                                std::vector<Result> &results) {
  FailureOr<lf::PeakLoop> peak = lf::PeakLoop::compile(&context);
  if (failed(peak))
    return failure();
  printHead(llvm::outs());
  return forEachRow(
      context, files, options.rows, [&](Row row) -> LogicalResult {
        auto measured = measureRow(row, *peak, options.getSettings());
        if (failed(measured))
          return failure();
        printResults(llvm::outs(), *measured);
        llvm::outs().flush();
        llvm::append_range(results, *measured);
        return success();
      });
}

static int measure(MLIRContext &context, const KernelOptions &options,
                   ArrayRef<std::string> files) {
  std::vector<Result> results;
  if (failed(measureAll(context, options, files, results)))
    return 1;
  if (results.empty())
    return fail("no layer matches '" + options.rows + "'");
  printMeans(llvm::outs(), results);
  if (!options.json.empty())
    if (llvm::Error error = writeJSON(options.json, toJSON(results)))
      return fail(llvm::toString(std::move(error)));
  // What failed is in the table.
  return llvm::any_of(
      results, [](const Result &result) { return !result.failure.empty(); });
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  KernelOptions options;
  return runProgram(
      argc, argv, "Times convolutions with one schedule or another\n", options,
      LF_ROW_FILES, [&](MLIRContext &context, ArrayRef<std::string> files) {
        return measure(context, options, files);
      });
}
