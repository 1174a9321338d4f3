//===- Network.cpp - a network compiled and run -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Network.h"

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/InitAll.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/TargetSelect.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstdlib>

using namespace mlir;
using namespace lftest;

int64_t lftest::getNumCases(int64_t usual) {
  const char *text = std::getenv("LF_TEST_CASES");
  return text ? std::atoll(text) : usual;
}

MLIRContext &lftest::getContext() {
  static std::unique_ptr<MLIRContext> context = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    // For blocks with threads.
    llvm::sys::DynamicLibrary::LoadLibraryPermanently("libomp.so.5");
    lf::registerAllPasses();
    DialectRegistry registry;
    lf::registerAllDialects(registry);
    return std::make_unique<MLIRContext>(registry,
                                         MLIRContext::Threading::DISABLED);
  }();
  return *context;
}

Network::Network() = default;
Network::~Network() = default;

std::unique_ptr<Network> Network::compile(const std::string &text,
                                          const std::string &pipeline,
                                          const std::string &options) {
  MLIRContext &context = getContext();
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  PassManager pm(&context);
  if (!module ||
      failed(parsePassPipeline(pipeline + "{name=net " + options + "}", pm,
                               llvm::errs())) ||
      failed(pm.run(*module))) {
    ADD_FAILURE() << "cannot be compiled by " << pipeline << ":\n" << text;
    return nullptr;
  }
  std::unique_ptr<Network> network(new Network());
  auto function = module->lookupSymbol<LLVM::LLVMFuncOp>("net");
  network->workspaceSize =
      function->getAttrOfType<IntegerAttr>(lf::attrs::workspaceSize).getInt();

  ExecutionEngineOptions engineOptions;
  engineOptions.jitCodeGenOptLevel = llvm::CodeGenOptLevel::Less;
  auto engine = ExecutionEngine::create(*module, engineOptions);
  if (!engine) {
    ADD_FAILURE() << llvm::toString(engine.takeError());
    return nullptr;
  }
  network->engine = std::move(*engine);
  network->function =
      reinterpret_cast<int32_t (*)(void **)>(network->lookup("net_packed"));
  EXPECT_TRUE(network->function);
  return network->function ? std::move(network) : nullptr;
}

void *Network::lookup(const std::string &name) {
  auto address = engine->lookup(name);
  if (address)
    return *address;
  llvm::consumeError(address.takeError());
  return nullptr;
}

int32_t Network::run(const std::vector<const void *> &inputs,
                     const std::vector<void *> &outputs, void *workspace) {
  std::vector<void *> arguments;
  for (const void *input : inputs)
    arguments.push_back(const_cast<void *>(input));
  arguments.insert(arguments.end(), outputs.begin(), outputs.end());
  arguments.push_back(workspace);
  return function(arguments.data());
}

std::string lftest::getTensorText(const std::vector<int64_t> &shape) {
  std::string text = "tensor<";
  for (int64_t dim : shape)
    text += std::to_string(dim) + "x";
  return text + "f32>";
}

std::string lftest::getTypesText(const std::vector<std::string> &types) {
  std::string text = "(";
  for (size_t i = 0; i < types.size(); ++i)
    text += (i ? ", " : "") + types[i];
  return text + ")";
}

std::string lftest::getNetworkText(const std::vector<std::string> &inputs,
                                   const std::string &output,
                                   const std::string &op) {
  std::string text = "func.func @main(";
  for (size_t i = 0; i < inputs.size(); ++i)
    text += (i ? ", %in" : "%in") + std::to_string(i) + ": " + inputs[i];
  return text + ") -> " + output + " {\n  " + op + "\n  return %y : " + output +
         "\n}\n";
}

void lftest::expectNear(const std::vector<float> &values,
                        const std::vector<double> &expected,
                        const std::vector<double> &tolerance,
                        const std::string &what) {
  ASSERT_EQ(values.size(), expected.size()) << what;
  for (size_t i = 0; i < values.size(); ++i) {
    bool near = std::isnan(expected[i])
                    ? std::isnan(values[i])
                    : values[i] == expected[i] ||
                          std::abs(values[i] - expected[i]) <= tolerance[i];
    ASSERT_TRUE(near) << what << ": element " << i << " is " << values[i]
                      << ", expected " << expected[i] << " within "
                      << tolerance[i];
  }
}
