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

#include "LayerFusion/InitAll.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace lfbench;
namespace cl = llvm::cl;

namespace {

/// The options; LLVM's own, which are forgotten first, have the same names.
struct Options {
  cl::list<std::string> files{cl::Positional,
                              cl::desc("[FILE.mlir ...] (default: all)")};
  cl::opt<std::string> rows{"rows", cl::init("."), cl::value_desc("regex"),
                            cl::desc("only rows whose names match")};
  cl::list<unsigned> threads{"threads", cl::CommaSeparated,
                             cl::value_desc("n,..."),
                             cl::desc("numbers of threads (default: 1,2)")};
  cl::opt<std::string> caches{
      "caches", cl::init("both"), cl::value_desc("hot|flushed|both"),
      cl::desc("state of the caches before a run (default: both)")};
  cl::opt<unsigned> rounds{"rounds", cl::init(15),
                           cl::desc("turns of each contestant (default: 15)")};
  cl::opt<double> turn{
      "turn", cl::init(0.02), cl::value_desc("seconds"),
      cl::desc("length of a turn with hot caches (default: 0.02)")};
  cl::opt<std::string> json{"json", cl::value_desc("file"),
                            cl::desc("also write the results as JSON")};
  cl::opt<bool> list{"list", cl::desc("print the names of the rows")};

  /// What is wrong with them, or nothing.
  std::string check() const;
  Settings getSettings() const;
};

} // namespace

std::string Options::check() const {
  std::string message;
  if (!llvm::Regex(rows).isValid(message))
    return "--rows: " + message;
  if (caches != "hot" && caches != "flushed" && caches != "both")
    return "--caches must be hot, flushed or both, got '" + caches + "'";
  if (rounds < 1)
    return "--rounds must be positive";
  if (llvm::is_contained(threads, 0U))
    return "--threads must be positive";
  return "";
}

Settings Options::getSettings() const {
  Settings settings;
  settings.rounds = rounds;
  settings.secondsPerTurn = turn;
  if (!threads.empty())
    settings.threads.assign(threads.begin(), threads.end());
  settings.hot = caches != "flushed";
  settings.flushed = caches != "hot";
  return settings;
}

static int fail(const llvm::Twine &message) {
  llvm::errs() << "error: " << message << "\n";
  return 1;
}

static SmallVector<std::string> getFiles(const Options &options) {
  SmallVector<std::string> files(options.files.begin(), options.files.end());
  if (files.empty())
    for (StringRef file : llvm::split(LF_ROW_FILES, ':'))
      files.push_back(file.str());
  return files;
}

/// A row that fails is told, and does not keep the others from being measured.
static LogicalResult measureAll(MLIRContext &context, const Options &options,
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
  if (failed(forEachRow(context, getFiles(options), options.rows, measureOne)))
    return failure();
  return success(allMeasured);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  Options options;
  cl::ParseCommandLineOptions(
      argc, argv, "Times fused blocks against kernels for single layers\n");
  if (std::string problem = options.check(); !problem.empty())
    return fail(problem);

  DialectRegistry registry;
  lf::registerAllDialects(registry);
  MLIRContext context(registry);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  if (options.list)
    return failed(
        forEachRow(context, getFiles(options), options.rows, [](Row row) {
          llvm::outs() << row.name << "\n";
          return success();
        }));
  std::vector<Result> results;
  bool measured = succeeded(measureAll(context, options, results));
  if (measured && results.empty())
    return fail("no row matches '" + options.rows + "'");
  printMeans(llvm::outs(), results);
  if (!options.json.empty())
    if (llvm::Error error = writeJSON(options.json, toJSON(results)))
      return fail(llvm::toString(std::move(error)));
  return measured ? 0 : 1;
}
