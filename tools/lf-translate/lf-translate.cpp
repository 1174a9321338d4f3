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

#include "LayerFusion/InitAll.h"
#include "LayerFusion/Target/Header.h"
#include "LayerFusion/Target/ONNX.h"
#include "LayerFusion/Target/Object.h"
#include "OutputFile.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace mlir::lf;
namespace cl = llvm::cl;

//===----------------------------------------------------------------------===//
// Command line
//===----------------------------------------------------------------------===//

namespace {

enum class Action { ImportONNX, Object, Assembly, LLVMIR };

cl::OptionCategory category("lf-translate options");

cl::list<Action> actions(
    cl::desc("Action:"), cl::cat(category),
    cl::values(
        clEnumValN(Action::ImportONNX, "onnx-to-lf", "import an ONNX model"),
        clEnumValN(Action::Object, "lf-to-object", "compile to an object file"),
        clEnumValN(Action::Assembly, "lf-to-assembly", "compile to assembly"),
        clEnumValN(Action::LLVMIR, "lf-to-llvmir",
                   "compile to optimised LLVM IR")));
cl::opt<std::string> inputPath(cl::Positional, cl::desc("<input file>"),
                               cl::init("-"), cl::cat(category));
cl::opt<std::string> outputPath(
    "o", cl::value_desc("file"), cl::init("-"), cl::cat(category),
    cl::desc("output; imported models become bytecode if it ends in .mlirbc"));
cl::opt<std::string>
    headerPath("emit-header", cl::value_desc("file"), cl::cat(category),
               cl::desc("write a C header, beside the code or alone"));

cl::opt<int64_t>
    batch("batch", cl::value_desc("n"), cl::cat(category),
          cl::desc("the batch size, where the ONNX model leaves it open"));
cl::opt<IOLayout> ioLayout(
    "io-layout", cl::cat(category), cl::init(IOLayout::Model),
    cl::desc("layout of the imported model's inputs and outputs:"),
    cl::values(clEnumValN(IOLayout::Model, "model", "the ONNX model's own"),
               clEnumValN(IOLayout::NHWC, "nhwc", "channels last, as inside")));

cl::opt<std::string>
    cpu("mcpu", cl::value_desc("name"), cl::cat(category),
        cl::desc("processor; 'native' is the host's and the default on it"));
cl::opt<std::string> features("mattr", cl::value_desc("+a,-b"),
                              cl::cat(category),
                              cl::desc("processor features to add or remove"));
cl::opt<std::string> triple("mtriple", cl::value_desc("triple"),
                            cl::cat(category),
                            cl::desc("target; the host's by default"));
cl::opt<unsigned> optLevel("O", cl::Prefix, cl::value_desc("0-3"), cl::init(3),
                           cl::cat(category),
                           cl::desc("optimisation level, 3 by default"));
cl::opt<std::string>
    name("name", cl::value_desc("name"), cl::cat(category),
         cl::desc("name of the C function; made from the module's by default"));

} // namespace

/// Prints `message` as lf-translate's own; always fails.
static LogicalResult fail(const Twine &message) {
  llvm::WithColor::error(llvm::errs(), "lf-translate") << message << "\n";
  return failure();
}

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

static LogicalResult checkOptions() {
  bool imports = llvm::is_contained(actions, Action::ImportONNX);
  bool hasHeader = headerPath.getNumOccurrences();
  if (actions.size() > 1)
    return fail("expected one action, got " + Twine(actions.size()));
  if (actions.empty() && !hasHeader)
    return fail("expected an action: --onnx-to-lf, --lf-to-object, "
                "--lf-to-assembly, --lf-to-llvmir or --emit-header=<file>");
  for (cl::Option *option : {static_cast<cl::Option *>(&batch),
                             static_cast<cl::Option *>(&ioLayout)})
    if (option->getNumOccurrences() && !imports)
      return fail("--" + option->ArgStr + " goes with --onnx-to-lf");
  for (cl::Option *option : std::initializer_list<cl::Option *>{
           &headerPath, &cpu, &features, &triple, &optLevel, &name})
    if (option->getNumOccurrences() && imports)
      return fail("--" + option->ArgStr + " does not go with --onnx-to-lf");
  if (actions.empty() && outputPath.getNumOccurrences())
    return fail("-o has nothing to hold: --emit-header names its file itself");
  if (hasHeader && headerPath.empty())
    return fail("expected the name of a file in --emit-header");
  if (!actions.empty() && hasHeader && headerPath == outputPath)
    return fail("code and header cannot both go to '" + headerPath + "'");
  if (batch.getNumOccurrences() && batch < 1)
    return fail("expected --batch to be at least 1, got " + Twine(batch));
  if (optLevel > 3)
    return fail("expected -O0 to -O3, got -O" + Twine(optLevel));
  return success();
}

//===----------------------------------------------------------------------===//
// Actions
//===----------------------------------------------------------------------===//

/// Reads the input, ONNX or MLIR, as the action asks.
static OwningOpRef<ModuleOp>
readInput(MLIRContext *context,
          const std::shared_ptr<llvm::SourceMgr> &sourceMgr, bool isONNX) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file = openInputFile(inputPath, &message);
  if (!file) {
    (void)fail(message);
    return nullptr;
  }
  if (!isONNX) {
    sourceMgr->AddNewSourceBuffer(std::move(file), llvm::SMLoc());
    return parseSourceFile<ModuleOp>(sourceMgr, context);
  }
  ImportONNXOptions options;
  options.ioLayout = ioLayout;
  if (batch.getNumOccurrences())
    options.batch = batch;
  return importONNXBuffer(file->getBuffer(), file->getBufferIdentifier(),
                          context, options);
}

static LogicalResult writeModule(ModuleOp module, raw_ostream &os) {
  if (StringRef(outputPath).ends_with(".mlirbc"))
    return writeBytecodeToFile(module, os);
  module.print(os);
  os << "\n";
  return success();
}

static LogicalResult writeCode(ModuleOp module, llvm::raw_pwrite_stream *code,
                               raw_ostream *header) {
  CodeOptions options;
  options.triple = triple;
  options.cpu = cpu;
  options.features = features;
  options.optLevel = optLevel;
  options.name = name;
  // Lowered once, for both.
  OwningOpRef<ModuleOp> lowered = lowerToLLVMDialect(module, options);
  if (!lowered || (header && failed(emitHeader(*lowered, options, *header))))
    return failure();
  if (!code)
    return success();
  CodeKind kind = actions.front() == Action::Object     ? CodeKind::Object
                  : actions.front() == Action::Assembly ? CodeKind::Assembly
                                                        : CodeKind::LLVMIR;
  return emitCode(*lowered, kind, options, *code);
}

static LogicalResult run() {
  if (failed(checkOptions()))
    return failure();
  // Opened first: nobody should wait only to learn that the disk is read-only.
  std::unique_ptr<OutputFile> output, header;
  auto open = [](StringRef path, std::unique_ptr<OutputFile> &file) {
    auto opened = OutputFile::open(path);
    if (!opened)
      return fail(llvm::toString(opened.takeError()));
    file = std::move(*opened);
    return success();
  };
  if ((!actions.empty() && failed(open(outputPath, output))) ||
      (!headerPath.empty() && failed(open(headerPath, header))))
    return failure();

  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  // A module with its weights is no help in an error message.
  context.printOpOnDiagnostic(false);
  auto sourceMgr = std::make_shared<llvm::SourceMgr>();
  SourceMgrDiagnosticHandler diagnostics(*sourceMgr, &context);
  handleOwnErrors(context);

  bool imports = llvm::is_contained(actions, Action::ImportONNX);
  OwningOpRef<ModuleOp> module = readInput(&context, sourceMgr, imports);
  if (!module ||
      failed(imports ? writeModule(*module, output->os())
                     : writeCode(*module, output ? &output->os() : nullptr,
                                 header ? &header->os() : nullptr)))
    return failure();
  for (OutputFile *file : {header.get(), output.get()})
    if (file)
      if (llvm::Error error = file->keep())
        return fail(llvm::toString(std::move(error)));
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "ONNX to lf, and modules of any stage to code and its C header\n");
  return failed(run());
}
