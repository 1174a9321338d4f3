//===- InitAll.cpp - everything, for tools and bindings ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/InitAll.h"

#include "LayerFusion/Conversion/Passes.h"
#include "LayerFusion/Conversion/Pipelines.h"
#include "LayerFusion/Dialect/LF/BufferizableOpInterfaceImpl.h"
#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Transforms/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/OpenMP/OpenMPToLLVMIRTranslation.h"

using namespace mlir;

void lf::registerAllDialects(DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerOpenMPDialectTranslation(registry);
  registry.insert<LFDialect>();
  registerBufferizableOpInterfaceExternalModels(registry);
}

void lf::registerAllPasses() {
  mlir::registerAllPasses();
  registerLFTransformsPasses();
  registerLFConversionPasses();
  registerLFPipelines();
}
