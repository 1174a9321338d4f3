//===- GraphImporter.h - an ONNX graph while it is imported -----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The state of one import: the values defined so far by their ONNX names.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_IMPORTONNX_GRAPHIMPORTER_H
#define LAYERFUSION_LIB_TARGET_IMPORTONNX_GRAPHIMPORTER_H

#include "OpTable.h"

#include "LayerFusion/Target/ONNX.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace onnx {
class GraphProto;
class ModelProto;
class TensorProto;
class ValueInfoProto;
} // namespace onnx

namespace mlir::lf::importer {

class GraphImporter {
public:
  GraphImporter(const onnx::ModelProto &model, llvm::StringRef path,
                MLIRContext *context, const ImportONNXOptions &options);

  /// Null after an error.
  OwningOpRef<ModuleOp> run();

  /// Null if no earlier node, input or initializer has this name.
  const Tensor *lookup(llvm::StringRef name) const;
  /// Fails if the name is taken.
  LogicalResult define(llvm::StringRef name, Tensor tensor);
  /// True if a node or the graph's outputs read this name.
  bool isUsed(llvm::StringRef name) const { return used.contains(name); }
  /// True if a node of the graph, earlier or later, defines this name.
  bool isProduced(llvm::StringRef name) const {
    return produced.contains(name);
  }
  /// Adds to the bytes of all tensors (or, folded, of all constants computed);
  /// false if that exceeds what a model may take.
  bool account(int64_t bytes, bool folded);
  /// The folder external weights are relative to.
  llvm::StringRef folder() const;
  llvm::StringRef path() const { return modelPath; }
  Location fileLocation() const { return fileLoc; }

  Emitter emit;

private:
  LogicalResult chooseOpset();
  LogicalResult importInitializers();
  LogicalResult importInputs();
  LogicalResult importInput(const onnx::ValueInfoProto &input);
  LogicalResult importNodes();
  LogicalResult importOutputs();
  /// The dimensions of an input with symbolic ones bound.
  LogicalResult inputShape(const onnx::ValueInfoProto &input, Dims &shape);
  bool wantsNHWC(int64_t rank) const;
  DictionaryAttr ioAttrs(llvm::StringRef name, int64_t rank);
  LogicalResult error(const llvm::Twine &message);
  void collectNames();
  void eraseDeadOps();

  const onnx::ModelProto &model;
  const onnx::GraphProto &graph;
  std::string modelPath;
  const ImportONNXOptions &options;
  OpBuilder builder;
  Location fileLoc;
  int64_t opset = 0;
  func::FuncOp function;
  llvm::StringMap<Tensor> values;
  llvm::StringSet<> used, produced;
  int64_t tensorBytes = 0, foldedBytes = 0;
};

/// Reads a tensor of the file; `describe` starts its messages ("initializer
/// 'w'"). External data are looked up in `folder`. Elements kept in raw form
/// are borrowed from `proto`.
std::optional<HostTensor>
readTensorProto(const onnx::TensorProto &proto, llvm::StringRef describe,
                llvm::StringRef folder,
                llvm::function_ref<LogicalResult(const llvm::Twine &)> error);

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_GRAPHIMPORTER_H
