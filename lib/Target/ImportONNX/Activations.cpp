//===- Activations.cpp - import of activation functions ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An activation becomes lf.activate, in the layout of its input; a layer that
// it follows takes it up later.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/LF.h"
#include "OpTable.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::lf;
using namespace mlir::lf::importer;

/// Defines the result as the activation of input 0.
static LogicalResult setActivated(NodeContext &node,
                                  ActivationAttr activation) {
  if (node.hasFailed() || failed(node.requireFloat(0)))
    return failure();
  const Tensor &input = node.input(0);
  Dims perm =
      input.isConstant() ? identityPerm(input.rank()) : Dims(input.perm());
  Value result = ActivateOp::create(node.emit.builder, node.emit.loc,
                                    node.emit.inOrder(input, perm), activation);
  return node.setOutput(Tensor(result, input.kind(), perm));
}

static LogicalResult importRelu(NodeContext &node) {
  MLIRContext *context = node.emit.builder.getContext();
  return setActivated(node, ActivationAttr::get(context, ActivationKind::Relu));
}

static LogicalResult importClip(NodeContext &node) {
  double low = -std::numeric_limits<double>::infinity(), high = -low;
  if (node.opset < 11) {
    low = node.floatAttr("min", low);
    high = node.floatAttr("max", high);
  } else {
    low = node.has(1) ? node.constantNumber(1) : low;
    high = node.has(2) ? node.constantNumber(2) : high;
  }
  if (std::isnan(low) || std::isnan(high) || low > high)
    return node.error("the bounds must be in order, got " + numberString(low) +
                      " and " + numberString(high));
  MLIRContext *context = node.emit.builder.getContext();
  return setActivated(node, ActivationAttr::getClip(context, low, high));
}

void lf::importer::registerActivationOps(OpTable &table) {
  table.add("Clip", {7, 1, 3, importClip});
  table.add("Relu", {7, 1, 1, importRelu});
}
