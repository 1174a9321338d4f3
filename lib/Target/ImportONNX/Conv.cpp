//===- Conv.cpp - import of ONNX convolutions -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Conv over images becomes lf.conv2d or, with a filter a channel,
// lf.depthwise_conv2d:
//
//   Conv(x: N x C x H x W, w: F x C/g x KH x KW, b: F)
//     -->  lf.conv2d %x, %w bias %b   N x H x W x C, KH x KW x C/g x F
//
// One-dimensional ones are images of height 1. Three-dimensional ones, which no
// layer of lf stands for, become one linalg.generic.
//
//===----------------------------------------------------------------------===//

#include "OpTable.h"
#include "Window.h"

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"

using namespace mlir;
using namespace mlir::lf;
using namespace mlir::lf::importer;

namespace {
/// A Conv whose numbers have been checked against each other.
struct Conv {
  Tensor input, filter;
  std::optional<Tensor> bias;
  int64_t groups;
  NodeWindow window;

  int64_t batch() const { return input.dim(0); }
  int64_t inputChannels() const { return input.dim(1); }
  int64_t filters() const { return filter.dim(0); }
};
} // namespace

static LogicalResult checkConv(NodeContext &node, int64_t groups) {
  const Tensor &input = node.input(0), &filter = node.input(1);
  if (failed(node.requireFloats()))
    return failure();
  if (input.rank() < 3 || input.rank() > 5)
    return node.error(node.inputName(0) + " must have rank 3 to 5, got " +
                      shapeString(input.shape()));
  if (failed(node.requireRank(1, input.rank())) ||
      failed(node.requireRank(2, 1)))
    return failure();
  if (input.size() == 0 || filter.size() == 0)
    return node.error("a convolution of a tensor without elements: " +
                      shapeString(input.shape()) + " by " +
                      shapeString(filter.shape()));
  int64_t channels = input.dim(1), filters = filter.dim(0);
  if (groups < 1 || channels % groups != 0 || filters % groups != 0)
    return node.error("group must divide the " + Twine(channels) +
                      " channels and the " + Twine(filters) + " filters, got " +
                      Twine(groups));
  if (filter.dim(1) != channels / groups)
    return node.error("the filter must have " + Twine(channels / groups) +
                      " channels (" + Twine(channels) + " in " + Twine(groups) +
                      " groups), got " + Twine(filter.dim(1)));
  if (node.has(2) && node.input(2).dim(0) != filters)
    return node.error("the bias must have " + Twine(filters) +
                      " elements, got " + Twine(node.input(2).dim(0)));
  return success();
}

/// Adds a spatial dimension of 1 in front of a one-dimensional Conv's.
static Conv asTwoDimensional(Emitter &emit, Conv conv) {
  auto widen = [&](Tensor &tensor) {
    tensor =
        emit.reshape(tensor, {tensor.dim(0), tensor.dim(1), 1, tensor.dim(2)});
  };
  conv.input = Tensor(emit.channelsLast(conv.input), conv.input.kind(),
                      channelsLastPerm(3));
  widen(conv.input);
  widen(conv.filter);
  for (Dims *dims : {&conv.window.kernel, &conv.window.strides,
                     &conv.window.dilations, &conv.window.output})
    dims->insert(dims->begin(), 1);
  for (Dims *dims : {&conv.window.low, &conv.window.high})
    dims->insert(dims->begin(), 0);
  return conv;
}

static Tensor emitConv2D(Emitter &emit, const Conv &conv) {
  OpBuilder &b = emit.builder;
  const NodeWindow &window = conv.window;
  Value input = emit.channelsLast(conv.input);
  Value bias = conv.bias ? emit.inONNXOrder(*conv.bias) : Value();
  Dims pads = {window.low[0], window.low[1], window.high[0], window.high[1]};
  auto type = RankedTensorType::get(
      {conv.batch(), window.output[0], window.output[1], conv.filters()},
      cast<RankedTensorType>(input.getType()).getElementType());
  auto none = ActivationAttr::get(b.getContext(), ActivationKind::None);
  Value result;
  if (conv.groups > 1 && conv.groups == conv.inputChannels() &&
      conv.groups == conv.filters()) {
    Tensor perChannel = emit.reshape(
        conv.filter, {conv.groups, window.kernel[0], window.kernel[1]});
    result = DepthwiseConv2DOp::create(
        b, emit.loc, type, input, emit.inOrder(perChannel, {1, 2, 0}), bias,
        window.strides, pads, window.dilations, none);
  } else {
    result = Conv2DOp::create(
        b, emit.loc, type, input, emit.inOrder(conv.filter, {2, 3, 1, 0}), bias,
        window.strides, pads, window.dilations, conv.groups, none);
  }
  return Tensor(result, conv.input.kind(), channelsLastPerm(4));
}

/// The initial value of a sum over windows: the bias, or zeros. Stored
/// channels-last.
static Value emitInitialSum(Emitter &emit, const Conv &conv,
                            ArrayRef<int64_t> shape, Type elementType) {
  Dims perm = channelsLastPerm(shape.size());
  if (!conv.bias)
    return emit.filled(permuted(shape, perm), elementType, 0.0);
  Dims perChannel(shape.size() - 1, 1);
  perChannel[0] = conv.filters();
  return emit.broadcast(emit.reshape(*conv.bias, perChannel), shape, perm);
}

/// Any number of spatial dimensions, as the sum
///   y[n, o.., g, f] += x[n, o * s + k * d.., g, c] * w[k.., c, g, f]
static Tensor emitConvND(Emitter &emit, const Conv &conv) {
  OpBuilder &b = emit.builder;
  const NodeWindow &window = conv.window;
  int64_t spatial = window.kernel.size(), groups = conv.groups;
  Value input = emit.channelsLast(conv.input);
  Type elementType = cast<RankedTensorType>(input.getType()).getElementType();

  Dims low(window.low), high(window.high);
  for (Dims *pads : {&low, &high}) {
    pads->insert(pads->begin(), 0);
    pads->push_back(0);
  }
  input = emit.pad(input, low, high, 0.0);
  auto splitLast = [&](Value value) {
    Dims shape(cast<RankedTensorType>(value.getType()).getShape());
    int64_t last = shape.pop_back_val();
    shape.append({groups, last / groups});
    return emit.reshapeStored(value, shape);
  };
  Dims filterPerm = identityPerm(spatial + 2);
  std::rotate(filterPerm.begin(), filterPerm.begin() + 2, filterPerm.end());
  std::swap(filterPerm[spatial], filterPerm[spatial + 1]);
  Value filter = splitLast(emit.inOrder(conv.filter, filterPerm));
  Dims shape = {conv.batch(), conv.filters()};
  llvm::append_range(shape, window.output);
  Value sum = splitLast(emitInitialSum(emit, conv, shape, elementType));

  // Dimensions: n, outputs.., g, f, kernel.., c.
  auto dim = [&](int64_t i) { return b.getAffineDimExpr(i); };
  int64_t g = spatial + 1, f = g + 1, k = f + 1, c = k + spatial;
  SmallVector<AffineExpr> inputExprs{dim(0)}, filterExprs, outputExprs;
  for (int64_t i = 0; i < spatial; ++i) {
    inputExprs.push_back(dim(1 + i) * window.strides[i] +
                         dim(k + i) * window.dilations[i]);
    filterExprs.push_back(dim(k + i));
  }
  inputExprs.append({dim(g), dim(c)});
  filterExprs.append({dim(c), dim(g), dim(f)});
  for (int64_t i = 0; i < k; ++i)
    outputExprs.push_back(dim(i));
  SmallVector<utils::IteratorType> iterators(k, utils::IteratorType::parallel);
  iterators.append(spatial + 1, utils::IteratorType::reduction);
  auto map = [&](ArrayRef<AffineExpr> exprs) {
    return AffineMap::get(c + 1, 0, exprs, b.getContext());
  };
  auto body = [](OpBuilder &nested, Location loc, ValueRange args) {
    Value product = arith::MulFOp::create(nested, loc, args[0], args[1]);
    Value total = arith::AddFOp::create(nested, loc, args[2], product);
    linalg::YieldOp::create(nested, loc, total);
  };
  Value result = linalg::GenericOp::create(
                     b, emit.loc, sum.getType(),
                     ValueRange{splitLast(input), filter}, ValueRange{sum},
                     ArrayRef<AffineMap>{map(inputExprs), map(filterExprs),
                                         map(outputExprs)},
                     iterators, body)
                     .getResult(0);
  Dims perm = channelsLastPerm(spatial + 2);
  return Tensor(emit.reshapeStored(result, permuted(shape, perm)),
                conv.input.kind(), perm);
}

static LogicalResult importConv(NodeContext &node) {
  int64_t groups = node.intAttr("group", 1);
  if (node.hasFailed() || failed(checkConv(node, groups)))
    return failure();
  ArrayRef<int64_t> spatial = node.input(0).shape().drop_front(2);
  ArrayRef<int64_t> kernel = node.input(1).shape().drop_front(2);
  if (ArrayRef<int64_t>(readKernelShape(node, spatial.size(), kernel)) !=
      kernel)
    return node.error("kernel_shape does not agree with the filter " +
                      shapeString(node.input(1).shape()));
  Conv conv{node.input(0), node.input(1), std::nullopt, groups,
            readWindow(node, spatial, kernel)};
  if (node.has(2))
    conv.bias = node.input(2);
  Dims shape = {conv.batch(), conv.filters()};
  llvm::append_range(shape, conv.window.output);
  if (node.hasFailed() || failed(node.checkShape(shape, conv.input.kind())))
    return failure();
  if (spatial.size() == 3)
    return node.setOutput(emitConvND(node.emit, conv));
  if (spatial.size() == 2)
    return node.setOutput(emitConv2D(node.emit, conv));
  Tensor image = emitConv2D(node.emit, asTwoDimensional(node.emit, conv));
  return node.setOutput(node.emit.reshape(image, shape));
}

void lf::importer::registerConvOps(OpTable &table) {
  table.add("Conv", {7, 2, 3, importConv});
}
