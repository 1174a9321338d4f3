//===- MeasureTest.cpp - how long functions take --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The clock is not tested, but what is done with what it says: the functions
// here make up the seconds they took.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Runtime/Measure.h"

#include "gtest/gtest.h"
#include <chrono>
#include <string>
#include <thread>

using namespace mlir::lf;

namespace {

TEST(MeasureTest, TakesMediansAndMinima) {
  EXPECT_EQ(summarize({}).runs, 0U);
  Measurement odd = summarize({5, 1, 3});
  EXPECT_EQ(odd.median, 3);
  EXPECT_EQ(odd.shortest, 1);
  EXPECT_EQ(odd.runs, 3U);
  EXPECT_EQ(summarize({4, 1, 2, 9}).median, 3);
}

TEST(MeasureTest, FunctionsTakeTurns) {
  std::string calls;
  auto named = [&](char name, double seconds) {
    return [&calls, name, seconds] {
      calls += name;
      return seconds;
    };
  };
  MeasureOptions options;
  options.rounds = 3;
  options.secondsPerTurn = 0;
  std::vector<Measurement> measured =
      measureInTurns({named('a', 1), named('b', 2)}, options);
  // The first run of each turn does not count.
  EXPECT_EQ(calls, "aabbaabbaabb");
  ASSERT_EQ(measured.size(), 2U);
  EXPECT_EQ(measured[0].median, 1);
  EXPECT_EQ(measured[1].median, 2);
  EXPECT_EQ(measured[0].runs, 3U);
}

TEST(MeasureTest, TurnsLast) {
  MeasureOptions options;
  options.rounds = 1;
  options.secondsPerTurn = 0.01;
  auto nap =
      timed([] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); });
  Measurement measured = measureInTurns({nap}, options).front();
  EXPECT_GE(measured.shortest, 1e-3);
  EXPECT_GE(measured.median, measured.shortest);
  EXPECT_GE(measured.runs, 1U);
  EXPECT_LE(measured.runs, 10U);
}

TEST(MeasureTest, FlushesBeforeEachRun) {
  CacheFlusher flusher(/*threads=*/2, /*bytes=*/1 << 20);
  EXPECT_EQ(flusher.size(), 1 << 20);
  MeasureOptions options;
  options.rounds = 4;
  options.flusher = &flusher;
  unsigned runs = 0;
  auto count = [&] { return ++runs, 1.0; };
  EXPECT_EQ(measureInTurns({count}, options).front().runs, 4U);
  EXPECT_EQ(runs, 4U);
  // Larger than any L2.
  EXPECT_GE(CacheFlusher().size(), 32 << 20);
}

} // namespace
