//===- ExpandMathTest.cpp - functions of vectors in numbers -----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// exp, tanh and erf as lf-expand-math writes them, over floats of all
// exponents, against libm in double precision. The bounds are those in the
// description of the pass.
//
//===----------------------------------------------------------------------===//

#include "Network.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace lftest;

namespace {

struct Function {
  const char *name;
  double (*exact)(double);
  /// Of units in the last place.
  double bound;
};

constexpr int64_t chunk = 1 << 16;

/// Floats whose bits are multiples of an odd number, so many that they take
/// less than a second, and those of which something is special.
std::vector<float> getInputs() {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> inputs = {0.0f,
                               -0.0f,
                               infinity,
                               -infinity,
                               std::numeric_limits<float>::quiet_NaN(),
                               std::numeric_limits<float>::max(),
                               std::numeric_limits<float>::lowest(),
                               std::numeric_limits<float>::min(),
                               std::numeric_limits<float>::denorm_min(),
                               88.72283f,   // the last before infinity
                               88.72284f,   // the first
                               -87.33654f,  // the last normal result
                               -103.97207f, // the last that is not zero
                               -103.97209f};
  uint64_t step = 4294967296u / (getNumCases(64) << 16) | 1;
  for (uint64_t bits = 0; bits < 4294967296u; bits += step) {
    uint32_t low = static_cast<uint32_t>(bits);
    float value;
    std::memcpy(&value, &low, sizeof(value));
    inputs.push_back(value);
  }
  inputs.resize((inputs.size() + chunk - 1) / chunk * chunk);
  return inputs;
}

/// The distance between floats of the size of `value`.
double getUnit(float value) {
  float size = std::max(std::abs(value), std::numeric_limits<float>::min());
  return std::ldexp(1.0, std::ilogb(size) - 23);
}

void expectFloat(float value, double exact, double bound, float input) {
  float expected = static_cast<float>(exact);
  if (std::isnan(expected) || std::isinf(expected)) {
    EXPECT_TRUE(value == expected ||
                (std::isnan(value) && std::isnan(expected)))
        << "of " << input << ": " << value << ", expected " << expected;
    return;
  }
  EXPECT_LE(std::abs(value - exact), bound * getUnit(expected))
      << "of " << input << ": " << value << ", expected " << exact;
}

class ExpandMathTest : public ::testing::TestWithParam<Function> {};

TEST_P(ExpandMathTest, IsAsExactAsPromised) {
  const Function &function = GetParam();
  std::string type = getTensorText({chunk});
  auto network =
      Network::compile(getNetworkText({type}, type,
                                      std::string("%y = math.") +
                                          function.name + " %in0 : " + type),
                       "lf-cpu-pipeline");
  ASSERT_TRUE(network);
  std::vector<float> inputs = getInputs(), outputs(chunk);
  for (size_t first = 0; first < inputs.size() && !HasFailure();
       first += chunk) {
    const float *input = inputs.data() + first;
    ASSERT_EQ(network->run({input}, {outputs.data()}), 0);
    for (int64_t i = 0; i < chunk; ++i)
      expectFloat(outputs[i], function.exact(input[i]), function.bound,
                  input[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Functions, ExpandMathTest,
                         ::testing::Values(Function{"exp", std::exp, 1.02},
                                           Function{"tanh", std::tanh, 7},
                                           Function{"erf", std::erf, 6}),
                         [](const auto &info) { return info.param.name; });

} // namespace
