//===- Row.cpp - a chain of layers to be timed ------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Row.h"

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/Regex.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace mlir;
using namespace lfbench;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// Values of mean 0 whose squares are `variance` in the mean.
static std::vector<float> draw(std::mt19937 &random, int64_t count,
                               double variance) {
  float bound = static_cast<float>(std::sqrt(3 * variance));
  std::uniform_real_distribution<float> distribution(-bound, bound);
  std::vector<float> values(count);
  std::generate(values.begin(), values.end(),
                [&] { return distribution(random); });
  return values;
}

/// Makes a constant of an argument of the function, and returns its values.
static std::vector<float> makeConstant(BlockArgument argument,
                                       std::mt19937 &random, double variance) {
  auto type = cast<RankedTensorType>(argument.getType());
  std::vector<float> values = draw(random, type.getNumElements(), variance);
  OpBuilder builder(argument.getContext());
  builder.setInsertionPointToStart(argument.getOwner());
  auto attribute = DenseElementsAttr::get(type, ArrayRef<float>(values));
  argument.replaceAllUsesWith(
      arith::ConstantOp::create(builder, argument.getLoc(), attribute));
  return values;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

static std::array<int64_t, 4> getShape(Value value) {
  std::array<int64_t, 4> shape;
  llvm::copy(cast<RankedTensorType>(value.getType()).getShape(), shape.begin());
  return shape;
}

static FailureOr<Layer::Activation> getActivation(lf::LayerOpInterface op) {
  lf::ActivationAttr activation = op.getActivation();
  if (activation.isNone())
    return Layer::None;
  if (activation.getKind() == lf::ActivationKind::Relu)
    return Layer::ReLU;
  if (activation.getKind() == lf::ActivationKind::Relu6)
    return Layer::ReLU6;
  return op->emitOpError("has an activation that is not compared");
}

/// `op` and its filter and bias, which become constants. He et al.'s variance
/// of weights keeps activations near unit size.
template <typename ConvOp>
static FailureOr<Layer> readLayer(ConvOp op, std::mt19937 &random) {
  auto layerOp = cast<lf::LayerOpInterface>(op.getOperation());
  FailureOr<Layer::Activation> activation = getActivation(layerOp);
  auto filter = dyn_cast<BlockArgument>(op.getFilter());
  auto bias = dyn_cast_if_present<BlockArgument>(op.getBias());
  lf::Window window = layerOp.getWindow();
  if (failed(activation))
    return failure();
  if (!filter || !bias || window.dilations != std::array<int64_t, 2>{1, 1})
    return op.emitOpError("is no layer of the benchmark: expected a filter and "
                          "a bias that are arguments, and no dilation");
  Layer layer;
  layer.depthwise = isa<lf::DepthwiseConv2DOp>(op);
  layer.input = getShape(op.getInput());
  layer.output = getShape(op.getResult());
  layer.kernel = window.kernel;
  layer.strides = window.strides;
  layer.pads = window.pads;
  layer.activation = *activation;
  int64_t terms = window.kernel[0] * window.kernel[1] *
                  (layer.depthwise ? 1 : layer.input[3]);
  double gain = *activation == Layer::None ? 1 : 2;
  layer.filter = makeConstant(filter, random, gain / terms);
  layer.bias = makeConstant(bias, random, 0.1);
  return layer;
}

static FailureOr<Layer> readLayer(Operation *op, std::mt19937 &random) {
  if (auto conv = dyn_cast<lf::Conv2DOp>(op); conv && conv.getGroups() == 1)
    return readLayer(conv, random);
  if (auto conv = dyn_cast<lf::DepthwiseConv2DOp>(op))
    return readLayer(conv, random);
  return op->emitOpError("is no layer of the benchmark");
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

FailureOr<Row> lfbench::readRow(ModuleOp source) {
  Row row;
  row.name = source.getName().value_or("").str();
  row.module = source.clone();
  auto functions = row.module->getOps<func::FuncOp>();
  if (functions.empty())
    return source.emitOpError("has no function");
  func::FuncOp function = *functions.begin();
  Block &body = function.getBody().front();
  std::mt19937 random(1);
  Value value = body.getArgument(0);
  for (Operation &op : llvm::make_early_inc_range(body.without_terminator())) {
    if (op.getOperand(0) != value)
      return op.emitOpError("does not continue the chain");
    value = op.getResult(0);
    if (auto add = dyn_cast<arith::AddFOp>(op);
        add && add.getRhs() == body.getArgument(0)) {
      row.addsInput = true;
      continue;
    }
    if (row.addsInput)
      return op.emitOpError("follows the addition of the input");
    FailureOr<Layer> layer = readLayer(&op, random);
    if (failed(layer))
      return failure();
    row.flops += cast<lf::LayerOpInterface>(op).getFlops();
    row.layers.push_back(std::move(*layer));
  }
  if (row.layers.empty())
    return source.emitOpError("has no layers");
  for (unsigned index = body.getNumArguments(); index-- > 1;)
    if (failed(function.eraseArgument(index)))
      return function.emitOpError("has arguments that are no weights");
  const Layer &first = row.layers.front();
  if (row.layers.size() == 1)
    row.group = "convolutions";
  else if (row.layers.back().activation == Layer::None)
    row.group = "inverted residuals";
  else
    row.group = first.depthwise ? "depthwise pairs" : "dense pairs";
  row.input = draw(random, ShapedType::getNumElements(first.input), 1);
  row.outputSize = ShapedType::getNumElements(row.layers.back().output);
  return row;
}

LogicalResult lfbench::forEachRow(MLIRContext &context,
                                  ArrayRef<std::string> files, StringRef names,
                                  llvm::function_ref<LogicalResult(Row)> use) {
  llvm::Regex wanted(names);
  for (const std::string &file : files) {
    auto all = parseSourceFile<ModuleOp>(file, ParserConfig(&context));
    if (!all)
      return failure();
    // A file of one module is that module.
    std::vector<ModuleOp> modules(all->getOps<ModuleOp>().begin(),
                                  all->getOps<ModuleOp>().end());
    if (modules.empty())
      modules.push_back(*all);
    for (ModuleOp module : modules) {
      if (!wanted.match(module.getName().value_or("")))
        continue;
      FailureOr<Row> row = readRow(module);
      if (failed(row) || failed(use(std::move(*row))))
        return failure();
    }
  }
  return success();
}
