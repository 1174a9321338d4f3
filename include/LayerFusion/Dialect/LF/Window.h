//===- Window.h - the sliding window of a layer -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which rows and columns of its input a layer reads for a row or column of its
// result: the index arithmetic of halos and ring buffers, in one place.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_WINDOW_H
#define LAYERFUSION_DIALECT_LF_WINDOW_H

#include <array>
#include <cstdint>

namespace mlir::lf {

/// A dimension that a window can slide along.
enum class Axis { Height = 0, Width = 1 };

/// The window of a layer; the default is that of an elementwise op, which reads
/// just the place it writes.
struct Window {
  std::array<int64_t, 2> kernel = {1, 1};
  std::array<int64_t, 2> strides = {1, 1};
  /// Top, left, bottom, right.
  std::array<int64_t, 4> pads = {0, 0, 0, 0};
  std::array<int64_t, 2> dilations = {1, 1};

  int64_t getKernel(Axis axis) const { return kernel[index(axis)]; }
  int64_t getStride(Axis axis) const { return strides[index(axis)]; }
  int64_t getDilation(Axis axis) const { return dilations[index(axis)]; }
  int64_t getPadBefore(Axis axis) const { return pads[index(axis)]; }
  int64_t getPadAfter(Axis axis) const { return pads[2 + index(axis)]; }

  /// How many consecutive rows or columns one position of the window spans.
  int64_t getExtent(Axis axis) const {
    return getDilation(axis) * (getKernel(axis) - 1) + 1;
  }

  /// The first input row or column that output `position` reads; negative if
  /// that is padding.
  int64_t getFirstInput(Axis axis, int64_t position) const {
    return position * getStride(axis) - getPadBefore(axis);
  }

  /// How many input rows or columns `count` consecutive outputs span.
  int64_t getInputSpan(Axis axis, int64_t count) const {
    return (count - 1) * getStride(axis) + getExtent(axis);
  }

  bool hasPadding() const { return pads != std::array<int64_t, 4>{0, 0, 0, 0}; }

  /// Whether an output depends on one input place of a grid: a 1x1 kernel
  /// without padding.
  bool isPointwise() const {
    return kernel == std::array<int64_t, 2>{1, 1} && !hasPadding();
  }

  /// Whether each of `inputs` places lies between the first and the last that
  /// some of the `outputs` positions reads.
  bool spansInput(Axis axis, int64_t inputs, int64_t outputs) const {
    return getExtent(axis) >= getStride(axis) &&
           getFirstInput(axis, outputs - 1) + getExtent(axis) >= inputs;
  }

private:
  static int index(Axis axis) { return static_cast<int>(axis); }
};

} // namespace mlir::lf

#endif // LAYERFUSION_DIALECT_LF_WINDOW_H
