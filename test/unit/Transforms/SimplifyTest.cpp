//===- SimplifyTest.cpp - simplification changes no result ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random networks compute the same before and after --lf-simplify. With
// LAYERFUSION_LONG_TESTS in the environment, ten times as many.
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"
#include "RandomNetwork.h"

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstdlib>
#include <random>

using namespace mlir;
using namespace mlir::lf;
using namespace mlir::lf::test;

namespace {

class SimplifyTest : public ::testing::Test {
protected:
  SimplifyTest() {
    context.loadDialect<LFDialect, arith::ArithDialect, func::FuncDialect,
                        linalg::LinalgDialect, tensor::TensorDialect>();
  }

  /// Per-channel arithmetic and padding around layers, which there should be
  /// less of afterwards.
  static int64_t countAround(ModuleOp module) {
    int64_t count = 0;
    module.walk([&](Operation *op) {
      count += isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
                   arith::NegFOp, ActivateOp, tensor::PadOp>(op);
    });
    return count;
  }

  static std::string print(ModuleOp module) {
    std::string text;
    llvm::raw_string_ostream(text) << module;
    return text;
  }

  /// Simplifies the network of `seed` and compares its results.
  void check(unsigned seed);

  MLIRContext context;
  int64_t before = 0, after = 0;
};

} // namespace

static Elements getRandomInput(func::FuncOp function, unsigned seed) {
  std::mt19937 random(seed);
  auto type = cast<RankedTensorType>(function.getArgument(0).getType());
  Elements input(type.getNumElements());
  for (double &element : input)
    element = static_cast<int64_t>(random() % 4001 - 2000.0) / 1000.0;
  return input;
}

void SimplifyTest::check(unsigned seed) {
  OwningOpRef<ModuleOp> module = buildRandomNetwork(&context, seed);
  ASSERT_TRUE(succeeded(verify(*module)));
  std::string original = print(*module);
  auto function = module->lookupSymbol<func::FuncOp>("main");
  std::vector<Elements> arguments = {getRandomInput(function, seed)};
  auto expected = interpret(function, arguments);
  before += countAround(*module);

  PassManager manager(&context);
  manager.addPass(createSimplifyPass());
  ASSERT_TRUE(succeeded(manager.run(*module)));
  after += countAround(*module);
  auto results = interpret(function, arguments);

  ASSERT_TRUE(expected && results && expected->size() == results->size());
  for (auto [want, got] : llvm::zip_equal(*expected, *results)) {
    double largest = 1.0, difference = 0.0;
    for (auto [a, b] : llvm::zip_equal(want, got)) {
      largest = std::max(largest, std::abs(a));
      // Not a maximum: a NaN must show.
      if (!(std::abs(a - b) <= difference))
        difference = std::abs(a - b);
    }
    // Each fold rounds its weights to 2^-24, or the numbers they cancel with.
    ASSERT_LE(difference, 2e-5 * largest) << "seed " << seed << "\n"
                                          << original << "\nsimplified\n"
                                          << print(*module);
  }
}

TEST_F(SimplifyTest, ResultsAreUnchanged) {
  const char *longTests = std::getenv("LAYERFUSION_LONG_TESTS");
  unsigned networks = longTests && *longTests ? 20000 : 2000;
  for (unsigned seed = 0; seed < networks; ++seed) {
    check(seed);
    if (HasFatalFailure())
      return;
  }
  // The test is worth something only if much was folded.
  EXPECT_LT(after * 10, before * 7) << "of " << before << " ops";
}
