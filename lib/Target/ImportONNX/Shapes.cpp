//===- Shapes.cpp - import of ops that change only the shape ----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reshape, Transpose and their kin: none computes anything, most vanish.
//
//===----------------------------------------------------------------------===//

#include "OpTable.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::lf::importer;

/// Defines the result as the input in another shape of equal size.
static LogicalResult setReshaped(NodeContext &node, ArrayRef<int64_t> shape) {
  const Tensor &input = node.input(0);
  if (node.hasFailed() || failed(node.checkShape(shape, input.kind())))
    return failure();
  if (elementCount(shape) != input.size())
    return node.error("cannot reshape " + shapeString(input.shape()) + " to " +
                      shapeString(shape));
  return node.setOutput(node.emit.reshape(input, shape));
}

//===----------------------------------------------------------------------===//
// Reshape, Flatten, Squeeze, Unsqueeze
//===----------------------------------------------------------------------===//

/// Puts the extent that makes the sizes agree in place of -1.
static LogicalResult inferExtent(NodeContext &node, int64_t size, Dims &shape) {
  auto unknown = llvm::find(shape, -1);
  if (unknown == shape.end())
    return success();
  *unknown = 1;
  std::optional<int64_t> rest = elementCount(shape);
  if (!rest || *rest == 0 || size % *rest != 0)
    return node.error("no extent in place of -1 makes a tensor of " +
                      Twine(size) + " elements");
  *unknown = size / *rest;
  return success();
}

static LogicalResult importReshape(NodeContext &node) {
  const Tensor &input = node.input(0);
  bool keepZeros = node.opset >= 14 && node.intAttr("allowzero", 0) != 0;
  Dims shape = node.constantInts(1);
  for (auto [i, dim] : llvm::enumerate(shape)) {
    if (dim == 0 && !keepZeros) {
      if (static_cast<int64_t>(i) >= input.rank())
        return node.error("the shape copies dimension " + Twine(i) +
                          " of an input of rank " + Twine(input.rank()));
      dim = input.dim(i);
    } else if (dim < -1) {
      return node.error("the shape must not hold " + Twine(dim));
    }
  }
  if (llvm::count(shape, -1) > 1)
    return node.error("the shape must not hold -1 twice");
  if (node.hasFailed() || failed(inferExtent(node, input.size(), shape)))
    return failure();
  return setReshaped(node, shape);
}

static LogicalResult importFlatten(NodeContext &node) {
  const Tensor &input = node.input(0);
  int64_t axis = node.intAttr("axis", 1);
  if (axis != input.rank())
    axis = node.axis(axis, input.rank());
  if (node.hasFailed())
    return failure();
  std::optional<int64_t> rows = elementCount(input.shape().take_front(axis));
  std::optional<int64_t> columns = elementCount(input.shape().drop_front(axis));
  return setReshaped(node, {rows.value_or(-1), columns.value_or(-1)});
}

static LogicalResult importSqueeze(NodeContext &node) {
  const Tensor &input = node.input(0);
  std::optional<Dims> given = node.axes(1, 13);
  Dims axes, shape;
  if (given)
    axes = node.sortedAxes(*given, input.rank());
  for (auto [i, dim] : llvm::enumerate(input.shape())) {
    bool drops =
        given ? llvm::is_contained(axes, static_cast<int64_t>(i)) : dim == 1;
    if (!drops)
      shape.push_back(dim);
    else if (dim != 1)
      return node.error("cannot squeeze dimension " + Twine(i) + " of " +
                        shapeString(input.shape()));
  }
  return setReshaped(node, shape);
}

static LogicalResult importUnsqueeze(NodeContext &node) {
  std::optional<Dims> given = node.axes(1, 13);
  if (!given)
    return node.error("axes are missing");
  const Tensor &input = node.input(0);
  int64_t rank = input.rank() + given->size();
  if (rank > maxRank)
    return node.error("a tensor of rank " + Twine(rank) +
                      " is too large, the limit is " + Twine(maxRank));
  Dims shape(input.shape());
  for (int64_t axis : node.sortedAxes(*given, rank))
    shape.insert(shape.begin() + axis, 1);
  return setReshaped(node, shape);
}

//===----------------------------------------------------------------------===//
// Transpose, Expand
//===----------------------------------------------------------------------===//

static LogicalResult importTranspose(NodeContext &node) {
  const Tensor &input = node.input(0);
  Dims perm = identityPerm(input.rank());
  std::reverse(perm.begin(), perm.end());
  perm = node.intsAttr("perm", perm);
  Dims sorted = perm;
  llvm::sort(sorted);
  if (node.hasFailed() || static_cast<int64_t>(perm.size()) != input.rank() ||
      !isIdentity(sorted))
    return node.error("perm must be a permutation of " + Twine(input.rank()) +
                      " dimensions");
  if (!input.isConstant())
    return node.setOutput(input.transposed(perm));
  if (failed(node.checkShape(input.shape(), input.kind(), /*folded=*/true)))
    return failure();
  return node.setFolded(input.host().transposed(perm));
}

static LogicalResult importExpand(NodeContext &node) {
  const Tensor &input = node.input(0);
  Dims wanted = node.constantInts(1);
  if (node.hasFailed() || failed(node.checkShape(wanted, input.kind())))
    return failure();
  Tensor target(HostTensor::splat(input.kind(), wanted, 0));
  Dims shape = node.broadcastShape({input, target});
  if (node.hasFailed())
    return failure();
  if (input.isConstant()) {
    if (!input.host().isSplat() &&
        failed(node.checkShape(shape, input.kind(), /*folded=*/true)))
      return failure();
    return node.setFolded(input.host().broadcastTo(shape));
  }
  // New dimensions come first in storage too.
  int64_t added = static_cast<int64_t>(shape.size()) - input.rank();
  Dims perm = identityPerm(added);
  for (int64_t dim : input.perm())
    perm.push_back(dim + added);
  return node.setOutput(
      Tensor(node.emit.broadcast(input, shape, perm), input.kind(), perm));
}

//===----------------------------------------------------------------------===//
// Identity, Dropout
//===----------------------------------------------------------------------===//

static LogicalResult importIdentity(NodeContext &node) {
  return node.setOutput(node.input(0));
}

/// Inference keeps everything; the mask says so.
static LogicalResult importDropout(NodeContext &node) {
  node.ignoreAttr("ratio");
  node.ignoreAttr("seed");
  if (node.has(2) && node.constantNumber(2) != 0)
    return node.error("training mode is not supported");
  const Tensor &input = node.input(0);
  HostTensor mask = HostTensor::splat(ElementKind::Bool, input.shape(), 1);
  if (node.hasFailed() || failed(node.setOutput(0, input)))
    return failure();
  return node.setOutput(1, mask);
}

//===----------------------------------------------------------------------===//
// Shape, Size
//===----------------------------------------------------------------------===//

static LogicalResult importShape(NodeContext &node) {
  ArrayRef<int64_t> shape = node.input(0).shape();
  int64_t rank = shape.size();
  auto clamp = [&](int64_t position) {
    if (position < 0)
      position += rank;
    return std::min(std::max<int64_t>(position, 0), rank);
  };
  int64_t start = 0, end = rank;
  if (node.opset >= 15) {
    start = clamp(node.intAttr("start", 0));
    end = std::max(start, clamp(node.intAttr("end", rank)));
  }
  return node.setFolded(HostTensor::ints(shape.slice(start, end - start)));
}

static LogicalResult importSize(NodeContext &node) {
  return node.setFolded(HostTensor::scalar(node.input(0).size()));
}

void lf::importer::registerShapeOps(OpTable &table) {
  table.add("Dropout", {7, 1, 3, importDropout});
  table.add("Expand", {8, 2, 2, importExpand});
  table.add("Flatten", {7, 1, 1, importFlatten});
  table.add("Identity", {7, 1, 1, importIdentity});
  table.add("Reshape", {7, 2, 2, importReshape});
  table.add("Shape", {7, 1, 1, importShape});
  table.add("Size", {7, 1, 1, importSize});
  table.add("Squeeze", {7, 1, 2, importSqueeze});
  table.add("Transpose", {7, 1, 1, importTranspose});
  table.add("Unsqueeze", {7, 1, 2, importUnsqueeze});
}
