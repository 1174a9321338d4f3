//===- PlanBuffersTest.cpp - plans of random lifetimes ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Conversion.h"

#include "llvm/Support/MathExtras.h"
#include "gtest/gtest.h"

#include <random>
#include <vector>

using namespace mlir::lf;

namespace {

constexpr int64_t alignment = 64;

int64_t getSize(const PlannedBuffer &buffer) {
  return llvm::alignTo(buffer.size, alignment);
}

/// What every plan must keep, whatever the buffers.
void expectValid(const std::vector<PlannedBuffer> &buffers,
                 const PlanSummary &summary) {
  int64_t total = 0, end = 0;
  for (const PlannedBuffer &a : buffers) {
    EXPECT_EQ(a.offset % alignment, 0);
    EXPECT_GE(a.offset, 0);
    total += getSize(a);
    end = std::max(end, a.offset + getSize(a));
    for (const PlannedBuffer &b : buffers) {
      bool together = &a != &b && a.first <= b.last && b.first <= a.last;
      bool overlap =
          a.offset < b.offset + getSize(b) && b.offset < a.offset + getSize(a);
      EXPECT_FALSE(together && overlap)
          << "[" << a.offset << ", +" << a.size << ") and [" << b.offset
          << ", +" << b.size << ")";
    }
  }
  EXPECT_EQ(summary.peak, end);
  EXPECT_EQ(summary.total, total);
  EXPECT_LE(summary.peak, summary.total);
  EXPECT_GE(summary.peak, summary.lowerBound);
}

PlannedBuffer makeBuffer(int64_t size, int64_t first, int64_t last) {
  PlannedBuffer buffer;
  buffer.size = size;
  buffer.first = first;
  buffer.last = last;
  return buffer;
}

TEST(PlanBuffersTest, NothingNeedsNothing) {
  PlanSummary summary = planBuffers({}, alignment);
  EXPECT_EQ(summary.peak, 0);
  EXPECT_EQ(summary.total, 0);
  EXPECT_EQ(summary.lowerBound, 0);
}

TEST(PlanBuffersTest, AChainTakesItsTwoLargestNeighbours) {
  // Each buffer is read by the op that writes the next one.
  std::vector<PlannedBuffer> buffers = {
      makeBuffer(640, 0, 1), makeBuffer(1280, 1, 2), makeBuffer(640, 2, 3),
      makeBuffer(128, 3, 4)};
  PlanSummary summary = planBuffers(buffers, alignment);
  expectValid(buffers, summary);
  EXPECT_EQ(summary.peak, 1920);
  EXPECT_EQ(summary.lowerBound, 1920);
  EXPECT_EQ(summary.total, 2688);
}

TEST(PlanBuffersTest, AResidualStaysAlive) {
  // The first buffer is read again at the end.
  std::vector<PlannedBuffer> buffers = {
      makeBuffer(640, 0, 3), makeBuffer(1280, 1, 2), makeBuffer(640, 2, 3)};
  PlanSummary summary = planBuffers(buffers, alignment);
  expectValid(buffers, summary);
  EXPECT_EQ(summary.peak, 2560);
}

TEST(PlanBuffersTest, SizesAreRoundedUp) {
  std::vector<PlannedBuffer> buffers = {
      makeBuffer(1, 0, 1), makeBuffer(65, 0, 1), makeBuffer(0, 0, 1)};
  PlanSummary summary = planBuffers(buffers, alignment);
  expectValid(buffers, summary);
  EXPECT_EQ(summary.total, 192);
}

TEST(PlanBuffersTest, RandomLifetimes) {
  std::mt19937 random(42);
  double peaks = 0, bounds = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<PlannedBuffer> buffers(1 + random() % 60);
    for (PlannedBuffer &buffer : buffers) {
      int64_t first = random() % 50, length = random() % (round % 2 ? 6 : 31);
      buffer = makeBuffer(1 + random() % (1 << 20), first, first + length);
    }
    PlanSummary summary = planBuffers(buffers, alignment);
    expectValid(buffers, summary);
    peaks += summary.peak;
    bounds += summary.lowerBound;
  }
  // Lifetimes without any structure are the hard case.
  RecordProperty("peakOverLowerBound", std::to_string(peaks / bounds));
  EXPECT_LT(peaks / bounds, 1.25);
}

} // namespace
