//===- BottleneckNumericsTest.cpp - bottlenecks in numbers ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random lf.bottleneck ops compared with their three layers, computed by the
// formula in double precision.
//
//===----------------------------------------------------------------------===//

#include "Formulas.h"
#include "Network.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace lftest;

namespace {

struct Bottleneck {
  Conv expand, depthwise, project;
  bool residual = false;

  std::vector<const Conv *> getLayers() const {
    return {&expand, &depthwise, &project};
  }
};

Conv chooseDepthwise(Random &random, const Conv &expand, bool sameSize) {
  Conv conv;
  conv.kh = conv.kw = random.pick<int64_t>({1, 3, 5});
  conv.n = expand.n;
  conv.h = expand.h;
  conv.w = expand.w;
  conv.c = conv.f = conv.groups = expand.f;
  for (int64_t &pad : conv.pads)
    pad = conv.kh / 2;
  if (!sameSize) {
    conv.strides[0] = conv.strides[1] = random.range(1, 2);
    conv.pads[2] = random.range(conv.kh / 2, conv.kh - 1);
    conv.pads[1] = random.range(conv.kh / 2, conv.kh - 1);
  }
  return conv;
}

Bottleneck chooseBottleneck(Random &random) {
  Bottleneck op;
  op.residual = random.flip();
  op.expand.n = random.pick<int64_t>({1, 2});
  op.expand.h = random.range(3, 11);
  op.expand.w = random.range(3, 11);
  op.expand.c = random.range(1, 19);
  op.expand.f = random.pick<int64_t>({7, 16, 24, 33});
  op.depthwise = chooseDepthwise(random, op.expand, op.residual);
  op.project.n = op.expand.n;
  op.project.h = op.depthwise.getOutputHeight();
  op.project.w = op.depthwise.getOutputWidth();
  op.project.c = op.expand.f;
  op.project.f = op.residual ? op.expand.c : random.range(1, 20);
  auto activations = getActivations();
  for (Conv *layer : {&op.expand, &op.depthwise, &op.project}) {
    layer->activation = activations[random.range(0, activations.size() - 1)];
    layer->hasBias = random.flip();
  }
  return op;
}

std::string getModule(const Bottleneck &op) {
  const Conv &expand = op.expand, &project = op.project;
  std::vector<std::string> inputs = {
      getTensorText({expand.n, expand.h, expand.w, expand.c})};
  std::string text = "%y = lf.bottleneck %in0", activations;
  const char *names[] = {" expand(", " depthwise(", " project("};
  for (int i = 0; i < 3; ++i) {
    const Conv &layer = *op.getLayers()[i];
    text += names[i] + ("%in" + std::to_string(inputs.size()));
    inputs.push_back(
        i == 1 ? getTensorText({layer.kh, layer.kw, layer.c})
               : getTensorText({layer.kh, layer.kw, layer.c, layer.f}));
    if (layer.hasBias) {
      text += ", %in" + std::to_string(inputs.size());
      inputs.push_back(getTensorText({layer.f}));
    }
    text += ")";
    activations += (i ? ", " : "") + layer.activation.getText();
  }
  text += op.depthwise.getWindowText() + " activations " + activations;
  if (op.residual)
    text += " residual";
  std::string output =
      getTensorText({project.n, project.h, project.w, project.f});
  return getNetworkText(inputs, output,
                        text + " : " + getTypesText(inputs) + " -> " + output);
}

void checkCase(uint32_t seed) {
  Random random(seed);
  Bottleneck op = chooseBottleneck(random);
  std::string text = getModule(op);
  SCOPED_TRACE(text);

  std::vector<float> input = random.floats(op.expand.getInputSize());
  std::vector<std::vector<float>> weights;
  std::vector<double> values = toDouble(input);
  for (const Conv *layer : op.getLayers()) {
    weights.push_back(random.floats(layer->getFilterSize(), 0.5));
    weights.push_back(random.floats(layer->hasBias ? layer->f : 0));
    values =
        computeConv(*layer, values, weights[weights.size() - 2], weights.back())
            .values;
  }
  double largest = 1;
  for (size_t i = 0; i < values.size(); ++i) {
    if (op.residual)
      values[i] += input[i];
    largest = std::max(largest, std::abs(values[i]));
  }

  auto network = Network::compile(text, seed % 2 ? "lf-cpu-pipeline"
                                                 : "lf-reference-pipeline");
  if (!network)
    return;
  std::vector<const void *> inputs = {input.data()};
  for (const std::vector<float> &weight : weights)
    if (!weight.empty())
      inputs.push_back(weight.data());
  std::vector<float> output(values.size(), -1e30f);
  ASSERT_EQ(network->run(inputs, {output.data()}), 0);
  expectNear(output, values, std::vector<double>(values.size(), 1e-5 * largest),
             "against formula");
}

TEST(BottleneckNumericsTest, RandomCases) {
  for (uint32_t seed = 0, e = getNumCases(24); seed < e; ++seed) {
    checkCase(seed);
    if (HasFailure())
      FAIL() << "in case " << seed;
  }
}

} // namespace
