//===- CostTest.cpp - seconds and choices -----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Cost.h"

#include "ParsedBlock.h"
#include "gtest/gtest.h"

using namespace mlir::lf;
using namespace lftest;

namespace {

/// Depthwise 3x3, pads 1, stride `stride`, then 1x1, on 8 x 8 places.
ParsedBlock getBlock(int64_t stride = 1) {
  std::string places = stride == 1 ? "8x8" : "4x4";
  NamedValue x{"x", "1x8x8x16"}, dw{"dw", "3x3x16"}, w{"w", "1x1x16x32"},
      d{"d", "1x" + places + "x16"}, y{"y", "1x" + places + "x32"};
  std::string s = std::to_string(stride);
  return ParsedBlock(
      {x, dw, w},
      getLayerText(d, "depthwise_conv2d", {x, dw},
                   "strides [" + s + ", " + s + "] pads [1, 1, 1, 1]") +
          getLayerText(y, "conv2d", {d, w}),
      {y});
}

/// Two 3x3 layers, pads 1.
ParsedBlock getTwoSpatial() {
  NamedValue x{"x", "1x8x8x4"}, w0{"w0", "3x3x4x4"}, w1{"w1", "3x3x4x4"},
      d{"d", "1x8x8x4"}, y{"y", "1x8x8x4"};
  return ParsedBlock(
      {x, w0, w1},
      getLayerText(d, "conv2d", {x, w0}, "pads [1, 1, 1, 1]") +
          getLayerText(y, "conv2d", {d, w1}, "pads [1, 1, 1, 1]"),
      {y});
}

TEST(CostTest, countsOperations) {
  ParsedBlock block = getBlock();
  Cost cost = estimateCost(block.getChain(), block.getRowSliding(), Target());
  EXPECT_EQ(cost.flops, 2 * 64 * 16 * (9 + 32));
  EXPECT_EQ(cost.recomputedFlops, 0);
  EXPECT_EQ(cost.parallelism, 1);
}

TEST(CostTest, bandsRecomputeTheirSeams) {
  ParsedBlock block = getTwoSpatial();
  // Of the first layer, bands of two rows need 3, 4, 4 and 3.
  int64_t perRow = 2 * 8 * 4 * 9 * 4;
  Cost cost = estimateCost(block.getChain(), block.getRowSliding(2), Target());
  EXPECT_EQ(cost.recomputedFlops, (14 - 8) * perRow);
  EXPECT_EQ(cost.flops, (8 + 14) * perRow);
}

TEST(CostTest, rowsThatNobodyReadsAreNotComputed) {
  NamedValue x{"x", "1x8x8x4"}, w0{"w0", "1x1x4x4"}, w1{"w1", "1x1x4x4"},
      d{"d", "1x8x8x4"}, y{"y", "1x4x4x4"};
  ParsedBlock block({x, w0, w1},
                    getLayerText(d, "conv2d", {x, w0}) +
                        getLayerText(y, "conv2d", {d, w1}, "strides [2, 2]"),
                    {y});
  Cost cost = estimateCost(block.getChain(), block.getRowSliding(), Target());
  EXPECT_EQ(cost.flops, 2 * 4 * 8 * 16 + 2 * 16 * 16);
  EXPECT_EQ(cost.recomputedFlops, 0);
}

TEST(CostTest, moreBandwidthIsNeverSlower) {
  ParsedBlock block = getBlock();
  Target slow, fast;
  for (int64_t &rate : slow.bytesPerSecond)
    rate /= 1000;
  EXPECT_GT(estimateCost(block.getChain(), slow).seconds,
            estimateCost(block.getChain(), fast).seconds);
}

TEST(CostTest, theBestScheduleIsNoWorseThanTheOthers) {
  ParsedBlock block = getBlock(2);
  Target target;
  target.cacheBytes = {1024, 4096, 16384};
  Cost best = estimateCost(block.getChain(), target);
  ASSERT_TRUE(best.schedule);
  for (int64_t band : {0, 1, 2}) {
    Cost rows =
        estimateCost(block.getChain(), block.getRowSliding(band), target);
    EXPECT_LE(best.seconds, rows.seconds + 1e-15) << band;
    Cost channels = estimateCost(block.getChain(),
                                 block.getChannelBlocked(band, 0), target);
    EXPECT_LE(best.seconds, channels.seconds + 1e-15) << band;
  }
}

TEST(CostTest, threadsShareBands) {
  ParsedBlock block = getBlock();
  Target target;
  target.threads = 4;
  Cost whole = estimateCost(block.getChain(), block.getRowSliding(), target);
  EXPECT_EQ(whole.parallelism, 1);
  // Five bands on four threads take two rounds.
  Cost bands = estimateCost(block.getChain(), block.getRowSliding(2), target);
  EXPECT_EQ(bands.parallelism, 4);
  Cost uneven = estimateCost(block.getChain(), block.getRowSliding(3), target);
  EXPECT_EQ(uneven.parallelism, 3);
  Cost best = estimateCost(block.getChain(), target);
  EXPECT_GT(best.parallelism, 1);
  EXPECT_LT(best.seconds, whole.seconds);
}

} // namespace
