//===- Program.cpp - what programs that measure rows share ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program.h"

#include "Row.h"

#include "LayerFusion/InitAll.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace lfbench;

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

std::vector<unsigned> Options::getThreads() const {
  if (threads.empty())
    return {1, 2};
  return std::vector<unsigned>(threads.begin(), threads.end());
}

int lfbench::fail(const llvm::Twine &message) {
  llvm::errs() << "error: " << message << "\n";
  return 1;
}

int lfbench::runProgram(
    int argc, char **argv, StringRef overview, const Options &options,
    StringRef rowFiles,
    function_ref<int(MLIRContext &, ArrayRef<std::string>)> measure) {
  llvm::cl::ParseCommandLineOptions(argc, argv, overview);
  if (std::string problem = options.check(); !problem.empty())
    return fail(problem);
  SmallVector<std::string> files(options.files.begin(), options.files.end());
  if (files.empty())
    for (StringRef file : llvm::split(rowFiles, ':'))
      files.push_back(file.str());

  DialectRegistry registry;
  lf::registerAllDialects(registry);
  MLIRContext context(registry);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  if (!options.list)
    return measure(context, files);
  return failed(forEachRow(context, files, options.rows, [](Row row) {
    llvm::outs() << row.name << "\n";
    return success();
  }));
}
