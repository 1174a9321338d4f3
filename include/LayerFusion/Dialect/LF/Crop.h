//===- Crop.h - windows cropped at the edges of an image --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Padding adds nothing to a sum or a maximum. So a layer can read its input
// where it lies, instead of a copy with padding around it, if its window is
// cropped at the edges to what lies inside. A 3x3 window with pads of 1 is
// whole in the middle of a row and 3x2 for the first and the last column.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_CROP_H
#define LAYERFUSION_DIALECT_LF_CROP_H

#include "LayerFusion/Dialect/LF/LF.h"

namespace mlir::lf {

/// Consecutive positions of a window along an axis whose taps inside the image
/// are the same.
struct Crop {
  /// The first position and the one behind the last.
  int64_t first = 0, end = 0;
  /// The first tap inside, and how many there are.
  int64_t firstTap = 0, numTaps = 0;

  int64_t getSize() const { return end - first; }
};

/// All positions of the window of `layer` along `axis`, in order. There is at
/// least one tap for each if the layer is croppable.
SmallVector<Crop> getCrops(LayerOpInterface layer, Axis axis);

/// Whether `layer` has padding and is better computed without: a layer on
/// single channels, for which a copy of its input would take a good part of the
/// time of its sums. Its window is one that can be cropped in a few ways: up to
/// 7x7, without dilation, of which some part always lies in the image.
bool isCroppable(LayerOpInterface layer);

} // namespace mlir::lf

#endif // LAYERFUSION_DIALECT_LF_CROP_H
