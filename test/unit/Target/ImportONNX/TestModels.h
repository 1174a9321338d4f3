//===- TestModels.h - ONNX models for tests ---------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Small models that between them use most of what the import reads, built here
// so that no test needs a file.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TEST_UNIT_TARGET_IMPORTONNX_TESTMODELS_H
#define LAYERFUSION_TEST_UNIT_TARGET_IMPORTONNX_TESTMODELS_H

#include <cstdint>
#include <initializer_list>
#include <onnx/onnx_pb.h>
#include <string>
#include <vector>

namespace mlir::lf::test {

using Ints = std::vector<int64_t>;
using Names = std::vector<std::string>;

/// Writes a model node by node.
class ModelBuilder {
public:
  explicit ModelBuilder(int64_t opset);

  /// A float32 input. A negative extent becomes symbolic.
  void input(const std::string &name, const Ints &shape);
  void output(const std::string &name);
  /// A float32 initializer, raw or as a list of floats.
  void weight(const std::string &name, const Ints &shape, bool raw = true);
  /// An int64 initializer of rank 1.
  void ints(const std::string &name, const Ints &values);
  onnx::NodeProto &node(const std::string &op, const Names &inputs,
                        const Names &outputs);

  onnx::ModelProto model;
};

void setAttr(onnx::NodeProto &node, const std::string &name, int64_t value);
void setAttr(onnx::NodeProto &node, const std::string &name,
             const Ints &values);
void setAttr(onnx::NodeProto &node, const std::string &name,
             const std::string &value);
void setAttr(onnx::NodeProto &node, const std::string &name, float value);

/// Convolutions as in a classifier, batch norm kept, opset 13.
onnx::ModelProto convolutionModel();
/// Shapes computed and used, slices, splits and transposes, opset 14.
onnx::ModelProto shapeModel();
/// Gathers, pads, conditions and ranges, opset 18.
onnx::ModelProto gatherModel();
/// What older opsets had as attributes, and initializers listed as inputs:
/// opset 9.
onnx::ModelProto olderModel();
/// Convolutions over one and three dimensions, opset 20.
onnx::ModelProto convolutionNDModel();

/// Pooling, normalization over channels, a matrix product, opset 13.
onnx::ModelProto poolingModel();
/// Functions of elements, reductions and layer normalization, opset 20.
onnx::ModelProto functionModel();

std::vector<onnx::ModelProto> allModels();

} // namespace mlir::lf::test

#endif // LAYERFUSION_TEST_UNIT_TARGET_IMPORTONNX_TESTMODELS_H
