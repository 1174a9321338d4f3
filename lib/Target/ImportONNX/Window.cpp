//===- Window.cpp - windows of convolutions and pooling ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The arithmetic of ONNX's pads, with every number from the file bounded first
// so that it cannot overflow.
//
//===----------------------------------------------------------------------===//

#include "Window.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf::importer;

/// No kernel, stride, dilation or pad is larger: products of two stay in 64
/// bit.
constexpr int64_t maxExtent = int64_t(1) << 30;

/// Fails unless `list` has `count` numbers in [least, maxExtent].
static LogicalResult checkList(NodeContext &node, StringRef name,
                               ArrayRef<int64_t> list, int64_t count,
                               int64_t least) {
  if (static_cast<int64_t>(list.size()) != count)
    return node.error(name + " must have " + Twine(count) + " numbers, got " +
                      Twine(list.size()));
  for (int64_t number : list)
    if (number < least || number > maxExtent)
      return node.error(name + " must be at least " + Twine(least) +
                        " and at most " + Twine(maxExtent) + ", got " +
                        Twine(number));
  return success();
}

Dims lf::importer::readKernelShape(NodeContext &node, int64_t spatialRank,
                                   ArrayRef<int64_t> fallback) {
  if (fallback.empty() && !node.hasAttr("kernel_shape")) {
    (void)node.error("attribute 'kernel_shape' is missing");
    return Dims(spatialRank, 1);
  }
  Dims kernel = node.intsAttr("kernel_shape", fallback);
  if (failed(checkList(node, "kernel_shape", kernel, spatialRank, 1)))
    return Dims(spatialRank, 1);
  return kernel;
}

/// Chooses the pads so that the result has ceil(input / stride) elements; an
/// odd one goes to the end (`upper`) or to the front.
static void padToSame(NodeWindow &window, ArrayRef<int64_t> spatial,
                      bool upper) {
  for (auto [i, extent] : llvm::enumerate(spatial)) {
    int64_t output = llvm::divideCeilSigned(extent, window.strides[i]);
    int64_t reach = (window.kernel[i] - 1) * window.dilations[i] + 1;
    int64_t total =
        std::max<int64_t>((output - 1) * window.strides[i] + reach - extent, 0);
    int64_t small = total / 2;
    window.low[i] = upper ? small : total - small;
    window.high[i] = total - window.low[i];
  }
}

static LogicalResult readPads(NodeContext &node, ArrayRef<int64_t> spatial,
                              NodeWindow &window) {
  int64_t rank = spatial.size();
  std::string mode = node.stringAttr("auto_pad", "NOTSET");
  bool given = node.hasAttr("pads");
  Dims pads = node.intsAttr("pads", Dims(2 * rank, 0));
  if (failed(checkList(node, "pads", pads, 2 * rank, 0)))
    return failure();
  window.low.assign(pads.begin(), pads.begin() + rank);
  window.high.assign(pads.begin() + rank, pads.end());
  if (mode == "NOTSET" || mode.empty())
    return success();
  if (given && llvm::any_of(pads, [](int64_t pad) { return pad != 0; }))
    return node.error("auto_pad " + mode + " and pads exclude each other");
  if (mode == "SAME_UPPER" || mode == "SAME_LOWER")
    padToSame(window, spatial, mode == "SAME_UPPER");
  else if (mode != "VALID")
    return node.error("auto_pad must be NOTSET, SAME_UPPER, SAME_LOWER or "
                      "VALID, got '" +
                      mode + "'");
  return success();
}

static LogicalResult computeOutput(NodeContext &node, ArrayRef<int64_t> spatial,
                                   bool ceilMode, NodeWindow &window) {
  Dims padded;
  for (auto [i, extent] : llvm::enumerate(spatial)) {
    int64_t stride = window.strides[i];
    int64_t reach = (window.kernel[i] - 1) * window.dilations[i] + 1;
    int64_t room = extent + window.low[i] + window.high[i] - reach;
    // Rounded up, a window that starts at the front may stick out.
    bool fits = room >= 0 || (ceilMode && room > -stride);
    if (!fits || extent < 1)
      return node.error("the window of " + Twine(reach) +
                        " does not fit into spatial dimension " + Twine(i) +
                        " of " + Twine(extent) + " with pads " +
                        Twine(window.low[i]) + " and " + Twine(window.high[i]));
    int64_t steps = room / stride;
    // A window that would start in the zeros behind the input is dropped.
    if (ceilMode && room > 0 && room % stride != 0 &&
        (steps + 1) * stride < extent + window.low[i])
      ++steps;
    window.output.push_back(steps + 1);
    padded.push_back(extent + window.low[i] + window.high[i]);
  }
  return node.checkShape(padded, ElementKind::F32);
}

NodeWindow lf::importer::readWindow(NodeContext &node,
                                    ArrayRef<int64_t> spatial,
                                    ArrayRef<int64_t> kernel, bool ceilMode) {
  int64_t rank = spatial.size();
  NodeWindow window;
  window.kernel.assign(kernel.begin(), kernel.end());
  window.strides = node.intsAttr("strides", Dims(rank, 1));
  window.dilations = node.intsAttr("dilations", Dims(rank, 1));
  if (failed(checkList(node, "kernel_shape", window.kernel, rank, 1)) ||
      failed(checkList(node, "strides", window.strides, rank, 1)) ||
      failed(checkList(node, "dilations", window.dilations, rank, 1)) ||
      failed(readPads(node, spatial, window)) ||
      failed(computeOutput(node, spatial, ceilMode, window)))
    window.output.assign(rank, 1);
  return window;
}
