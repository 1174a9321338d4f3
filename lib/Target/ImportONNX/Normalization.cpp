//===- Normalization.cpp - import of normalizations -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// BatchNormalization at inference is a scale and a shift a channel: computed
// here, in double, where the parameters are constants, else on vectors at run
// time. In training mode the moments of the batch take the place of two of
// them.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Formula.h"
#include "OpTable.h"
#include "Reductions.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lf::importer;

//===----------------------------------------------------------------------===//
// BatchNormalization
//===----------------------------------------------------------------------===//

static LogicalResult checkBatchNormalization(NodeContext &node) {
  if (node.opset < 9 && node.intAttr("spatial", 1) != 1)
    return node.error("spatial = 0 is not supported");
  const Tensor &input = node.input(0);
  if (input.rank() < 2)
    return node.error(node.inputName(0) + " must have rank 2 or more, got " +
                      shapeString(input.shape()));
  for (unsigned i = 0; i < 5; ++i)
    if (failed(node.requireFloat(i)))
      return failure();
  for (unsigned i = 1; i < 5; ++i)
    if (node.input(i).shape() != input.shape().slice(1, 1))
      return node.error(node.inputName(i) + " must have " +
                        Twine(input.dim(1)) + " elements, got shape " +
                        shapeString(node.input(i).shape()));
  return success();
}

namespace {
/// y = x * scale + shift, vectors of one number a channel.
struct ScaleAndShift {
  Tensor scale, shift;
};
} // namespace

static Value emitScaleAndShift(NodeContext &node, Value x,
                               const ScaleAndShift &by) {
  const Tensor &input = node.input(0);
  Formula f(node.emit);
  Dims perChannel(input.rank() - 1, 1), perm = ownPerm(input);
  perChannel[0] = input.dim(1);
  auto repeated = [&](const Tensor &vector) {
    return node.emit.broadcast(node.emit.reshape(vector, perChannel),
                               input.shape(), perm);
  };
  return f.add(f.mul(x, repeated(by.scale)), repeated(by.shift));
}

/// From constant parameters, in the type of the input.
static ScaleAndShift foldParameters(NodeContext &node, double epsilon) {
  auto number = [&](unsigned i, int64_t c) {
    return node.input(i).host().number(c);
  };
  ElementKind kind = node.input(0).kind();
  int64_t channels = node.input(0).dim(1);
  std::vector<char> scales(channels * byteSize(kind)), shifts(scales);
  for (int64_t c = 0; c < channels; ++c) {
    double scale = number(1, c) / std::sqrt(number(4, c) + epsilon);
    storeNumber(kind, scales.data(), c, scale);
    storeNumber(kind, shifts.data(), c, number(2, c) - number(3, c) * scale);
  }
  return {HostTensor(kind, channels, std::move(scales)),
          HostTensor(kind, channels, std::move(shifts))};
}

/// From parameters computed at run time, in the type of `mean`: f32
/// or f64.
static ScaleAndShift emitParameters(NodeContext &node, Value mean,
                                    Value variance, double epsilon) {
  Formula f(node.emit);
  Type elementType = cast<RankedTensorType>(mean.getType()).getElementType();
  auto vector = [&](unsigned i) {
    return f.cast(node.emit.inONNXOrder(node.input(i)), elementType);
  };
  Value scale = f.div(vector(1), f.sqrt(f.add(variance, epsilon)));
  ElementKind kind = elementType.isF64() ? ElementKind::F64 : ElementKind::F32;
  return {Tensor(scale, kind),
          Tensor(f.sub(vector(2), f.mul(mean, scale)), kind)};
}

/// From all parameters, at inference. `x` is widened where it must be.
static ScaleAndShift readParameters(NodeContext &node, Value &x,
                                    double epsilon) {
  bool areConstant = true;
  for (unsigned i = 1; i < 5; ++i)
    areConstant &= node.input(i).isConstant();
  if (areConstant)
    return foldParameters(node, epsilon);
  Formula f(node.emit);
  x = f.widened(x);
  auto vector = [&](unsigned i) {
    return f.cast(node.emit.inONNXOrder(node.input(i)),
                  cast<RankedTensorType>(x.getType()).getElementType());
  };
  return emitParameters(node, vector(3), vector(4), epsilon);
}

/// Outputs 1 and 2 in training mode: running = momentum * old + (1 - momentum)
/// * new.
static LogicalResult setRunning(NodeContext &node, unsigned output,
                                unsigned input, Value current,
                                double momentum) {
  if (!node.wantsOutput(output))
    return success();
  Formula f(node.emit);
  ElementKind kind = node.input(input).kind();
  Value old = f.widened(node.emit.inONNXOrder(node.input(input)));
  Type wide = cast<RankedTensorType>(old.getType()).getElementType();
  Value next =
      f.add(f.mul(old, momentum), f.mul(f.cast(current, wide), 1 - momentum));
  Type elementType = toMLIRType(kind, node.emit.builder.getContext());
  return node.setOutput(output, Tensor(f.cast(next, elementType), kind));
}

/// Mean and variance of each channel over the batch.
static std::pair<Value, Value> emitMoments(NodeContext &node, Value x) {
  const Tensor &input = node.input(0);
  Emitter &emit = node.emit;
  Formula f(emit);
  Dims axes = identityPerm(input.rank());
  axes.erase(axes.begin() + 1);
  Dims dims = storedDims(ownPerm(input), axes);
  Value mean = meanStored(emit, x, dims);
  Value apart = f.sub(x, broadcastStored(emit, mean, x, dims));
  return {mean, meanStored(emit, f.mul(apart, apart), dims)};
}

static LogicalResult importBatchNormalization(NodeContext &node) {
  double epsilon = node.floatAttr("epsilon", 1e-5);
  double momentum = node.floatAttr("momentum", 0.9);
  bool trains = node.opset >= 14 && node.intAttr("training_mode", 0) != 0;
  if (node.hasFailed() || failed(checkBatchNormalization(node)))
    return failure();
  const Tensor &input = node.input(0);
  if (input.size() == 0)
    return node.setOutput(HostTensor(input.kind(), input.shape(), {}));
  Emitter &emit = node.emit;
  Formula f(emit);
  Dims perm = ownPerm(input);
  Value x = emit.inOrder(input, perm), result;
  Type elementType = cast<RankedTensorType>(x.getType()).getElementType();
  if (trains) {
    x = f.widened(x);
    auto [mean, variance] = emitMoments(node, x);
    if (failed(setRunning(node, 1, 3, mean, momentum)) ||
        failed(setRunning(node, 2, 4, variance, momentum)))
      return failure();
    result = emitScaleAndShift(node, x,
                               emitParameters(node, mean, variance, epsilon));
  } else {
    ScaleAndShift by = readParameters(node, x, epsilon);
    result = emitScaleAndShift(node, x, by);
  }
  return node.setOutput(
      Tensor(f.cast(result, elementType), input.kind(), perm));
}

//===----------------------------------------------------------------------===//
// LRN
//===----------------------------------------------------------------------===//

/// The sum of `size` neighbours along the stored dimension `dim`, padded.
static Value emitSlidingSum(Emitter &emit, Value padded, int64_t dim,
                            int64_t size, ArrayRef<int64_t> shape) {
  OpBuilder &b = emit.builder;
  int64_t rank = shape.size();
  SmallVector<AffineExpr> from, to;
  for (int64_t i = 0; i < rank; ++i) {
    to.push_back(b.getAffineDimExpr(i));
    from.push_back(to.back());
  }
  AffineExpr step = b.getAffineDimExpr(rank);
  from[dim] = from[dim] + step;
  auto map = [&](ArrayRef<AffineExpr> exprs) {
    return AffineMap::get(rank + 1, 0, exprs, b.getContext());
  };
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  iterators.push_back(utils::IteratorType::reduction);
  Type elementType = cast<RankedTensorType>(padded.getType()).getElementType();
  Value init = emit.filled(shape, elementType, 0);
  auto body = [](OpBuilder &nested, Location loc, ValueRange args) {
    Value sum = arith::AddFOp::create(nested, loc, args[2], args[0]);
    linalg::YieldOp::create(nested, loc, sum);
  };
  return linalg::GenericOp::create(
             b, emit.loc, init.getType(),
             ValueRange{padded, emit.empty(size, elementType)},
             ValueRange{init},
             ArrayRef<AffineMap>{map(from), map(step), map(to)}, iterators,
             body)
      .getResult(0);
}

/// x / (bias + alpha / size * sum of the squares of `size` channels around)
/// ^ beta
static LogicalResult importLRN(NodeContext &node) {
  const Tensor &input = node.input(0);
  double alpha = node.floatAttr("alpha", 1e-4);
  double beta = node.floatAttr("beta", 0.75);
  double bias = node.floatAttr("bias", 1.0);
  int64_t size = node.intAttr("size", 0);
  if (failed(node.requireFloat(0)))
    return failure();
  if (input.rank() < 2)
    return node.error(node.inputName(0) + " must have rank 2 or more, got " +
                      shapeString(input.shape()));
  Dims perm = ownPerm(input), padded = permuted(input.shape(), perm);
  int64_t dim = storedDims(perm, {1}).front();
  if (size < 1 || size > maxTensorBytes)
    return node.error("size must be positive and not huge, got " + Twine(size));
  padded[dim] += size - 1;
  if (node.hasFailed() || failed(node.checkShape(padded, input.kind())))
    return failure();
  return setMapped(node, [&](Value stored) {
    Emitter &emit = node.emit;
    Formula f(emit);
    auto type = cast<RankedTensorType>(stored.getType());
    Value x = f.widened(stored);
    Dims low(type.getRank(), 0), high(type.getRank(), 0);
    low[dim] = (size - 1) / 2;
    high[dim] = size / 2;
    Value squares = emit.pad(f.mul(x, x), low, high, 0.0);
    Value sum = emitSlidingSum(emit, squares, dim, size, type.getShape());
    Value base = f.add(f.mul(sum, alpha / size), bias);
    return f.cast(f.div(x, f.pow(base, beta)), type.getElementType());
  });
}

void lf::importer::registerNormalizationOps(OpTable &table) {
  table.add("BatchNormalization", {7, 5, 5, importBatchNormalization});
  table.add("LRN", {7, 1, 1, importLRN});
}
