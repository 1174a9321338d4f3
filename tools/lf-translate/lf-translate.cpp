//===- lf-translate.cpp - into and out of the compiler ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ONNX to lf, and a module of any stage to code and its C header.
//
//===----------------------------------------------------------------------===//

#include "CommandLine.h"
#include "LayerFusion/InitAll.h"
#include "LayerFusion/Target/Header.h"
#include "OutputFile.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace mlir::lf;

/// Prints errors in the input with their place and the source line, errors
/// that have none, such as an unknown processor, as lf-translate's own.
static void handleOwnErrors(MLIRContext &context) {
  context.getDiagEngine().registerHandler([](Diagnostic &diagnostic) {
    if (!isa<UnknownLoc>(diagnostic.getLocation()))
      return failure();
    (void)fail(diagnostic.str());
    for (Diagnostic &note : diagnostic.getNotes())
      llvm::WithColor::note(llvm::errs(), "lf-translate") << note << "\n";
    return success();
  });
}

/// Reads the input, ONNX or MLIR, as the action asks.
static OwningOpRef<ModuleOp>
readInput(const CommandLine &line, MLIRContext *context,
          const std::shared_ptr<llvm::SourceMgr> &sourceMgr) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file =
      openInputFile(line.inputPath, &message);
  if (!file) {
    (void)fail(message);
    return nullptr;
  }
  if (line.imports)
    return importONNXBuffer(file->getBuffer(), file->getBufferIdentifier(),
                            context, line.importOptions);
  sourceMgr->AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  return parseSourceFile<ModuleOp>(sourceMgr, context);
}

static LogicalResult writeModule(const CommandLine &line, ModuleOp module,
                                 raw_ostream &os) {
  if (StringRef(line.outputPath).ends_with(".mlirbc"))
    return writeBytecodeToFile(module, os);
  module.print(os);
  os << "\n";
  return success();
}

static LogicalResult writeCode(const CommandLine &line, ModuleOp module,
                               OutputFile *code, OutputFile *header) {
  // Lowered once, for both.
  OwningOpRef<ModuleOp> lowered = lowerToLLVMDialect(module, line.codeOptions);
  if (!lowered)
    return failure();
  if (header && failed(emitHeader(*lowered, line.codeOptions, header->os())))
    return failure();
  return success(!code || succeeded(emitCode(*lowered, *line.kind,
                                             line.codeOptions, code->os())));
}

static LogicalResult run(const CommandLine &line) {
  // Opened first: nobody should wait only to learn that the disk is read-only.
  std::unique_ptr<OutputFile> output, header;
  for (auto [path, file] : {std::make_pair(&line.outputPath, &output),
                            std::make_pair(&line.headerPath, &header)}) {
    if (path->empty())
      continue;
    auto opened = OutputFile::open(*path);
    if (!opened)
      return fail(llvm::toString(opened.takeError()));
    *file = std::move(*opened);
  }

  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  // A module with its weights is no help in an error message.
  context.printOpOnDiagnostic(false);
  auto sourceMgr = std::make_shared<llvm::SourceMgr>();
  SourceMgrDiagnosticHandler diagnostics(*sourceMgr, &context);
  handleOwnErrors(context);

  OwningOpRef<ModuleOp> module = readInput(line, &context, sourceMgr);
  if (!module || failed(line.imports ? writeModule(line, *module, output->os())
                                     : writeCode(line, *module, output.get(),
                                                 header.get())))
    return failure();
  for (OutputFile *file : {header.get(), output.get()})
    if (file)
      if (llvm::Error error = file->keep())
        return fail(llvm::toString(std::move(error)));
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  FailureOr<CommandLine> line = parseCommandLine(argc, argv);
  return failed(line) || failed(run(*line));
}
