//===- Formulas.h - the ops by their formulas -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The meaning of the ops, written a second time: straight from the formulas in
// the dialect's description, in double precision, without anything of MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TEST_UNIT_CONVERSION_FORMULAS_H
#define LAYERFUSION_TEST_UNIT_CONVERSION_FORMULAS_H

#include <cstdint>
#include <string>
#include <vector>

namespace lftest {

/// An activation as it is written in the IR: `relu6`, `clip(-1.0, 0.5)`.
struct Activation {
  std::string name = "none";
  std::vector<double> params = {};

  std::string getText() const;
  double operator()(double x) const;
};

/// All kinds, with parameters that are not special.
std::vector<Activation> getActivations();

/// A convolution: NHWC input, filter KH x KW x C/groups x F. Depthwise ones
/// have groups = c = f.
struct Conv {
  int64_t n = 1, h = 1, w = 1, c = 1, f = 1, kh = 1, kw = 1;
  int64_t strides[2] = {1, 1}, pads[4] = {0, 0, 0, 0}, dilations[2] = {1, 1};
  int64_t groups = 1;
  bool hasBias = true;
  Activation activation;

  int64_t getOutputHeight() const {
    return (h + pads[0] + pads[2] - dilations[0] * (kh - 1) - 1) / strides[0] +
           1;
  }
  int64_t getOutputWidth() const {
    return (w + pads[1] + pads[3] - dilations[1] * (kw - 1) - 1) / strides[1] +
           1;
  }
  int64_t getInputSize() const { return n * h * w * c; }
  int64_t getFilterSize() const { return kh * kw * (c / groups) * f; }
  int64_t getOutputSize() const {
    return n * getOutputHeight() * getOutputWidth() * f;
  }
  /// ` strides [2, 2] pads [0, 0, 0, 0]`
  std::string getWindowText() const;
  /// ` dilations [1, 1]`
  std::string getDilationsText() const;
  std::string getText() const;
};

/// What an op should compute, and by how much a float32 result may differ.
struct Expected {
  std::vector<double> values, tolerance;
};

/// `bias` may be empty. The tolerance is a bound on the rounding error of a
/// sum in any order, for inputs that are exact.
Expected computeConv(const Conv &conv, const std::vector<double> &input,
                     const std::vector<float> &filter,
                     const std::vector<float> &bias);

std::vector<double> toDouble(const std::vector<float> &values);

} // namespace lftest

#endif // LAYERFUSION_TEST_UNIT_CONVERSION_FORMULAS_H
