//===- WinogradTest.cpp - Winograd's algorithm in the model -----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Cost.h"
#include "LayerFusion/Schedule/RegisterTile.h"
#include "LayerFusion/Schedule/Threads.h"

#include "ParsedBlock.h"
#include "gtest/gtest.h"

using namespace mlir::lf;
using namespace lftest;

namespace {

/// A 3x3 layer, pads 1, on `size` x `size` places of `channels` channels.
ParsedBlock getLayer(int64_t size, int64_t channels, bool isConstant = true) {
  std::string places = std::to_string(size), count = std::to_string(channels);
  std::string type = "1x" + places + "x" + places + "x" + count;
  NamedValue x{"x", type}, w{"w", "3x3x" + count + "x" + count, isConstant},
      y{"y", type};
  return ParsedBlock(
      {x, w}, getLayerText(y, "conv2d", {x, w}, "pads [1, 1, 1, 1]"), {y});
}

bool isWinograd(ScheduleAttr schedule) {
  return schedule.getAlgorithm(0).isWinograd();
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

TEST(WinogradTest, countsProducts) {
  ParsedBlock block = getLayer(8, 16);
  // 36 products of 2 x 2 tiles.
  Cost cost = estimateCost(block.getChain(), block.getWinograd("winograd(4)"),
                           Target());
  EXPECT_EQ(cost.flops, 2 * 36 * 4 * 16 * 16);
  EXPECT_EQ(cost.recomputedFlops, 0);
  // Bands of whole tiles have as many, bands of half a tile twice.
  for (int64_t band : {4, 2}) {
    Cost bands = estimateCost(block.getChain(),
                              block.getWinograd("winograd(4)", band), Target());
    EXPECT_EQ(bands.flops, cost.flops * 4 / band);
    EXPECT_EQ(bands.recomputedFlops, bands.flops - cost.flops);
  }
}

TEST(WinogradTest, smallTilesHaveFewerPoints) {
  ParsedBlock block = getLayer(14, 16);
  // Along an axis four tiles, of which the last has four points instead of six.
  int64_t points = 4 * 4 + 2 * 3;
  Cost cost = estimateCost(block.getChain(),
                           block.getWinograd("winograd(4, 2)"), Target());
  EXPECT_EQ(cost.flops, 2 * points * points * 16 * 16);
}

TEST(WinogradTest, shapesAreThoseOfProducts) {
  ParsedBlock block = getLayer(7, 32);
  mlir::SmallVector<TileShape> shapes =
      getTileShapes(block.getChain(), block.getWinograd("winograd(2, 1)"));
  const TileShape &shape = shapes.front();
  EXPECT_EQ(shape.width, 16);
  EXPECT_EQ(shape.terms, 32);
  std::vector<std::pair<int64_t, int64_t>> products;
  for (auto [tiles, points] : shape.products)
    products.push_back({tiles, points});
  std::vector<std::pair<int64_t, int64_t>> expected = {
      {16, 9}, {12, 3}, {12, 3}, {9, 1}};
  EXPECT_EQ(products, expected);
}

// 16 tiles are two times 8, not 14 and 2.
TEST(WinogradTest, registerTilesDivideTilesEvenly) {
  ParsedBlock block = getLayer(16, 64);
  ScheduleAttr schedule = block.getWinograd("winograd(4)");
  TileShape shape = getTileShapes(block.getChain(), schedule).front();
  ASSERT_EQ(shape.width, 16);
  auto getCycles = [&](int64_t pixels) {
    auto tile = RegisterTileAttr::get(schedule.getContext(), pixels,
                                      mlir::ArrayRef<int64_t>({16}), 1);
    return getTileCycles(shape, tile, Target());
  };
  EXPECT_EQ(getCycles(14), getCycles(8));
  EXPECT_LT(getCycles(8), getCycles(7));
}

TEST(WinogradTest, multiplesOfTheBestTileTakeIt) {
  ParsedBlock block = getLayer(56, 64);
  ScheduleAttr schedule = addRegisterTiles(
      block.getChain(), block.getWinograd("winograd(4)", 4), Target());
  RegisterTileAttr tile = schedule.getTiles().front();
  EXPECT_EQ(14 % tile.getPixels(), 0);
}

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

TEST(WinogradTest, filtersAndScratchAreTransformed) {
  ParsedBlock block = getLayer(8, 16);
  ScheduleAttr whole =
      block.getWinograd("winograd(4)")
          .withTiles(
              {RegisterTileAttr::get(block.getWinograd("direct").getContext(),
                                     4, mlir::ArrayRef<int64_t>(16), 1)});
  Target target;
  target.cacheBytes = {1 << 20, 1 << 20, 1 << 20};
  Traffic traffic =
      getTraffic(block.getChain(), whole, target, StartState::Cold);
  // 36 planes of 4 tiles x 16 channels, before and after the products.
  double planes = 36 * 4 * 16 * 4, filter = 36 * 16 * 16 * 4;
  double image = 8 * 8 * 16 * 4;
  EXPECT_EQ(traffic.scratchBytes, 2 * planes);
  // The image is read in place.
  EXPECT_EQ(traffic.getFills(0), 2 * image + filter + 2 * planes);
  EXPECT_EQ(traffic.getWriteBacks(0), image + 2 * planes);
}

TEST(WinogradTest, eachBandReadsTheFilter) {
  ParsedBlock block = getLayer(8, 16);
  double filter = 36 * 16 * 16 * 4;
  Target target;
  target.cacheBytes[0] = int64_t(filter) - 1;
  auto getFills = [&](int64_t band) {
    return getTraffic(block.getChain(), block.getWinograd("winograd(4)", band),
                      target, StartState::Cold)
        .getFills(0);
  };
  EXPECT_GE(getFills(4), getFills(0) + filter);
}

TEST(WinogradTest, growthIsThatOfTheFilter) {
  ParsedBlock block = getLayer(8, 16);
  auto getGrowth = [&](const std::string &algorithm) {
    return getFilterGrowth(block.getChain(), block.getWinograd(algorithm));
  };
  EXPECT_EQ(getGrowth("direct"), 0);
  EXPECT_EQ(getGrowth("winograd(2)"), (16 - 9) * 16 * 16 * 4);
  EXPECT_EQ(getGrowth("winograd(4, 3)"), (36 - 9) * 16 * 16 * 4);
}

//===----------------------------------------------------------------------===//
// Choice
//===----------------------------------------------------------------------===//

TEST(WinogradTest, constantFiltersAlone) {
  EXPECT_TRUE(
      isWinograd(estimateCost(getLayer(28, 64).getChain(), Target()).schedule));
  EXPECT_FALSE(isWinograd(
      estimateCost(getLayer(28, 64, /*isConstant=*/false).getChain(), Target())
          .schedule));
}

TEST(WinogradTest, aFilterThatTwoLayersReadIsNotTransformed) {
  NamedValue x{"x", "1x28x28x64"}, w{"w", "3x3x64x64", /*isConstant=*/true},
      d{"d", "1x28x28x64"}, y{"y", "1x28x28x64"};
  ParsedBlock block({x, w},
                    getLayerText(d, "conv2d", {x, w}, "pads [1, 1, 1, 1]") +
                        getLayerText(y, "conv2d", {d, w}, "pads [1, 1, 1, 1]"),
                    {y});
  EXPECT_FALSE(isWinograd(estimateCost(block.getChain(), Target()).schedule));
}

TEST(WinogradTest, withinLimits) {
  ParsedBlock block = getLayer(28, 64);
  auto choose = [&](const ScheduleLimits &limits) {
    return estimateCost(block.getChain(), Target(), limits)
        .schedule.getAlgorithm(0);
  };
  ScheduleLimits limits;
  limits.filterGrowth = (36 - 9) * 64 * 64 * 4;
  EXPECT_EQ(choose(limits).getTile(), 4);
  --limits.filterGrowth;
  EXPECT_EQ(choose(limits).getTile(), 2);
  limits.filterGrowth = (16 - 9) * 64 * 64 * 4 - 1;
  EXPECT_FALSE(choose(limits).isWinograd());
  EXPECT_FALSE(choose({AlgorithmChoice::Direct, -1}).isWinograd());
  EXPECT_TRUE(choose({AlgorithmChoice::Auto, -1}).isWinograd());
  EXPECT_FALSE(choose({AlgorithmChoice::Auto, 0}).isWinograd());
}

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

TEST(WinogradTest, threadsShareWholeTiles) {
  ParsedBlock block = getLayer(14, 128);
  ScheduleAttr schedule = addRegisterTiles(
      block.getChain(), block.getWinograd("winograd(4, 2)"), Target());
  // Seven rows are two rows of full tiles each, 14 are three and a half.
  EXPECT_DOUBLE_EQ(
      getLargestShare(block.getChain(), schedule, 2, ParallelDim::Rows),
      2 * 6.0 / (3 * 6 + 4));
  EXPECT_DOUBLE_EQ(
      getLargestShare(block.getChain(), schedule, 2, ParallelDim::Channels),
      0.5);
}

} // namespace
