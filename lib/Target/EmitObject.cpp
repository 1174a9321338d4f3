//===- EmitObject.cpp - object code from any stage --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowers what is above the LLVM dialect, translates to LLVM IR, optimises it
// and runs LLVM's code generator.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Target/Object.h"

#include "LayerFusion/Conversion/Pipelines.h"
#include "LayerFusion/Schedule/Target.h"
#include "LayerFusion/Target/EntryPoint.h"
#include "TargetMachine.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/OpenMP/OpenMPToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <climits>

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Down to the LLVM dialect
//===----------------------------------------------------------------------===//

static bool isInLLVMDialect(ModuleOp module) {
  auto walked = module.walk([&](Operation *op) {
    return op == module ||
                   isa<LLVM::LLVMDialect, omp::OpenMPDialect>(op->getDialect())
               ? WalkResult::advance()
               : WalkResult::interrupt();
  });
  return !walked.wasInterrupted();
}

/// Gives an entry point that is already there the name that is asked for.
static LogicalResult renameEntryPoint(ModuleOp module, StringRef name) {
  FailureOr<EntryPoint> entry = EntryPoint::get(module);
  if (failed(entry))
    return failure();
  MLIRContext *context = module.getContext();
  for (StringRef suffix : {"", "_packed"}) {
    std::string from = entry->name + suffix.str(), to = (name + suffix).str();
    Operation *function = module.lookupSymbol(from);
    if (!function || from == to)
      continue;
    if (module.lookupSymbol(to))
      return emitError(module.getLoc())
             << "cannot compile under the name '" << name
             << "': the module has a symbol '" << to << "'";
    auto symbol = StringAttr::get(context, to);
    if (failed(SymbolTable::replaceAllSymbolUses(function, symbol, module)))
      return failure();
    SymbolTable::setSymbolName(function, symbol);
  }
  return success();
}

/// The clock that programs may read: elsewhere the system keeps the counter of
/// cycles to itself, and x86 has no other.
static StringRef getCounter(const CodeOptions &options) {
  return getTriple(options).isX86() ? "llvm.readcyclecounter"
                                    : "llvm.readsteadycounter";
}

OwningOpRef<ModuleOp> lf::lowerToLLVMDialect(ModuleOp module,
                                             const CodeOptions &options) {
  FailureOr<std::string> name = getEntryName(module, options.name);
  if (failed(name))
    return nullptr;
  OwningOpRef<ModuleOp> lowered(module.clone());
  if (isInLLVMDialect(*lowered)) {
    if (!options.name.empty() && failed(renameEntryPoint(*lowered, *name)))
      return nullptr;
    return lowered;
  }
  if (failed(attachTarget(*lowered, options)))
    return nullptr;
  PipelineOptions pipelineOptions;
  pipelineOptions.name = *name;
  // A number, also where the target says it: OpenMP would start as many threads
  // as there are cores.
  pipelineOptions.threads =
      options.threads ? options.threads : Target::get(*lowered).threads;
  pipelineOptions.algorithms = options.algorithms;
  pipelineOptions.maxFilterGrowth = options.maxFilterGrowth;
  if (options.profile)
    pipelineOptions.profile = getCounter(options);
  PassManager pm(module->getName());
  buildCPUPipeline(pm, pipelineOptions);
  if (failed(pm.run(*lowered)))
    return nullptr;
  return lowered;
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// The elements of `value` as an array of bytes, or null if they do not lie in
/// memory as a byte or more each.
static ElementsAttr getAsBytes(ElementsAttr value) {
  auto type = value.getShapedType();
  if (!type.getElementType().isIntOrFloat() ||
      type.getElementTypeBitWidth() % CHAR_BIT != 0)
    return nullptr;
  int64_t size =
      type.getNumElements() * (type.getElementTypeBitWidth() / CHAR_BIT);
  auto bytes =
      RankedTensorType::get(size, IntegerType::get(value.getContext(), 8));
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob || static_cast<int64_t>(blob->getData().size()) != size)
      return nullptr;
    return DenseResourceElementsAttr::get(bytes, resource.getRawHandle());
  }
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense || dense.isSplat())
    return nullptr;
  return DenseElementsAttr::getFromRawBuffer(bytes, dense.getRawData());
}

/// Makes large constants arrays of bytes, aligned for any vector load. LLVM
/// writes bytes at once, but floats one by one, and builds a constant for each
/// row of nested arrays: 25 MB in rows of ten floats take it 1.2 s to write
/// instead of 0.3 s, and half a minute to print.
static void packConstants(ModuleOp module) {
  constexpr int64_t minElements = 64;
  for (auto global : module.getOps<LLVM::GlobalOp>()) {
    auto value = dyn_cast_if_present<ElementsAttr>(global.getValueAttr());
    if (!global.getConstant() || !value || value.getNumElements() < minElements)
      continue;
    global.setAlignment(std::max<uint64_t>(global.getAlignment().value_or(1),
                                           EntryPoint::alignment));
    if (ElementsAttr bytes = getAsBytes(value)) {
      global.setValueAttr(bytes);
      global.setGlobalType(LLVM::LLVMArrayType::get(bytes.getElementType(),
                                                    bytes.getNumElements()));
    }
  }
}

//===----------------------------------------------------------------------===//
// LLVM IR
//===----------------------------------------------------------------------===//

namespace {

/// Turns LLVM's errors into ours; its warnings and remarks have no reader.
class LLVMDiagnostics final : public llvm::DiagnosticHandler {
public:
  LLVMDiagnostics(Location loc, bool &failed) : loc(loc), failed(failed) {}

  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    if (info.getSeverity() != llvm::DS_Error)
      return true;
    std::string text;
    llvm::raw_string_ostream os(text);
    llvm::DiagnosticPrinterRawOStream printer(os);
    info.print(printer);
    emitError(loc) << "code generation failed: " << text;
    failed = true;
    return true;
  }

private:
  Location loc;
  bool &failed;
};

} // namespace

static void setTarget(llvm::Module &module, llvm::TargetMachine &machine) {
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
  module.setPICLevel(llvm::PICLevel::BigPIC);
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    if (!machine.getTargetFeatureString().empty())
      function.addFnAttr("target-features", machine.getTargetFeatureString());
  }
}

/// Takes back that products may be fused with sums. Without optimization LLVM
/// does so for short vectors and not for long ones, and equal channels of a
/// layer would come out different.
static void forbidContraction(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction : llvm::instructions(function))
      if (llvm::isa<llvm::FPMathOperator>(instruction))
        instruction.setHasAllowContract(false);
}

static void optimize(llvm::Module &module, llvm::TargetMachine &machine,
                     unsigned level) {
  static const llvm::OptimizationLevel levels[] = {
      llvm::OptimizationLevel::O0, llvm::OptimizationLevel::O1,
      llvm::OptimizationLevel::O2, llvm::OptimizationLevel::O3};
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  // Loops arrive unrolled as far as that is good for them. LLVM would unroll
  // those over vectors again: mobilenet_v2 then takes 6.7 s instead of 1.0 s,
  // most of it in scheduling basic blocks of 1000 loads and stores, and runs no
  // faster (12.8 and 13.2 ms).
  llvm::PipelineTuningOptions tuning;
  tuning.LoopUnrolling = false;
  llvm::PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::OptimizationLevel optLevel = levels[std::min(level, 3u)];
  if (optLevel == llvm::OptimizationLevel::O0)
    forbidContraction(module);
  llvm::ModulePassManager passes =
      optLevel == llvm::OptimizationLevel::O0
          ? builder.buildO0DefaultPipeline(optLevel)
          : builder.buildPerModuleDefaultPipeline(optLevel);
  passes.run(module, modules);
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

/// Runs LLVM's code generator on `module`; whether it can write this kind.
static LogicalResult generateCode(Location loc, llvm::Module &module,
                                  llvm::TargetMachine &machine, CodeKind kind,
                                  llvm::raw_pwrite_stream &os) {
  llvm::legacy::PassManager passes;
  llvm::CodeGenFileType fileType = kind == CodeKind::Object
                                       ? llvm::CodeGenFileType::ObjectFile
                                       : llvm::CodeGenFileType::AssemblyFile;
  if (machine.addPassesToEmitFile(passes, os, /*DwoOut=*/nullptr, fileType))
    return emitError(loc) << "LLVM cannot write this kind of file for "
                          << machine.getTargetTriple().str();
  passes.run(module);
  return success();
}

LogicalResult lf::emitCode(ModuleOp module, CodeKind kind,
                           const CodeOptions &options,
                           llvm::raw_pwrite_stream &os) {
  Location loc = module.getLoc();
  // The options are not of the module's making: no place in it is to blame.
  auto machine =
      createTargetMachine(UnknownLoc::get(module.getContext()), options);
  if (failed(machine))
    return failure();
  OwningOpRef<ModuleOp> lowered = lowerToLLVMDialect(module, options);
  if (!lowered)
    return failure();
  packConstants(*lowered);

  registerBuiltinDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  registerOpenMPDialectTranslation(*module.getContext());
  llvm::LLVMContext context;
  bool hadError = false;
  context.setDiagnosticHandler(
      std::make_unique<LLVMDiagnostics>(loc, hadError));
  std::unique_ptr<llvm::Module> llvmModule = translateModuleToLLVMIR(
      *lowered, context, module.getName().value_or("network"));
  if (!llvmModule)
    return failure();
  lowered = nullptr;
  setTarget(*llvmModule, **machine);
  optimize(*llvmModule, **machine, options.optLevel);
  if (kind == CodeKind::LLVMIR)
    llvmModule->print(os, nullptr);
  else if (failed(generateCode(loc, *llvmModule, **machine, kind, os)))
    return failure();
  return failure(hadError);
}
