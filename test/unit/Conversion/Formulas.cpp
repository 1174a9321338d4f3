//===- Formulas.cpp - the ops by their formulas -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Formulas.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

using namespace lftest;

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

std::string Activation::getText() const {
  std::ostringstream text;
  text << name;
  for (size_t i = 0; i < params.size(); ++i)
    text << (i ? ", " : "(") << std::showpoint << params[i];
  if (!params.empty())
    text << ")";
  return text.str();
}

/// min(max(x, lo), hi) that keeps a NaN.
static double clamp(double x, double lo, double hi) {
  if (std::isnan(x))
    return x;
  return std::min(std::max(x, lo), hi);
}

double Activation::operator()(double x) const {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (name == "relu")
    return clamp(x, 0, infinity);
  if (name == "relu6")
    return clamp(x, 0, 6);
  if (name == "clip")
    return clamp(x, params[0], params[1]);
  if (name == "leaky_relu")
    return x < 0 ? params[0] * x : x;
  if (name == "sigmoid")
    return 1 / (1 + std::exp(-x));
  if (name == "hardsigmoid")
    return clamp(params[0] * x + params[1], 0, 1);
  if (name == "hardswish")
    return x * clamp(x / 6 + 0.5, 0, 1);
  if (name == "silu")
    return x / (1 + std::exp(-x));
  if (name == "tanh")
    return std::tanh(x);
  return x;
}

std::vector<Activation> lftest::getActivations() {
  return {{"none", {}},
          {"relu", {}},
          {"relu6", {}},
          {"clip", {-0.75, 1.5}},
          {"leaky_relu", {0.125}},
          {"sigmoid", {}},
          {"hardsigmoid", {0.25, 0.375}},
          {"hardswish", {}},
          {"silu", {}},
          {"tanh", {}}};
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

std::string Conv::getWindowText() const {
  std::ostringstream text;
  text << " strides [" << strides[0] << ", " << strides[1] << "] pads ["
       << pads[0] << ", " << pads[1] << ", " << pads[2] << ", " << pads[3]
       << "]";
  return text.str();
}

std::string Conv::getDilationsText() const {
  std::ostringstream text;
  text << " dilations [" << dilations[0] << ", " << dilations[1] << "]";
  return text.str();
}

std::string Conv::getText() const {
  std::ostringstream text;
  text << n << "x" << h << "x" << w << "x" << c << " by " << kh << "x" << kw
       << "x" << c / groups << "x" << f << getWindowText() << getDilationsText()
       << " groups " << groups << (hasBias ? " bias " : " ")
       << activation.getText();
  return text.str();
}

std::vector<double> lftest::toDouble(const std::vector<float> &values) {
  return std::vector<double>(values.begin(), values.end());
}

namespace {

/// One output element before the activation: the sum, and the sum of the
/// magnitudes of its terms.
struct Sum {
  double value = 0, magnitude = 0;

  void add(double term) {
    value += term;
    magnitude += std::abs(term);
  }
};

} // namespace

static Sum computeElement(const Conv &conv, const std::vector<double> &input,
                          const std::vector<float> &filter, int64_t n,
                          int64_t oy, int64_t ox, int64_t f) {
  Sum sum;
  int64_t cg = conv.c / conv.groups, g = f / (conv.f / conv.groups);
  for (int64_t ky = 0; ky < conv.kh; ++ky)
    for (int64_t kx = 0; kx < conv.kw; ++kx)
      for (int64_t c = 0; c < cg; ++c) {
        int64_t y =
            oy * conv.strides[0] + ky * conv.dilations[0] - conv.pads[0];
        int64_t x =
            ox * conv.strides[1] + kx * conv.dilations[1] - conv.pads[1];
        if (y < 0 || y >= conv.h || x < 0 || x >= conv.w)
          continue;
        sum.add(input[((n * conv.h + y) * conv.w + x) * conv.c + g * cg + c] *
                filter[((ky * conv.kw + kx) * cg + c) * conv.f + f]);
      }
  return sum;
}

Expected lftest::computeConv(const Conv &conv, const std::vector<double> &input,
                             const std::vector<float> &filter,
                             const std::vector<float> &bias) {
  Expected expected;
  constexpr double epsilon = std::numeric_limits<float>::epsilon() / 2;
  double terms = conv.kh * conv.kw * (conv.c / conv.groups);
  for (int64_t n = 0; n < conv.n; ++n)
    for (int64_t oy = 0; oy < conv.getOutputHeight(); ++oy)
      for (int64_t ox = 0; ox < conv.getOutputWidth(); ++ox)
        for (int64_t f = 0; f < conv.f; ++f) {
          Sum sum = computeElement(conv, input, filter, n, oy, ox, f);
          if (!bias.empty())
            sum.add(bias[f]);
          double value = conv.activation(sum.value);
          expected.values.push_back(value);
          // The rounding of a sum is at most (terms + 1) * epsilon times the
          // magnitudes. hardswish, the steepest activation, multiplies by at
          // most 1.5; its own arithmetic adds some more.
          expected.tolerance.push_back(1.5 * (terms + 2) * epsilon *
                                           sum.magnitude +
                                       8 * epsilon * (1 + std::abs(value)));
        }
  return expected;
}
