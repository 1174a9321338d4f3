//===- TrafficTest.cpp - blocks worked out by hand --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The bytes of small blocks, counted by hand for caches in which just this or
// that stays. What does not fit exceeds them by more than a way.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Traffic.h"

#include "ParsedBlock.h"
#include "gtest/gtest.h"

using namespace mlir::lf;
using namespace lftest;

namespace {

constexpr int64_t tiny = 1, huge = int64_t(1) << 40;

/// A target of which the first cache has `bytes` and the others hold all.
Target getTarget(int64_t bytes) {
  Target target;
  target.cacheBytes = {bytes, huge, huge};
  return target;
}

class TrafficTest : public ::testing::Test {
protected:
  void expect(ParsedBlock &block, ScheduleAttr schedule, int64_t cacheBytes,
              double fills, double writeBacks,
              StartState start = StartState::Cold) {
    Traffic traffic =
        getTraffic(block.getChain(), schedule, getTarget(cacheBytes), start);
    EXPECT_DOUBLE_EQ(traffic.getFills(0), fills) << cacheBytes;
    EXPECT_DOUBLE_EQ(traffic.getWriteBacks(0), writeBacks) << cacheBytes;
  }
  int64_t getScratch(ParsedBlock &block, ScheduleAttr schedule) {
    return getTraffic(block.getChain(), schedule, Target(), StartState::Cold)
        .scratchBytes;
  }
};

/// x: 8 rows of 8 places of 16 channels: 512 bytes a row, 4096 in all. The
/// filter is 1024 bytes.
ParsedBlock getPointwise(const std::string &attributes = "") {
  NamedValue x{"x", "1x8x8x16"}, w{"w", "1x1x16x16"}, y{"y", "1x8x8x16"};
  return ParsedBlock({x, w}, getLayerText(y, "conv2d", {x, w}, attributes),
                     {y});
}

/// In tiles of four pixels and half of the channels.
ScheduleAttr getInFourTiles(ScheduleAttr schedule) {
  mlir::MLIRContext *context = schedule.getContext();
  return schedule.withTiles(
      {RegisterTileAttr::get(context, 4, mlir::ArrayRef<int64_t>(8), 1)});
}

TEST_F(TrafficTest, onePointwiseLayer) {
  ParsedBlock block = getPointwise();
  ScheduleAttr rows = getInFourTiles(block.getRowSliding());
  EXPECT_EQ(getScratch(block, rows), 0);
  // Everything once.
  expect(block, rows, huge, 4096 + 1024 + 4096, 4096);
  // A row and the filter: 512 + 1024 + 512.
  expect(block, rows, 2048, 4096 + 1024 + 4096, 4096);
  // A row for a panel, 512 + 512 + 256, but no more: the filter for each row.
  expect(block, rows, 1280, 8 * (512 + 1024 + 512), 4096);
  // A tile, 256 + 512 + 128, but no more: the row of x for each panel.
  expect(block, rows, 896, 8 * 2 * (512 + 512 + 256), 4096);
  // Not even that: half of the filter for each tile.
  expect(block, rows, 700, 8 * 2 * 2 * (256 + 512 + 128), 4096);
}

TEST_F(TrafficTest, anActivationIsPartOfTheTile) {
  ParsedBlock plain = getPointwise();
  ParsedBlock block = getPointwise("activation relu");
  for (int64_t bytes : {2048, 1280, 896}) {
    Traffic traffic =
        getTraffic(plain.getChain(), getInFourTiles(plain.getRowSliding()),
                   getTarget(bytes), StartState::Cold);
    expect(block, getInFourTiles(block.getRowSliding()), bytes,
           traffic.getFills(0), traffic.getWriteBacks(0));
  }
}

// All rows for a panel before the next one: each half of the filter comes in
// once, and the input for each.
TEST_F(TrafficTest, aWholeTileReadsTheFilterOnce) {
  ParsedBlock block = getPointwise();
  ScheduleAttr whole = getInFourTiles(block.getWholeTile());
  expect(block, whole, huge, 4096 + 1024 + 4096, 4096);
  expect(block, whole, 1280, 2 * 4096 + 1024 + 4096, 4096);
}

TEST_F(TrafficTest, whatANetworkFindsInItsCaches) {
  ParsedBlock block = getPointwise();
  ScheduleAttr rows = block.getRowSliding();
  // x and y take half of 8192 each; filters come from memory.
  expect(block, rows, 8192, 1024, 0, StartState::InNetwork);
  expect(block, rows, 8191, 4096 + 1024 + 4096, 4096, StartState::InNetwork);
}

/// x → depthwise 3x3 → 1x1: rows of 8 places of 16 channels.
ParsedBlock
getDepthwisePointwise(const std::string &window = "pads [1, 1, 1, 1]") {
  NamedValue x{"x", "1x8x8x16"}, dw{"dw", "3x3x16"}, w{"w", "1x1x16x16"},
      d{"d", "1x8x8x16"}, y{"y", "1x8x8x16"};
  return ParsedBlock({x, dw, w},
                     getLayerText(d, "depthwise_conv2d", {x, dw}, window) +
                         getLayerText(y, "conv2d", {d, w}),
                     {y});
}

TEST_F(TrafficTest, croppedWindowsReadTheInputInPlace) {
  ParsedBlock block = getDepthwisePointwise();
  ScheduleAttr rows = block.getRowSliding();
  // A row of d.
  EXPECT_EQ(getScratch(block, rows), 512);
  // x, both filters, y, and the scratch row.
  double once = 4096 + 576 + 1024 + 4096 + 512;
  expect(block, rows, huge, once, 4096 + 512);
  // An iteration: three rows of x, the filters, a row of d and of y.
  double iteration = 3 * 512 + 576 + 512 + 1024 + 512;
  expect(block, rows, int64_t(iteration), once, 4096 + 512);
  Traffic less =
      getTraffic(block.getChain(), rows, getTarget(int64_t(iteration) - 1),
                 StartState::Cold);
  EXPECT_GT(less.getFills(0), once);
}

// Dilated windows are not cropped.
TEST_F(TrafficTest, paddedInputsGoThroughARing) {
  ParsedBlock block =
      getDepthwisePointwise("pads [2, 2, 2, 2] dilations [2, 2]");
  ScheduleAttr rows = block.getRowSliding();
  // Five padded rows of x and one of d: 5 * 12 * 64 + 512.
  EXPECT_EQ(getScratch(block, rows), 3840 + 512);
  // x, both filters, y, and the scratch rows.
  double once = 4096 + 576 + 1024 + 4096 + 3840 + 512;
  expect(block, rows, huge, once, 4096 + 3840 + 512);
  // An iteration: a row of x, the ring, the filters, a row of d and of y.
  double iteration = 512 + 3840 + 576 + 512 + 1024 + 512;
  expect(block, rows, int64_t(iteration), once, 4096 + 3840 + 512);
  Traffic less =
      getTraffic(block.getChain(), rows, getTarget(int64_t(iteration) / 2),
                 StartState::Cold);
  EXPECT_GT(less.getFills(0), once);
}

TEST_F(TrafficTest, bandsReadTheirSeamsTwice) {
  ParsedBlock block = getDepthwisePointwise();
  // Two bands of four rows read five rows of x each. A cache for the iterations
  // of two rows has, when the second band starts, the filters and the scratch
  // row; of the two rows of x that both bands read, it is not known how many
  // are left.
  double iteration = 3 * 512 + 576 + 512 + 1024 + 512;
  Traffic traffic =
      getTraffic(block.getChain(), block.getRowSliding(4),
                 getTarget(2 * int64_t(iteration)), StartState::Cold);
  double others = 576 + 1024 + 4096 + 512;
  EXPECT_GE(traffic.getFills(0), 8 * 512 + others);
  EXPECT_LE(traffic.getFills(0), 10 * 512 + others);
  EXPECT_DOUBLE_EQ(traffic.getWriteBacks(0), 4096 + 512);
}

/// 16 → 64 → 16 channels by 1x1 layers on 4 x 4 places.
ParsedBlock getTwoPointwise() {
  NamedValue x{"x", "1x4x4x16"}, w0{"w0", "1x1x16x64"}, w1{"w1", "1x1x64x16"},
      e{"e", "1x4x4x64"}, y{"y", "1x4x4x16"};
  return ParsedBlock({x, w0, w1},
                     getLayerText(e, "conv2d", {x, w0}) +
                         getLayerText(y, "conv2d", {e, w1}),
                     {y});
}

TEST_F(TrafficTest, blocksOfChannelsReadFiltersOnce) {
  ParsedBlock block = getTwoPointwise();
  // Row by row: a row of e, 4 * 64 * 4. In blocks of 16 channels: 4 rows of 4
  // places of them.
  EXPECT_EQ(getScratch(block, block.getRowSliding()), 1024);
  EXPECT_EQ(getScratch(block, block.getChannelBlocked(0, 16)), 1024);
  EXPECT_EQ(getScratch(block, block.getChannelBlocked(2, 16)), 512);
  // Filters are 4096 each. A row's iteration has both of them, ...
  double rowIteration = 256 + 2 * 4096 + 1024 + 256;
  double once = 1024 + 2 * 4096 + 1024 + 1024;
  expect(block, block.getRowSliding(), int64_t(rowIteration), once, 2048);
  // ... a block of 16 channels a quarter, with all of x and y.
  double blockIteration = 1024 + (4 + 1) * 1024 + 1024 + 1024;
  expect(block, block.getChannelBlocked(0, 16), int64_t(blockIteration), once,
         2048);
}

TEST_F(TrafficTest, piecesOfFiltersAreWaitedFor) {
  ParsedBlock block = getTwoPointwise();
  Target target;
  target.cacheBytes = {huge, tiny, huge};
  auto getSum = [&](ScheduleAttr schedule, auto member) {
    std::array<double, 3> sum = {0, 0, 0};
    Traffic traffic =
        getTraffic(block.getChain(), schedule, target, StartState::Cold);
    for (const BoundaryBytes &part : traffic.parts)
      for (size_t i = 0; i < sum.size(); ++i)
        sum[i] += (part.*member)[i];
    return sum;
  };
  auto blocked =
      getSum(block.getChannelBlocked(0, 16), &BoundaryBytes::exposed);
  EXPECT_GT(blocked[1], 0);
  // From memory filters are one stream however they are cut.
  EXPECT_EQ(blocked[2], 0);
  auto rows = getSum(block.getRowSliding(), &BoundaryBytes::exposed);
  EXPECT_EQ(rows[1], 0);
  EXPECT_EQ(rows[2], 0);
}

TEST_F(TrafficTest, imagesShareFiltersAndScratch) {
  NamedValue x{"x", "3x4x4x16"}, w0{"w0", "1x1x16x16"}, w1{"w1", "1x1x16x16"},
      e{"e", "3x4x4x16"}, y{"y", "3x4x4x16"};
  ParsedBlock block({x, w0, w1},
                    getLayerText(e, "conv2d", {x, w0}) +
                        getLayerText(y, "conv2d", {e, w1}),
                    {y});
  expect(block, block.getRowSliding(), huge,
         3 * 1024 + 2 * 1024 + 256 + 3 * 1024, 3 * 1024 + 256);
}

TEST_F(TrafficTest, elementwiseLayersWorkInPlace) {
  NamedValue x{"x", "1x4x4x16"}, w{"w", "1x1x16x16"}, s{"s", "1x4x4x16"},
      c{"c", "1x4x4x16"}, y{"y", "1x4x4x16"};
  ParsedBlock block({x, w, s},
                    getLayerText(c, "conv2d", {x, w}) +
                        "%y = lf.add %c, %s : tensor<1x4x4x16xf32>\n",
                    {y});
  EXPECT_EQ(getScratch(block, block.getRowSliding()), 0);
  expect(block, block.getRowSliding(), huge, 1024 + 1024 + 1024 + 1024, 1024);
  // The other side of the addition is the addition's.
  Traffic traffic = getTraffic(block.getChain(), block.getRowSliding(),
                               getTarget(huge), StartState::Cold);
  ASSERT_EQ(traffic.parts.size(), 2u);
  EXPECT_EQ(traffic.parts[0].fills[0], 3 * 1024);
  EXPECT_EQ(traffic.parts[1].fills[0], 1024);
}

TEST_F(TrafficTest, poolingsReadRowsThatAreThere) {
  NamedValue x{"x", "1x4x4x16"}, w{"w", "1x1x16x16"}, c{"c", "1x4x4x16"},
      p{"p", "1x16"};
  ParsedBlock block({x, w},
                    getLayerText(c, "conv2d", {x, w}) +
                        "%p = lf.global_pool sum %c : tensor<1x4x4x16xf32> -> "
                        "tensor<1x16xf32>\n",
                    {p});
  // c is a row that never leaves.
  EXPECT_EQ(getScratch(block, block.getRowSliding()), 256);
  expect(block, block.getRowSliding(), huge, 1024 + 1024 + 256 + 64, 256 + 64);
}

TEST_F(TrafficTest, poolingsAlone) {
  NamedValue x{"x", "2x4x4x16"}, p{"p", "2x16"};
  ParsedBlock block({x},
                    "%p = lf.global_pool sum %x : tensor<2x4x4x16xf32> -> "
                    "tensor<2x16xf32>\n",
                    {p});
  expect(block, block.getRowSliding(), huge, 2048 + 128, 128);
}

TEST_F(TrafficTest, whatIsYieldedOnTheWayIsWrittenOnce) {
  NamedValue x{"x", "1x4x4x16"}, w0{"w0", "1x1x16x16"}, w1{"w1", "1x1x16x16"},
      e{"e", "1x4x4x16"}, y{"y", "1x4x4x16"};
  ParsedBlock block({x, w0, w1},
                    getLayerText(e, "conv2d", {x, w0}) +
                        getLayerText(y, "conv2d", {e, w1}),
                    {e, y});
  EXPECT_EQ(getScratch(block, block.getRowSliding()), 0);
  expect(block, block.getRowSliding(), huge, 5 * 1024, 2048);
}

TEST_F(TrafficTest, aSmallerCacheNeverMovesLess) {
  ParsedBlock blocks[] = {getDepthwisePointwise(), getPointwise()};
  for (ParsedBlock &block : blocks) {
    double last = 0;
    for (int64_t bytes = 1 << 15; bytes >= tiny; bytes = bytes * 3 / 4) {
      Traffic traffic = getTraffic(block.getChain(), block.getRowSliding(),
                                   getTarget(bytes), StartState::Cold);
      EXPECT_GE(traffic.getFills(0), last - 1e-6) << bytes;
      last = traffic.getFills(0);
    }
  }
}

} // namespace
