//===- TestModels.cpp - ONNX models for tests -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds the models.
//
//===----------------------------------------------------------------------===//

#include "TestModels.h"

#include "mlir/Support/LLVM.h"

using namespace mlir;
using namespace mlir::lf::test;

ModelBuilder::ModelBuilder(int64_t opset) {
  model.set_ir_version(8);
  model.add_opset_import()->set_version(opset);
  model.mutable_graph()->set_name("graph");
}

void ModelBuilder::input(const std::string &name, const Ints &shape) {
  onnx::ValueInfoProto *info = model.mutable_graph()->add_input();
  info->set_name(name);
  auto *type = info->mutable_type()->mutable_tensor_type();
  type->set_elem_type(onnx::TensorProto::FLOAT);
  for (int64_t dim : shape) {
    if (dim < 0)
      type->mutable_shape()->add_dim()->set_dim_param("N");
    else
      type->mutable_shape()->add_dim()->set_dim_value(dim);
  }
}

void ModelBuilder::output(const std::string &name) {
  model.mutable_graph()->add_output()->set_name(name);
}

void ModelBuilder::weight(const std::string &name, const Ints &shape,
                          bool raw) {
  onnx::TensorProto *tensor = model.mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(onnx::TensorProto::FLOAT);
  int64_t count = 1;
  for (int64_t dim : shape) {
    tensor->add_dims(dim);
    count *= dim;
  }
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(0.25f * (1 + i % 7));
  if (raw)
    tensor->set_raw_data(values.data(), values.size() * sizeof(float));
  else
    tensor->mutable_float_data()->Add(values.begin(), values.end());
}

void ModelBuilder::ints(const std::string &name, const Ints &values) {
  onnx::TensorProto *tensor = model.mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(onnx::TensorProto::INT64);
  tensor->add_dims(values.size());
  tensor->mutable_int64_data()->Add(values.begin(), values.end());
}

onnx::NodeProto &ModelBuilder::node(const std::string &op, const Names &inputs,
                                    const Names &outputs) {
  onnx::NodeProto *node = model.mutable_graph()->add_node();
  node->set_op_type(op);
  node->set_name(outputs.front() + "_node");
  for (const std::string &name : inputs)
    node->add_input(name);
  for (const std::string &name : outputs)
    node->add_output(name);
  return *node;
}

static onnx::AttributeProto *addAttr(onnx::NodeProto &node,
                                     const std::string &name,
                                     onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto *attr = node.add_attribute();
  attr->set_name(name);
  attr->set_type(type);
  return attr;
}

void lf::test::setAttr(onnx::NodeProto &node, const std::string &name,
                       int64_t value) {
  addAttr(node, name, onnx::AttributeProto::INT)->set_i(value);
}

void lf::test::setAttr(onnx::NodeProto &node, const std::string &name,
                       const Ints &values) {
  addAttr(node, name, onnx::AttributeProto::INTS)
      ->mutable_ints()
      ->Add(values.begin(), values.end());
}

void lf::test::setAttr(onnx::NodeProto &node, const std::string &name,
                       const std::string &value) {
  addAttr(node, name, onnx::AttributeProto::STRING)->set_s(value);
}

void lf::test::setAttr(onnx::NodeProto &node, const std::string &name,
                       float value) {
  addAttr(node, name, onnx::AttributeProto::FLOAT)->set_f(value);
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

onnx::ModelProto lf::test::convolutionModel() {
  ModelBuilder m(13);
  m.input("x", {-1, 3, 9, 9});
  m.weight("w0", {8, 3, 3, 3});
  m.weight("b0", {8});
  onnx::NodeProto &stem = m.node("Conv", {"x", "w0", "b0"}, {"c0"});
  setAttr(stem, "strides", Ints{2, 2});
  setAttr(stem, "pads", Ints{1, 1, 1, 1});
  setAttr(stem, "kernel_shape", Ints{3, 3});
  for (const char *name : {"gamma", "beta", "mean", "variance"})
    m.weight(name, {8}, /*raw=*/false);
  setAttr(m.node("BatchNormalization",
                 {"c0", "gamma", "beta", "mean", "variance"}, {"n0"}),
          "epsilon", 1e-3f);
  m.node("Relu", {"n0"}, {"r0"});
  m.weight("w1", {8, 1, 3, 3});
  onnx::NodeProto &depthwise = m.node("Conv", {"r0", "w1"}, {"c1"});
  setAttr(depthwise, "group", int64_t(8));
  setAttr(depthwise, "auto_pad", std::string("SAME_UPPER"));
  setAttr(depthwise, "dilations", Ints{2, 2});
  m.weight("lo", {});
  m.node("Clip", {"c1", "lo"}, {"r1"});
  m.node("Add", {"r0", "r1"}, {"a"});
  m.node("GlobalAveragePool", {"a"}, {"g"});
  m.node("Flatten", {"g"}, {"f"});
  m.weight("w2", {10, 8});
  m.weight("b2", {10});
  setAttr(m.node("Gemm", {"f", "w2", "b2"}, {"y"}), "transB", int64_t(1));
  m.output("y");
  return m.model;
}

onnx::ModelProto lf::test::shapeModel() {
  ModelBuilder m(14);
  m.input("x", {2, 4, 6, 5});
  m.node("Shape", {"x"}, {"s"});
  m.ints("first", {0});
  m.ints("minusOne", {-1});
  m.node("Gather", {"s", "first"}, {"n"});
  m.node("Concat", {"n", "minusOne"}, {"target"}).set_name("");
  setAttr(*m.model.mutable_graph()->mutable_node()->rbegin(), "axis",
          int64_t(0));
  m.node("Reshape", {"x", "target"}, {"flat"});
  setAttr(m.node("Transpose", {"x"}, {"t"}), "perm", Ints{0, 2, 3, 1});
  m.ints("starts", {1, 4});
  m.ints("ends", {6, -100});
  m.ints("axes", {1, 2});
  m.ints("steps", {2, -1});
  m.node("Slice", {"t", "starts", "ends", "axes", "steps"}, {"part"});
  m.ints("sizes", {1, 3});
  setAttr(m.node("Split", {"part", "sizes"}, {"p0", "p1"}), "axis", int64_t(3));
  setAttr(m.node("Concat", {"p1", "p0"}, {"joined"}), "axis", int64_t(3));
  m.node("Squeeze", {"p0", "squeezed"}, {"q"});
  m.ints("squeezed", {3});
  m.node("Unsqueeze", {"q", "first"}, {"u"});
  m.ints("wide", {3, 1, 1, 1});
  m.node("Expand", {"u", "wide"}, {"e"});
  m.node("Mul", {"e", "u"}, {"z"});
  m.node("Dropout", {"z"}, {"d", "mask"});
  m.node("Identity", {"joined"}, {"j"});
  m.output("flat");
  m.output("d");
  m.output("j");
  return m.model;
}

onnx::ModelProto lf::test::gatherModel() {
  ModelBuilder m(18);
  m.input("x", {3, 4, 5});
  m.ints("picked", {3, 0, -2});
  setAttr(m.node("Gather", {"x", "picked"}, {"g"}), "axis", int64_t(1));
  m.ints("pads", {1, 2, 0, 3});
  m.ints("axes", {1, 2});
  setAttr(m.node("Pad", {"g", "pads", "", "axes"}, {"p"}), "mode",
          std::string("reflect"));
  m.node("Pad", {"p", "crop"}, {"c"});
  m.ints("crop", {0, -1, 1, 0, -1, 1});
  m.ints("flatPlaces", {0, 1, 2, 1});
  m.ints("pairs", {2, 2});
  m.node("Reshape", {"flatPlaces", "pairs"}, {"places"});
  m.node("GatherND", {"c", "places"}, {"nd"});
  m.node("Greater", {"nd", "half"}, {"cond"});
  m.weight("half", {1});
  m.node("Where", {"cond", "nd", "half"}, {"w"});
  setAttr(m.node("Cast", {"cond"}, {"f"}), "to",
          int64_t(onnx::TensorProto::FLOAT));
  m.node("Sub", {"w", "f"}, {"y"});
  m.node("ConstantOfShape", {"pairs"}, {"zeros"});
  m.node("Range", {"r0", "r1", "r2"}, {"range"});
  for (const char *name : {"r0", "r1", "r2"})
    m.ints(name, {name[1] - '0' + 1});
  m.output("y");
  m.output("zeros");
  m.output("range");
  return m.model;
}

onnx::ModelProto lf::test::olderModel() {
  ModelBuilder m(9);
  m.input("x", {1, 4, 7, 7});
  m.input("w", {6, 2, 3, 3});
  m.weight("w", {6, 2, 3, 3});
  onnx::NodeProto &pad = m.node("Pad", {"x"}, {"p"});
  setAttr(pad, "pads", Ints{0, 0, 1, 1, 0, 0, 2, 2});
  setAttr(pad, "value", 0.5f);
  setAttr(m.node("Conv", {"p", "w"}, {"c"}), "group", int64_t(2));
  onnx::NodeProto &clip = m.node("Clip", {"c"}, {"k"});
  setAttr(clip, "min", 0.0f);
  setAttr(clip, "max", 6.0f);
  onnx::NodeProto &slice = m.node("Slice", {"k"}, {"s"});
  setAttr(slice, "starts", Ints{1, 0});
  setAttr(slice, "ends", Ints{1000, -1});
  setAttr(slice, "axes", Ints{1, 3});
  setAttr(m.node("Unsqueeze", {"s"}, {"u"}), "axes", Ints{0});
  setAttr(m.node("Squeeze", {"u"}, {"q"}), "axes", Ints{0});
  onnx::NodeProto &split = m.node("Split", {"q"}, {"a", "b"});
  setAttr(split, "axis", int64_t(1));
  setAttr(split, "split", Ints{2, 3});
  m.node("Constant", {}, {"k1"});
  onnx::AttributeProto *value =
      addAttr(*m.model.mutable_graph()->mutable_node()->rbegin(), "value",
              onnx::AttributeProto::TENSOR);
  value->mutable_t()->set_data_type(onnx::TensorProto::FLOAT);
  value->mutable_t()->add_float_data(3.0f);
  m.node("Div", {"b", "k1"}, {"y"});
  m.output("a");
  m.output("y");
  return m.model;
}

onnx::ModelProto lf::test::convolutionNDModel() {
  ModelBuilder m(20);
  m.input("x", {1, 4, 11});
  m.weight("w", {4, 2, 3});
  onnx::NodeProto &line = m.node("Conv", {"x", "w"}, {"c"});
  setAttr(line, "group", int64_t(2));
  setAttr(line, "pads", Ints{2, 0});
  m.input("v", {1, 4, 5, 6, 7});
  m.weight("k", {4, 4, 2, 3, 3});
  m.weight("b", {4});
  onnx::NodeProto &volume = m.node("Conv", {"v", "k", "b"}, {"d"});
  setAttr(volume, "strides", Ints{1, 2, 2});
  setAttr(volume, "pads", Ints{0, 1, 1, 1, 1, 1});
  m.input("filter", {4, 4, 1, 1, 1});
  m.node("Conv", {"d", "filter"}, {"y"});
  m.output("c");
  m.output("y");
  return m.model;
}

onnx::ModelProto lf::test::poolingModel() {
  ModelBuilder m(13);
  m.input("x", {2, 4, 9, 8});
  onnx::NodeProto &max = m.node("MaxPool", {"x"}, {"p"});
  setAttr(max, "kernel_shape", Ints{3, 3});
  setAttr(max, "strides", Ints{2, 1});
  setAttr(max, "pads", Ints{1, 1, 0, 1});
  setAttr(max, "ceil_mode", int64_t(1));
  onnx::NodeProto &average = m.node("AveragePool", {"p"}, {"q"});
  setAttr(average, "kernel_shape", Ints{2, 3});
  setAttr(average, "auto_pad", std::string("SAME_UPPER"));
  setAttr(average, "count_include_pad", int64_t(1));
  setAttr(m.node("LRN", {"q"}, {"l"}), "size", int64_t(3));
  m.node("GlobalMaxPool", {"l"}, {"g"});
  onnx::NodeProto &mean = m.node("ReduceMean", {"l"}, {"r"});
  setAttr(mean, "axes", Ints{-1, 2});
  setAttr(mean, "keepdims", int64_t(0));
  m.weight("w", {2, 4, 5});
  m.node("MatMul", {"r", "w"}, {"v"});
  setAttr(m.node("Softmax", {"v"}, {"y"}), "axis", int64_t(-1));
  m.output("g");
  m.output("y");
  return m.model;
}

onnx::ModelProto lf::test::functionModel() {
  ModelBuilder m(20);
  m.input("x", {2, 3, 4, 5});
  m.weight("slope", {3, 1, 1});
  m.node("PRelu", {"x", "slope"}, {"v0"});
  setAttr(m.node("LeakyRelu", {"v0"}, {"v1"}), "alpha", 0.2f);
  onnx::NodeProto &hard = m.node("HardSigmoid", {"v1"}, {"v2"});
  setAttr(hard, "alpha", 0.3f);
  setAttr(hard, "beta", 0.4f);
  setAttr(m.node("Gelu", {"v2"}, {"v3"}), "approximate", std::string("tanh"));
  std::string last = "v3";
  for (const char *op :
       {"HardSwish", "Erf", "Tanh", "Sigmoid", "Exp", "Sqrt"}) {
    m.node(op, {last}, {op});
    last = op;
  }
  m.weight("two", {});
  m.node("Pow", {last, "two"}, {"power"});
  m.node("Max", {"power", "v1", "two"}, {"max"});
  m.node("Min", {"max", "v0"}, {"min"});
  m.node("Sum", {"min", "max", "slope"}, {"sum"});
  m.weight("scale", {4, 5});
  m.weight("shift", {4, 5});
  setAttr(m.node("LayerNormalization", {"sum", "scale", "shift"}, {"normal"}),
          "axis", int64_t(2));
  m.ints("axes", {1, -1});
  m.node("ReduceSum", {"normal", "axes"}, {"y"});
  m.node("ReduceMax", {"normal", "axes"}, {"z"});
  m.output("y");
  m.output("z");
  return m.model;
}

std::vector<onnx::ModelProto> lf::test::allModels() {
  return {convolutionModel(),   shapeModel(),   gatherModel(),  olderModel(),
          convolutionNDModel(), poolingModel(), functionModel()};
}
