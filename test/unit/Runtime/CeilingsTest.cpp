//===- CeilingsTest.cpp - what no code can exceed -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How fast a machine is cannot be tested; that the figures are possible can:
// processors make between 1 and 10,000 billions of operations a second.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Runtime/Ceilings.h"

#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

void expectPossible(double perSecond) {
  EXPECT_GT(perSecond, 1e8);
  EXPECT_LT(perSecond, 1e13);
}

TEST(CeilingsTest, PeakLoopRuns) {
  MLIRContext context;
  FailureOr<PeakLoop> loop = PeakLoop::compile(&context);
  ASSERT_TRUE(succeeded(loop));
  EXPECT_GE(loop->getVectorBytes(), 16);
  double seconds = loop->run();
  // Long enough for the clock; busy machines may take many times longer.
  EXPECT_GT(seconds, 1e-4);
  expectPossible(loop->getFlops() / seconds);
  expectPossible(2 * loop->getFlops() / loop->run(/*threads=*/2));
}

TEST(CeilingsTest, MeasuresEachPlace) {
  MLIRContext context;
  for (unsigned threads : {1U, 2U}) {
    FailureOr<Ceilings> ceilings = measureCeilings(&context, threads, 0.1);
    ASSERT_TRUE(succeeded(ceilings));
    EXPECT_EQ(ceilings->threads, threads);
    expectPossible(ceilings->flopsPerSecond);
    ASSERT_EQ(ceilings->bandwidths.size(), 4U);
    EXPECT_EQ(ceilings->bandwidths.front().name, "L1");
    EXPECT_EQ(ceilings->bandwidths.back().name, "memory");
    int64_t bytes = 0;
    for (const Bandwidth &place : ceilings->bandwidths) {
      EXPECT_GT(place.bytes, bytes);
      bytes = place.bytes;
      expectPossible(place.bytesPerSecond);
    }
  }
}

TEST(CeilingsTest, LinesGoToAnotherThreadAndBack) {
  double seconds = measureRoundTrip();
  // Not without leaving a core, nor slower than a scheduler.
  EXPECT_GT(seconds, 1e-9);
  EXPECT_LT(seconds, 1e-2);
}

} // namespace
