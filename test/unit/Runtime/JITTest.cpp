//===- JITTest.cpp - compiled networks in this process --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Runtime/JIT.h"

#include "LayerFusion/InitAll.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include "gtest/gtest.h"
#include <thread>
#include <vector>

using namespace mlir;
using namespace mlir::lf;

namespace {

/// y = relu(x * w), z = x + x, over 64 pixels of 8 channels.
constexpr const char *twoLayers = R"mlir(
module @two_layers {
  func.func @main(%x: tensor<1x8x8x8xf32> {lf.name = "x", lf.layout = "NHWC"})
      -> (tensor<1x8x8x4xf32> {lf.name = "y"}, tensor<1x8x8x8xf32>) {
    %w = arith.constant dense<0.5> : tensor<1x1x8x8xf32>
    %v = arith.constant dense<-2.0> : tensor<1x1x8x4xf32>
    %h = lf.conv2d %x, %w
        : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
    %y = lf.conv2d %h, %v activation relu
        : (tensor<1x8x8x8xf32>, tensor<1x1x8x4xf32>) -> tensor<1x8x8x4xf32>
    %z = arith.addf %x, %x : tensor<1x8x8x8xf32>
    return %y, %z : tensor<1x8x8x4xf32>, tensor<1x8x8x8xf32>
  }
}
)mlir";

class JITTest : public ::testing::Test {
protected:
  JITTest() {
    DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
      errors += diagnostic.str() + "\n";
      return success();
    });
  }

  /// The executable, or null with `errors` set.
  std::unique_ptr<Executable> compile(const char *text,
                                      const CodeOptions &options = {}) {
    auto module = parseSourceString<ModuleOp>(text, &context);
    if (!module)
      return nullptr;
    auto executable = Executable::compile(*module, options);
    return failed(executable) ? nullptr : std::move(*executable);
  }

  MLIRContext context;
  std::string errors;
};

/// Inputs and outputs of twoLayers, filled and checked.
struct TwoLayers {
  explicit TwoLayers(float scale)
      : scale(scale), x(512), y(256, NAN), z(512, NAN) {
    for (int pixel = 0; pixel < 64; ++pixel)
      for (int channel = 0; channel < 8; ++channel)
        x[pixel * 8 + channel] = scale * static_cast<float>(pixel - 32);
  }

  llvm::Error run(const Executable &executable) {
    return executable.run({x.data()}, {y.data(), z.data()});
  }

  bool isRight() const {
    for (int pixel = 0; pixel < 64; ++pixel) {
      float value = scale * static_cast<float>(pixel - 32);
      for (int channel = 0; channel < 8; ++channel)
        if (z[pixel * 8 + channel] != 2 * value)
          return false;
      // 8 channels times 0.5, then 8 channels times -2.
      float sum = value * 4 * -16;
      for (int channel = 0; channel < 4; ++channel)
        if (y[pixel * 4 + channel] != std::max(sum, 0.0f))
          return false;
    }
    return true;
  }

  float scale;
  std::vector<float> x, y, z;
};

std::string toText(llvm::Error error) {
  return llvm::toString(std::move(error));
}

TEST_F(JITTest, Runs) {
  auto executable = compile(twoLayers);
  ASSERT_TRUE(executable) << errors;
  TwoLayers data(1.0f);
  EXPECT_EQ(toText(data.run(*executable)), "");
  EXPECT_TRUE(data.isRight());
}

TEST_F(JITTest, DescribesItself) {
  auto executable = compile(twoLayers);
  ASSERT_TRUE(executable) << errors;
  EXPECT_EQ(executable->getName(), "two_layers");
  ASSERT_EQ(executable->inputs().size(), 1U);
  const IO &input = executable->inputs()[0];
  EXPECT_EQ(input.name, "x");
  EXPECT_EQ(input.layout, "NHWC");
  EXPECT_EQ(input.elementType, DataType::F32);
  EXPECT_EQ(ArrayRef<int64_t>(input.shape), (ArrayRef<int64_t>{1, 8, 8, 8}));
  EXPECT_EQ(input.getSizeInBytes(), 2048);
  ASSERT_EQ(executable->outputs().size(), 2U);
  EXPECT_EQ(executable->outputs()[0].name, "y");
  EXPECT_EQ(executable->outputs()[1].name, "output1");
  // At least a pixel of what lies between the two layers.
  EXPECT_GE(executable->workspaceSize(), 32);
  EXPECT_TRUE(executable->object().starts_with("\x7f"
                                               "ELF"));
  EXPECT_TRUE(executable->header().contains("int32_t two_layers("));
}

TEST_F(JITTest, CopiesOutliveTheOriginal) {
  auto executable = compile(twoLayers);
  ASSERT_TRUE(executable) << errors;
  auto copy = executable->copy();
  ASSERT_TRUE(static_cast<bool>(copy)) << toText(copy.takeError());
  EXPECT_EQ((*copy)->getName(), "two_layers");
  EXPECT_EQ((*copy)->object(), executable->object());
  executable.reset();
  TwoLayers data(2.0f);
  EXPECT_EQ(toText(data.run(**copy)), "");
  EXPECT_TRUE(data.isRight());
}

TEST_F(JITTest, OutlivesTheContext) {
  std::unique_ptr<Executable> executable;
  {
    DialectRegistry registry;
    registerAllDialects(registry);
    MLIRContext shortLived(registry);
    auto module = parseSourceString<ModuleOp>(twoLayers, &shortLived);
    auto compiled = Executable::compile(*module);
    ASSERT_TRUE(succeeded(compiled));
    executable = std::move(*compiled);
  }
  TwoLayers data(3.0f);
  EXPECT_EQ(toText(data.run(*executable)), "");
  EXPECT_TRUE(data.isRight());
}

TEST_F(JITTest, RunsInThreads) {
  auto executable = compile(twoLayers);
  ASSERT_TRUE(executable) << errors;
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        TwoLayers data(static_cast<float>(thread + 1));
        bool ran = toText(data.run(*executable)).empty();
        wrong[thread] += !ran || !data.isRight();
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST_F(JITTest, CallsLibm) {
  auto executable = compile(R"mlir(
    func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
      %y = math.tanh %x : tensor<4xf32>
      return %y : tensor<4xf32>
    })mlir");
  ASSERT_TRUE(executable) << errors;
  std::vector<float> x = {-1, 0, 0.5, 100}, y(4);
  EXPECT_EQ(toText(executable->run({x.data()}, {y.data()})), "");
  for (int i = 0; i < 4; ++i)
    EXPECT_NEAR(y[i], std::tanh(x[i]), 1e-6);
}

TEST_F(JITTest, ChecksPointers) {
  auto executable = compile(twoLayers);
  ASSERT_TRUE(executable) << errors;
  TwoLayers data(1.0f);
  float *x = data.x.data(), *y = data.y.data(), *z = data.z.data();
  EXPECT_EQ(toText(executable->run({}, {y, z})), "expected 1 inputs, got 0");
  EXPECT_EQ(toText(executable->run({x}, {y})), "expected 2 outputs, got 1");
  EXPECT_EQ(toText(executable->run({nullptr}, {y, z})),
            "input 0 ('x') is a null pointer");
  EXPECT_EQ(toText(executable->run({x}, {y, reinterpret_cast<char *>(z) + 1})),
            "output 1 ('output1') is not aligned to 4 bytes");
  EXPECT_TRUE(std::isnan(y[0]));
}

TEST_F(JITTest, NeedsAnEntryPoint) {
  EXPECT_FALSE(compile("llvm.func @f() { llvm.return }"));
  EXPECT_NE(errors.find("module has no entry point"), std::string::npos);
}

TEST_F(JITTest, RefusesOtherMachines) {
  bool onX86 = llvm::Triple(llvm::sys::getProcessTriple()).getArch() ==
               llvm::Triple::x86_64;
  CodeOptions options;
  options.triple = onX86 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  EXPECT_FALSE(compile(twoLayers, options));
  EXPECT_NE(errors.find("cannot run here: this machine is"), std::string::npos);
}

TEST_F(JITTest, ReportsMissingSymbols) {
  EXPECT_FALSE(compile(R"mlir(
    llvm.func @no_such_function()
    llvm.func @net(%x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) -> i32
        attributes {lf.inputs = [#lf.io<name = "x", type = tensor<1xf32>>],
                    lf.outputs = [#lf.io<name = "y", type = tensor<1xf32>>]} {
      llvm.call @no_such_function() : () -> ()
      %zero = llvm.mlir.constant(0 : i32) : i32
      llvm.return %zero : i32
    }
    llvm.func @net_packed(%args: !llvm.ptr) -> i32 {
      llvm.call @no_such_function() : () -> ()
      %zero = llvm.mlir.constant(0 : i32) : i32
      llvm.return %zero : i32
    })mlir"));
  EXPECT_NE(errors.find("cannot link the compiled network"), std::string::npos);
  EXPECT_NE(errors.find("no_such_function"), std::string::npos);
}

} // namespace
