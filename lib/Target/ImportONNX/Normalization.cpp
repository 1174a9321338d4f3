//===- Normalization.cpp - import of normalizations -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// BatchNormalization at inference is a scale and a shift a channel, computed
// here from its four constants, in double.
//
//===----------------------------------------------------------------------===//

#include "OpTable.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lf::importer;

static LogicalResult checkBatchNormalization(NodeContext &node) {
  node.ignoreAttr("momentum");
  if (node.opset < 9 && node.intAttr("spatial", 1) != 1)
    return node.error("spatial = 0 is not supported");
  if (node.opset >= 14 && node.intAttr("training_mode", 0) != 0)
    return node.error("training_mode is not supported");
  const Tensor &input = node.input(0);
  if (input.rank() < 2)
    return node.error(node.inputName(0) + " must have rank 2 or more, got " +
                      shapeString(input.shape()));
  for (unsigned i = 0; i < 5; ++i)
    if (failed(node.requireFloat(i)))
      return failure();
  for (unsigned i = 1; i < 5; ++i) {
    if (!node.input(i).isConstant())
      return node.error(node.inputName(i) + " must be a constant");
    if (node.input(i).shape() != input.shape().slice(1, 1))
      return node.error(node.inputName(i) + " must have " +
                        Twine(input.dim(1)) + " elements, got shape " +
                        shapeString(node.input(i).shape()));
  }
  return success();
}

static LogicalResult importBatchNormalization(NodeContext &node) {
  double epsilon = node.floatAttr("epsilon", 1e-5);
  if (node.hasFailed() || failed(checkBatchNormalization(node)))
    return failure();
  const Tensor &input = node.input(0);
  const HostTensor &gamma = node.input(1).host(), &beta = node.input(2).host(),
                   &mean = node.input(3).host(),
                   &variance = node.input(4).host();
  ElementKind kind = input.kind();
  int64_t channels = input.dim(1);
  std::vector<char> scales(channels * byteSize(kind)), shifts(scales);
  for (int64_t c = 0; c < channels; ++c) {
    double scale = gamma.number(c) / std::sqrt(variance.number(c) + epsilon);
    storeNumber(kind, scales.data(), c, scale);
    storeNumber(kind, shifts.data(), c,
                beta.number(c) - mean.number(c) * scale);
  }
  Dims perChannel(input.rank() - 1, 1);
  perChannel[0] = channels;
  Dims perm =
      input.isConstant() ? identityPerm(input.rank()) : Dims(input.perm());
  auto broadcast = [&](std::vector<char> &&bytes) {
    return node.emit.broadcast(HostTensor(kind, perChannel, std::move(bytes)),
                               input.shape(), perm);
  };
  OpBuilder &b = node.emit.builder;
  Value scaled =
      arith::MulFOp::create(b, node.emit.loc, node.emit.inOrder(input, perm),
                            broadcast(std::move(scales)));
  Value shifted = arith::AddFOp::create(b, node.emit.loc, scaled,
                                        broadcast(std::move(shifts)));
  return node.setOutput(Tensor(shifted, kind, perm));
}

void lf::importer::registerNormalizationOps(OpTable &table) {
  table.add("BatchNormalization", {7, 5, 5, importBatchNormalization});
}
