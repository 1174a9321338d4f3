//===- Softmax.cpp - import of Softmax and LogSoftmax -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// exp(x - m) / sum(exp(x - m)) with the maximum m, so that no exp overflows, in
// the layout of the input.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Formula.h"
#include "OpTable.h"
#include "Reductions.h"

using namespace mlir;
using namespace mlir::lf::importer;

/// The dimensions summed over: before opset 13 the input counts as a matrix
/// whose rows are all dimensions from the axis on.
static Dims softmaxAxes(NodeContext &node) {
  int64_t rank = node.input(0).rank();
  bool flattens = node.opset < 13;
  int64_t axis = node.axis(node.intAttr("axis", flattens ? 1 : -1), rank);
  Dims axes = {axis};
  for (int64_t i = axis + 1; flattens && i < rank; ++i)
    axes.push_back(i);
  return axes;
}

static LogicalResult importSoftmax(NodeContext &node, bool isLog) {
  const Tensor &input = node.input(0);
  if (failed(node.requireFloat(0)))
    return failure();
  Dims axes = softmaxAxes(node);
  Emitter &emit = node.emit;
  Formula f(emit);
  ElementKind kind = input.kind();
  return setMapped(node, [&](Value stored) -> Value {
    Type elementType =
        cast<RankedTensorType>(stored.getType()).getElementType();
    Dims dims = storedDims(ownPerm(input), axes);
    Value x = f.widened(stored);
    auto repeated = [&](Value reduced) {
      return broadcastStored(emit, reduced, x, dims);
    };
    Value most = reduceStored(emit, x, dims, Reduction::Maximum, kind);
    Value shifted = f.sub(x, repeated(most));
    Value powers = f.exp(shifted);
    Value sum = reduceStored(emit, powers, dims, Reduction::Sum, kind);
    Value result = isLog ? f.sub(shifted, repeated(f.log(sum)))
                         : f.div(powers, repeated(sum));
    return f.cast(result, elementType);
  });
}

void lf::importer::registerSoftmaxOps(OpTable &table) {
  table.add("LogSoftmax", {7, 1, 1, [](NodeContext &node) {
                             return importSoftmax(node, /*isLog=*/true);
                           }});
  table.add("Softmax", {7, 1, 1, [](NodeContext &node) {
                          return importSoftmax(node, /*isLog=*/false);
                        }});
}
