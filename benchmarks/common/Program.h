//===- Program.h - what programs that measure rows share --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_BENCHMARKS_COMMON_PROGRAM_H
#define LAYERFUSION_BENCHMARKS_COMMON_PROGRAM_H

#include "mlir/IR/MLIRContext.h"
#include "mlir/Support/LLVM.h"
#include "llvm/Support/CommandLine.h"

#include <string>
#include <vector>

namespace lfbench {

/// The options of all of them. LLVM's own have the same names: they must be
/// forgotten (cl::ResetCommandLineParser) before there are these.
struct Options {
  virtual ~Options() = default;

  llvm::cl::list<std::string> files{
      llvm::cl::Positional, llvm::cl::desc("[FILE.mlir ...] (default: all)")};
  llvm::cl::opt<std::string> rows{
      "rows", llvm::cl::init("."), llvm::cl::value_desc("regex"),
      llvm::cl::desc("only rows whose names match")};
  llvm::cl::list<unsigned> threads{
      "threads", llvm::cl::CommaSeparated, llvm::cl::value_desc("n,..."),
      llvm::cl::desc("numbers of threads (default: 1,2)")};
  llvm::cl::opt<unsigned> rounds{
      "rounds", llvm::cl::init(15),
      llvm::cl::desc("turns of each contestant (default: 15)")};
  llvm::cl::opt<double> turn{
      "turn", llvm::cl::init(0.02), llvm::cl::value_desc("seconds"),
      llvm::cl::desc("length of a turn with hot caches (default: 0.02)")};
  llvm::cl::opt<std::string> json{
      "json", llvm::cl::value_desc("file"),
      llvm::cl::desc("also write the results as JSON")};
  llvm::cl::opt<bool> list{"list",
                           llvm::cl::desc("print the names of the rows")};

  /// What is wrong with them, or nothing.
  virtual std::string check() const;

  std::vector<unsigned> getThreads() const;
};

/// Says on the error stream what is wrong, and returns the exit status for it.
int fail(const llvm::Twine &message);

/// Reads `options` from the command line and calls `measure` with the files of
/// rows, those named there or else `rowFiles`, which has colons between; or
/// prints the names of the rows. Returns the exit status, which is that of
/// `measure`.
int runProgram(int argc, char **argv, llvm::StringRef overview,
               const Options &options, llvm::StringRef rowFiles,
               llvm::function_ref<int(mlir::MLIRContext &,
                                      llvm::ArrayRef<std::string> files)>
                   measure);

} // namespace lfbench

#endif // LAYERFUSION_BENCHMARKS_COMMON_PROGRAM_H
