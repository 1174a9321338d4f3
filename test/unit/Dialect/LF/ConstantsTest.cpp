//===- ConstantsTest.cpp - constants read back ----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/Constants.h"
#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

class ConstantsTest : public ::testing::Test {
protected:
  ConstantsTest() { context.loadDialect<LFDialect>(); }

  RankedTensorType getType(ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, Float32Type::get(&context));
  }

  /// What FloatConstant reads of the attribute made for `values`.
  std::vector<float> roundTrip(ArrayRef<int64_t> shape,
                               std::vector<float> values) {
    auto attr = getFloatConstantAttr(getType(shape), std::move(values), "w");
    auto constant = FloatConstant::get(attr);
    return constant ? constant->getValues().vec() : std::vector<float>();
  }

  MLIRContext context;
};

TEST_F(ConstantsTest, SmallConstantsAreInline) {
  std::vector<float> values = {1, 2, 3, 4, 5, 6};
  EXPECT_TRUE(isa<DenseElementsAttr>(
      getFloatConstantAttr(getType({2, 3}), std::vector<float>(values), "w")));
  EXPECT_EQ(roundTrip({2, 3}, values), values);
}

TEST_F(ConstantsTest, LargeConstantsAreResources) {
  std::vector<float> values(100);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(i) - 50.5f;
  EXPECT_TRUE(isa<DenseResourceElementsAttr>(getFloatConstantAttr(
      getType({10, 10}), std::vector<float>(values), "w")));
  EXPECT_EQ(roundTrip({10, 10}, values), values);
}

TEST_F(ConstantsTest, EqualValuesAreASplat) {
  std::vector<float> values(1000, 2.5f);
  auto attr =
      getFloatConstantAttr(getType({1000}), std::vector<float>(values), "w");
  ASSERT_TRUE(isa<SplatElementsAttr>(attr));
  EXPECT_EQ(FloatConstant::get(attr)->getSplat(), 2.5f);
  EXPECT_EQ(roundTrip({1000}, values), values);
}

TEST_F(ConstantsTest, OtherElementTypesAreRefused) {
  auto type = RankedTensorType::get({2}, Float64Type::get(&context));
  EXPECT_FALSE(
      FloatConstant::get(DenseElementsAttr::get(type, ArrayRef<double>{1, 2})));
}

TEST_F(ConstantsTest, AResourceWithoutABlobIsRefused) {
  auto &manager = DenseResourceElementsHandle::getManagerInterface(&context);
  DenseResourceElementsHandle handle = manager.insert("missing");
  EXPECT_FALSE(
      FloatConstant::get(DenseResourceElementsAttr::get(getType({4}), handle)));
}

} // namespace
