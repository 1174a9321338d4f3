//===- LoopNestTest.cpp - the working-set rule by hand ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loop nests small enough to count what an LRU cache would do.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/LoopNest.h"

#include "gtest/gtest.h"

using namespace mlir::lf;

namespace {

Footprint getFootprint(std::initializer_list<Touch> touches) {
  Footprint footprint;
  for (const Touch &touch : touches)
    footprint.add(touch);
  return footprint;
}

double getFills(const Loop &nest, double capacity) {
  double bytes = 0;
  for (const Move &move : getMoves(nest, {capacity, 0}))
    bytes += move.fills;
  return bytes;
}

double getWriteBacks(const Loop &nest, double capacity) {
  double bytes = 0;
  for (const Move &move : getMoves(nest, {capacity, 0}))
    bytes += move.writeBacks;
  return bytes;
}

/// A pass over `footprint`, without inner loops.
Loop getPass(Footprint footprint) {
  Loop pass;
  pass.once = pass.all = std::move(footprint);
  return pass;
}

/// for i in 0..8: y[i] += table[..] * x[i], with 8 bytes an element and 100 of
/// table.
Loop getTableLoop() {
  Loop loop;
  loop.trips = 8;
  loop.once = getFootprint({{0, 0, 100}, {1, 0, 8}, {2, 0, 8, true}});
  loop.all = getFootprint({{0, 0, 100}, {1, 0, 64}, {2, 0, 64, true}});
  return loop;
}

TEST(LoopNestTest, whatFitsStaysForTheNextIteration) {
  EXPECT_EQ(getFills(getTableLoop(), 116), 100 + 64 + 64);
  EXPECT_EQ(getWriteBacks(getTableLoop(), 116), 64);
}

TEST(LoopNestTest, whatDoesNotFitComesAgain) {
  EXPECT_EQ(getFills(getTableLoop(), 115), 8 * (100 + 8 + 8));
  EXPECT_EQ(getWriteBacks(getTableLoop(), 115), 8 * 8);
}

TEST(LoopNestTest, innerLoopsFitWhereOuterOnesDoNot) {
  // for j in 0..3: the table loop, over other x and y each time.
  Loop nest;
  nest.trips = 3;
  nest.once = getTableLoop().all;
  nest.all = getFootprint({{0, 0, 100}, {1, 0, 192}, {2, 0, 192, true}});
  nest.body.push_back(getTableLoop());
  EXPECT_EQ(getFills(nest, 228), 100 + 192 + 192);
  // The table is what was touched last: the next round finds it.
  EXPECT_EQ(getFills(nest, 227), 100 + 3 * (64 + 64));
  EXPECT_EQ(getFills(nest, 115), 3 * 8 * 116);
}

TEST(LoopNestTest, aNeighbourFindsWhatWasWritten) {
  // for i in 0..2: { t = f(x[i]); y[i] = g(t) }
  Loop nest;
  nest.trips = 2;
  nest.body = {getPass(getFootprint({{0, 0, 50}, {1, 0, 40, true}})),
               getPass(getFootprint({{1, 1, 40}, {2, 1, 60, true}}))};
  nest.once = getFootprint({{0, 0, 50}, {1, 0, 40, true}, {2, 1, 60, true}});
  nest.all = getFootprint({{0, 0, 100}, {1, 0, 40, true}, {2, 1, 120, true}});
  // All of it, ...
  EXPECT_EQ(getFills(nest, 150), 100 + 40 + 120);
  EXPECT_EQ(getWriteBacks(nest, 150), 40 + 120);
  // ... and nothing, because from t to t there is an iteration.
  EXPECT_EQ(getFills(nest, 149), 2 * (50 + 40 + 40 + 60));
  EXPECT_EQ(getWriteBacks(nest, 149), 2 * (40 + 60));
}

TEST(LoopNestTest, aNeighbourFindsWhatTheLastPartLeft) {
  // { big; t = f() }; g(t), where only the last two fit together.
  Loop first;
  first.body = {getPass(getFootprint({{0, 0, 500}})),
                getPass(getFootprint({{1, 0, 40, true}}))};
  first.once = first.all = getFootprint({{0, 0, 500}, {1, 0, 40, true}});
  Loop nest;
  nest.body = {first, getPass(getFootprint({{1, 1, 40}, {2, 1, 60, true}}))};
  nest.once = nest.all =
      getFootprint({{0, 0, 500}, {1, 0, 40, true}, {2, 1, 60, true}});
  EXPECT_EQ(getFills(nest, 100), 500 + 40 + 60);
  EXPECT_EQ(getFills(nest, 99), 500 + 40 + 40 + 60);
}

TEST(LoopNestTest, whatIsWrittenTwiceInTheCacheGoesOutOnce) {
  // big; y = 0; y += x
  Loop nest;
  nest.body = {getPass(getFootprint({{0, 0, 500}})),
               getPass(getFootprint({{1, 0, 40, true}})),
               getPass(getFootprint({{2, 0, 20}, {1, 0, 40, true}}))};
  nest.once = nest.all =
      getFootprint({{0, 0, 500}, {1, 0, 40, true}, {2, 0, 20}});
  EXPECT_EQ(getWriteBacks(nest, 60), 40);
  EXPECT_EQ(getWriteBacks(nest, 59), 80);
}

TEST(LoopNestTest, whatIsLittleTooMuchFitsInPart) {
  // 116 bytes an iteration, in a cache of 100 with ways of 20: a fifth stays.
  double fills = 0;
  for (const Move &move : getMoves(getTableLoop(), {100, 20}))
    fills += move.fills;
  EXPECT_DOUBLE_EQ(fills, 0.2 * (100 + 64 + 64) + 0.8 * 8 * 116);
}

TEST(LoopNestTest, whatWasTouchedLastIsThereForTheNextIteration) {
  // for i in 0..4: { big[i]; table }: the table comes four times, unless it
  // fits with big; { big[i]; table; table } finds it the second time in any
  // case.
  Loop nest;
  nest.trips = 4;
  nest.body = {getPass(getFootprint({{0, 0, 500}})),
               getPass(getFootprint({{1, 0, 40}}))};
  nest.once = getFootprint({{0, 0, 500}, {1, 0, 40}});
  nest.all = getFootprint({{0, 0, 2000}, {1, 0, 40}});
  EXPECT_EQ(getFills(nest, 540), 2000 + 40);
  EXPECT_EQ(getFills(nest, 539), 4 * (500 + 40));
  nest.body.push_back(getPass(getFootprint({{1, 0, 40}})));
  EXPECT_EQ(getFills(nest, 539), 4 * (500 + 40));
}

TEST(LoopNestTest, theEndOfATableIsNotItsBeginning) {
  // for i in 0..4: for j in 0..10: part j of a table of 100 and x[i, j]. A
  // cache for some parts has the last ones when the next round wants the first.
  Loop round;
  round.trips = 10;
  round.once = getFootprint({{0, 0, 10}, {1, 0, 5}});
  round.all = getFootprint({{0, 0, 100}, {1, 0, 50}});
  Loop nest;
  nest.trips = 4;
  nest.once = round.all;
  nest.all = getFootprint({{0, 0, 100}, {1, 0, 200}});
  nest.body.push_back(round);
  EXPECT_EQ(getFills(nest, 150), 100 + 200);
  EXPECT_EQ(getFills(nest, 60), 4 * 150);
}

TEST(LoopNestTest, whatLiesFarApartTakesMorePlace) {
  Loop loop = getTableLoop();
  loop.once = getFootprint({{0, 0, 100, false, 2}, {1, 0, 8}, {2, 0, 8, true}});
  EXPECT_EQ(getFills(loop, 216), 100 + 64 + 64);
  EXPECT_EQ(getFills(loop, 215), 8 * (100 + 8 + 8));
}

TEST(LoopNestTest, movesAreChargedToTheLayerThatCameFirst) {
  Footprint footprint = getFootprint({{7, 1, 10}, {7, 2, 30, true}});
  ASSERT_EQ(footprint.getTouches().size(), 1u);
  EXPECT_EQ(footprint.find(7)->layer, 1u);
  EXPECT_EQ(footprint.find(7)->bytes, 30);
  EXPECT_TRUE(footprint.find(7)->writes);
  EXPECT_EQ(footprint.find(8), nullptr);
}

} // namespace
