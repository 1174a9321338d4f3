//===- TileBlocksTest.cpp - blocks against their layers ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random blocks under random schedules. Each is compiled together with its
// layers one by one: the results are the same bits if the terms of the sums
// come in the same order, and close if the schedule orders them by blocks of
// channels or vectors contract products. LF_TEST_CASES says how many to try;
// with LAYERFUSION_LONG_TESTS in the environment ten times as many are.
//
//===----------------------------------------------------------------------===//

#include "Network.h"
#include "RandomBlock.h"

#include "LayerFusion/Conversion/Conversion.h"
#include "LayerFusion/Dialect/LF/Chain.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstdlib>

using namespace mlir;
using namespace mlir::lf;
using namespace lftest;

namespace {

/// A schedule that the block allows; none in one case of eight.
ScheduleAttr chooseSchedule(Random &random, FusedBlockOp block) {
  MLIRContext *context = block.getContext();
  SmallVector<LayerOpInterface> layers = block.getLayers();
  if (random.range(0, 7) == 0)
    return {};
  Value last = layers.empty() ? block.getPools().front()->getOperand(0)
                              : layers.back()->getResult(0);
  int64_t height = cast<RankedTensorType>(last.getType()).getDimSize(1);
  int64_t band = random.flip() ? 0 : random.range(1, height);
  FailureOr<BlockedChannels> channels = getBlockedChannels(layers);
  int64_t structure = random.range(0, 3);
  if (structure == 0)
    return ScheduleAttr::get(context, LoopStructure::WholeTile, band);
  if (failed(channels))
    return ScheduleAttr::get(context, LoopStructure::RowSliding, band);
  int64_t size = random.range(0, 4) ? random.range(1, channels->count) : 0;
  return ScheduleAttr::get(context,
                           structure == 1 ? LoopStructure::RowSliding
                                          : LoopStructure::ChannelBlocked,
                           band, size);
}

/// `schedule` with register tiles of any size for `layers`, every other time.
ScheduleAttr chooseTiles(Random &random, ScheduleAttr schedule,
                         ArrayRef<LayerOpInterface> layers) {
  // Blocks of channels have to be whole panels, and lf-simplify folds
  // activations into other layers, which leaves fewer layers than tiles.
  bool isFinal = llvm::none_of(layers, [](LayerOpInterface layer) {
    return isa<ActivateOp>(layer.getOperation());
  });
  if (!schedule || schedule.getChannelBlock() != 0 || layers.empty() ||
      !isFinal || random.flip())
    return schedule;
  SmallVector<RegisterTileAttr> tiles;
  for (size_t i = 0; i < layers.size(); ++i) {
    SmallVector<int64_t> vectors(random.range(1, 3));
    for (int64_t &channels : vectors)
      channels = random.pick<int64_t>({1, 2, 3, 4, 8, 12, 16});
    tiles.push_back(RegisterTileAttr::get(schedule.getContext(),
                                          random.range(1, 9), vectors,
                                          random.range(1, 3)));
  }
  return schedule.withTiles(tiles);
}

/// `schedule` with two or three threads, every other time.
ScheduleAttr chooseThreads(Random &random, ScheduleAttr schedule) {
  if (!schedule || random.flip())
    return schedule;
  bool isSliding = schedule.getStructure() == LoopStructure::RowSliding;
  ParallelDim parallel = ParallelDim::Rows;
  if (random.flip())
    parallel = isSliding || random.flip() ? ParallelDim::Images
                                          : ParallelDim::Channels;
  return schedule.withThreads(random.range(2, 3), parallel);
}

/// Whether the terms of all sums come in the order of the layers.
bool keepsOrder(FusedBlockOp block) {
  ScheduleAttr schedule = block.getScheduleOrDefault();
  bool joinsPools = !block.getPools().empty() && schedule.getThreads() > 1 &&
                    schedule.getParallel() == ParallelDim::Rows;
  return schedule.getStructure() != LoopStructure::ChannelBlocked &&
         !joinsPools;
}

/// Makes @main return what the layers compute one by one behind what the block
/// does.
void addReference(func::FuncOp function, FusedBlockOp block) {
  IRRewriter rewriter(function.getContext());
  rewriter.setInsertionPointAfter(block);
  auto reference = cast<FusedBlockOp>(rewriter.clone(*block));
  func::ReturnOp ret = *function.getOps<func::ReturnOp>().begin();
  rewriter.modifyOpInPlace(ret, [&]() {
    ret->insertOperands(ret->getNumOperands(), reference.getResults());
  });
  inlineBlock(rewriter, reference);
  function.setFunctionType(rewriter.getFunctionType(function.getArgumentTypes(),
                                                    ret->getOperandTypes()));
}

std::string print(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os);
  return text;
}

/// How many blocks were computed how.
struct Tally {
  int64_t equal = 0, byChannels = 0, threads = 0;
};

/// The block and its layers one by one. In one network, which takes half the
/// time, except where the pipeline makes blocks of layers.
struct Compiled {
  std::unique_ptr<Network> block, layers;
  bool mustBeEqual = true;
};

Compiled compile(Random &random, const RandomBlock &block, Tally &tally) {
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(block.text, &getContext());
  if (!module) {
    ADD_FAILURE() << "cannot be parsed:\n" << block.text;
    return {};
  }
  auto function = cast<func::FuncOp>(module->getBody()->front());
  FusedBlockOp op = *function.getOps<FusedBlockOp>().begin();
  ScheduleAttr chosen =
      chooseTiles(random, chooseSchedule(random, op), op.getLayers());
  if (ScheduleAttr schedule = chooseThreads(random, chosen))
    op.setScheduleAttr(schedule);
  ScheduleAttr schedule = op.getScheduleOrDefault();
  tally.byChannels += schedule.getStructure() == LoopStructure::ChannelBlocked;
  tally.threads += schedule.getThreads() > 1;
  Compiled result;
  if (random.range(0, 3) == 0) {
    std::string text = print(*module);
    result.mustBeEqual = false;
    result.block = Network::compile(text, "lf-cpu-pipeline");
    result.layers = Network::compile(text, "lf-reference-pipeline");
    return result;
  }
  result.mustBeEqual = keepsOrder(op);
  tally.equal += result.mustBeEqual;
  addReference(function, op);
  result.block =
      Network::compile(print(*module), "lf-reference-pipeline", "tile-blocks");
  return result;
}

void compare(const std::vector<float> &values,
             const std::vector<float> &expected, bool mustBeEqual) {
  float largest = 1;
  for (float value : expected)
    if (std::isfinite(value))
      largest = std::max(largest, std::abs(value));
  float tolerance = mustBeEqual ? 0.0f : 1e-5f * largest;
  for (size_t i = 0; i < values.size(); ++i) {
    // A maximum over nothing but padding is minus infinity, sums of these NaN.
    bool isNear = std::isnan(expected[i])
                      ? std::isnan(values[i])
                      : values[i] == expected[i] ||
                            std::abs(values[i] - expected[i]) <= tolerance;
    ASSERT_TRUE(isNear) << "element " << i << " is " << values[i]
                        << ", expected " << expected[i] << " within "
                        << tolerance;
  }
}

/// A few of the blocks are large.
RandomBlock drawBlock(uint32_t seed) {
  Random random(seed);
  return chooseBlock(random, seed % 32 ? 300000 : 10000000);
}

void checkCase(uint32_t seed, Tally &tally) {
  RandomBlock block = drawBlock(seed);
  Random random(~seed);
  Compiled compiled = compile(random, block, tally);
  if (::testing::Test::HasFailure())
    return;
  std::vector<std::vector<float>> inputs, results;
  for (const RandomBlock::Input &input : block.inputs)
    inputs.push_back(random.floats(countElements(input.shape), input.scale));
  for (int i = 0; i < 2; ++i)
    for (const std::vector<int64_t> &shape : block.outputs)
      results.emplace_back(countElements(shape), -1e30f);
  std::vector<const void *> inputPointers;
  std::vector<void *> outputPointers;
  for (const std::vector<float> &input : inputs)
    inputPointers.push_back(input.data());
  for (std::vector<float> &result : results)
    outputPointers.push_back(result.data());
  size_t numOutputs = block.outputs.size();
  if (compiled.layers) {
    ASSERT_EQ(compiled.layers->run(
                  inputPointers,
                  {outputPointers.begin() + numOutputs, outputPointers.end()}),
              0);
    outputPointers.resize(numOutputs);
  }
  ASSERT_EQ(compiled.block->run(inputPointers, outputPointers), 0);
  for (size_t i = 0; i < numOutputs; ++i) {
    SCOPED_TRACE("output " + std::to_string(i));
    compare(results[i], results[numOutputs + i], compiled.mustBeEqual);
  }
}

TEST(TileBlocksTest, RandomBlocks) {
  bool isLong = std::getenv("LAYERFUSION_LONG_TESTS");
  int64_t numCases = getNumCases(isLong ? 6000 : 540);
  Tally tally;
  for (uint32_t seed = 0; seed < numCases; ++seed) {
    checkCase(seed, tally);
    if (::testing::Test::HasFailure())
      FAIL() << "in case " << seed << ":\n" << drawBlock(seed).text;
  }
  // The cases are not all of one kind.
  EXPECT_GE(tally.equal, numCases / 4);
  EXPECT_GE(tally.byChannels, numCases / 4);
  RecordProperty("BitEqual", std::to_string(tally.equal));
  EXPECT_GE(tally.threads, numCases / 4);
  RecordProperty("ChannelBlocked", std::to_string(tally.byChannels));
}

} // namespace
