//===- NodeContext.h - one ONNX node while it is imported -------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an importer of one op sees of the model: the node's attributes, inputs
// and outputs, the opset, and the Emitter. Everything read from the file is
// checked here. The first mistake is reported, naming node, op and opset, and
// the node has failed from then on, whatever its importer goes on to do: so
// importers read attributes without checking each and ask hasFailed() once.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_IMPORTONNX_NODECONTEXT_H
#define LAYERFUSION_LIB_TARGET_IMPORTONNX_NODECONTEXT_H

#include "Emitter.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"

namespace onnx {
class AttributeProto;
class NodeProto;
class TensorProto;
} // namespace onnx

namespace mlir::lf::importer {

class GraphImporter;

class NodeContext {
public:
  NodeContext(GraphImporter &graph, const onnx::NodeProto &proto, int64_t index,
              int64_t opset);

  Emitter &emit;
  const int64_t opset;

  /// The op's name, like "Conv".
  llvm::StringRef op() const;
  /// Reports `message` unless the node has failed before.
  LogicalResult error(const llvm::Twine &message);
  bool hasFailed() const { return failedBefore; }

  /// Inputs. Those the op table requires are there; others are if has() says.
  unsigned numInputs() const { return inputs.size(); }
  bool has(unsigned i) const { return i < inputs.size() && inputs[i]; }
  const Tensor &input(unsigned i) const { return *inputs[i]; }
  /// "input 1 ('weight')".
  std::string inputName(unsigned i) const;
  bool allConstant() const;
  /// Fails unless input `i` has a float type (of all inputs, if not given).
  LogicalResult requireFloat(unsigned i);
  LogicalResult requireFloats();
  /// Fails unless all inputs given have one element type.
  LogicalResult requireSameKind();
  LogicalResult requireRank(unsigned i, int64_t rank);
  /// The elements of a constant integer input of rank at most 1. Fails (and
  /// returns none) if it is computed at run time, or of another type or rank.
  Dims constantInts(unsigned i);
  /// The one element of a constant input.
  double constantNumber(unsigned i);

  /// Attributes, or the default where the node has none. A wrong type fails.
  bool hasAttr(llvm::StringRef name) const;
  int64_t intAttr(llvm::StringRef name, int64_t fallback);
  double floatAttr(llvm::StringRef name, double fallback);
  std::string stringAttr(llvm::StringRef name, llvm::StringRef fallback);
  Dims intsAttr(llvm::StringRef name, llvm::ArrayRef<int64_t> fallback = {});
  llvm::SmallVector<double> floatsAttr(llvm::StringRef name);
  /// Null if there is none.
  const onnx::AttributeProto *attr(llvm::StringRef name);
  /// An attribute without a meaning here. One never asked for is an error.
  void ignoreAttr(llvm::StringRef name);
  /// Reads "axes" as an input (if the opset is at least `sinceInput`) or as an
  /// attribute; none where neither is given.
  std::optional<Dims> axes(unsigned inputIndex, int64_t sinceInput);

  /// `axis` counted from the front; fails outside [-rank, rank).
  int64_t axis(int64_t axis, int64_t rank);
  /// The axes counted from the front, ascending; fails if one comes twice.
  Dims sortedAxes(llvm::ArrayRef<int64_t> axes, int64_t rank);
  /// Fails if a tensor of this shape is too large to handle, or (`folded`) to
  /// be computed during import.
  LogicalResult checkShape(llvm::ArrayRef<int64_t> shape, ElementKind kind,
                           bool folded = false);
  /// The broadcast of all shapes by ONNX's rule; fails if they do not agree.
  Dims broadcastShape(llvm::ArrayRef<Tensor> tensors);
  /// A tensor held in a TensorProto; none after an error.
  std::optional<HostTensor> readTensor(const onnx::TensorProto &proto);

  /// Outputs.
  unsigned numOutputs() const;
  bool wantsOutput(unsigned i) const;
  /// Defines output `i`, if it has a name.
  LogicalResult setOutput(unsigned i, Tensor tensor);
  LogicalResult setOutput(Tensor tensor) {
    return setOutput(0, std::move(tensor));
  }
  /// Defines output `i` as a constant computed during import.
  LogicalResult setFolded(unsigned i, HostTensor tensor);
  LogicalResult setFolded(HostTensor tensor) {
    return setFolded(0, std::move(tensor));
  }

  /// For the driver: looks the inputs up; reports attributes never asked for
  /// and outputs never defined.
  LogicalResult bindInputs(unsigned required, unsigned allowed);
  LogicalResult finish();

private:
  const onnx::AttributeProto *typedAttr(llvm::StringRef name, int type,
                                        llvm::StringRef typeName);

  GraphImporter &graph;
  const onnx::NodeProto &proto;
  int64_t index;
  llvm::SmallVector<const Tensor *> inputs;
  llvm::SmallVector<bool> defined;
  llvm::StringSet<> asked;
  bool failedBefore = false;
};

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_NODECONTEXT_H
