//===- ConstantOps.cpp - import of ops that make constants ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constant, ConstantOfShape and Range stay on the host.
//
//===----------------------------------------------------------------------===//

#include "OpTable.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <onnx/onnx_pb.h>

using namespace mlir;
using namespace mlir::lf::importer;

/// The shape of a Constant given as a list, or as a single number.
static Dims listShape(size_t size, bool isList) {
  return isList ? Dims{static_cast<int64_t>(size)} : Dims{};
}

static LogicalResult importConstant(NodeContext &node) {
  if (const onnx::AttributeProto *value = node.attr("value")) {
    if (value->type() != onnx::AttributeProto::TENSOR)
      return node.error("attribute 'value' must be a tensor");
    std::optional<HostTensor> tensor = node.readTensor(value->t());
    return tensor ? node.setOutput(std::move(*tensor)) : failure();
  }
  for (StringRef name : {"value_int", "value_ints"}) {
    if (!node.hasAttr(name))
      continue;
    bool isList = name.ends_with("s");
    Dims list = isList ? node.intsAttr(name) : Dims{node.intAttr(name, 0)};
    return node.setOutput(
        HostTensor::ints(list).reshaped(listShape(list.size(), isList)));
  }
  for (StringRef name : {"value_float", "value_floats"}) {
    if (!node.hasAttr(name))
      continue;
    bool isList = name.ends_with("s");
    SmallVector<double> list =
        isList ? node.floatsAttr(name)
               : SmallVector<double>{node.floatAttr(name, 0)};
    std::vector<char> bytes(list.size() * sizeof(float));
    for (auto [i, number] : llvm::enumerate(list))
      storeNumber(ElementKind::F32, bytes.data(), i, number);
    return node.setOutput(HostTensor(
        ElementKind::F32, listShape(list.size(), isList), std::move(bytes)));
  }
  return node.error("has no value of a supported type");
}

static LogicalResult importConstantOfShape(NodeContext &node) {
  Dims shape = node.constantInts(0);
  HostTensor element = HostTensor::splat(ElementKind::F32, {1}, 0);
  if (const onnx::AttributeProto *value = node.attr("value")) {
    if (value->type() != onnx::AttributeProto::TENSOR)
      return node.error("attribute 'value' must be a tensor");
    std::optional<HostTensor> tensor = node.readTensor(value->t());
    if (!tensor)
      return failure();
    if (tensor->size() != 1)
      return node.error("attribute 'value' must have one element, got " +
                        shapeString(tensor->shape()));
    element = *tensor;
  }
  if (node.hasFailed() || failed(node.checkShape(shape, element.kind())))
    return failure();
  return node.setFolded(element.reshaped({}).broadcastTo(shape));
}

static LogicalResult importRange(NodeContext &node) {
  double start = node.constantNumber(0), limit = node.constantNumber(1),
         delta = node.constantNumber(2);
  if (node.hasFailed() || failed(node.requireSameKind()))
    return failure();
  ElementKind kind = node.input(0).kind();
  double count = std::max(std::ceil((limit - start) / delta), 0.0);
  if (!(count < maxFoldedBytes))
    return node.error("the range from " + numberString(start) + " to " +
                      numberString(limit) + " by " + numberString(delta) +
                      " is endless or too long");
  Dims shape = {static_cast<int64_t>(count)};
  if (failed(node.checkShape(shape, kind, /*folded=*/true)))
    return failure();
  std::vector<char> bytes(shape[0] * byteSize(kind));
  for (int64_t i = 0; i < shape[0]; ++i) {
    if (isFloat(kind))
      storeNumber(kind, bytes.data(), i, start + i * delta);
    else
      // Unsigned, to wrap around at the end of a range of extremes.
      storeInteger(kind, bytes.data(), i,
                   uint64_t(node.input(0).host().integer(0)) +
                       uint64_t(i) * node.input(2).host().integer(0));
  }
  return node.setFolded(HostTensor(kind, shape, std::move(bytes)));
}

void lf::importer::registerConstantOps(OpTable &table) {
  table.add("Constant", {7, 0, 0, importConstant});
  table.add("ConstantOfShape", {9, 1, 1, importConstantOfShape});
  table.add("Range", {11, 3, 3, importRange});
}
