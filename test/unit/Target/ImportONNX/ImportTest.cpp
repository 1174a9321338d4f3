//===- ImportTest.cpp - import of files from C++ ----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What lf-translate, which opens files itself, does not reach: importONNX.
//
//===----------------------------------------------------------------------===//

#include "TestModels.h"

#include "LayerFusion/Target/ONNX.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::lf;
using namespace mlir::lf::test;

namespace {

/// Writes down the last message of a context, and where it is.
struct LastMessage {
  explicit LastMessage(MLIRContext &context) {
    context.getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
      text = diagnostic.str();
      where.clear();
      llvm::raw_string_ostream(where) << diagnostic.getLocation();
    });
  }
  std::string text, where;
};

TEST(ImportTest, MissingFile) {
  MLIRContext context;
  LastMessage message(context);
  EXPECT_FALSE(importONNX("no/such/file.onnx", &context));
  EXPECT_EQ(message.text,
            "cannot read the ONNX model: No such file or directory");
  EXPECT_NE(message.where.find("no/such/file.onnx"), std::string::npos);
}

TEST(ImportTest, BatchMustBePositive) {
  MLIRContext context;
  LastMessage message(context);
  ImportONNXOptions options;
  options.batch = 0;
  EXPECT_FALSE(importONNXBuffer(convolutionModel().SerializeAsString(),
                                "model.onnx", &context, options));
  EXPECT_EQ(message.text, "the batch size must be positive, got 0");
}

TEST(ImportTest, TooLargeForProtobuf) {
  MLIRContext context;
  LastMessage message(context);
  // Only the size is looked at.
  char byte = 0;
  StringRef contents(&byte, size_t(1) << 31);
  EXPECT_FALSE(importONNXBuffer(contents, "model.onnx", &context));
  EXPECT_EQ(message.text, "an ONNX file is at most 2 GiB, got 2147483648 "
                          "bytes: keep the weights in external data");
}

TEST(ImportTest, FileAndOptions) {
  SmallString<128> path;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("two words", "onnx", path));
  std::error_code error;
  llvm::raw_fd_ostream(path, error) << convolutionModel().SerializeAsString();
  ASSERT_FALSE(error);

  MLIRContext context;
  ImportONNXOptions options;
  options.batch = 5;
  options.ioLayout = IOLayout::NHWC;
  OwningOpRef<ModuleOp> module = importONNX(path, &context, options);
  llvm::sys::fs::remove(path);
  ASSERT_TRUE(module);
  EXPECT_TRUE(module->getName()->starts_with("two_words"));
  auto main = module->lookupSymbol<func::FuncOp>("main");
  ASSERT_TRUE(main);
  auto input = cast<RankedTensorType>(main.getArgumentTypes().front());
  EXPECT_EQ(input.getShape(), ArrayRef<int64_t>({5, 9, 9, 3}));
}

} // namespace
