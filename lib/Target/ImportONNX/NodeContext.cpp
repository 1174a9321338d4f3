//===- NodeContext.cpp - one ONNX node while it is imported -----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checked access to a node: nothing a file says about a node reaches an
// importer of an op without having passed here.
//
//===----------------------------------------------------------------------===//

#include "NodeContext.h"

#include "GraphImporter.h"

#include "mlir/IR/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <onnx/onnx_pb.h>

using namespace mlir;
using namespace mlir::lf::importer;
using onnx::AttributeProto;

NodeContext::NodeContext(GraphImporter &graph, const onnx::NodeProto &proto,
                         int64_t index, int64_t opset)
    : emit(graph.emit), opset(opset), graph(graph), proto(proto), index(index),
      defined(proto.output_size(), false) {
  StringRef name = proto.name();
  if (name.empty() && proto.output_size() > 0)
    name = proto.output(0);
  emit.loc = graph.fileLocation();
  if (!name.empty())
    emit.loc = NameLoc::get(StringAttr::get(emit.builder.getContext(), name),
                            emit.loc);
}

StringRef NodeContext::op() const { return proto.op_type(); }

LogicalResult NodeContext::error(const Twine &message) {
  if (!failedBefore) {
    InFlightDiagnostic diagnostic = mlir::emitError(emit.loc) << "node ";
    if (proto.name().empty())
      diagnostic << index;
    else
      diagnostic << "'" << proto.name() << "'";
    diagnostic << " (" << op() << ", opset " << opset << "): " << message;
  }
  failedBefore = true;
  return failure();
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

LogicalResult NodeContext::bindInputs(unsigned required, unsigned allowed) {
  unsigned count = proto.input_size();
  if (count > allowed)
    return error("takes at most " + Twine(allowed) + " inputs, got " +
                 Twine(count));
  for (const std::string &name : proto.input()) {
    const Tensor *tensor = nullptr;
    if (!name.empty()) {
      tensor = graph.lookup(name);
      if (!tensor && graph.isProduced(name))
        return error("input '" + name +
                     "' is produced by a later node: the graph has a cycle or "
                     "is not sorted topologically");
      if (!tensor)
        return error("input '" + name + "' is produced by nothing");
    }
    inputs.push_back(tensor);
  }
  for (unsigned i = 0; i < required; ++i)
    if (!has(i))
      return error("needs at least " + Twine(required) + " inputs, input " +
                   Twine(i) + " is missing");
  return success();
}

std::string NodeContext::inputName(unsigned i) const {
  return ("input " + Twine(i) + " ('" + proto.input(i) + "')").str();
}

bool NodeContext::allConstant() const {
  return llvm::all_of(inputs, [](const Tensor *tensor) {
    return !tensor || tensor->isConstant();
  });
}

LogicalResult NodeContext::requireFloat(unsigned i) {
  if (!has(i) || isFloat(input(i).kind()))
    return success();
  return error(inputName(i) + " is " + toString(input(i).kind()) +
               ", supported are the float types");
}

LogicalResult NodeContext::requireFloats() {
  for (unsigned i = 0; i < numInputs(); ++i)
    if (failed(requireFloat(i)))
      return failure();
  return requireSameKind();
}

LogicalResult NodeContext::requireSameKind() {
  for (unsigned i = 1; i < numInputs(); ++i)
    if (has(0) && has(i) && input(i).kind() != input(0).kind())
      return error(inputName(i) + " is " + toString(input(i).kind()) + ", " +
                   inputName(0) + " is " + toString(input(0).kind()) +
                   ": the types must be equal");
  return success();
}

LogicalResult NodeContext::requireRank(unsigned i, int64_t rank) {
  if (!has(i) || input(i).rank() == rank)
    return success();
  return error(inputName(i) + " must have rank " + Twine(rank) + ", got " +
               shapeString(input(i).shape()));
}

Dims NodeContext::constantInts(unsigned i) {
  const Tensor &tensor = input(i);
  constexpr int64_t most = 1 << 20;
  if (!tensor.isConstant())
    (void)error(inputName(i) + " must be a constant");
  else if (isFloat(tensor.kind()) || tensor.kind() == ElementKind::Bool)
    (void)error(inputName(i) + " must be of an integer type, got " +
                toString(tensor.kind()));
  else if (tensor.rank() > 1 || tensor.size() > most)
    (void)error(inputName(i) + " must be a short list, got shape " +
                shapeString(tensor.shape()));
  else
    return tensor.host().integers();
  return {};
}

double NodeContext::constantNumber(unsigned i) {
  const Tensor &tensor = input(i);
  if (!tensor.isConstant())
    (void)error(inputName(i) + " must be a constant");
  else if (tensor.size() != 1)
    (void)error(inputName(i) + " must have one element, got shape " +
                shapeString(tensor.shape()));
  else
    return tensor.host().number(0);
  return 0;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

static StringRef attrTypeName(int type) {
  switch (type) {
  case AttributeProto::FLOAT:
    return "a float";
  case AttributeProto::INT:
    return "an integer";
  case AttributeProto::STRING:
    return "a string";
  case AttributeProto::TENSOR:
    return "a tensor";
  case AttributeProto::GRAPH:
    return "a graph";
  case AttributeProto::FLOATS:
    return "a list of floats";
  case AttributeProto::INTS:
    return "a list of integers";
  case AttributeProto::STRINGS:
    return "a list of strings";
  default:
    return "of an unknown type";
  }
}

const AttributeProto *NodeContext::attr(StringRef name) {
  asked.insert(name);
  for (const AttributeProto &attribute : proto.attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

bool NodeContext::hasAttr(StringRef name) const {
  return llvm::any_of(proto.attribute(), [&](const AttributeProto &attribute) {
    return attribute.name() == name;
  });
}

void NodeContext::ignoreAttr(StringRef name) { asked.insert(name); }

const AttributeProto *NodeContext::typedAttr(StringRef name, int type,
                                             StringRef typeName) {
  const AttributeProto *attribute = attr(name);
  if (!attribute || attribute->type() == type)
    return attribute;
  (void)error("attribute '" + name + "' must be " + typeName + ", got " +
              attrTypeName(attribute->type()));
  return nullptr;
}

int64_t NodeContext::intAttr(StringRef name, int64_t fallback) {
  const AttributeProto *attribute =
      typedAttr(name, AttributeProto::INT, "an integer");
  return attribute ? attribute->i() : fallback;
}

double NodeContext::floatAttr(StringRef name, double fallback) {
  const AttributeProto *attribute =
      typedAttr(name, AttributeProto::FLOAT, "a float");
  return attribute ? attribute->f() : fallback;
}

std::string NodeContext::stringAttr(StringRef name, StringRef fallback) {
  const AttributeProto *attribute =
      typedAttr(name, AttributeProto::STRING, "a string");
  return attribute ? attribute->s() : fallback.str();
}

Dims NodeContext::intsAttr(StringRef name, ArrayRef<int64_t> fallback) {
  const AttributeProto *attribute =
      typedAttr(name, AttributeProto::INTS, "a list of integers");
  if (!attribute)
    return Dims(fallback);
  return Dims(attribute->ints().begin(), attribute->ints().end());
}

SmallVector<double> NodeContext::floatsAttr(StringRef name) {
  const AttributeProto *attribute =
      typedAttr(name, AttributeProto::FLOATS, "a list of floats");
  if (!attribute)
    return {};
  return SmallVector<double>(attribute->floats().begin(),
                             attribute->floats().end());
}

std::optional<Dims> NodeContext::axes(unsigned inputIndex, int64_t sinceInput) {
  if (opset >= sinceInput) {
    if (!has(inputIndex))
      return std::nullopt;
    return constantInts(inputIndex);
  }
  if (!hasAttr("axes"))
    return std::nullopt;
  return intsAttr("axes");
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

int64_t NodeContext::axis(int64_t axis, int64_t rank) {
  if (axis >= -rank && axis < rank)
    return axis < 0 ? axis + rank : axis;
  (void)error("axis " + Twine(axis) + " is out of range for rank " +
              Twine(rank));
  return 0;
}

Dims NodeContext::sortedAxes(ArrayRef<int64_t> axes, int64_t rank) {
  Dims result;
  for (int64_t entry : axes)
    result.push_back(axis(entry, rank));
  llvm::sort(result);
  if (!hasFailed() &&
      std::adjacent_find(result.begin(), result.end()) != result.end())
    (void)error("an axis is given twice");
  if (hasFailed())
    return {};
  return result;
}

LogicalResult NodeContext::checkShape(ArrayRef<int64_t> shape, ElementKind kind,
                                      bool folded) {
  if (static_cast<int64_t>(shape.size()) > maxRank)
    return error("a tensor of rank " + Twine(shape.size()) +
                 " is too large, the limit is " + Twine(maxRank));
  for (int64_t dim : shape)
    if (dim < 0)
      return error("a dimension is negative: " + shapeString(shape));
  std::optional<int64_t> count = elementCount(shape);
  int64_t limit = (folded ? maxFoldedBytes : maxTensorBytes) / byteSize(kind);
  if (!count || *count > limit)
    return error("a tensor of " + shapeString(shape) + " " + toString(kind) +
                 " is too large" +
                 (folded ? " to be computed during import" : ""));
  return success();
}

Dims NodeContext::broadcastShape(ArrayRef<Tensor> tensors) {
  Dims shape;
  for (const Tensor &tensor : tensors) {
    if (tensor.rank() > static_cast<int64_t>(shape.size()))
      shape.insert(shape.begin(), tensor.rank() - shape.size(), 1);
    int64_t offset = static_cast<int64_t>(shape.size()) - tensor.rank();
    for (int64_t i = 0; i < tensor.rank(); ++i) {
      int64_t &dim = shape[offset + i];
      if (dim == 1)
        dim = tensor.dim(i);
      else if (tensor.dim(i) != 1 && tensor.dim(i) != dim) {
        (void)error(
            "shapes do not broadcast: " + shapeString(tensors.front().shape()) +
            " and " + shapeString(tensor.shape()));
        return shape;
      }
    }
  }
  if (!tensors.empty())
    (void)checkShape(shape, tensors.front().kind());
  return shape;
}

std::optional<HostTensor>
NodeContext::readTensor(const onnx::TensorProto &tensor) {
  return readTensorProto(tensor, "the tensor", graph.folder(),
                         [&](const Twine &message) { return error(message); });
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

unsigned NodeContext::numOutputs() const { return proto.output_size(); }

bool NodeContext::wantsOutput(unsigned i) const {
  return i < numOutputs() && !proto.output(i).empty();
}

LogicalResult NodeContext::setOutput(unsigned i, Tensor tensor) {
  if (hasFailed())
    return failure();
  if (!wantsOutput(i))
    return success();
  if (failed(checkShape(tensor.shape(), tensor.kind())))
    return failure();
  defined[i] = true;
  // Nothing is computed for a tensor without elements.
  if (!tensor.isConstant() && tensor.size() == 0)
    tensor = HostTensor(tensor.kind(), tensor.shape(), {});
  if (!tensor.isConstant() &&
      !graph.account(tensor.size() * byteSize(tensor.kind()), false))
    return error("the tensors of the model together take more than " +
                 Twine(maxModelBytes >> 30) + " GiB");
  if (failed(graph.define(proto.output(i), std::move(tensor))))
    return error("output '" + proto.output(i) + "' is defined twice");
  return success();
}

LogicalResult NodeContext::setFolded(unsigned i, HostTensor tensor) {
  if (!graph.account(tensor.bytes().size(), true))
    return error("the constants computed during import take more than " +
                 Twine(maxFoldedModelBytes >> 30) + " GiB");
  return setOutput(i, std::move(tensor));
}

LogicalResult NodeContext::finish() {
  if (hasFailed())
    return failure();
  for (const AttributeProto &attribute : proto.attribute())
    if (!asked.contains(attribute.name()))
      return error("unknown attribute '" + attribute.name() + "'");
  for (unsigned i = 0; i < numOutputs(); ++i)
    if (wantsOutput(i) && !defined[i] && graph.isUsed(proto.output(i)))
      return error("output " + Twine(i) + " ('" + proto.output(i) +
                   "') is not supported");
  return success();
}
