//===- ChannelAffineTest.cpp - arithmetic read as a function ----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/Constants.h"
#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Transforms/Transforms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OwningOpRef.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

class ChannelAffineTest : public ::testing::Test {
protected:
  ChannelAffineTest() : b(UnknownLoc::get(&context), &context) {
    context.loadDialect<LFDialect, arith::ArithDialect, linalg::LinalgDialect,
                        tensor::TensorDialect>();
    module = ModuleOp::create(b.getLoc());
    b.setInsertionPointToStart(module->getBody());
    type = RankedTensorType::get({2, 3}, b.getF32Type());
    x = tensor::EmptyOp::create(b, type.getShape(), type.getElementType());
  }

  Value splat(double value) { return createSplat(b, b.getLoc(), type, value); }

  Value channels(std::vector<float> &&values, bool last = true) {
    auto vector = RankedTensorType::get({static_cast<int64_t>(values.size())},
                                        b.getF32Type());
    Value constant =
        createFloatConstant(b, b.getLoc(), vector, std::move(values), "v");
    return linalg::BroadcastOp::create(b, constant, x,
                                       ArrayRef<int64_t>{last ? 0 : 1})
        ->getResult(0);
  }

  MLIRContext context;
  ImplicitLocOpBuilder b;
  OwningOpRef<ModuleOp> module;
  RankedTensorType type;
  Value x;
};

using Numbers = std::vector<double>;

TEST_F(ChannelAffineTest, ReadsConstants) {
  EXPECT_EQ(getChannelConstant(splat(2.0), 3), Numbers({2, 2, 2}));
  EXPECT_EQ(getChannelConstant(channels({1, 2, 3}), 3), Numbers({1, 2, 3}));
  EXPECT_FALSE(getChannelConstant(channels({1, 2}, /*last=*/false), 3));
  EXPECT_FALSE(getChannelConstant(splat(2.0), 4));
  EXPECT_FALSE(getChannelConstant(x, 3));
}

TEST_F(ChannelAffineTest, ReadsEachOp) {
  Value k = channels({1, 2, 4});
  auto read = [](Value value) {
    return getChannelAffine(value.getDefiningOp());
  };

  auto sum = read(arith::AddFOp::create(b, k, x));
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->input, x);
  EXPECT_FALSE(sum->hasScale());
  EXPECT_EQ(sum->shift, Numbers({1, 2, 4}));

  auto difference = read(arith::SubFOp::create(b, k, x));
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->scale, Numbers({-1, -1, -1}));
  EXPECT_EQ(difference->shift, Numbers({1, 2, 4}));

  auto quotient = read(arith::DivFOp::create(b, x, k));
  ASSERT_TRUE(quotient);
  EXPECT_EQ(quotient->scale, Numbers({1, 0.5, 0.25}));
  EXPECT_FALSE(quotient->hasShift());

  EXPECT_FALSE(read(arith::DivFOp::create(b, k, x)));
  EXPECT_FALSE(read(arith::AddFOp::create(b, x, x)));
  EXPECT_FALSE(read(arith::DivFOp::create(b, x, channels({1, 0, 1}))));
}

TEST_F(ChannelAffineTest, Composes) {
  Value sum = arith::AddFOp::create(b, x, channels({1, 2, 3}));
  Value product = arith::MulFOp::create(b, sum, splat(2.0));
  ChannelAffine first = *getChannelAffine(sum.getDefiningOp());
  ChannelAffine second = *getChannelAffine(product.getDefiningOp());
  ChannelAffine both = second.after(first);
  EXPECT_EQ(both.input, x);
  EXPECT_EQ(both.scale, Numbers({2, 2, 2}));
  EXPECT_EQ(both.shift, Numbers({2, 4, 6}));
}

} // namespace
