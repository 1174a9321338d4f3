//===- TargetFactsTest.cpp - facts from LLVM --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Target.h"
#include "LayerFusion/Target/Object.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

class TargetFactsTest : public ::testing::Test {
protected:
  Target getTarget(const CodeOptions &options) {
    OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
    EXPECT_TRUE(succeeded(attachTarget(*module, options)));
    EXPECT_TRUE(Target::isAttachedTo(*module));
    return Target::get(*module);
  }
  Target getTarget(const char *arch, const char *cpu,
                   const char *features = "") {
    CodeOptions options;
    options.triple = std::string(arch) + "-linux-gnu";
    options.cpu = cpu;
    options.features = features;
    return getTarget(options);
  }
  /// Bytes of a vector, their number, and bytes of multiply-adds a cycle.
  static std::array<int64_t, 3> getVectors(const Target &target) {
    return {target.vectorBytes, target.vectorRegisters,
            target.fmaBytesPerCycle};
  }

  MLIRContext context;
};

using Vectors = std::array<int64_t, 3>;

TEST_F(TargetFactsTest, x86) {
  EXPECT_EQ(getVectors(getTarget("x86_64", "x86-64")), (Vectors{16, 16, 32}));
  EXPECT_EQ(getVectors(getTarget("x86_64", "haswell")), (Vectors{32, 16, 64}));
  EXPECT_EQ(getVectors(getTarget("x86_64", "znver3")), (Vectors{32, 16, 64}));
  EXPECT_EQ(getVectors(getTarget("x86_64", "alderlake")),
            (Vectors{32, 16, 64}));
  EXPECT_EQ(getVectors(getTarget("x86_64", "znver4")), (Vectors{64, 32, 64}));
}

TEST_F(TargetFactsTest, theWidestVectorsUnlessAskedOtherwise) {
  // LLVM itself would take half of these.
  for (const char *cpu : {"skylake-avx512", "sapphirerapids"}) {
    EXPECT_EQ(getVectors(getTarget("x86_64", cpu)), (Vectors{64, 32, 128}));
    EXPECT_EQ(getVectors(getTarget("x86_64", cpu, "+prefer-256-bit")),
              (Vectors{32, 32, 64}));
    EXPECT_EQ(getVectors(getTarget("x86_64", cpu, "-avx512f")),
              (Vectors{32, 16, 64}));
  }
}

TEST_F(TargetFactsTest, otherArchitectures) {
  EXPECT_EQ(getVectors(getTarget("aarch64", "")), (Vectors{16, 32, 32}));
  EXPECT_EQ(getVectors(getTarget("aarch64", "neoverse-v1")),
            (Vectors{16, 32, 64}));
  // No vectors at all, and those of 128 bits, two registers at a time.
  EXPECT_EQ(getVectors(getTarget("riscv64", "")), (Vectors{16, 8, 32}));
  EXPECT_EQ(getVectors(getTarget("riscv64", "", "+v")), (Vectors{32, 16, 64}));
}

TEST_F(TargetFactsTest, cachesOfNamedProcessorsAreNotThisMachines) {
  EXPECT_EQ(getTarget("x86_64", "znver4").cacheBytes, Target().cacheBytes);
  EXPECT_EQ(getTarget("x86_64", "haswell").cacheBytes,
            getTarget("aarch64", "").cacheBytes);
}

TEST_F(TargetFactsTest, whatIsThereStays) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  CodeOptions options;
  options.triple = "aarch64-linux-gnu";
  ASSERT_TRUE(succeeded(attachTarget(*module, options)));
  options.triple = "x86_64-linux-gnu";
  options.cpu = "znver4";
  ASSERT_TRUE(succeeded(attachTarget(*module, options)));
  EXPECT_EQ(Target::get(*module).vectorBytes, 16);
}

} // namespace
