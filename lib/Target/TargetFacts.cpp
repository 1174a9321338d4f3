//===- TargetFacts.cpp - what LLVM knows of a processor ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vectors and their registers come from LLVM, for any triple, processor and
// features; the rest from what Target knows of the name, and for this machine
// from its system.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Target.h"
#include "LayerFusion/Target/Object.h"
#include "TargetMachine.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Module.h"
#include <algorithm>

using namespace mlir;
using namespace mlir::lf;

namespace {

struct Vectors {
  int64_t bytes = 0;
  int64_t registers = 0;
};

} // namespace

/// The features of `machine`, with its widest vectors. LLVM prefers vectors of
/// half the size on many processors, for the sake of programs that rarely use
/// them; these use little else. A user's word still counts: the last one does.
static std::string getFeatures(const llvm::TargetMachine &machine) {
  std::string features = machine.getTargetFeatureString().str();
  if (!machine.getTargetTriple().isX86())
    return features;
  return "-prefer-128-bit,-prefer-256-bit" +
         (features.empty() ? features : "," + features);
}

static Vectors getVectors(const llvm::TargetMachine &machine) {
  // LLVM answers for a function.
  llvm::LLVMContext context;
  llvm::Module module("vectors", context);
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
  llvm::Function *function = llvm::Function::Create(
      llvm::FunctionType::get(llvm::Type::getVoidTy(context), false),
      llvm::Function::ExternalLinkage, "f", module);
  function->addFnAttr("target-cpu", machine.getTargetCPU());
  function->addFnAttr("target-features", getFeatures(machine));
  llvm::TargetTransformInfo info = machine.getTargetTransformInfo(*function);

  Vectors vectors;
  vectors.bytes =
      info.getRegisterBitWidth(llvm::TargetTransformInfo::RGK_FixedWidthVector)
          .getFixedValue() /
      8;
  // Without any, vectors become numbers in registers of their own: 16 bytes
  // take four of the 32 there are.
  constexpr Vectors none = {16, 8};
  if (vectors.bytes < none.bytes)
    return none;
  auto *type = llvm::FixedVectorType::get(llvm::Type::getFloatTy(context),
                                          vectors.bytes / sizeof(float));
  // A vector may take several registers: two on RISC-V by default.
  vectors.registers = info.getNumberOfRegisters(info.getRegisterClassForType(
                          /*Vector=*/true, type)) /
                      std::max(1u, info.getRegUsageForType(type));
  return vectors;
}

LogicalResult lf::attachTarget(ModuleOp module, const CodeOptions &options) {
  if (Target::isAttachedTo(module))
    return success();
  auto machine =
      createTargetMachine(UnknownLoc::get(module.getContext()), options);
  if (failed(machine))
    return failure();
  Vectors vectors = getVectors(**machine);
  Target target = Target::getProcessor((*machine)->getTargetCPU(),
                                       vectors.bytes, vectors.registers);
  if (isNative(options))
    target.readHostCaches();
  module.getContext()->getOrLoadDialect<DLTIDialect>();
  target.attachTo(module);
  return success();
}
