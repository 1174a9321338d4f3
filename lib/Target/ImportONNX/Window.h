//===- Window.h - windows of convolutions and pooling -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Conv and the pooling ops have in common: kernel, strides, dilations and
// pads over the spatial dimensions, given or chosen by auto_pad.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_IMPORTONNX_WINDOW_H
#define LAYERFUSION_LIB_TARGET_IMPORTONNX_WINDOW_H

#include "NodeContext.h"

namespace mlir::lf::importer {

/// The window of an ONNX node: one number a spatial dimension each.
struct NodeWindow {
  Dims kernel, strides, dilations;
  /// Zeros before and behind the input.
  Dims low, high;
  /// The extents of the result.
  Dims output;
};

/// Reads auto_pad, pads, strides and dilations of a node whose windows of
/// extents `kernel` slide over `spatial`. With `ceilMode` the last window may
/// stick out over the end of the padded input, if it starts before the zeros
/// behind it. All numbers are checked and all windows fit: a result has an
/// extent of at least 1. After an error the node has failed.
NodeWindow readWindow(NodeContext &node, llvm::ArrayRef<int64_t> spatial,
                      llvm::ArrayRef<int64_t> kernel, bool ceilMode = false);

/// The attribute kernel_shape; `fallback` if there is none. Fails unless it has
/// as many positive numbers as there are spatial dimensions.
Dims readKernelShape(NodeContext &node, int64_t spatialRank,
                     llvm::ArrayRef<int64_t> fallback = {});

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_WINDOW_H
