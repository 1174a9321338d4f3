//===- MatMul.cpp - import of matrix products -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gemm becomes linalg.matmul that adds to its C, broadcast.
//
//===----------------------------------------------------------------------===//

#include "OpTable.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::lf::importer;

/// C times beta, broadcast to `shape`; zeros if there is none.
static Value emitGemmBias(NodeContext &node, ArrayRef<int64_t> shape,
                          Type elementType, double beta) {
  Emitter &emit = node.emit;
  if (!node.has(2) || beta == 0.0)
    return emit.filled(shape, elementType, 0.0);
  Value bias = emit.broadcast(node.input(2), shape, {0, 1});
  if (beta == 1.0)
    return bias;
  return arith::MulFOp::create(emit.builder, emit.loc, bias,
                               emit.splat(shape, elementType, beta));
}

static LogicalResult importGemm(NodeContext &node) {
  double alpha = node.floatAttr("alpha", 1.0);
  double beta = node.floatAttr("beta", 1.0);
  bool transA = node.intAttr("transA", 0) != 0;
  bool transB = node.intAttr("transB", 0) != 0;
  if (node.hasFailed() || failed(node.requireFloats()) ||
      failed(node.requireRank(0, 2)) || failed(node.requireRank(1, 2)))
    return failure();
  auto maybeTransposed = [](const Tensor &tensor, bool trans) {
    return trans ? tensor.transposed({1, 0}) : tensor;
  };
  Tensor a = maybeTransposed(node.input(0), transA);
  Tensor b = node.input(1);
  int64_t depth = a.dim(1), bDepth = b.dim(transB ? 1 : 0);
  if (depth != bDepth)
    return node.error("the inner dimensions must agree, got " + Twine(depth) +
                      " and " + Twine(bDepth));
  Dims shape = {a.dim(0), b.dim(transB ? 0 : 1)};
  if (node.has(2)) {
    HostTensor result = HostTensor::splat(a.kind(), shape, 0);
    if (ArrayRef<int64_t>(node.broadcastShape(
            {Tensor(result), node.input(2)})) != ArrayRef<int64_t>(shape))
      return node.error(node.inputName(2) + " does not broadcast to " +
                        shapeString(shape));
  }
  if (node.hasFailed() || failed(node.checkShape(shape, a.kind())))
    return failure();
  Emitter &emit = node.emit;
  Value left = emit.inONNXOrder(a);
  Value right = emit.inOrder(b, transB ? Dims{1, 0} : Dims{0, 1});
  Type elementType = cast<RankedTensorType>(left.getType()).getElementType();
  if (alpha != 1.0)
    left = arith::MulFOp::create(emit.builder, emit.loc, left,
                                 emit.splat(a.shape(), elementType, alpha));
  Value init = emitGemmBias(node, shape, elementType, beta);
  Value result =
      linalg::MatmulOp::create(emit.builder, emit.loc, ValueRange{left, right},
                               ValueRange{init})
          .getResult(0);
  return node.setOutput(Tensor(result, a.kind()));
}

void lf::importer::registerMatMulOps(OpTable &table) {
  table.add("Gemm", {7, 2, 3, importGemm});
}
