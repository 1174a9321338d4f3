//===- ConvNumericsTest.cpp - convolutions in numbers -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random convolutions through the pipelines, compared with the formula in
// double precision and with oneDNN. LF_TEST_CASES=5000 tries more of them.
//
//===----------------------------------------------------------------------===//

#include "Formulas.h"
#include "Network.h"
#include "OneDNN.h"

#include "gtest/gtest.h"

using namespace lftest;

namespace {

/// A window that fits: kernel, strides, dilation and pads that differ from
/// side to side.
void chooseWindow(Random &random, Conv &conv) {
  conv.kh = random.pick<int64_t>({1, 1, 3, 3, 5, 7, 2});
  conv.kw = random.flip() ? conv.kh : random.pick<int64_t>({1, 3, 5, 4});
  int64_t extent[2];
  for (int i : {0, 1}) {
    conv.strides[i] = random.pick<int64_t>({1, 1, 2, 2, 3});
    conv.dilations[i] = random.pick<int64_t>({1, 1, 1, 2, 3});
    extent[i] = conv.dilations[i] * ((i ? conv.kw : conv.kh) - 1) + 1;
  }
  for (int i = 0; i < 4; ++i)
    conv.pads[i] = random.flip() ? 0 : random.range(0, extent[i % 2] - 1);
  conv.h =
      std::max(random.range(1, 13), extent[0] - conv.pads[0] - conv.pads[2]);
  conv.w =
      std::max(random.range(1, 13), extent[1] - conv.pads[1] - conv.pads[3]);
}

Conv chooseConv(uint32_t seed) {
  Random random(seed);
  Conv conv;
  conv.n = random.pick<int64_t>({1, 1, 1, 2, 3});
  switch (random.range(0, 2)) {
  case 0: // dense
    conv.c = random.range(1, 33);
    conv.f = random.pick<int64_t>({1, 3, 8, 13, 16, 17, 24, 40});
    break;
  case 1: // depthwise
    conv.c = conv.f = conv.groups =
        random.pick<int64_t>({1, 3, 8, 16, 19, 32, 37});
    break;
  case 2: // grouped, depthwise with a multiplier among them
    conv.groups = random.pick<int64_t>({2, 3, 5, 8});
    conv.c = conv.groups * random.range(1, 5);
    conv.f = conv.groups * random.range(1, 6);
    break;
  }
  chooseWindow(random, conv);
  conv.hasBias = random.range(0, 3) != 0;
  auto activations = getActivations();
  conv.activation = activations[random.range(0, activations.size() - 1)];
  return conv;
}

std::string getModule(const Conv &conv) {
  bool depthwise = conv.groups == conv.c && conv.f == conv.c;
  std::vector<int64_t> filter = {conv.kh, conv.kw, conv.f};
  if (!depthwise)
    filter.insert(filter.begin() + 2, conv.c / conv.groups);
  std::vector<std::string> inputs = {
      getTensorText({conv.n, conv.h, conv.w, conv.c}), getTensorText(filter)};
  if (conv.hasBias)
    inputs.push_back(getTensorText({conv.f}));
  std::string output = getTensorText(
      {conv.n, conv.getOutputHeight(), conv.getOutputWidth(), conv.f});

  std::string op = depthwise ? "%y = lf.depthwise_conv2d" : "%y = lf.conv2d";
  op += conv.hasBias ? " %in0, %in1 bias %in2" : " %in0, %in1";
  op += conv.getWindowText() + conv.getDilationsText();
  if (!depthwise)
    op += " groups " + std::to_string(conv.groups);
  op += " activation " + conv.activation.getText() + " : " +
        getTypesText(inputs) + " -> " + output;
  return getNetworkText(inputs, output, op);
}

void checkCase(const Conv &conv, uint32_t seed) {
  SCOPED_TRACE(conv.getText());
  Random random(seed);
  std::vector<float> input = random.floats(conv.getInputSize(), 2);
  std::vector<float> filter = random.floats(conv.getFilterSize());
  std::vector<float> bias;
  if (conv.hasBias)
    bias = random.floats(conv.f);
  auto network = Network::compile(
      getModule(conv), seed % 2 ? "lf-cpu-pipeline" : "lf-reference-pipeline");
  if (!network)
    return;

  std::vector<const void *> inputs = {input.data(), filter.data()};
  if (conv.hasBias)
    inputs.push_back(bias.data());
  std::vector<float> output(conv.getOutputSize(), -1e30f);
  ASSERT_EQ(network->run(inputs, {output.data()}), 0);
  Expected expected = computeConv(conv, toDouble(input), filter, bias);
  expectNear(output, expected.values, expected.tolerance, "against formula");

  if (!haveOneDNN())
    return;
  std::vector<float> other = computeConvByOneDNN(conv, input, filter, bias);
  if (!applyByOneDNN(conv.activation, other))
    return;
  // oneDNN rounds as well, and its exponentials are polynomials.
  for (double &tolerance : expected.tolerance)
    tolerance = 2 * tolerance + 2e-5;
  expectNear(output, toDouble(other), expected.tolerance, "against oneDNN");
}

TEST(ConvNumericsTest, RandomCases) {
  for (uint32_t seed = 0, e = getNumCases(150); seed < e; ++seed) {
    checkCase(chooseConv(seed), seed);
    if (HasFailure())
      FAIL() << "in case " << seed;
  }
}

/// What real networks have and random choice would hardly meet.
TEST(ConvNumericsTest, ChosenCases) {
  Conv stem;
  stem.h = stem.w = 32;
  stem.c = 3;
  stem.f = 16;
  stem.kh = stem.kw = 7;
  stem.strides[0] = stem.strides[1] = 2;
  for (int64_t &pad : stem.pads)
    pad = 3;
  stem.activation = {"relu", {}};
  checkCase(stem, 0);

  // TensorFlow's SAME with stride 2: one row and column after, none before.
  Conv same = stem;
  same.kh = same.kw = 3;
  same.pads[0] = same.pads[1] = 0;
  same.pads[2] = same.pads[3] = 1;
  checkCase(same, 1);

  // A window larger than the input: only pads make it fit.
  Conv large;
  large.h = large.w = 2;
  large.kh = large.kw = 7;
  large.c = 5;
  large.f = 9;
  for (int64_t &pad : large.pads)
    pad = 3;
  checkCase(large, 2);

  // A fully connected layer.
  Conv dense;
  dense.c = 100;
  dense.f = 37;
  checkCase(dense, 3);
}

/// Outputs that see nothing but pads are the bias. (oneDNN does not take pads
/// as large as the kernel, so the formula alone is asked.)
TEST(ConvNumericsTest, WindowsOutsideTheInput) {
  std::vector<float> input = {1, 2, 3, 4}, filter = {10}, bias = {0.5};
  auto network = Network::compile(getNetworkText(
      {getTensorText({1, 2, 2, 1}), getTensorText({1, 1, 1, 1}),
       getTensorText({1})},
      getTensorText({1, 3, 4, 1}),
      "%y = lf.conv2d %in0, %in1 bias %in2 pads [1, 2, 0, 0] : "
      "(tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> "
      "tensor<1x3x4x1xf32>"));
  ASSERT_TRUE(network);
  std::vector<float> output(12);
  ASSERT_EQ(
      network->run({input.data(), filter.data(), bias.data()}, {output.data()}),
      0);
  EXPECT_EQ(output, (std::vector<float>{0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 10.5,
                                        20.5, 0.5, 0.5, 30.5, 40.5}));
}

} // namespace
