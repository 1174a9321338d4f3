//===- kernels.cpp - single layers by several algorithms ------- -*- C++
//-*-===//
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
                            cl::desc("only layers whose names match")};
  cl::opt<std::string> schedules{
      "schedules", cl::value_desc("schedule;..."),
      cl::desc("auto, direct, winograd(tile), winograd(tile, edge), or what "
               "stands in #lf.schedule<...> (default: those that suit a "
               "layer's size)")};
  cl::list<unsigned> threads{"threads", cl::CommaSeparated,
                             cl::value_desc("n,..."),
                             cl::desc("numbers of threads (default: 1,2)")};
  cl::opt<unsigned> rounds{"rounds", cl::init(15),
                           cl::desc("turns of each schedule (default: 15)")};
  cl::opt<double> turn{"turn", cl::init(0.02), cl::value_desc("seconds"),
                       cl::desc("length of a turn (default: 0.02)")};
  cl::opt<std::string> json{"json", cl::value_desc("file"),
                            cl::desc("also write the results as JSON")};
  cl::opt<bool> list{"list", cl::desc("print the names of the layers")};

  /// What is wrong with them, or nothing.
  std::string check() const;
  SmallVector<std::string> getFiles() const;
  Settings getSettings() const;
};

} // namespace

std::string Options::check() const {
  std::string message;
  if (!llvm::Regex(rows).isValid(message))
    return "--rows: " + message;
  if (rounds < 1)
    return "--rounds must be positive";
  if (llvm::is_contained(threads, 0U))
    return "--threads must be positive";
  return "";
}

SmallVector<std::string> Options::getFiles() const {
  SmallVector<std::string> result(files.begin(), files.end());
  if (result.empty())
    for (StringRef file : llvm::split(LF_ROW_FILES, ':'))
      result.push_back(file.str());
  return result;
}

Settings Options::getSettings() const {
  Settings settings;
  for (StringRef schedule : llvm::split(schedules, ';'))
    if (!schedule.trim().empty())
      settings.schedules.push_back(schedule.trim().str());
  if (!threads.empty())
    settings.threads.assign(threads.begin(), threads.end());
  settings.rounds = rounds;
  settings.secondsPerTurn = turn;
  return settings;
}

static int fail(const llvm::Twine &message) {
  llvm::errs() << "error: " << message << "\n";
  return 1;
}

static LogicalResult measureAll(MLIRContext &context, const Options &options,
                                std::vector<Result> &results) {
  FailureOr<lf::PeakLoop> peak = lf::PeakLoop::compile(&context);
  if (failed(peak))
    return failure();
  printHead(llvm::outs());
  return forEachRow(
      context, options.getFiles(), options.rows, [&](Row row) -> LogicalResult {
        auto measured = measureRow(row, *peak, options.getSettings());
        if (failed(measured))
          return failure();
        printResults(llvm::outs(), *measured);
        llvm::outs().flush();
        llvm::append_range(results, *measured);
        return success();
      });
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  Options options;
  cl::ParseCommandLineOptions(
      argc, argv, "Times convolutions with one schedule or another\n");
  if (std::string problem = options.check(); !problem.empty())
    return fail(problem);

  DialectRegistry registry;
  lf::registerAllDialects(registry);
  MLIRContext context(registry);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  if (options.list)
    return failed(
        forEachRow(context, options.getFiles(), options.rows, [](Row row) {
          llvm::outs() << row.name << "\n";
          return success();
        }));
  std::vector<Result> results;
  if (failed(measureAll(context, options, results)))
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
