//===- Slices.cpp - import of Concat, Split and Slice -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parts of tensors: tensor.extract_slice and tensor.concat in the layout that
// the operands have. Parts of constants are constants.
//
//===----------------------------------------------------------------------===//

#include "Indexed.h"
#include "OpTable.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::lf::importer;

namespace {
/// The elements first, first + step, … of each dimension; `count` of them.
struct Part {
  Dims first, count, step;

  explicit Part(ArrayRef<int64_t> shape)
      : first(shape.size(), 0), count(shape), step(shape.size(), 1) {}
};
} // namespace

/// A part of a value, in the value's layout. Steps may be negative.
static Tensor emitPart(Emitter &emit, const Tensor &tensor, Part part) {
  if (tensor.isConstant()) {
    Dims strides = rowMajorStrides(tensor.shape());
    int64_t offset = 0;
    for (int64_t i = 0; i < tensor.rank(); ++i) {
      offset += strides[i] * part.first[i];
      strides[i] *= part.step[i];
    }
    return tensor.host().strided(part.count, strides, offset);
  }
  if (elementCount(part.count) == 0)
    return HostTensor(tensor.kind(), part.count, {});
  // Take the part forwards, then turn it around.
  Dims reversed;
  for (int64_t i = 0; i < tensor.rank(); ++i) {
    if (part.step[i] > 0)
      continue;
    reversed.push_back(i);
    part.first[i] += (part.count[i] - 1) * part.step[i];
    part.step[i] = -part.step[i];
  }
  Value stored = emit.slice(
      tensor.stored(), permuted(part.first, tensor.perm()),
      permuted(part.count, tensor.perm()), permuted(part.step, tensor.perm()));
  Tensor forwards(stored, tensor.kind(), tensor.perm());
  if (reversed.empty())
    return forwards;
  return emitIndexed(emit, forwards, part.count, tensor.perm(),
                     [&](OpBuilder &b, Location loc, ValueRange position) {
                       SmallVector<Value> places(position);
                       for (int64_t dim : reversed) {
                         Value last = arith::ConstantIndexOp::create(
                             b, loc, part.count[dim] - 1);
                         places[dim] =
                             arith::SubIOp::create(b, loc, last, places[dim]);
                       }
                       return places;
                     });
}

static LogicalResult setPart(NodeContext &node, unsigned output,
                             const Part &part) {
  const Tensor &input = node.input(0);
  if (!input.isConstant())
    return node.setOutput(output, emitPart(node.emit, input, part));
  if (failed(node.checkShape(part.count, input.kind(),
                             /*folded=*/!input.host().isSplat())))
    return failure();
  return node.setFolded(output, emitPart(node.emit, input, part).host());
}

//===----------------------------------------------------------------------===//
// Slice
//===----------------------------------------------------------------------===//

/// Clamps as ONNX says and counts the elements from `start` to `end`.
static void setRange(Part &part, int64_t axis, int64_t extent, int64_t start,
                     int64_t end, int64_t step) {
  // Steps beyond the extent all take one element: bounded, none overflows.
  step = std::clamp(step, -extent - 1, extent + 1);
  auto fromFront = [&](int64_t position, int64_t least, int64_t most) {
    if (position < 0)
      position += extent;
    return std::clamp(position, least, most);
  };
  int64_t backwards = step < 0 ? 1 : 0;
  start = fromFront(start, 0, std::max<int64_t>(extent - backwards, 0));
  end = fromFront(end, -backwards, extent - backwards);
  int64_t span = step > 0 ? end - start : start - end;
  int64_t stride = std::abs(step);
  part.first[axis] = start;
  part.step[axis] = step;
  part.count[axis] = extent > 0 && span > 0 ? (span + stride - 1) / stride : 0;
}

static LogicalResult importSlice(NodeContext &node) {
  const Tensor &input = node.input(0);
  bool asAttrs = node.opset < 10;
  if (!asAttrs && (!node.has(1) || !node.has(2)))
    return node.error("starts and ends are missing");
  Dims starts = asAttrs ? node.intsAttr("starts") : node.constantInts(1);
  Dims ends = asAttrs ? node.intsAttr("ends") : node.constantInts(2);
  std::optional<Dims> axes = node.axes(3, 10);
  if (!axes)
    axes = identityPerm(starts.size());
  Dims steps(starts.size(), 1);
  if (!asAttrs && node.has(4))
    steps = node.constantInts(4);
  if (node.hasFailed())
    return failure();
  if (ends.size() != starts.size() || axes->size() != starts.size() ||
      steps.size() != starts.size())
    return node.error("starts, ends, axes and steps must be of one length, "
                      "got " +
                      Twine(starts.size()) + ", " + Twine(ends.size()) + ", " +
                      Twine(axes->size()) + " and " + Twine(steps.size()));
  if (llvm::is_contained(steps, 0))
    return node.error("steps must not be 0");
  (void)node.sortedAxes(*axes, input.rank());
  if (node.hasFailed())
    return failure();
  Part part(input.shape());
  for (size_t i = 0; i < starts.size(); ++i) {
    int64_t axis = node.axis((*axes)[i], input.rank());
    setRange(part, axis, input.dim(axis), starts[i], ends[i], steps[i]);
  }
  return setPart(node, 0, part);
}

//===----------------------------------------------------------------------===//
// Split
//===----------------------------------------------------------------------===//

/// The extents of the parts where the node does not list them.
static Dims equalParts(NodeContext &node, int64_t extent) {
  int64_t parts = node.numOutputs();
  if (node.opset >= 18 && node.hasAttr("num_outputs")) {
    parts = node.intAttr("num_outputs", 0);
    if (parts != node.numOutputs()) {
      (void)node.error("num_outputs is " + Twine(parts) + ", the node has " +
                       Twine(node.numOutputs()) + " outputs");
      return {};
    }
  } else if (extent % parts != 0) {
    (void)node.error("cannot split " + Twine(extent) + " elements into " +
                     Twine(parts) + " equal parts");
    return {};
  }
  // The last part is smaller if they do not come out even.
  int64_t size = (extent + parts - 1) / parts;
  Dims sizes;
  for (int64_t i = 0; i < parts; ++i)
    sizes.push_back(std::clamp<int64_t>(extent - i * size, 0, size));
  return sizes;
}

static LogicalResult importSplit(NodeContext &node) {
  const Tensor &input = node.input(0);
  int64_t axis = node.axis(node.intAttr("axis", 0), input.rank());
  if (node.hasFailed())
    return failure();
  if (node.numOutputs() == 0)
    return node.error("has no outputs");
  int64_t extent = input.dim(axis);
  Dims sizes;
  if (node.opset >= 13 && node.has(1))
    sizes = node.constantInts(1);
  else if (node.opset < 13 && node.hasAttr("split"))
    sizes = node.intsAttr("split");
  else
    sizes = equalParts(node, extent);
  if (node.hasFailed())
    return failure();
  int64_t total = 0;
  for (int64_t size : sizes) {
    if (size < 0 || size > extent)
      return node.error("a part of " + Twine(size) + " of " + Twine(extent) +
                        " elements");
    total += size;
  }
  if (sizes.size() != node.numOutputs() || total != extent)
    return node.error("the parts must be " + Twine(node.numOutputs()) +
                      " and together " + Twine(extent) + ", got " +
                      Twine(sizes.size()) + " and " + Twine(total));
  Part part(input.shape());
  for (auto [i, size] : llvm::enumerate(sizes)) {
    part.count[axis] = size;
    if (failed(setPart(node, i, part)))
      return failure();
    part.first[axis] += size;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Concat
//===----------------------------------------------------------------------===//

/// Concatenates constants by copying runs of the dimensions from `axis` on.
static HostTensor foldConcat(ArrayRef<HostTensor> parts,
                             ArrayRef<int64_t> shape, int64_t axis) {
  ElementKind kind = parts.front().kind();
  std::vector<char> bytes;
  bytes.reserve(elementCount(shape).value_or(0) * byteSize(kind));
  int64_t runs = elementCount(shape.take_front(axis)).value_or(0);
  for (int64_t run = 0; run < runs; ++run) {
    for (const HostTensor &part : parts) {
      size_t length = part.bytes().size() / runs;
      ArrayRef<char> piece = part.bytes().slice(run * length, length);
      bytes.insert(bytes.end(), piece.begin(), piece.end());
    }
  }
  return HostTensor(kind, shape, std::move(bytes));
}

/// A copy with an element for each, splat or not.
static HostTensor withAllElements(const HostTensor &tensor) {
  if (!tensor.isSplat() || tensor.size() <= 1)
    return tensor;
  std::vector<char> bytes;
  bytes.reserve(tensor.size() * tensor.bytes().size());
  for (int64_t i = 0; i < tensor.size(); ++i)
    bytes.insert(bytes.end(), tensor.bytes().begin(), tensor.bytes().end());
  return HostTensor(tensor.kind(), tensor.shape(), std::move(bytes));
}

/// The shape of the result; fails unless all others dimensions agree.
static LogicalResult concatShape(NodeContext &node, int64_t axis, Dims &shape) {
  shape.assign(node.input(0).shape().begin(), node.input(0).shape().end());
  for (unsigned i = 1; i < node.numInputs(); ++i) {
    Dims own(node.input(i).shape());
    if (own.size() == shape.size()) {
      shape[axis] += own[axis];
      own[axis] = shape[axis];
    }
    if (own != shape)
      return node.error(node.inputName(i) + " of shape " +
                        shapeString(node.input(i).shape()) +
                        " does not continue " +
                        shapeString(node.input(0).shape()) +
                        " along dimension " + Twine(axis));
  }
  return node.checkShape(shape, node.input(0).kind(), node.allConstant());
}

static LogicalResult importConcat(NodeContext &node) {
  const Tensor &first = node.input(0);
  if (!node.hasAttr("axis"))
    return node.error("attribute 'axis' is missing");
  for (unsigned i = 0; i < node.numInputs(); ++i)
    if (!node.has(i))
      return node.error("input " + Twine(i) + " is missing");
  int64_t axis = node.axis(node.intAttr("axis", 0), first.rank());
  Dims shape;
  if (node.hasFailed() || failed(node.requireSameKind()) ||
      failed(concatShape(node, axis, shape)))
    return failure();
  if (node.allConstant()) {
    SmallVector<HostTensor> parts;
    for (unsigned i = 0; i < node.numInputs(); ++i)
      parts.push_back(withAllElements(node.input(i).host()));
    return node.setFolded(foldConcat(parts, shape, axis));
  }
  Dims perm;
  for (unsigned i = 0; i < node.numInputs() && perm.empty(); ++i)
    if (!node.input(i).isConstant())
      perm = Dims(node.input(i).perm());
  SmallVector<Value> values;
  for (unsigned i = 0; i < node.numInputs(); ++i)
    if (node.input(i).size() > 0)
      values.push_back(node.emit.inOrder(node.input(i), perm));
  Value result = values.front();
  if (values.size() > 1)
    result = tensor::ConcatOp::create(node.emit.builder, node.emit.loc,
                                      inversePerm(perm)[axis], values);
  return node.setOutput(Tensor(result, first.kind(), perm));
}

void lf::importer::registerSliceOps(OpTable &table) {
  table.add("Concat", {7, 1, anyNumber, importConcat});
  table.add("Slice", {7, 1, 5, importSlice});
  table.add("Split", {7, 1, 2, importSplit});
}
