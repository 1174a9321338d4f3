//===- fused-pairs.cpp - fused blocks against single kernels ----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Times the pairs of layers and inverted residuals of benchmarks/workloads:
// as one block, as a block a layer, and by oneDNN's kernels, in turns in one
// process. docs/performance.md says what the columns mean.
//
//===----------------------------------------------------------------------===//

#include "Measuring.h"
#include "Report.h"
#include "common/Machine.h"
#include "common/Program.h"

#include "llvm/Support/InitLLVM.h"

using namespace mlir;
using namespace lfbench;
namespace cl = llvm::cl;

namespace {

struct PairOptions : Options {
  cl::opt<std::string> caches{
      "caches", cl::init("both"), cl::value_desc("hot|flushed|both"),
      cl::desc("state of the caches before a run (default: both)")};

  std::string check() const override;
  Settings getSettings() const;
};

} // namespace

std::string PairOptions::check() const {
  if (caches != "hot" && caches != "flushed" && caches != "both")
    return "--caches must be hot, flushed or both, got '" + caches + "'";
  return Options::check();
}

Settings PairOptions::getSettings() const {
  Settings settings;
  settings.rounds = rounds;
  settings.secondsPerTurn = turn;
  settings.threads = getThreads();
  settings.hot = caches != "flushed";
  settings.flushed = caches != "hot";
  return settings;
}

/// A row that fails is told, and does not keep the others from being measured.
static LogicalResult measureAll(MLIRContext &context,
                                const PairOptions &options,
                                ArrayRef<std::string> files,
                                std::vector<Result> &results) {
  FailureOr<lf::PeakLoop> peak = lf::PeakLoop::compile(&context);
  if (failed(peak))
    return failure();
  printHead(llvm::outs());
  bool allMeasured = true;
  auto measureOne = [&](Row row) {
    auto measured = measureRow(row, *peak, options.getSettings());
    if (failed(measured)) {
      allMeasured = false;
      return success();
    }
    for (Result &result : *measured) {
      printResult(llvm::outs(), result);
      results.push_back(std::move(result));
    }
    llvm::outs().flush();
    return success();
  };
  if (failed(forEachRow(context, files, options.rows, measureOne)))
    return failure();
  return success(allMeasured);
}

static int measure(MLIRContext &context, const PairOptions &options,
                   ArrayRef<std::string> files) {
  std::vector<Result> results;
  bool measured = succeeded(measureAll(context, options, files, results));
  if (measured && results.empty())
    return fail("no row matches '" + options.rows + "'");
  printMeans(llvm::outs(), results);
  if (!options.json.empty())
    if (llvm::Error error = writeJSON(options.json, toJSON(results)))
      return fail(llvm::toString(std::move(error)));
  return measured ? 0 : 1;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  PairOptions options;
  return runProgram(argc, argv,
                    "Times fused blocks against kernels for single layers\n",
                    options, LF_ROW_FILES,
                    [&](MLIRContext &context, ArrayRef<std::string> files) {
                      return measure(context, options, files);
                    });
}
