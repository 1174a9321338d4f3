//===- GraphImporter.cpp - an ONNX graph while it is imported ---*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Initializers, inputs, nodes in order, outputs: each checked, and each
// mistake reported with the file and the name it has there.
//
//===----------------------------------------------------------------------===//

#include "GraphImporter.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <onnx/onnx_pb.h>

using namespace mlir;
using namespace mlir::lf;
using namespace mlir::lf::importer;

/// The operator sets whose semantics the importers know. Of the ops read here,
/// 23 to 28 change only the element types, and how Cast rounds to some of them.
constexpr int64_t firstOpset = 7, lastOpset = 28;

OpTable::OpTable() {
  registerActivationOps(*this);
  registerConstantOps(*this);
  registerConvOps(*this);
  registerElementwiseOps(*this);
  registerFunctionOps(*this);
  registerGatherOps(*this);
  registerLayerNormalizationOps(*this);
  registerMatMulOps(*this);
  registerNormalizationOps(*this);
  registerPadOps(*this);
  registerPoolingOps(*this);
  registerReductionOps(*this);
  registerSelectOps(*this);
  registerShapeOps(*this);
  registerSliceOps(*this);
  registerSoftmaxOps(*this);
}

static bool isDefaultDomain(StringRef domain) {
  return domain.empty() || domain == "ai.onnx";
}

GraphImporter::GraphImporter(const onnx::ModelProto &model, StringRef path,
                             MLIRContext *context,
                             const ImportONNXOptions &options)
    : emit(builder, UnknownLoc::get(context)), model(model),
      graph(model.graph()), modelPath(path), options(options), builder(context),
      fileLoc(FileLineColLoc::get(context, path, 0, 0)) {
  emit.loc = fileLoc;
}

LogicalResult GraphImporter::error(const Twine &message) {
  return mlir::emitError(fileLoc, message);
}

/// The file's stem as a C identifier.
static std::string moduleName(StringRef path) {
  std::string name = llvm::sys::path::stem(path).str();
  for (char &c : name)
    if (!llvm::isAlnum(c))
      c = '_';
  if (name.empty() || llvm::isDigit(name.front()))
    name = "model_" + name;
  return name;
}

OwningOpRef<ModuleOp> GraphImporter::run() {
  if (failed(chooseOpset()))
    return nullptr;
  collectNames();
  OwningOpRef<ModuleOp> module =
      ModuleOp::create(fileLoc, moduleName(modelPath));
  builder.setInsertionPointToEnd(module->getBody());
  function = func::FuncOp::create(builder, fileLoc, "main",
                                  builder.getFunctionType({}, {}));
  builder.setInsertionPointToEnd(function.addEntryBlock());
  if (failed(importInitializers()) || failed(importInputs()) ||
      failed(importNodes()) || failed(importOutputs()))
    return nullptr;
  eraseDeadOps();
  if (failed(verify(*module)))
    return nullptr;
  return module;
}

/// Nodes that no output needs, and constants whose use was folded.
void GraphImporter::eraseDeadOps() {
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(function.getBody().front())))
    if (isOpTriviallyDead(&op))
      op.erase();
}

LogicalResult GraphImporter::chooseOpset() {
  for (const onnx::OperatorSetIdProto &entry : model.opset_import()) {
    if (!isDefaultDomain(entry.domain()))
      continue;
    opset = entry.version();
    if (opset < firstOpset || opset > lastOpset)
      return error("opset " + Twine(opset) + " is not supported, only " +
                   Twine(firstOpset) + " to " + Twine(lastOpset) + " are");
    return success();
  }
  return error("the model names no opset of the default domain");
}

void GraphImporter::collectNames() {
  for (const onnx::NodeProto &node : graph.node()) {
    for (const std::string &name : node.input())
      used.insert(name);
    for (const std::string &name : node.output())
      produced.insert(name);
  }
  for (const onnx::ValueInfoProto &output : graph.output())
    used.insert(output.name());
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

const Tensor *GraphImporter::lookup(StringRef name) const {
  auto it = values.find(name);
  return it == values.end() ? nullptr : &it->second;
}

LogicalResult GraphImporter::define(StringRef name, Tensor tensor) {
  return success(values.try_emplace(name, std::move(tensor)).second);
}

bool GraphImporter::account(int64_t bytes, bool folded) {
  // Neither term can come near an overflow: single tensors are limited.
  int64_t &total = folded ? foldedBytes : tensorBytes;
  total += bytes;
  return total <= (folded ? maxFoldedModelBytes : maxModelBytes);
}

StringRef GraphImporter::folder() const {
  StringRef parent = llvm::sys::path::parent_path(modelPath);
  return parent.empty() ? "." : parent;
}

LogicalResult GraphImporter::importInitializers() {
  if (graph.sparse_initializer_size() > 0)
    return error("sparse initializers are not supported");
  for (const onnx::TensorProto &proto : graph.initializer()) {
    std::string describe = "initializer '" + proto.name() + "'";
    std::optional<HostTensor> tensor =
        readTensorProto(proto, describe, folder(),
                        [&](const Twine &message) { return error(message); });
    if (!tensor)
      return failure();
    if (proto.name().empty())
      return error("an initializer has no name");
    emit.nameConstant(*tensor, proto.name());
    if (failed(define(proto.name(), std::move(*tensor))))
      return error(describe + " is defined twice");
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Inputs and outputs
//===----------------------------------------------------------------------===//

bool GraphImporter::wantsNHWC(int64_t rank) const {
  return rank == 4 && options.ioLayout == IOLayout::NHWC;
}

DictionaryAttr GraphImporter::ioAttrs(StringRef name, int64_t rank) {
  NamedAttrList attrs;
  attrs.append("lf.name", builder.getStringAttr(name));
  if (rank == 4)
    attrs.append("lf.layout",
                 builder.getStringAttr(wantsNHWC(rank) ? "NHWC" : "NCHW"));
  return attrs.getDictionary(builder.getContext());
}

/// Describes a dimension left open: "'N'", or "unnamed".
static std::string symbolName(const onnx::TensorShapeProto::Dimension &dim) {
  return dim.dim_param().empty() ? "unnamed" : "'" + dim.dim_param() + "'";
}

LogicalResult GraphImporter::inputShape(const onnx::ValueInfoProto &input,
                                        Dims &shape) {
  const onnx::TensorShapeProto &proto = input.type().tensor_type().shape();
  std::string describe = "input '" + input.name() + "'";
  for (int i = 0, e = proto.dim_size(); i < e; ++i) {
    const onnx::TensorShapeProto::Dimension &dim = proto.dim(i);
    if (dim.has_dim_value()) {
      if (dim.dim_value() < 0)
        return error(describe + ": dimension " + Twine(i) + " is " +
                     Twine(dim.dim_value()) + ", it must not be negative");
      if (i == 0 && options.batch && dim.dim_value() != *options.batch)
        return error(describe + ": dimension 0 is fixed at " +
                     Twine(dim.dim_value()) + ", the batch size asked for is " +
                     Twine(*options.batch));
      shape.push_back(dim.dim_value());
    } else if (i > 0) {
      return error(describe + ": dimension " + Twine(i) + " is symbolic (" +
                   symbolName(dim) +
                   "): only dimension 0 can be, as the batch");
    } else if (!options.batch) {
      return error(describe + ": dimension 0 is symbolic (" + symbolName(dim) +
                   "): give the batch size (--batch=N)");
    } else {
      shape.push_back(*options.batch);
    }
  }
  return success();
}

LogicalResult GraphImporter::importInput(const onnx::ValueInfoProto &input) {
  std::string describe = "input '" + input.name() + "'";
  if (input.name().empty())
    return error("an input has no name");
  if (!input.type().has_tensor_type())
    return error(describe + " is not a tensor");
  const onnx::TypeProto::Tensor &type = input.type().tensor_type();
  std::optional<ElementKind> kind = elementKindFromONNX(type.elem_type());
  if (!kind)
    return error(describe + ": the element type " +
                 onnxTypeName(type.elem_type()) + " is not supported");
  if (!type.has_shape())
    return error(describe + " has no shape");
  Dims shape;
  if (failed(inputShape(input, shape)))
    return failure();
  std::optional<int64_t> count = elementCount(shape);
  int64_t rank = shape.size(), bytes = byteSize(*kind);
  if (rank > maxRank || !count || *count > maxTensorBytes / bytes ||
      !account(*count * bytes, /*folded=*/false))
    return error(describe + ": the shape " + shapeString(shape) +
                 " is too large");
  Dims perm = wantsNHWC(rank) ? channelsLastPerm(rank) : identityPerm(rank);
  Value argument = function.getBody().addArgument(
      RankedTensorType::get(permuted(shape, perm),
                            toMLIRType(*kind, builder.getContext())),
      fileLoc);
  // Nothing can be computed from a tensor without elements.
  Tensor tensor = *count == 0 ? Tensor(HostTensor(*kind, shape, {}))
                              : Tensor(argument, *kind, perm);
  if (failed(define(input.name(), std::move(tensor))))
    return error(describe + " is defined twice");
  return success();
}

LogicalResult GraphImporter::importInputs() {
  if (options.batch && *options.batch < 1)
    return error("the batch size must be positive, got " +
                 Twine(*options.batch));
  llvm::StringSet<> constants;
  for (const onnx::TensorProto &proto : graph.initializer())
    constants.insert(proto.name());
  SmallVector<DictionaryAttr> attrs;
  for (const onnx::ValueInfoProto &input : graph.input()) {
    // Before IR version 4 initializers had to be listed as inputs too.
    if (constants.contains(input.name()))
      continue;
    if (failed(importInput(input)))
      return failure();
    auto type = cast<RankedTensorType>(
        function.getBody().getArguments().back().getType());
    attrs.push_back(ioAttrs(input.name(), type.getRank()));
  }
  function.setType(
      builder.getFunctionType(function.getBody().getArgumentTypes(), {}));
  function.setAllArgAttrs(attrs);
  return success();
}

LogicalResult GraphImporter::importOutputs() {
  emit.loc = fileLoc;
  SmallVector<Value> results;
  SmallVector<DictionaryAttr> attrs;
  if (graph.output_size() == 0)
    return error("the model has no outputs");
  for (const onnx::ValueInfoProto &output : graph.output()) {
    const Tensor *tensor = lookup(output.name());
    if (!tensor)
      return error("output '" + output.name() + "' is produced by nothing");
    int32_t declared = output.type().tensor_type().elem_type();
    if (declared && elementKindFromONNX(declared) != tensor->kind())
      return error("output '" + output.name() + "' is declared as " +
                   onnxTypeName(declared) + ", its node makes " +
                   toString(tensor->kind()));
    results.push_back(wantsNHWC(tensor->rank()) ? emit.channelsLast(*tensor)
                                                : emit.inONNXOrder(*tensor));
    attrs.push_back(ioAttrs(output.name(), tensor->rank()));
  }
  func::ReturnOp::create(builder, fileLoc, results);
  function.setType(builder.getFunctionType(
      function.getBody().getArgumentTypes(), TypeRange(ValueRange(results))));
  function.setAllResultAttrs(attrs);
  return success();
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

LogicalResult GraphImporter::importNodes() {
  static const OpTable table;
  int64_t index = 0;
  for (const onnx::NodeProto &proto : graph.node()) {
    NodeContext node(*this, proto, index++, opset);
    if (!isDefaultDomain(proto.domain()))
      return node.error("the domain '" + proto.domain() + "' is not supported");
    const OpInfo *info = table.find(proto.op_type());
    if (!info)
      return node.error("the op is not supported");
    if (opset < info->since)
      return node.error("the op is not in this opset, it came with opset " +
                        Twine(info->since));
    if (failed(node.bindInputs(info->required, info->allowed)) ||
        failed(info->import(node)) || failed(node.finish()))
      return failure();
  }
  return success();
}
