//===- Reference.cpp - a convolution in double precision --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace lfbench;
using llvm::ArrayRef;

/// Adds the products of one place of the input to the sums of all channels.
static void addProducts(const float *input, const double *filter,
                        int64_t inputChannels, std::vector<double> &sums) {
  for (int64_t c = 0; c < inputChannels; ++c) {
    double value = input[c];
    const double *taps = filter + c * sums.size();
    for (size_t f = 0; f < sums.size(); ++f)
      sums[f] += value * taps[f];
  }
}

std::vector<double> lfbench::computeReference(const Row &row) {
  const Layer &layer = row.layers.front();
  auto [batch, inputHeight, inputWidth, inputChannels] = layer.input;
  auto [n, height, width, channels] = layer.output;
  auto [kernelHeight, kernelWidth] = layer.kernel;
  std::vector<double> filter(layer.filter.begin(), layer.filter.end());
  std::vector<double> result;
  result.reserve(row.outputSize);
  std::vector<double> sums(channels);
  for (int64_t pixel = 0; pixel < n * height * width; ++pixel) {
    int64_t image = pixel / (height * width);
    int64_t top = pixel / width % height * layer.strides[0] - layer.pads[0];
    int64_t left = pixel % width * layer.strides[1] - layer.pads[1];
    llvm::copy(layer.bias, sums.begin());
    for (int64_t tap = 0; tap < kernelHeight * kernelWidth; ++tap) {
      int64_t y = top + tap / kernelWidth, x = left + tap % kernelWidth;
      if (y < 0 || y >= inputHeight || x < 0 || x >= inputWidth)
        continue;
      int64_t place = (image * inputHeight + y) * inputWidth + x;
      addProducts(row.input.data() + place * inputChannels,
                  filter.data() + tap * inputChannels * channels, inputChannels,
                  sums);
    }
    for (double sum : sums)
      result.push_back(layer.activation == Layer::None ? sum
                       : layer.activation == Layer::ReLU6
                           ? std::clamp(sum, 0., 6.)
                           : std::max(sum, 0.));
  }
  return result;
}

double lfbench::getError(ArrayRef<float> values, ArrayRef<double> expected) {
  double largest = 0, error = 0;
  for (auto [value, wanted] : llvm::zip_equal(values, expected)) {
    largest = std::max(largest, std::abs(wanted));
    double difference = std::abs(value - wanted);
    // Not-a-number is no maximum.
    if (!(difference <= error))
      error = difference;
  }
  return error / largest;
}
