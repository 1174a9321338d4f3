//===- CandidatesTest.cpp - the schedules that are tried --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Candidates.h"

#include "ParsedBlock.h"
#include "gtest/gtest.h"

#include <set>

using namespace mlir::lf;
using namespace lftest;

namespace {

/// The row bands that are tried for a 1x1 layer of so many rows.
std::set<int64_t> getBands(int64_t rows) {
  std::string shape = "1x" + std::to_string(rows) + "x8x16";
  NamedValue x{"x", shape}, w{"w", "1x1x16x16"}, y{"y", shape};
  ParsedBlock block({x, w}, getLayerText(y, "conv2d", {x, w}), {y});
  std::set<int64_t> bands;
  for (ScheduleAttr schedule :
       getSchedules(block.getChain(), Target(), ScheduleLimits()))
    bands.insert(schedule.getRowBand());
  return bands;
}

// What an uneven last band leaves over of tiles is computed pixel by pixel.
TEST(CandidatesTest, bandsAreEvenWhereTheyCanBe) {
  EXPECT_EQ(getBands(14), (std::set<int64_t>{0, 2, 7}));
  EXPECT_EQ(getBands(56), (std::set<int64_t>{0, 7, 14, 28}));
}

TEST(CandidatesTest, bandsOfAPrimeNumberOfRowsAreUneven) {
  EXPECT_EQ(getBands(13), (std::set<int64_t>{0, 2, 4, 7}));
}

} // namespace
