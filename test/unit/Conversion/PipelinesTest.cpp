//===- PipelinesTest.cpp - both pipelines agree -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What stands between the layers of a network are upstream ops. Each of these
// snippets runs through lf-cpu-pipeline and through lf-reference-pipeline, one
// loop an element, and the results are compared.
//
//===----------------------------------------------------------------------===//

#include "Formulas.h"
#include "Network.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace lftest;

namespace {

/// `body` computes %y of `output` f32 elements from %x, a tensor<1x6x7x70xf32>.
struct Snippet {
  const char *name;
  int64_t output;
  const char *type;
  const char *body;
};

constexpr int64_t inputSize = 6 * 7 * 70;

const Snippet snippets[] = {
    {"MaxPooling", 3 * 3 * 70, "tensor<1x3x3x70xf32>", R"mlir(
      %low = arith.constant 0xFF800000 : f32
      %p = tensor.pad %x low[0, 1, 0, 0] high[0, 0, 0, 0] {
      ^bb0(%a: index, %b: index, %c: index, %d: index):
        tensor.yield %low : f32
      } : tensor<1x6x7x70xf32> to tensor<1x7x7x70xf32>
      %e = tensor.empty() : tensor<1x3x3x70xf32>
      %i = linalg.fill ins(%low : f32) outs(%e : tensor<1x3x3x70xf32>)
        -> tensor<1x3x3x70xf32>
      %w = tensor.empty() : tensor<3x3xf32>
      %y = linalg.pooling_nhwc_max {strides = dense<2> : tensor<2xi64>,
                                    dilations = dense<1> : tensor<2xi64>}
        ins(%p, %w : tensor<1x7x7x70xf32>, tensor<3x3xf32>)
        outs(%i : tensor<1x3x3x70xf32>) -> tensor<1x3x3x70xf32>)mlir"},
    {"AveragePooling", 70, "tensor<1x70xf32>", R"mlir(
      %zero = arith.constant 0.0 : f32
      %scale = arith.constant dense<0.0238095> : tensor<1x70xf32>
      %e = tensor.empty() : tensor<1x70xf32>
      %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x70xf32>)
        -> tensor<1x70xf32>
      %s = linalg.reduce { arith.addf } ins(%x : tensor<1x6x7x70xf32>)
        outs(%i : tensor<1x70xf32>) dimensions = [1, 2]
      %y = arith.mulf %s, %scale : tensor<1x70xf32>)mlir"},
    {"ReduceRows", 42, "tensor<1x6x7xf32>", R"mlir(
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<1x6x7xf32>
      %i = linalg.fill ins(%zero : f32) outs(%e : tensor<1x6x7xf32>)
        -> tensor<1x6x7xf32>
      %y = linalg.reduce { arith.addf } ins(%x : tensor<1x6x7x70xf32>)
        outs(%i : tensor<1x6x7xf32>) dimensions = [3])mlir"},
    {"Matmul", 42 * 42, "tensor<42x42xf32>", R"mlir(
      %zero = arith.constant 0.0 : f32
      %a = tensor.collapse_shape %x [[0, 1, 2], [3]]
        : tensor<1x6x7x70xf32> into tensor<42x70xf32>
      %te = tensor.empty() : tensor<70x42xf32>
      %t = linalg.transpose ins(%a : tensor<42x70xf32>)
        outs(%te : tensor<70x42xf32>) permutation = [1, 0]
      %e = tensor.empty() : tensor<42x42xf32>
      %i = linalg.fill ins(%zero : f32) outs(%e : tensor<42x42xf32>)
        -> tensor<42x42xf32>
      %y = linalg.matmul ins(%a, %t : tensor<42x70xf32>, tensor<70x42xf32>)
        outs(%i : tensor<42x42xf32>) -> tensor<42x42xf32>)mlir"},
    {"ConcatAndSlice", 6 * 7 * 40, "tensor<1x6x7x40xf32>", R"mlir(
      %a = tensor.extract_slice %x[0, 0, 0, 50] [1, 6, 7, 20] [1, 1, 1, 1]
        : tensor<1x6x7x70xf32> to tensor<1x6x7x20xf32>
      %b = tensor.extract_slice %x[0, 0, 0, 0] [1, 6, 7, 20] [1, 1, 1, 3]
        : tensor<1x6x7x70xf32> to tensor<1x6x7x20xf32>
      %y = tensor.concat dim(3) %a, %b
        : (tensor<1x6x7x20xf32>, tensor<1x6x7x20xf32>)
          -> tensor<1x6x7x40xf32>)mlir"},
    {"ConcatOfLayers", 6 * 7 * 61, "tensor<1x6x7x61xf32>", R"mlir(
      %w1 = arith.constant dense<0.0625> : tensor<1x1x70x21xf32>
      %w2 = arith.constant dense<0.0125> : tensor<3x3x70x40xf32>
      %a = lf.conv2d %x, %w1 activation relu
        : (tensor<1x6x7x70xf32>, tensor<1x1x70x21xf32>)
          -> tensor<1x6x7x21xf32>
      %b = lf.conv2d %x, %w2 pads [1, 1, 1, 1]
        : (tensor<1x6x7x70xf32>, tensor<3x3x70x40xf32>)
          -> tensor<1x6x7x40xf32>
      %y = tensor.concat dim(3) %b, %a
        : (tensor<1x6x7x40xf32>, tensor<1x6x7x21xf32>)
          -> tensor<1x6x7x61xf32>)mlir"},
    {"ChannelShuffle", inputSize, "tensor<1x6x7x70xf32>", R"mlir(
      %g = tensor.expand_shape %x [[0], [1], [2], [3, 4]]
        output_shape [1, 6, 7, 2, 35]
        : tensor<1x6x7x70xf32> into tensor<1x6x7x2x35xf32>
      %e = tensor.empty() : tensor<1x6x7x35x2xf32>
      %t = linalg.transpose ins(%g : tensor<1x6x7x2x35xf32>)
        outs(%e : tensor<1x6x7x35x2xf32>) permutation = [0, 1, 2, 4, 3]
      %y = tensor.collapse_shape %t [[0], [1], [2], [3, 4]]
        : tensor<1x6x7x35x2xf32> into tensor<1x6x7x70xf32>)mlir"},
    {"SqueezeAndExcite", inputSize, "tensor<1x6x7x70xf32>", R"mlir(
      %zero = arith.constant 0.0 : f32
      %w1 = arith.constant dense<0.03> : tensor<1x1x70x24xf32>
      %w2 = arith.constant dense<0.02> : tensor<1x1x24x70xf32>
      %re = tensor.empty() : tensor<1x70xf32>
      %ri = linalg.fill ins(%zero : f32) outs(%re : tensor<1x70xf32>)
        -> tensor<1x70xf32>
      %rs = linalg.reduce { arith.addf } ins(%x : tensor<1x6x7x70xf32>)
        outs(%ri : tensor<1x70xf32>) dimensions = [1, 2]
      %r = tensor.expand_shape %rs [[0], [1, 2, 3]] output_shape [1, 1, 1, 70]
        : tensor<1x70xf32> into tensor<1x1x1x70xf32>
      %s1 = lf.conv2d %r, %w1 activation relu
        : (tensor<1x1x1x70xf32>, tensor<1x1x70x24xf32>)
          -> tensor<1x1x1x24xf32>
      %s2 = lf.conv2d %s1, %w2 activation hardsigmoid(0.25, 0.5)
        : (tensor<1x1x1x24xf32>, tensor<1x1x24x70xf32>)
          -> tensor<1x1x1x70xf32>
      %s = tensor.collapse_shape %s2 [[0], [1, 2, 3]]
        : tensor<1x1x1x70xf32> into tensor<1x70xf32>
      %e = tensor.empty() : tensor<1x6x7x70xf32>
      %b = linalg.broadcast ins(%s : tensor<1x70xf32>)
        outs(%e : tensor<1x6x7x70xf32>) dimensions = [1, 2]
      %y = arith.mulf %b, %x : tensor<1x6x7x70xf32>)mlir"},
    {"ElementwiseChain", inputSize, "tensor<1x6x7x70xf32>", R"mlir(
      %two = arith.constant dense<2.0> : tensor<1x6x7x70xf32>
      %a = math.absf %x : tensor<1x6x7x70xf32>
      %b = math.powf %a, %two : tensor<1x6x7x70xf32>
      %c = math.erf %x : tensor<1x6x7x70xf32>
      %d = arith.cmpf olt, %b, %c : tensor<1x6x7x70xf32>
      %f = math.sqrt %a : tensor<1x6x7x70xf32>
      %g = arith.select %d, %f, %c
        : tensor<1x6x7x70xi1>, tensor<1x6x7x70xf32>
      %h = math.absf %g : tensor<1x6x7x70xf32>
      %y = math.log1p %h : tensor<1x6x7x70xf32>)mlir"},
    {"OtherTypes", inputSize, "tensor<1x6x7x70xf32>", R"mlir(
      %h = arith.truncf %x : tensor<1x6x7x70xf32> to tensor<1x6x7x70xf16>
      %h2 = arith.addf %h, %h : tensor<1x6x7x70xf16>
      %d = arith.extf %h2 : tensor<1x6x7x70xf16> to tensor<1x6x7x70xf64>
      %d2 = math.exp %d : tensor<1x6x7x70xf64>
      %i = arith.fptosi %d2 : tensor<1x6x7x70xf64> to tensor<1x6x7x70xi32>
      %i2 = arith.muli %i, %i : tensor<1x6x7x70xi32>
      %b = arith.trunci %i2 : tensor<1x6x7x70xi32> to tensor<1x6x7x70xi8>
      %y = arith.sitofp %b : tensor<1x6x7x70xi8> to tensor<1x6x7x70xf32>)mlir"},
    {"GatherByIndex", 70, "tensor<70xf32>", R"mlir(
      %e = tensor.empty() : tensor<70xf32>
      %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>],
                           iterator_types = ["parallel"]}
          outs(%e : tensor<70xf32>) {
      ^bb0(%o: f32):
        %c0 = arith.constant 0 : index
        %c3 = arith.constant 3 : index
        %c69 = arith.constant 69 : index
        %n = linalg.index 0 : index
        %m = arith.subi %c69, %n : index
        %v = tensor.extract %x[%c0, %c3, %c3, %m] : tensor<1x6x7x70xf32>
        linalg.yield %v : f32
      } -> tensor<70xf32>)mlir"},
    {"ChannelsFirst", 4 * 35 * 20, "tensor<1x4x35x20xf32>", R"mlir(
      %w = arith.constant dense<0.0625> : tensor<3x3x6x20xf32>
      %te = tensor.empty() : tensor<1x7x70x6xf32>
      %t = linalg.transpose ins(%x : tensor<1x6x7x70xf32>)
        outs(%te : tensor<1x7x70x6xf32>) permutation = [0, 2, 3, 1]
      %y = lf.conv2d %t, %w strides [2, 2] pads [1, 1, 1, 1]
        activation sigmoid
        : (tensor<1x7x70x6xf32>, tensor<3x3x6x20xf32>)
          -> tensor<1x4x35x20xf32>)mlir"},
    {"SeveralLayers", 3 * 4 * 70, "tensor<1x3x4x70xf32>", R"mlir(
      %w1 = arith.constant dense<0.0625> : tensor<1x1x70x70xf32>
      %w2 = arith.constant dense<0.25> : tensor<3x3x70xf32>
      %b2 = arith.constant dense<-0.5> : tensor<70xf32>
      %c = lf.conv2d %x, %w1 activation hardswish
        : (tensor<1x6x7x70xf32>, tensor<1x1x70x70xf32>)
          -> tensor<1x6x7x70xf32>
      %s = arith.addf %c, %x : tensor<1x6x7x70xf32>
      %t = arith.mulf %s, %c : tensor<1x6x7x70xf32>
      %y = lf.depthwise_conv2d %t, %w2 bias %b2 strides [2, 2]
        pads [1, 1, 1, 1] activation relu6
        : (tensor<1x6x7x70xf32>, tensor<3x3x70xf32>, tensor<70xf32>)
          -> tensor<1x3x4x70xf32>)mlir"},
};

class PipelinesTest : public ::testing::TestWithParam<Snippet> {
protected:
  std::vector<float> run(const std::string &pipeline,
                         const std::vector<float> &input) {
    const Snippet &snippet = GetParam();
    std::string text = std::string("func.func @main(%x: tensor<1x6x7x70xf32>) "
                                   "-> ") +
                       snippet.type + " {" + snippet.body +
                       "\n  return %y : " + snippet.type + "\n}\n";
    auto network = Network::compile(text, pipeline);
    std::vector<float> output(snippet.output, -1e30f);
    if (network) {
      EXPECT_EQ(network->run({input.data()}, {output.data()}), 0);
    }
    return output;
  }
};

TEST_P(PipelinesTest, Agree) {
  std::vector<float> input = Random(5).floats(inputSize, 2);
  std::vector<float> output = run("lf-cpu-pipeline", input);
  std::vector<double> expected = toDouble(run("lf-reference-pipeline", input));
  std::vector<double> tolerance;
  double sum = 0;
  for (double value : expected) {
    tolerance.push_back(2e-6 * (10 + std::abs(value)));
    sum += std::isnan(value) ? 1 : std::abs(value);
  }
  EXPECT_GT(sum, 0) << "the snippet computes nothing but zeros";
  expectNear(output, expected, tolerance, GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(Snippets, PipelinesTest, ::testing::ValuesIn(snippets),
                         [](const auto &info) { return info.param.name; });

} // namespace
