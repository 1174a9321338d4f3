//===- ActivationNumericsTest.cpp - activations in numbers ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// lf.activate over ordinary and special values, compared with the table of
// #lf.activation in double precision and with oneDNN.
//
//===----------------------------------------------------------------------===//

#include "Formulas.h"
#include "Network.h"
#include "OneDNN.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace lftest;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

std::vector<float> getValues() {
  std::vector<float> values = {0.0f,   -0.0f,  1.0f,     -1.0f,     3.0f,
                               -3.0f,  6.0f,   6.5f,     100.0f,    -100.0f,
                               1e30f,  -1e30f, infinity, -infinity, nan,
                               3e-39f, 3e38f,  -3e38f};
  Random random(7);
  for (float scale : {0.01f, 1.0f, 10.0f})
    for (float value : random.floats(301, scale))
      values.push_back(value);
  return values;
}

std::vector<float> activate(const Activation &activation,
                            const std::vector<float> &input) {
  std::string type = getTensorText({static_cast<int64_t>(input.size())});
  auto network = Network::compile(getNetworkText(
      {type}, type,
      "%y = lf.activate %in0 " + activation.getText() + " : " + type));
  std::vector<float> output(input.size());
  if (network) {
    EXPECT_EQ(network->run({input.data()}, {output.data()}), 0);
  }
  return output;
}

TEST(ActivationNumericsTest, FollowTheTable) {
  std::vector<float> input = getValues();
  for (const Activation &activation : getActivations()) {
    SCOPED_TRACE(activation.getText());
    std::vector<float> output = activate(activation, input);
    std::vector<double> expected, tolerance;
    for (float x : input) {
      expected.push_back(static_cast<float>(activation(x)));
      // Some roundings of each step, also of 1/2 + x/6 near its zero.
      tolerance.push_back(4e-7 * (std::abs(expected.back()) +
                                  (std::abs(x) < 20 ? std::abs(x) : 0)) +
                          1e-37);
    }
    expectNear(output, expected, tolerance, "against the table");
  }
}

TEST(ActivationNumericsTest, KeepNaN) {
  std::vector<float> input(5, nan);
  for (const Activation &activation : getActivations())
    for (float value : activate(activation, input))
      EXPECT_TRUE(std::isnan(value)) << activation.getText();
}

TEST(ActivationNumericsTest, AgreeWithOneDNN) {
  if (!haveOneDNN())
    GTEST_SKIP() << "built without oneDNN";
  std::vector<float> input = Random(11).floats(1000, 9);
  for (const Activation &activation : getActivations()) {
    std::vector<float> other = input;
    if (!applyByOneDNN(activation, other))
      continue;
    expectNear(activate(activation, input), toDouble(other),
               std::vector<double>(input.size(), 2e-5), activation.getText());
  }
}

} // namespace
