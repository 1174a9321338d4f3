//===- TargetTest.cpp - facts from target specs -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Target.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

class TargetTest : public ::testing::Test {
protected:
  TargetTest() { context.loadDialect<DLTIDialect>(); }

  OwningOpRef<ModuleOp> parse(const std::string &text) {
    return parseSourceString<ModuleOp>(text, &context);
  }
  /// A module whose CPU has `facts`.
  OwningOpRef<ModuleOp> parseFacts(const std::string &facts) {
    return parse("module attributes {dlti.target_system_spec = "
                 "#dlti.target_system_spec<\"CPU\" = "
                 "#dlti.target_device_spec<" +
                 facts + ">>} {}");
  }
  InFlightDiagnostic error() { return emitError(UnknownLoc::get(&context)); }

  MLIRContext context;
};

TEST_F(TargetTest, defaultsWithoutSpec) {
  OwningOpRef<ModuleOp> module = parse("module {}");
  EXPECT_EQ(Target::get(*module).cacheBytes, Target().cacheBytes);
}

TEST_F(TargetTest, readsTheNearestSpec) {
  OwningOpRef<ModuleOp> module = parse(R"(
    module attributes {dlti.target_system_spec = #dlti.target_system_spec<
        "CPU" = #dlti.target_device_spec<"threads" = 2 : i64>>} {
      module attributes {dlti.target_system_spec = #dlti.target_system_spec<
          "CPU" = #dlti.target_device_spec<"threads" = 3 : ui8>>} {
        module {}
      }
      module {}
    })");
  auto inner = module->getOps<ModuleOp>();
  EXPECT_EQ(Target::get(*(*inner.begin()).getOps<ModuleOp>().begin()).threads,
            3);
  EXPECT_EQ(Target::get(*std::next(inner.begin())).threads, 2);
}

TEST_F(TargetTest, ignoresWhatIsNoPositiveInteger) {
  for (const char *value : {"0 : i64", "-4 : i64", "\"four\"", "4.0 : f64",
                            "99999999999999999999999 : i128"}) {
    OwningOpRef<ModuleOp> module =
        parseFacts("\"threads\" = " + std::string(value));
    EXPECT_EQ(Target::get(*module).threads, Target().threads) << value;
  }
}

TEST_F(TargetTest, whatIsAttachedIsRead) {
  OwningOpRef<ModuleOp> module = parseFacts("\"threads\" = 7 : i64");
  FailureOr<Target> target =
      Target::getProcessor("sapphirerapids", [&] { return error(); });
  ASSERT_TRUE(succeeded(target));
  ASSERT_TRUE(succeeded(target->set("threads", 5, [&] { return error(); })));
  target->attachTo(*module);
  Target read = Target::get(*module);
  EXPECT_EQ(read.threads, 5);
  EXPECT_EQ(read.cacheBytes, target->cacheBytes);
  EXPECT_EQ(read.bytesPerSecond, target->bytesPerSecond);
  EXPECT_EQ(read.flopsPerSecond, target->flopsPerSecond);
}

TEST_F(TargetTest, theHostHasCachesThatGrow) {
  FailureOr<Target> host =
      Target::getProcessor("host", [&] { return error(); });
  ASSERT_TRUE(succeeded(host));
  EXPECT_GE(host->cacheBytes[0], 4 << 10);
  EXPECT_GT(host->cacheBytes[1], host->cacheBytes[0]);
}

TEST_F(TargetTest, multiplyAddsOfProcessors) {
  Target halves = Target::getProcessor("znver4", 64, 32);
  EXPECT_EQ(halves.fmaBytesPerCycle, 64);
  EXPECT_EQ(halves.flopsPerSecond, Target().flopsPerSecond);
  EXPECT_EQ(halves.cacheBytes, Target().cacheBytes);
  EXPECT_EQ(Target::getProcessor("haswell", 32, 16).fmaBytesPerCycle, 64);
  EXPECT_EQ(Target::getProcessor("tigerlake", 64, 32).fmaBytesPerCycle, 64);
  EXPECT_EQ(Target::getProcessor("generic", 16, 32).fmaBytesPerCycle, 32);
  EXPECT_EQ(Target::getProcessor("neoverse-v1", 16, 32).fmaBytesPerCycle, 64);
}

TEST_F(TargetTest, narrowVectorsCostSpeed) {
  Target wide = Target::getProcessor("sapphirerapids", 64, 32);
  Target narrow = Target::getProcessor("sapphirerapids", 32, 16);
  EXPECT_EQ(wide.fmaBytesPerCycle, 128);
  EXPECT_EQ(narrow.fmaBytesPerCycle, 64);
  EXPECT_EQ(narrow.flopsPerSecond, wide.flopsPerSecond / 2);
  EXPECT_EQ(narrow.cacheBytes, wide.cacheBytes);
}

} // namespace
