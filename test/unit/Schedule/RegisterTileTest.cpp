//===- RegisterTileTest.cpp - tiles that fit and that are good --*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tiles that were measured to be the best of their layer, and what holds
// for any layer on any processor.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/RegisterTile.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

#include <tuple>

using namespace mlir;
using namespace mlir::lf;

namespace {

/// Pixels and vectors of a tile.
struct Expected {
  int64_t pixels;
  std::vector<int64_t> vectors;
};

class RegisterTileTest : public ::testing::Test {
protected:
  RegisterTileTest() { context.loadDialect<LFDialect>(); }

  Target getProcessor(StringRef name) {
    return *Target::getProcessor(
        name, [&]() { return emitError(UnknownLoc::get(&context)); });
  }

  void expectTile(const TileShape &shape, const Target &target,
                  const Expected &expected) {
    RegisterTileAttr tile = chooseRegisterTile(&context, shape, target);
    EXPECT_EQ(tile.getPixels(), expected.pixels);
    EXPECT_EQ(tile.getVectors().vec(), expected.vectors);
  }

  RegisterTileAttr getTile(int64_t pixels,
                           const std::vector<int64_t> &vectors) {
    return RegisterTileAttr::get(&context, pixels, vectors, 1);
  }

  MLIRContext context;
};

TileShape getPointwise(int64_t width, int64_t in, int64_t out) {
  TileShape shape;
  shape.width = width;
  shape.channels = out;
  shape.terms = in;
  shape.packed = true;
  return shape;
}

TileShape getDepthwise(int64_t width, int64_t channels, int64_t kernel) {
  TileShape shape;
  shape.kind = TileKind::Depthwise;
  shape.width = width;
  shape.channels = channels;
  shape.terms = kernel * kernel;
  shape.kernel = {kernel, kernel};
  return shape;
}

// The tables of the measurements that the model is made from.
TEST_F(RegisterTileTest, denseLayersOnZen4) {
  Target zen4 = getProcessor("znver4");
  expectTile(getPointwise(56, 64, 64), zen4, {12, {16}});
  expectTile(getPointwise(112, 32, 16), zen4, {8, {16}});
  expectTile(getPointwise(7, 160, 960), zen4, {7, {16}});
  expectTile(getPointwise(56, 144, 24), zen4, {8, {8, 8, 8}});
}

TEST_F(RegisterTileTest, singleChannelsOnZen4) {
  Target zen4 = getProcessor("znver4");
  expectTile(getDepthwise(56, 144, 3), zen4, {7, {16}});
  expectTile(getDepthwise(14, 576, 5), zen4, {5, {16}});
  expectTile(getDepthwise(14, 8, 3), zen4, {7, {8}});
}

// What is loaded for several vectors takes one register more: long sums have as
// many of them as there is place for, short ones have fewer stores.
TEST_F(RegisterTileTest, denseLayersOnZen3) {
  Target zen3 = getProcessor("znver3");
  expectTile(getPointwise(36, 128, 96), zen3, {4, {8, 8, 8}});
  expectTile(getPointwise(36, 16, 96), zen3, {2, {8, 8, 8, 8}});
  expectTile(getPointwise(28, 24, 40), zen3, {2, {8, 8, 8, 8, 8}});
}

// A line of a cache at once, if there are as many channels.
TEST_F(RegisterTileTest, singleChannelsOnZen3) {
  Target zen3 = getProcessor("znver3");
  expectTile(getDepthwise(56, 144, 3), zen3, {4, {8, 8}});
  expectTile(getDepthwise(14, 576, 5), zen3, {4, {8, 8}});
  expectTile(getDepthwise(14, 8, 3), zen3, {7, {8}});
}

// Where full vectors are as fast as others, those are used up only in part.
TEST_F(RegisterTileTest, shortVectorsOnlyWhereTheyAreNotSlower) {
  expectTile(getPointwise(56, 144, 24), getProcessor("sapphirerapids"),
             {12, {16, 16}});
}

TEST_F(RegisterTileTest, otherProcessors) {
  // 16 registers of 8, 32 registers of 4.
  expectTile(getPointwise(56, 64, 96), getProcessor("x86-64-v3"),
             {4, {8, 8, 8}});
  expectTile(getDepthwise(56, 144, 3), getProcessor("x86-64-v3"), {4, {8, 8}});
  RegisterTileAttr neon = chooseRegisterTile(&context, getPointwise(56, 64, 96),
                                             getProcessor("generic"));
  EXPECT_EQ(neon.getVectors().front(), 4);
  EXPECT_GE(neon.getPixels() * int64_t(neon.getVectors().size()), 20);
}

TEST_F(RegisterTileTest, doublesHaveHalfTheLanes) {
  TileShape shape = getPointwise(56, 64, 64);
  shape.elementBytes = 8;
  expectTile(shape, getProcessor("znver4"), {12, {8}});
}

// A layer that is made in blocks of channels makes each in whole panels.
TEST_F(RegisterTileTest, panelsDivideBlocks) {
  Target zen4 = getProcessor("znver4");
  TileShape shape = getPointwise(56, 24, 144);
  for (int64_t block : {8, 16, 24, 32, 64, 80}) {
    shape.block = block;
    RegisterTileAttr tile = chooseRegisterTile(&context, shape, zen4);
    EXPECT_EQ(block % tile.getPanel(), 0) << block;
  }
  // There is no such panel; the verifier says so.
  shape.block = 20;
  RegisterTileAttr tile = chooseRegisterTile(&context, shape, zen4);
  shape.block = 0;
  EXPECT_EQ(tile, chooseRegisterTile(&context, shape, zen4));
}

TEST_F(RegisterTileTest, fewChannelsTakeShortVectors) {
  Target zen4 = getProcessor("znver4");
  for (int64_t channels : {1, 2, 3, 4, 6, 8}) {
    RegisterTileAttr tile =
        chooseRegisterTile(&context, getPointwise(56, 16, channels), zen4);
    EXPECT_LT(tile.getPanel(), 2 * channels) << channels;
  }
}

// Fully connected: what hides the latency of sums are vectors.
TEST_F(RegisterTileTest, onePixelTakesManyVectors) {
  RegisterTileAttr tile = chooseRegisterTile(
      &context, getPointwise(1, 1280, 1000), getProcessor("znver4"));
  EXPECT_EQ(tile.getPixels(), 1);
  EXPECT_GE(tile.getVectors().size(), 4u);
}

TEST_F(RegisterTileTest, longerLoopsAreUnrolledIfTermsAreShort) {
  Target zen4 = getProcessor("znver4");
  auto unroll = [&](const TileShape &shape, const Target &target) {
    return chooseRegisterTile(&context, shape, target).getUnroll();
  };
  EXPECT_EQ(unroll(getPointwise(64, 64, 256), zen4), 2);
  EXPECT_EQ(unroll(getPointwise(56, 144, 24), zen4), 2);
  EXPECT_EQ(unroll(getPointwise(56, 3, 24), zen4), 1);
  // Not where few registers hold one vector of many pixels.
  EXPECT_EQ(unroll(getPointwise(56, 64, 64), getProcessor("x86-64-v3")), 2);
  EXPECT_EQ(unroll(getPointwise(56, 64, 8), getProcessor("x86-64-v3")), 1);
}

// Sums would go to the stack where LLVM keeps something beside them.
TEST_F(RegisterTileTest, constantsOfOtherLayersHaveRegisters) {
  // Two multiply-adds start a cycle, so that tiles are large.
  Target target = getProcessor("sapphirerapids");
  for (TileShape shape :
       {getPointwise(56, 64, 64), getPointwise(196, 384, 1536)})
    for (int64_t kept : {0, 1, 4, 8}) {
      shape.kept = kept;
      RegisterTileAttr tile = chooseRegisterTile(&context, shape, target);
      EXPECT_LE(getRegistersUsed(shape, tile), 31 - kept);
    }
  // The filter of two terms would not fit beside the sums.
  Target zen4 = getProcessor("znver4");
  TileShape narrow = getPointwise(9, 384, 24);
  expectTile(narrow, zen4, {9, {8, 8, 8}});
  EXPECT_EQ(chooseRegisterTile(&context, narrow, zen4).getUnroll(), 1);
}

// What leaves L1 before it is used again: more pixels of many channels than
// fit, and pixels at distances of a power of two, which share a set.
TEST_F(RegisterTileTest, pixelsStayInL1) {
  Target zen4 = getProcessor("znver4");
  RegisterTileAttr few =
      chooseRegisterTile(&context, getPointwise(196, 576, 96), zen4);
  EXPECT_LE(few.getPixels(), 14);
  for (int64_t channels : {1024, 2048}) {
    RegisterTileAttr tile =
        chooseRegisterTile(&context, getPointwise(196, channels, 256), zen4);
    EXPECT_LE(tile.getPixels(), 8) << channels;
  }
}

// The shares of the peak that were measured, to a few percent.
TEST_F(RegisterTileTest, cyclesAreThoseMeasured) {
  Target zen4 = getProcessor("znver4");
  auto getShare = [&](const TileShape &shape, RegisterTileAttr tile) {
    double operations = double(shape.width) * shape.channels * shape.terms / 16;
    return operations / getTileCycles(shape, tile, zen4);
  };
  for (auto [terms, four, eight, fourteen, row] :
       {std::tuple(16, 0.962, 0.934, 0.900, 0.873),
        std::tuple(96, 0.977, 0.973, 0.968, 0.968)}) {
    TileShape shape = getPointwise(784, terms, 96);
    EXPECT_NEAR(getShare(shape, getTile(4, {16, 16, 16})), four, 0.04);
    EXPECT_NEAR(getShare(shape, getTile(8, {16})), eight, 0.04);
    EXPECT_NEAR(getShare(shape, getTile(14, {16, 16})), fourteen, 0.06);
    EXPECT_NEAR(getShare(shape, getTile(28, {16})), row, 0.04);
  }
  EXPECT_NEAR(getShare(getPointwise(56, 144, 24), getTile(8, {8, 8, 8})), 0.965,
              0.04);
  // What is left of the second vector is one of 8.
  EXPECT_NEAR(getShare(getPointwise(56, 144, 24), getTile(14, {16, 16})), 0.885,
              0.04);
  EXPECT_NEAR(getShare(getPointwise(56, 144, 24), getTile(28, {8})), 0.86,
              0.04);
  EXPECT_NEAR(getShare(getDepthwise(56, 144, 3), getTile(7, {16})), 0.989,
              0.04);
  EXPECT_NEAR(getShare(getDepthwise(56, 144, 3), getTile(1, {16})), 0.83, 0.08);
}

// Whatever the layer, its tile fits the registers, the row and the channels,
// and takes no fewer cycles than there are operations.
TEST_F(RegisterTileTest, everyTileFits) {
  for (StringRef name : {"znver4", "znver3", "sapphirerapids", "x86-64",
                         "x86-64-v3", "x86-64-v4", "generic"}) {
    Target target = getProcessor(name);
    for (int64_t elementBytes : {2, 4, 8})
      for (int64_t width : {1, 2, 7, 13, 14, 56, 196})
        for (int64_t channels : {1, 3, 8, 20, 24, 40, 96, 1000})
          for (int64_t terms : {1, 3, 24, 576})
            for (bool dense : {true, false}) {
              TileShape shape = dense ? getPointwise(width, terms, channels)
                                      : getDepthwise(width, channels, 3);
              shape.elementBytes = elementBytes;
              RegisterTileAttr tile =
                  chooseRegisterTile(&context, shape, target);
              ASSERT_TRUE(tile);
              EXPECT_LE(getRegistersUsed(shape, tile), target.vectorRegisters);
              EXPECT_LE(tile.getPixels(), width);
              EXPECT_LE(tile.getVectors().front() * elementBytes,
                        target.vectorBytes);
              EXPECT_LT(tile.getPanel() - tile.getVectors().front(), channels);
              double bytes =
                  double(width) * channels * shape.terms * elementBytes;
              EXPECT_GE(getTileCycles(shape, tile, target),
                        bytes / target.fmaBytesPerCycle);
            }
  }
}

} // namespace
