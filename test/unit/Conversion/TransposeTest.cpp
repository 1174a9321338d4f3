//===- TransposeTest.cpp - transpositions of all sizes ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// linalg.transpose through lf-cpu-pipeline: each element must be where it
// belongs, whatever is left over beside the vectors.
//
//===----------------------------------------------------------------------===//

#include "Network.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <numeric>

using namespace lftest;

namespace {

using Dims = std::vector<int64_t>;

int64_t getSize(const Dims &dims) {
  return std::accumulate(dims.begin(), dims.end(), int64_t(1),
                         std::multiplies<>());
}

std::string getText(const Dims &shape, const Dims &permutation,
                    const std::string &element) {
  std::string from = "tensor<", to = "tensor<", order;
  for (int64_t size : shape)
    from += std::to_string(size) + "x";
  for (int64_t dim : permutation) {
    to += std::to_string(shape[dim]) + "x";
    order += (order.empty() ? "" : ", ") + std::to_string(dim);
  }
  from += element + ">", to += element + ">";
  return "func.func @main(%x: " + from + ") -> " + to +
         " {\n  %e = tensor.empty() : " + to +
         "\n  %y = linalg.transpose ins(%x : " + from + ") outs(%e : " + to +
         ") permutation = [" + order + "]\n  return %y : " + to + "\n}\n";
}

/// Where element `index` of the result comes from.
int64_t getSource(const Dims &shape, const Dims &permutation, int64_t index) {
  Dims place(shape.size());
  for (size_t i = shape.size(); i-- > 0; index /= shape[permutation[i]])
    place[permutation[i]] = index % shape[permutation[i]];
  int64_t source = 0;
  for (size_t i = 0; i < shape.size(); ++i)
    source = source * shape[i] + place[i];
  return source;
}

template <typename T>
void check(const Dims &shape, const Dims &permutation,
           const std::string &element) {
  std::string text = getText(shape, permutation, element);
  SCOPED_TRACE(text);
  auto network = Network::compile(text, "lf-cpu-pipeline");
  ASSERT_TRUE(network);
  int64_t size = getSize(shape);
  std::vector<T> input(size), output(size + 1), expected(size + 1);
  std::iota(input.begin(), input.end(), T(1));
  // Nothing may be written behind the result.
  output.back() = expected.back() = T(77);
  for (int64_t i = 0; i < size; ++i)
    expected[i] = input[getSource(shape, permutation, i)];
  ASSERT_EQ(network->run({input.data()}, {output.data()}), 0);
  EXPECT_EQ(output, expected);
}

TEST(TransposeTest, FewChannels) {
  for (int64_t channels = 1; channels <= 9; ++channels)
    for (int64_t width : {1, 2, 3, 5, 8, 17}) {
      check<float>({2, channels, 3, width}, {0, 2, 3, 1}, "f32");
      check<float>({2, 3, width, channels}, {0, 3, 1, 2}, "f32");
    }
}

TEST(TransposeTest, OtherElements) {
  check<double>({1, 3, 5, 7}, {0, 2, 3, 1}, "f64");
  check<double>({19, 23}, {1, 0}, "f64");
  check<int8_t>({1, 5, 9, 11}, {0, 2, 3, 1}, "i8");
  check<int16_t>({33, 21}, {1, 0}, "i16");
  check<int32_t>({3, 35, 6}, {0, 2, 1}, "i32");
}

TEST(TransposeTest, AnyShape) {
  Random random(23);
  for (int64_t i = 0, n = getNumCases(40); i < n; ++i) {
    Dims shape(random.range(2, 5)), permutation(shape.size());
    for (int64_t &size : shape)
      size = random.flip() ? random.range(1, 6) : random.range(1, 19);
    std::iota(permutation.begin(), permutation.end(), 0);
    for (size_t k = shape.size(); k-- > 1;)
      std::swap(permutation[k], permutation[random.range(0, k)]);
    check<float>(shape, permutation, "f32");
  }
}

} // namespace
