//===- CommandLine.cpp - what lf-translate is asked to do -------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Declares the options and says what is wrong with those given.
//
//===----------------------------------------------------------------------===//

#include "CommandLine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace mlir::lf;
namespace cl = llvm::cl;

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
cl::opt<int64_t> threads("num-threads", cl::value_desc("n"), cl::init(0),
                         cl::cat(category),
                         cl::desc("threads that compute a run together, 1 by "
                                  "default; with more the code needs -lomp"));
cl::opt<AlgorithmChoice> algorithms(
    "algorithms", cl::cat(category), cl::init(AlgorithmChoice::Auto),
    cl::desc("how layers are computed:"),
    cl::values(clEnumValN(AlgorithmChoice::Auto, "auto",
                          "by the fastest algorithm; the default"),
               clEnumValN(AlgorithmChoice::Direct, "direct",
                          "by the definition, never by Winograd's algorithm")));
cl::opt<int64_t> maxFilterGrowth(
    "max-filter-growth", cl::value_desc("MiB"), cl::init(-1), cl::cat(category),
    cl::desc("by how much filters may become larger for Winograd's algorithm; "
             "no limit by default"));
cl::opt<std::string>
    name("name", cl::value_desc("name"), cl::cat(category),
         cl::desc("name of the C function; made from the module's by default"));

} // namespace

LogicalResult lf::fail(const Twine &message) {
  llvm::WithColor::error(llvm::errs(), "lf-translate") << message << "\n";
  return failure();
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
           &headerPath, &cpu, &features, &triple, &optLevel, &threads,
           &algorithms, &maxFilterGrowth, &name})
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
  if (threads.getNumOccurrences() && (threads < 1 || threads > 1024))
    return fail("expected --num-threads to be 1 to 1024, got " +
                Twine(threads));
  if (maxFilterGrowth.getNumOccurrences() && maxFilterGrowth < 0)
    return fail("expected --max-filter-growth to be at least 0, got " +
                Twine(maxFilterGrowth));
  if (optLevel > 3)
    return fail("expected -O0 to -O3, got -O" + Twine(optLevel));
  return success();
}

FailureOr<CommandLine> lf::parseCommandLine(int argc, char **argv) {
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "ONNX to lf, and modules of any stage to code and its C header\n");
  if (failed(checkOptions()))
    return failure();

  CommandLine line;
  line.inputPath = inputPath;
  line.headerPath = headerPath;
  if (!actions.empty())
    line.outputPath = outputPath;
  line.imports = llvm::is_contained(actions, Action::ImportONNX);
  if (batch.getNumOccurrences())
    line.importOptions.batch = batch;
  line.importOptions.ioLayout = ioLayout;
  if (!actions.empty() && !line.imports)
    line.kind = actions.front() == Action::Object     ? CodeKind::Object
                : actions.front() == Action::Assembly ? CodeKind::Assembly
                                                      : CodeKind::LLVMIR;
  line.codeOptions.triple = triple;
  line.codeOptions.cpu = cpu;
  line.codeOptions.features = features;
  line.codeOptions.optLevel = optLevel;
  line.codeOptions.threads = threads;
  line.codeOptions.algorithms = algorithms;
  line.codeOptions.maxFilterGrowth = maxFilterGrowth;
  line.codeOptions.name = name;
  return line;
}
