//===- Pooling.cpp - import of pooling --------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Pooling works channels-last, like the convolutions around it.
//
//===----------------------------------------------------------------------===//

#include "OpTable.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::lf::importer;

/// The mean over all spatial dimensions, which stay with an extent of 1.
static LogicalResult importGlobalAveragePool(NodeContext &node) {
  const Tensor &input = node.input(0);
  if (failed(node.requireFloat(0)))
    return failure();
  if (input.rank() < 3 || input.size() == 0)
    return node.error(node.inputName(0) +
                      " must have a spatial dimension and elements, got " +
                      shapeString(input.shape()));
  OpBuilder &b = node.emit.builder;
  Location loc = node.emit.loc;
  Value stored = node.emit.channelsLast(input);
  Type elementType = cast<RankedTensorType>(stored.getType()).getElementType();
  Dims sumShape = {input.dim(0), input.dim(1)};
  Dims reduced = identityPerm(input.rank() - 1);
  reduced.erase(reduced.begin());
  auto body = [](OpBuilder &nested, Location loc, ValueRange args) {
    Value sum = arith::AddFOp::create(nested, loc, args[0], args[1]);
    linalg::YieldOp::create(nested, loc, sum);
  };
  Value sum = linalg::ReduceOp::create(
                  b, loc, ValueRange{stored},
                  ValueRange{node.emit.filled(sumShape, elementType, 0.0)},
                  reduced, body)
                  ->getResult(0);
  double count = input.size() / (input.dim(0) * input.dim(1));
  Value mean = arith::MulFOp::create(
      b, loc, sum, node.emit.splat(sumShape, elementType, 1.0 / count));
  Dims shape(input.rank(), 1);
  shape[0] = input.dim(0);
  shape[1] = input.dim(1);
  Dims perm = channelsLastPerm(input.rank());
  return node.setOutput(
      Tensor(node.emit.reshapeStored(mean, permuted(shape, perm)), input.kind(),
             perm));
}

void lf::importer::registerPoolingOps(OpTable &table) {
  table.add("GlobalAveragePool", {7, 1, 1, importGlobalAveragePool});
}
