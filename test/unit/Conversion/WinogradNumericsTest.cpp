//===- WinogradNumericsTest.cpp - layers by Winograd ------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The errors of each kind of tile against sums in double precision, and random
// chains with Winograd layers against the reference pipeline.
//
//===----------------------------------------------------------------------===//

#include "Network.h"
#include "RandomBlock.h"

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstdlib>

using namespace mlir;
using namespace lftest;

namespace {

/// Gives the constants of `text`, which are splats, random values of the same
/// mean magnitude.
std::string fillConstants(Random &random, const std::string &text) {
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(text, &getContext());
  if (!module) {
    ADD_FAILURE() << "cannot be parsed:\n" << text;
    return {};
  }
  module->walk([&](arith::ConstantOp op) {
    auto splat = dyn_cast<DenseElementsAttr>(op.getValue());
    auto type = dyn_cast<RankedTensorType>(op.getType());
    if (!type || !splat)
      return;
    float scale = splat.getSplatValue<APFloat>().convertToFloat();
    std::vector<float> values = random.floats(type.getNumElements(), scale);
    op.setValueAttr(DenseElementsAttr::get(type, ArrayRef<float>(values)));
  });
  std::string filled;
  llvm::raw_string_ostream(filled) << *module;
  return filled;
}

/// Runs a network of one output.
std::vector<float> run(const std::string &text, const std::string &pipeline,
                       const std::vector<std::vector<float>> &inputs,
                       int64_t size) {
  std::unique_ptr<Network> network = Network::compile(text, pipeline);
  std::vector<float> output(size, NAN);
  if (!network)
    return output;
  std::vector<const void *> pointers;
  for (const std::vector<float> &input : inputs)
    pointers.push_back(input.data());
  EXPECT_EQ(network->run(pointers, {output.data()}), 0);
  return output;
}

/// The largest difference, relative to the largest expected value.
template <typename T>
double getError(const std::vector<float> &values,
                const std::vector<T> &expected) {
  double error = 0, largest = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    double difference = std::abs(values[i] - double(expected[i]));
    // Not a number is infinitely wrong.
    if (!(difference <= error))
      error = std::isnan(difference) ? INFINITY : difference;
    largest = std::max(largest, std::abs(double(expected[i])));
  }
  return largest == 0 ? error : error / largest;
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

/// Sums of 9 * channels products in double precision, with a padding of one.
std::vector<double> convolve(const std::vector<float> &x,
                             const std::vector<float> &w, int64_t size,
                             int64_t channels) {
  std::vector<double> y(size * size * channels);
  auto isInside = [&](int64_t place) { return place >= 0 && place < size; };
  for (int64_t row = 0; row < size; ++row)
    for (int64_t column = 0; column < size; ++column)
      for (int64_t tap = 0; tap < 9; ++tap) {
        int64_t from = row + tap / 3 - 1, at = column + tap % 3 - 1;
        if (!isInside(from) || !isInside(at))
          continue;
        double *sums = &y[(row * size + column) * channels];
        for (int64_t c = 0; c < channels; ++c)
          for (int64_t f = 0; f < channels; ++f)
            sums[f] += double(x[(from * size + at) * channels + c]) *
                       w[(tap * channels + c) * channels + f];
      }
  return y;
}

/// The error of a layer of 128 channels on 13 x 13 places under `algorithm`.
double getLayerError(const std::string &algorithm) {
  constexpr int64_t size = 13, channels = 128;
  Random random(7);
  std::vector<float> x = random.floats(size * size * channels);
  std::vector<float> w =
      random.floats(9 * channels * channels, std::sqrt(6.0f / (9 * channels)));
  std::string type = getTensorText({1, size, size, channels});
  std::string filter = getTensorText({3, 3, channels, channels});
  std::string text = "func.func @main(%x: " + type + ") -> " + type + R"( {
    %w = arith.constant dense<0.0> : )" +
                     filter + R"(
    %init = tensor.empty() : )" +
                     type + R"(
    %y = lf.fused_block ins(%in = %x : )" +
                     type + ", %f = %w : " + filter + ") outs(%init : " + type +
                     ") schedule <whole_tile, algorithms = [" + algorithm +
                     R"(], tiles = [<pixels = 8, vectors = [16]>]> {
      %0 = lf.conv2d %in, %f pads [1, 1, 1, 1] : ()" +
                     type + ", " + filter + ") -> " + type + R"(
      lf.yield %0 : )" +
                     type + R"(
    }
    return %y : )" + type +
                     "\n}\n";
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(text, &getContext());
  module->walk([&](arith::ConstantOp op) {
    op.setValueAttr(DenseElementsAttr::get(cast<ShapedType>(op.getType()),
                                           ArrayRef<float>(w)));
  });
  std::string filled;
  llvm::raw_string_ostream(filled) << *module;
  std::vector<float> y =
      run(filled, "lf-cpu-pipeline", {x}, size * size * channels);
  return getError(y, convolve(x, w, size, channels));
}

// docs/winograd.md has these bounds.
TEST(WinogradNumericsTest, Errors) {
  struct Case {
    const char *algorithm;
    double bound;
  };
  for (const Case &one :
       {Case{"direct", 2e-6}, Case{"winograd(2)", 1e-6},
        Case{"winograd(2, 1)", 1e-6}, Case{"winograd(4)", 4e-6},
        Case{"winograd(4, 1)", 4e-6}, Case{"winograd(4, 2)", 4e-6},
        Case{"winograd(4, 3)", 4e-6}}) {
    double error = getLayerError(one.algorithm);
    EXPECT_LE(error, one.bound) << one.algorithm;
    RecordProperty(one.algorithm, std::to_string(error * 1e7) + "e-7");
  }
}

//===----------------------------------------------------------------------===//
// Random chains
//===----------------------------------------------------------------------===//

/// A 3x3 layer by Winograd's algorithm, perhaps behind a 1x1 layer and before
/// an addition and another 1x1 layer.
class RandomChain {
public:
  explicit RandomChain(Random &random) : random(random) {}

  std::string getText();

  std::vector<std::vector<int64_t>> inputs;
  std::vector<int64_t> output;

private:
  void addConv(int64_t kernel, std::vector<int64_t> pads,
               const std::string &algorithm);
  void addAdd();
  std::string getSchedule(int64_t height);
  std::string addConstant(const std::vector<int64_t> &shape, double scale);

  Random &random;
  std::string constants, operands, body, algorithms, tiles;
  /// What the chain has made, and its type.
  std::string current = "%in";
  int64_t values = 0;
};

std::string RandomChain::addConstant(const std::vector<int64_t> &shape,
                                     double scale) {
  std::string number = std::to_string(values++), type = getTensorText(shape);
  constants += "  %c" + number + " = arith.constant dense<" +
               std::to_string(scale) + "> : " + type + "\n";
  operands += ", %a" + number + " = %c" + number + " : " + type;
  return "%a" + number;
}

void RandomChain::addConv(int64_t kernel, std::vector<int64_t> pads,
                          const std::string &algorithm) {
  std::vector<int64_t> input = output;
  output[1] += pads[0] + pads[2] - kernel + 1;
  output[2] += pads[1] + pads[3] - kernel + 1;
  output[3] = random.range(1, 40);
  std::vector<int64_t> filter = {kernel, kernel, input[3], output[3]};
  std::string weights =
      addConstant(filter, std::sqrt(3.0 / (kernel * kernel * input[3])));
  std::string types = getTensorText(input) + ", " + getTensorText(filter);
  std::string result = "%v" + std::to_string(values++);
  body += "    " + result + " = lf.conv2d " + current + ", " + weights;
  if (random.flip()) {
    body += " bias " + addConstant({output[3]}, 0.5);
    types += ", " + getTensorText({output[3]});
  }
  if (kernel > 1) {
    body += " pads [";
    for (size_t i = 0; i < pads.size(); ++i)
      body += (i ? ", " : "") + std::to_string(pads[i]);
    body += "]";
  }
  if (random.flip())
    body += " activation relu6";
  body += " : (" + types + ") -> " + getTensorText(output) + "\n";
  current = result;
  algorithms += (algorithms.empty() ? "" : ", ") + algorithm;
  std::string vectors = std::to_string(random.pick<int64_t>({1, 4, 6, 8, 16}));
  if (random.flip())
    vectors += ", " + vectors;
  tiles += (tiles.empty() ? "<pixels = " : ", <pixels = ") +
           std::to_string(random.range(1, 14)) + ", vectors = [" + vectors +
           "]>";
}

void RandomChain::addAdd() {
  std::string name = "%other", type = getTensorText(output);
  std::string result = "%v" + std::to_string(values++);
  operands += ", %side = %other : " + type;
  inputs.push_back(output);
  body += "    " + result + " = lf.add " + current + ", %side : " + type + "\n";
  current = result;
  algorithms += ", direct";
  tiles += ", <pixels = 4, vectors = [8]>";
}

/// Bands of any height, and threads that share anything.
std::string RandomChain::getSchedule(int64_t height) {
  std::string schedule = "<whole_tile";
  if (random.flip())
    schedule += ", row_band = " + std::to_string(random.range(1, height));
  schedule += ", algorithms = [" + algorithms + "], tiles = [" + tiles + "]";
  if (random.flip())
    schedule += ", threads = " + std::to_string(random.range(2, 3)) +
                ", parallel = " +
                random.pick<const char *>({"rows", "channels", "images"});
  return schedule + ">";
}

std::string RandomChain::getText() {
  output = {random.range(1, 3), random.range(1, 17), random.range(1, 17),
            random.range(1, 40)};
  inputs = {output};
  if (random.range(0, 2) == 0)
    addConv(1, {0, 0, 0, 0}, "direct");
  std::vector<int64_t> pads;
  for (int i = 0; i < 4; ++i)
    pads.push_back(random.range(0, 3) ? 1 : random.range(0, 2));
  // There is a result.
  for (int axis : {0, 1})
    while (output[1 + axis] + pads[axis] + pads[axis + 2] < 3)
      ++pads[axis];
  int64_t tile = random.flip() ? 2 : 4, edge = random.range(0, tile - 1);
  std::string algorithm =
      "winograd(" + std::to_string(tile) + ", " + std::to_string(edge) + ")";
  addConv(3, pads, algorithm);
  if (random.range(0, 2) == 0)
    addAdd();
  if (random.range(0, 3) == 0)
    addConv(3, {1, 1, 1, 1}, random.flip() ? algorithm : "direct");
  if (random.range(0, 2) == 0)
    addConv(1, {0, 0, 0, 0}, "direct");
  std::string type = getTensorText(inputs.front());
  std::string result = getTensorText(output);
  std::string arguments = "%x: " + type;
  if (inputs.size() > 1)
    arguments += ", %other: " + getTensorText(inputs.back());
  return "func.func @main(" + arguments + ") -> " + result + " {\n" +
         constants + "  %init = tensor.empty() : " + result +
         "\n  %y = lf.fused_block ins(%in = %x : " + type + operands +
         ") outs(%init : " + result + ")\n      schedule " +
         getSchedule(output[1]) + " {\n" + body + "    lf.yield " + current +
         " : " + result + "\n  }\n  return %y : " + result + "\n}\n";
}

void checkChain(uint32_t seed) {
  Random random(seed);
  RandomChain chain(random);
  std::string text = fillConstants(random, chain.getText());
  SCOPED_TRACE("case " + std::to_string(seed) + ":\n" + text.substr(0, 4000));
  std::vector<std::vector<float>> inputs;
  for (const std::vector<int64_t> &shape : chain.inputs)
    inputs.push_back(random.floats(countElements(shape)));
  int64_t size = countElements(chain.output);
  std::vector<float> values = run(text, "lf-cpu-pipeline", inputs, size);
  std::vector<float> expected =
      run(text, "lf-reference-pipeline", inputs, size);
  EXPECT_LE(getError(values, expected), 1e-5);
}

TEST(WinogradNumericsTest, RandomChains) {
  bool isLong = std::getenv("LAYERFUSION_LONG_TESTS");
  int64_t numCases = getNumCases(isLong ? 3000 : 60);
  for (uint32_t seed = 0; seed < numCases && !HasFailure(); ++seed)
    checkChain(seed);
}

} // namespace
