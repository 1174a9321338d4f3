//===- Pad.cpp - import of Pad ----------------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Padding with a constant is tensor.pad, which later folds into a convolution;
// the other modes read each element from its place. Negative pads crop.
//
//===----------------------------------------------------------------------===//

#include "Indexed.h"
#include "OpTable.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf::importer;

namespace {
/// The elements added before and behind each dimension.
struct Pads {
  Dims low, high;
};
} // namespace

/// Reads the pads and spreads them over all dimensions.
static LogicalResult readPads(NodeContext &node, Pads &pads) {
  const Tensor &input = node.input(0);
  if (node.opset >= 11 && !node.has(1))
    return node.error("pads are missing");
  Dims given = node.opset < 11 ? node.intsAttr("pads") : node.constantInts(1);
  Dims axes = identityPerm(input.rank());
  if (node.opset >= 18)
    axes = node.axes(3, 18).value_or(axes);
  (void)node.sortedAxes(axes, input.rank());
  if (node.hasFailed())
    return failure();
  if (given.size() != 2 * axes.size())
    return node.error("pads must have " + Twine(2 * axes.size()) +
                      " numbers, got " + Twine(given.size()));
  pads.low.assign(input.rank(), 0);
  pads.high.assign(input.rank(), 0);
  for (auto [i, entry] : llvm::enumerate(axes)) {
    int64_t axis = node.axis(entry, input.rank());
    pads.low[axis] = given[i];
    pads.high[axis] = given[i + axes.size()];
  }
  return success();
}

/// The shape of the result; fails if a pad is too large or crops too much.
static LogicalResult paddedShape(NodeContext &node, const Pads &pads,
                                 Dims &shape) {
  const Tensor &input = node.input(0);
  for (int64_t i = 0; i < input.rank(); ++i) {
    int64_t extent = input.dim(i);
    if (std::max(pads.low[i], pads.high[i]) > maxTensorBytes ||
        std::min(pads.low[i], pads.high[i]) < -extent ||
        extent + pads.low[i] + pads.high[i] < 0)
      return node.error("cannot pad dimension " + Twine(i) + " of " +
                        Twine(extent) + " by " + Twine(pads.low[i]) + " and " +
                        Twine(pads.high[i]));
    shape.push_back(extent + pads.low[i] + pads.high[i]);
  }
  return node.checkShape(shape, input.kind());
}

/// The stored value in its layout; constants are made in ONNX order.
static Tensor asRuntime(Emitter &emit, const Tensor &tensor) {
  if (!tensor.isConstant())
    return tensor;
  return Tensor(emit.inONNXOrder(tensor), tensor.kind());
}

/// A result that shows nothing of the input: `value` all over.
static LogicalResult setAllPadding(NodeContext &node, ArrayRef<int64_t> shape,
                                   const Tensor &value) {
  Dims perm = identityPerm(shape.size());
  Tensor element = node.emit.reshape(value, {});
  if (element.isConstant())
    return node.setFolded(element.host().broadcastTo(shape));
  return node.setOutput(
      Tensor(node.emit.broadcast(element, shape, perm), value.kind(), perm));
}

static LogicalResult importConstantPad(NodeContext &node, Pads pads,
                                       ArrayRef<int64_t> shape,
                                       const Tensor &value) {
  Emitter &emit = node.emit;
  if (node.input(0).size() == 0)
    return setAllPadding(node, shape, value);
  Tensor input = asRuntime(emit, node.input(0));
  Dims first(input.rank(), 0), count(input.shape()), ones(input.rank(), 1);
  for (int64_t i = 0; i < input.rank(); ++i) {
    first[i] = std::max<int64_t>(-pads.low[i], 0);
    count[i] +=
        std::min<int64_t>(pads.low[i], 0) + std::min<int64_t>(pads.high[i], 0);
    pads.low[i] = std::max<int64_t>(pads.low[i], 0);
    pads.high[i] = std::max<int64_t>(pads.high[i], 0);
    if (count[i] < 1)
      return setAllPadding(node, shape, value);
  }
  ArrayRef<int64_t> perm = input.perm();
  Value cropped = emit.slice(input.stored(), permuted(first, perm),
                             permuted(count, perm), ones);
  Value padded = emit.pad(cropped, permuted(pads.low, perm),
                          permuted(pads.high, perm), emit.onlyElement(value));
  return node.setOutput(Tensor(padded, input.kind(), perm));
}

/// The number a constant pad shows: 0 unless given.
static Tensor padValue(NodeContext &node) {
  ElementKind kind = node.input(0).kind();
  Tensor value = HostTensor::splat(
      kind, {}, node.opset < 11 ? node.floatAttr("value", 0) : 0);
  if (node.opset < 11 || !node.has(2))
    return value;
  if (node.input(2).size() != 1 || node.input(2).kind() != kind) {
    (void)node.error(node.inputName(2) + " must be one " + toString(kind) +
                     ", got " + toString(node.input(2).kind()) + " of shape " +
                     shapeString(node.input(2).shape()));
    return value;
  }
  return node.input(2);
}

/// The place in a dimension of `extent` that `position` (counted from its
/// start, so at least -`low`) shows, by the mode.
static Value emitPlace(OpBuilder &b, Location loc, StringRef mode,
                       Value position, int64_t low, int64_t extent) {
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  if (mode == "edge") {
    position = arith::MaxSIOp::create(b, loc, position, constant(0));
    return arith::MinSIOp::create(b, loc, position, constant(extent - 1));
  }
  // Both others repeat; whole periods make the position positive.
  int64_t period =
      mode == "wrap" ? extent : std::max<int64_t>(2 * (extent - 1), 1);
  int64_t lift =
      llvm::divideCeilSigned(std::max<int64_t>(low, 0), period) * period;
  position = arith::AddIOp::create(b, loc, position, constant(lift));
  position = arith::RemUIOp::create(b, loc, position, constant(period));
  if (mode == "wrap")
    return position;
  Value mirrored = arith::SubIOp::create(b, loc, constant(period), position);
  return arith::MinUIOp::create(b, loc, position, mirrored);
}

static LogicalResult importPad(NodeContext &node) {
  std::string mode = node.stringAttr("mode", "constant");
  Tensor value = padValue(node);
  Pads pads;
  Dims shape;
  if (node.hasFailed() || failed(readPads(node, pads)) ||
      failed(paddedShape(node, pads, shape)))
    return failure();
  if (mode == "constant")
    return importConstantPad(node, pads, shape, value);
  bool known = mode == "reflect" || mode == "edge" ||
               (mode == "wrap" && node.opset >= 19);
  if (!known)
    return node.error("mode must be constant, reflect, edge or (from opset 19) "
                      "wrap, got '" +
                      mode + "'");
  if (elementCount(shape) == 0)
    return node.setOutput(HostTensor(node.input(0).kind(), shape, {}));
  if (node.input(0).size() == 0)
    return node.error("mode " + mode + " needs elements to repeat, got " +
                      shapeString(node.input(0).shape()));
  Tensor input = asRuntime(node.emit, node.input(0));
  return node.setOutput(emitIndexed(
      node.emit, input, shape, input.perm(),
      [&](OpBuilder &b, Location loc, ValueRange position) {
        SmallVector<Value> places;
        for (auto [i, at] : llvm::enumerate(position)) {
          Value shift = arith::ConstantIndexOp::create(b, loc, pads.low[i]);
          Value from = arith::SubIOp::create(b, loc, at, shift);
          bool plain = pads.low[i] <= 0 && pads.high[i] <= 0;
          places.push_back(
              plain ? from
                    : emitPlace(b, loc, mode, from, pads.low[i], input.dim(i)));
        }
        return places;
      }));
}

void lf::importer::registerPadOps(OpTable &table) {
  table.add("Pad", {7, 1, 4, importPad});
}
