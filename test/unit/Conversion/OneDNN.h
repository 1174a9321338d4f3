//===- OneDNN.h - a second opinion ------------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Convolutions and activations by oneDNN, an implementation that shares nothing
// with ours.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TEST_UNIT_CONVERSION_ONEDNN_H
#define LAYERFUSION_TEST_UNIT_CONVERSION_ONEDNN_H

#include "Formulas.h"

#include <vector>

namespace lftest {

/// Whether the tests were built with oneDNN.
bool haveOneDNN();

/// The convolution and its bias by oneDNN, without the activation.
std::vector<float> computeConvByOneDNN(const Conv &conv,
                                       const std::vector<float> &input,
                                       const std::vector<float> &filter,
                                       const std::vector<float> &bias);

/// Applies `activation` to each value; false if oneDNN does not have it.
bool applyByOneDNN(const Activation &activation, std::vector<float> &values);

} // namespace lftest

#endif // LAYERFUSION_TEST_UNIT_CONVERSION_ONEDNN_H
