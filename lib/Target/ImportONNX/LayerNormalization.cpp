//===- LayerNormalization.cpp - import of norms by sample -------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Normalizations by moments computed at run time, of each sample on its own:
//
//   (x - mean) / sqrt(variance + epsilon) * scale + bias
//
// over the last dimensions (LayerNormalization), over the pixels of a channel
// (InstanceNormalization) or of a group of channels (GroupNormalization). All
// of it happens in the layout of the input.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Formula.h"
#include "OpTable.h"
#include "Reductions.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::lf::importer;

static Type elementTypeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

/// x * scale + bias with operands that broadcast to `shape`, stored in the
/// order `perm`.
static Value emitScaled(Emitter &emit, Value x, const Tensor &scale,
                        const std::optional<Tensor> &bias,
                        ArrayRef<int64_t> shape, ArrayRef<int64_t> perm) {
  Formula f(emit);
  auto repeated = [&](const Tensor &tensor) {
    return f.cast(emit.broadcast(tensor, shape, perm), elementTypeOf(x));
  };
  Value scaled = f.mul(x, repeated(scale));
  return bias ? f.add(scaled, repeated(*bias)) : scaled;
}

//===----------------------------------------------------------------------===//
// LayerNormalization
//===----------------------------------------------------------------------===//

static LogicalResult checkLayerNormalization(NodeContext &node) {
  const Tensor &input = node.input(0);
  if (node.intAttr("stash_type", 1) != 1)
    return node.error("stash_type must be 1 (float32)");
  if (failed(node.requireFloats()))
    return failure();
  for (unsigned i = 1; i < node.numInputs(); ++i) {
    if (!node.has(i))
      continue;
    Dims shape = node.broadcastShape({input, node.input(i)});
    if (node.hasFailed() || ArrayRef<int64_t>(shape) != input.shape())
      return node.error(node.inputName(i) + " of shape " +
                        shapeString(node.input(i).shape()) +
                        " does not broadcast to " + shapeString(input.shape()));
  }
  return success();
}

/// Outputs 1 and 2, which are float32 and keep the dimensions.
static LogicalResult setMoment(NodeContext &node, unsigned output, Value value,
                               ArrayRef<int64_t> axes) {
  if (!node.wantsOutput(output))
    return success();
  Emitter &emit = node.emit;
  Value result = Formula(emit).cast(value, emit.builder.getF32Type());
  return node.setOutput(output, withoutAxes(emit, result, ElementKind::F32,
                                            ownPerm(node.input(0)), axes,
                                            /*keep=*/true));
}

static LogicalResult importLayerNormalization(NodeContext &node) {
  const Tensor &input = node.input(0);
  double epsilon = node.floatAttr("epsilon", 1e-5);
  int64_t axis = node.axis(node.intAttr("axis", -1), input.rank());
  if (node.hasFailed() || failed(checkLayerNormalization(node)))
    return failure();
  if (input.size() == 0)
    return node.setOutput(HostTensor(input.kind(), input.shape(), {}));
  Emitter &emit = node.emit;
  Formula f(emit);
  Dims perm = ownPerm(input), axes = identityPerm(input.rank());
  axes.erase(axes.begin(), axes.begin() + axis);
  Dims dims = storedDims(perm, axes);
  Value stored = emit.inOrder(input, perm), x = f.widened(stored);
  auto repeated = [&](Value reduced) {
    return broadcastStored(emit, reduced, x, dims);
  };
  Value mean = meanStored(emit, x, dims);
  Value apart = f.sub(x, repeated(mean));
  Value variance = meanStored(emit, f.mul(apart, apart), dims);
  Value inverse = f.div(1.0, f.sqrt(f.add(variance, epsilon)));
  if (failed(setMoment(node, 1, mean, axes)) ||
      failed(setMoment(node, 2, inverse, axes)))
    return failure();
  std::optional<Tensor> bias;
  if (node.has(2))
    bias = node.input(2);
  Value result = emitScaled(emit, f.mul(apart, repeated(inverse)),
                            node.input(1), bias, input.shape(), perm);
  return node.setOutput(
      Tensor(f.cast(result, elementTypeOf(stored)), input.kind(), perm));
}

//===----------------------------------------------------------------------===//
// InstanceNormalization and GroupNormalization
//===----------------------------------------------------------------------===//

namespace {
/// Moments of each sample over groups of channels, which lie at stored
/// dimension `channelDim` of `x`, and over all pixels.
class GroupMoments {
public:
  GroupMoments(Emitter &emit, Value x, ArrayRef<int64_t> perm, int64_t groups)
      : emit(emit), x(x) {
    ArrayRef<int64_t> shape = cast<RankedTensorType>(x.getType()).getShape();
    Dims dims = identityPerm(perm.size());
    pixelDims = storedDims(perm, ArrayRef<int64_t>(dims).drop_front(2));
    batch = shape[storedDims(perm, {0}).front()];
    channels = shape[storedDims(perm, {1}).front()];
    grouped = {batch, groups, channels / groups};
    // Without its pixels x is [batch, channels], or the other way round.
    channelsFirst =
        storedDims(perm, {1}).front() < storedDims(perm, {0}).front();
  }

  /// The mean of a value like x, repeated to its shape.
  Value mean(Value value) {
    Value pixels = meanStored(emit, value, pixelDims);
    if (channelsFirst)
      pixels = emit.transposeStored(pixels, {1, 0});
    Value perGroup = meanStored(emit, emit.reshapeStored(pixels, grouped), {2});
    Value like = emit.empty(grouped, elementTypeOf(x));
    Value perChannel = emit.reshapeStored(
        broadcastStored(emit, perGroup, like, {2}), {batch, channels});
    if (channelsFirst)
      perChannel = emit.transposeStored(perChannel, {1, 0});
    return broadcastStored(emit, perChannel, x, pixelDims);
  }

private:
  Emitter &emit;
  Value x;
  Dims pixelDims, grouped;
  int64_t batch, channels;
  bool channelsFirst;
};
} // namespace

/// Normalizes `groups` groups of channels; scale and bias hold one number each
/// for every channel, or (before opset 21, GroupNormalization) for every group.
static LogicalResult setGroupNormalized(NodeContext &node, int64_t groups,
                                        int64_t parameters) {
  const Tensor &input = node.input(0);
  double epsilon = node.floatAttr("epsilon", 1e-5);
  for (unsigned i : {1, 2})
    if (node.input(i).shape() != ArrayRef<int64_t>(parameters))
      return node.error(node.inputName(i) + " must have " + Twine(parameters) +
                        " elements, got shape " +
                        shapeString(node.input(i).shape()));
  if (node.hasFailed())
    return failure();
  if (input.size() == 0)
    return node.setOutput(HostTensor(input.kind(), input.shape(), {}));
  Emitter &emit = node.emit;
  Formula f(emit);
  int64_t channels = input.dim(1);
  Dims spread(input.rank() - 1, 1);
  spread[0] = channels;
  auto perChannel = [&](const Tensor &tensor) -> Tensor {
    if (parameters == channels)
      return emit.reshape(tensor, spread);
    Tensor column = emit.reshape(tensor, {groups, 1});
    Value repeated =
        emit.broadcast(column, {groups, channels / groups}, {0, 1});
    return Tensor(emit.reshapeStored(repeated, spread), tensor.kind());
  };
  Dims perm = ownPerm(input);
  return setMapped(node, [&](Value stored) {
    Value x = f.widened(stored);
    GroupMoments moments(emit, x, perm, groups);
    Value apart = f.sub(x, moments.mean(x));
    Value variance = moments.mean(f.mul(apart, apart));
    Value normalized = f.div(apart, f.sqrt(f.add(variance, epsilon)));
    Value result = emitScaled(emit, normalized, perChannel(node.input(1)),
                              perChannel(node.input(2)), input.shape(), perm);
    return f.cast(result, elementTypeOf(stored));
  });
}

static LogicalResult checkImages(NodeContext &node) {
  const Tensor &input = node.input(0);
  if (failed(node.requireFloats()))
    return failure();
  if (input.rank() < 3)
    return node.error(node.inputName(0) + " must have rank 3 or more, got " +
                      shapeString(input.shape()));
  return success();
}

static LogicalResult importInstanceNormalization(NodeContext &node) {
  if (failed(checkImages(node)))
    return failure();
  int64_t channels = node.input(0).dim(1);
  return setGroupNormalized(node, channels, channels);
}

static LogicalResult importGroupNormalization(NodeContext &node) {
  int64_t groups = node.intAttr("num_groups", 0);
  if (failed(checkImages(node)))
    return failure();
  if (node.opset >= 21 && node.intAttr("stash_type", 1) != 1)
    return node.error("stash_type must be 1 (float32)");
  int64_t channels = node.input(0).dim(1);
  if (groups < 1 || channels % groups != 0)
    return node.error("num_groups must divide the " + Twine(channels) +
                      " channels, got " + Twine(groups));
  return setGroupNormalized(node, groups, node.opset >= 21 ? channels : groups);
}

void lf::importer::registerLayerNormalizationOps(OpTable &table) {
  table.add("GroupNormalization", {18, 3, 3, importGroupNormalization});
  table.add("InstanceNormalization", {7, 3, 3, importInstanceNormalization});
  table.add("LayerNormalization", {17, 2, 3, importLayerNormalization});
}
