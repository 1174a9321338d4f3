//===- Crop.cpp - windows cropped at the edges of an image ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/Crop.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

static constexpr int64_t mostTaps = 7;

SmallVector<Crop> lf::getCrops(LayerOpInterface layer, Axis axis) {
  int64_t dim = axis == Axis::Height ? 1 : 2;
  int64_t inputs = layer.getInputType().getDimSize(dim);
  int64_t outputs = layer.getResultType().getDimSize(dim);
  Window window = layer.getWindow();
  int64_t taps = window.getKernel(axis), stride = window.getStride(axis);
  int64_t before = window.getPadBefore(axis);

  // The positions whose window is whole.
  int64_t first = std::min(llvm::divideCeilSigned(before, stride), outputs);
  int64_t room = inputs + before - taps;
  int64_t end =
      room < 0 ? first : std::clamp(room / stride + 1, first, outputs);
  SmallVector<Crop> crops;
  auto add = [&](int64_t position) {
    int64_t start = window.getFirstInput(axis, position);
    int64_t firstTap = std::max<int64_t>(0, -start);
    int64_t numTaps = std::min(taps, inputs - start) - firstTap;
    crops.push_back({position, position + 1, firstTap, numTaps});
  };
  for (int64_t position = 0; position < first; ++position)
    add(position);
  if (first < end)
    crops.push_back({first, end, 0, taps});
  for (int64_t position = end; position < outputs; ++position)
    add(position);
  return crops;
}

bool lf::isCroppable(LayerOpInterface layer) {
  Window window = layer.getWindow();
  if (!layer.isChannelwise() || !window.hasPadding() ||
      window.dilations != std::array<int64_t, 2>{1, 1})
    return false;
  return llvm::all_of(ArrayRef{Axis::Height, Axis::Width}, [&](Axis axis) {
    int64_t taps = window.getKernel(axis);
    return taps <= mostTaps && window.getPadBefore(axis) < taps &&
           window.getPadAfter(axis) < taps;
  });
}
