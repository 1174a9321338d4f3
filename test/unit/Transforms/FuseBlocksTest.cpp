//===- FuseBlocksTest.cpp - fusion changes no result ------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random networks compute the same before and after --lf-fuse-blocks, and all
// heavy ops are in blocks afterwards. With LAYERFUSION_LONG_TESTS in the
// environment, ten times as many.
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
#include "mlir/Pass/PassRegistry.h"
#include "gtest/gtest.h"

#include <cstdlib>
#include <random>

using namespace mlir;
using namespace mlir::lf;
using namespace mlir::lf::test;

namespace {

class FuseBlocksTest : public ::testing::Test {
protected:
  FuseBlocksTest() {
    registerLFTransformsPasses();
    context.loadDialect<LFDialect, arith::ArithDialect, func::FuncDialect,
                        linalg::LinalgDialect, tensor::TensorDialect>();
  }

  void run(ModuleOp module, StringRef pipeline) {
    PassManager manager(&context);
    ASSERT_TRUE(succeeded(parsePassPipeline(pipeline, manager)));
    ASSERT_TRUE(succeeded(manager.run(module)));
  }

  static std::string print(ModuleOp module) {
    std::string text;
    llvm::raw_string_ostream(text) << module;
    return text;
  }

  /// Fuses the network of `seed` with options that go with it.
  void check(unsigned seed);

  MLIRContext context;
  /// How many blocks there were, and how many of several layers.
  int64_t blocks = 0, fused = 0;
};

} // namespace

static std::vector<Elements> getRandomInputs(func::FuncOp function,
                                             std::mt19937 &random) {
  std::vector<Elements> inputs;
  for (Type argument : function.getArgumentTypes()) {
    Elements input(cast<RankedTensorType>(argument).getNumElements());
    for (double &element : input)
      element = static_cast<int64_t>(random() % 4001 - 2000.0) / 1000.0;
    inputs.push_back(std::move(input));
  }
  return inputs;
}

/// The first heavy op that stands outside of blocks.
static Operation *findHeavyOutside(ModuleOp module) {
  Operation *found = nullptr;
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isa<FusedBlockOp>(op))
      return WalkResult::skip();
    if (isa<Conv2DOp, DepthwiseConv2DOp, Pool2DOp, BottleneckOp>(op))
      found = op;
    return WalkResult::advance();
  });
  return found;
}

void FuseBlocksTest::check(unsigned seed) {
  OwningOpRef<ModuleOp> module = buildRandomNetwork(&context, seed);
  std::mt19937 random(seed);
  if (random() % 2)
    run(*module, "func.func(lf-simplify)");
  std::string original = print(*module);
  SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + original);
  auto function = module->lookupSymbol<func::FuncOp>("main");
  std::vector<Elements> inputs = getRandomInputs(function, random);
  auto expected = interpret(function, inputs);

  const char *policies[] = {"all", "cost", "greedy", "none"};
  std::string pipeline =
      (Twine("func.func(lf-fuse-blocks{policy=") + policies[random() % 4] +
       " max-layers=" + Twine(random() % 5 + 1) + "})")
          .str();
  SCOPED_TRACE(pipeline);
  run(*module, pipeline);
  if (HasFatalFailure())
    return;
  auto results = interpret(function, inputs);
  ASSERT_TRUE(expected && results);
  // Not a bit changes: the order of all sums is as it was.
  ASSERT_EQ(*expected, *results) << print(*module);
  Operation *outside = findHeavyOutside(*module);
  ASSERT_EQ(outside, nullptr)
      << "in no block is " << outside->getName().getStringRef().str();
  module->walk([&](FusedBlockOp block) {
    ++blocks;
    fused += block.getLayers().size() > 1;
  });

  // What is fused stays as it is.
  std::string once = print(*module);
  run(*module, pipeline);
  ASSERT_EQ(once, print(*module));
}

TEST_F(FuseBlocksTest, ResultsAreUnchanged) {
  const char *longTests = std::getenv("LAYERFUSION_LONG_TESTS");
  int64_t networks = longTests && *longTests ? 10000 : 1000;
  for (int64_t seed = 0; seed < networks; ++seed) {
    check(seed);
    if (HasFatalFailure())
      return;
  }
  // The test is worth something only if much was fused.
  EXPECT_GT(fused, networks / 4) << "of " << blocks << " blocks";
}
