//===- RandomBlock.cpp - blocks of all kinds --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomBlock.h"

#include "Formulas.h"

#include "LayerFusion/Dialect/LF/Window.h"

#include "llvm/ADT/ArrayRef.h"

#include <cmath>
#include <numeric>

using namespace lftest;
using mlir::lf::Axis;
using mlir::lf::Window;

int64_t lftest::countElements(const std::vector<int64_t> &shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t(1),
                         std::multiplies<>());
}

namespace {

std::string getListText(llvm::ArrayRef<int64_t> numbers) {
  std::string text = "[";
  for (size_t i = 0; i < numbers.size(); ++i)
    text += (i ? ", " : "") + std::to_string(numbers[i]);
  return text + "]";
}

std::string getWindowText(const Window &window) {
  return " strides " + getListText(window.strides) + " pads " +
         getListText(window.pads) + " dilations " +
         getListText(window.dilations);
}

/// What kinds of layers with windows follow each other.
enum class Kind { Any, Depthwise, Pointwise, Conv, Pool };

/// The kinds that the compiler fuses, single layers, and anything else.
std::vector<Kind> chooseKinds(Random &random) {
  const Kind any = Kind::Any, depthwise = Kind::Depthwise,
             pointwise = Kind::Pointwise, conv = Kind::Conv, pool = Kind::Pool;
  switch (random.range(0, 16)) {
  case 0:
  case 1:
    return {depthwise, pointwise};
  case 2:
    return {conv, pointwise};
  case 3:
    return {conv, conv};
  case 4:
    return {pointwise, depthwise};
  case 5:
  case 6:
  case 7:
    return {pointwise, depthwise, pointwise};
  case 8:
    return {random.pick({depthwise, pointwise, conv})};
  case 9:
  case 10:
    return {conv, random.pick({depthwise, pool})};
  default:
    return std::vector<Kind>(random.range(0, 4), any);
  }
}

/// Writes the body of a block from the first layer on.
class BlockWriter {
public:
  BlockWriter(Random &random, int64_t maxProducts)
      : random(random), products(maxProducts) {}

  RandomBlock write();

private:
  std::string addInput(std::vector<int64_t> shape, float scale);
  void chooseInput();
  bool chooseWindow(Window &window, Kind kind);
  void addLayer(const std::string &op, const std::string &operands,
                const std::vector<std::string> &types, const std::string &attrs,
                std::vector<int64_t> result, const Window &window);
  void addWindowLayer(Kind kind);
  void addPool(const Window &window, const std::vector<int64_t> &result);
  void addDepthwise(const Window &window, const std::vector<int64_t> &result);
  void addConv(const Window &window, const std::vector<int64_t> &size,
               int64_t groups);
  int64_t chooseGroups();
  void addElementwise();
  void addPools();
  std::string getActivation();
  std::string getModule() const;

  Random &random;
  /// How many multiply-adds are left to spend.
  int64_t products;
  RandomBlock block;
  std::string body, yielded;
  /// Results of layers that may be yielded, and their shapes.
  std::vector<std::pair<std::string, std::vector<int64_t>>> candidates;
  /// The last layer's result, N x H x W x C, and its name.
  std::vector<int64_t> shape;
  std::string name = "%in0";
  int64_t numLayers = 0;
  bool isSliced = false;
};

/// Declares an input of the block and returns the name it has in the body.
std::string BlockWriter::addInput(std::vector<int64_t> inputShape,
                                  float scale) {
  block.inputs.push_back({std::move(inputShape), scale});
  return "%in" + std::to_string(block.inputs.size() - 1);
}

void BlockWriter::chooseInput() {
  auto chooseSize = [&](int64_t usual, int64_t largest) {
    return random.range(1, random.range(0, 3) ? usual : largest);
  };
  do {
    shape = {random.pick<int64_t>({1, 1, 1, 2, 3}), chooseSize(14, 60),
             chooseSize(14, 60), chooseSize(12, 100)};
  } while (countElements(shape) * 8 > products);
  addInput(shape, 1);
  isSliced = random.range(0, 9) == 0;
}

/// Draws a window that fits into the image, if one is found soon.
bool BlockWriter::chooseWindow(Window &window, Kind layer) {
  if (layer == Kind::Pointwise)
    return true;
  for (int i = 0; i < 20; ++i) {
    int64_t kernel = random.pick<int64_t>({1, 1, 3, 3, 5, 7});
    bool isSquare = random.range(0, 4);
    window.kernel = {kernel,
                     isSquare ? kernel : random.pick<int64_t>({1, 3, 5, 7})};
    int64_t stride = random.pick<int64_t>({1, 1, 2});
    window.strides = {stride, isSquare ? stride : random.range(1, 3)};
    if (random.range(0, 3) == 0)
      window.dilations = {random.range(1, 3), random.range(1, 2)};
    int64_t kind = random.range(0, 5);
    for (int side = 0; side < 4; ++side) {
      int64_t size = window.kernel[side % 2];
      window.pads[side] = kind == 0   ? 0
                          : kind <= 2 ? size / 2
                                      : random.range(0, size - (kind < 5));
    }
    if (window.getExtent(Axis::Height) <=
            shape[1] + window.pads[0] + window.pads[2] &&
        window.getExtent(Axis::Width) <=
            shape[2] + window.pads[1] + window.pads[3])
      return true;
  }
  return false;
}

/// Appends a layer. From time to time remembers the one before to be yielded,
/// which is allowed while all of its rows are read.
void BlockWriter::addLayer(const std::string &op, const std::string &operands,
                           const std::vector<std::string> &types,
                           const std::string &attrs,
                           std::vector<int64_t> result, const Window &window) {
  bool readsAllRows =
      window.getExtent(Axis::Height) >= window.getStride(Axis::Height) &&
      window.getFirstInput(Axis::Height, result[1] - 1) +
              window.getExtent(Axis::Height) >=
          shape[1];
  if (!readsAllRows)
    candidates.clear();
  else if (numLayers > 0 && random.range(0, 4) == 0)
    candidates.emplace_back(name, shape);
  std::string next = "%" + std::to_string(numLayers++);
  body += "    " + next + " = lf." + op + " " + name + operands + attrs + " : ";
  // Ops that do not change the type print it once.
  if (op == "add" || op == "activate")
    body += getTensorText(result);
  else if (op == "scale")
    body += types[0] + ", " + types[1];
  else if (types.size() == 1)
    body += types[0] + " -> " + getTensorText(result);
  else
    body += getTypesText(types) + " -> " + getTensorText(result);
  body += "\n";
  name = next;
  shape = std::move(result);
}

std::string BlockWriter::getActivation() {
  if (random.flip())
    return "";
  auto activations = getActivations();
  return " activation " +
         activations[random.range(0, activations.size() - 1)].getText();
}

void BlockWriter::addWindowLayer(Kind kind) {
  Window window;
  if (!chooseWindow(window, kind))
    return addElementwise();
  auto getSize = [&](Axis axis, int64_t size) {
    return (size + window.getPadBefore(axis) + window.getPadAfter(axis) -
            window.getExtent(axis)) /
               window.getStride(axis) +
           1;
  };
  std::vector<int64_t> result = {shape[0], getSize(Axis::Height, shape[1]),
                                 getSize(Axis::Width, shape[2]), shape[3]};
  if (kind == Kind::Depthwise)
    return addDepthwise(window, result);
  if (kind == Kind::Pool)
    return addPool(window, result);
  if (kind != Kind::Any)
    return addConv(window, result, /*groups=*/1);
  switch (random.range(0, 7)) {
  case 0:
  case 1:
    return addPool(window, result);
  case 2:
  case 3:
    return addDepthwise(window, result);
  case 4:
    return addConv(window, result, chooseGroups());
  default:
    return addConv(window, result, /*groups=*/1);
  }
}

void BlockWriter::addPool(const Window &window,
                          const std::vector<int64_t> &result) {
  products -= countElements(result) * window.kernel[0] * window.kernel[1];
  addLayer(random.flip() ? "pool2d max" : "pool2d sum",
           " kernel " + getListText(window.kernel), {getTensorText(shape)},
           getWindowText(window), result, window);
}

void BlockWriter::addDepthwise(const Window &window,
                               const std::vector<int64_t> &result) {
  int64_t taps = window.kernel[0] * window.kernel[1];
  products -= countElements(result) * taps;
  std::vector<int64_t> filter = {window.kernel[0], window.kernel[1], shape[3]};
  std::string operands =
      ", " + addInput(filter, 1.5f / std::sqrt(static_cast<float>(taps)));
  std::vector<std::string> types = {getTensorText(shape),
                                    getTensorText(filter)};
  if (random.flip()) {
    operands += " bias " + addInput({shape[3]}, 0.5f);
    types.push_back(getTensorText({shape[3]}));
  }
  addLayer("depthwise_conv2d", operands, types,
           getWindowText(window) + getActivation(), result, window);
}

/// A divisor of the number of channels.
int64_t BlockWriter::chooseGroups() {
  int64_t groups = random.range(1, shape[3]);
  while (shape[3] % groups != 0)
    --groups;
  return groups;
}

/// A convolution to as many channels as there are multiply-adds left for.
void BlockWriter::addConv(const Window &window,
                          const std::vector<int64_t> &size, int64_t groups) {
  int64_t depth = shape[3] / groups;
  int64_t taps = window.kernel[0] * window.kernel[1] * depth;
  int64_t pixels = size[0] * size[1] * size[2];
  int64_t afford = std::max<int64_t>(products / 2 / (pixels * taps), groups);
  int64_t features = random.range(1, random.range(0, 3) ? 12 : 100);
  features = std::max(std::min(features, afford) / groups, int64_t(1)) * groups;
  products -= pixels * taps * features;

  std::vector<int64_t> result = {size[0], size[1], size[2], features};
  std::vector<int64_t> filter = {window.kernel[0], window.kernel[1], depth,
                                 features};
  std::string operands =
      ", " + addInput(filter, 1.5f / std::sqrt(static_cast<float>(taps)));
  std::vector<std::string> types = {getTensorText(shape),
                                    getTensorText(filter)};
  if (random.flip()) {
    operands += " bias " + addInput({features}, 0.5f);
    types.push_back(getTensorText({features}));
  }
  std::string attrs = getWindowText(window);
  if (groups > 1)
    attrs += " groups " + std::to_string(groups);
  addLayer("conv2d", operands, types, attrs + getActivation(), result, window);
}

void BlockWriter::addElementwise() {
  std::string type = getTensorText(shape);
  switch (random.range(0, 2)) {
  case 0: {
    auto activations = getActivations();
    return addLayer(
        "activate",
        " " + activations[random.range(1, activations.size() - 1)].getText(),
        {type}, "", shape, Window());
  }
  case 1: {
    std::string other = ", " + addInput(shape, 1);
    return addLayer("add", other, {type}, getActivation(), shape, Window());
  }
  default: {
    std::vector<int64_t> gate = {shape[0], shape[3]};
    std::string operand = ", " + addInput(gate, 1);
    return addLayer("scale", operand, {type, getTensorText(gate)}, "", shape,
                    Window());
  }
  }
}

/// Yields the last result or poolings of it, or both.
void BlockWriter::addPools() {
  int64_t numPools =
      numLayers == 0 ? 1 : std::max(random.range(-4, 2), int64_t(0));
  if (numLayers > 0 && (numPools == 0 || random.flip()))
    candidates.emplace_back(name, shape);
  for (const auto &[candidate, type] : candidates) {
    yielded += candidate + ", ";
    block.outputs.push_back(type);
  }
  std::vector<int64_t> result = {shape[0], shape[3]};
  bool firstIsMax = random.flip();
  for (int64_t i = 0; i < numPools; ++i) {
    bool isMax = (i == 0) == firstIsMax;
    std::string pool = "%pool" + std::to_string(i);
    body += "    " + pool + " = lf.global_pool " + (isMax ? "max " : "sum ") +
            name + " : " + getTensorText(shape) + " -> " +
            getTensorText(result) + "\n";
    yielded += pool + ", ";
    block.outputs.push_back(result);
  }
  yielded.resize(yielded.size() - 2);
}

std::string BlockWriter::getModule() const {
  std::string arguments, operands, prologue, inits, types, results;
  for (size_t i = 0; i < block.inputs.size(); ++i) {
    std::string number = std::to_string(i), comma = i ? ", " : "";
    std::string type = getTensorText(block.inputs[i].shape);
    arguments += comma + "%arg" + number + ": " + type;
    std::string value = "%arg" + number;
    if (i == 0 && isSliced) {
      // What a channel split leaves: rows that do not touch.
      std::vector<int64_t> slice = block.inputs[0].shape;
      slice[3] -= 3;
      std::string sliceType = getTensorText(slice);
      value = "%slice";
      prologue += "  %slice = tensor.extract_slice %arg0[0, 0, 0, 2] " +
                  getListText(slice) + " [1, 1, 1, 1] : " + type + " to " +
                  sliceType + "\n";
      type = sliceType;
    }
    operands += comma + "%in" + number + " = " + value + " : " + type;
  }
  for (size_t i = 0; i < block.outputs.size(); ++i) {
    std::string number = std::to_string(i), comma = i ? ", " : "";
    std::string type = getTensorText(block.outputs[i]);
    prologue += "  %init" + number + " = tensor.empty() : " + type + "\n";
    inits += comma + "%init" + number;
    types += comma + type;
    results += comma + "%block#" + number;
  }
  return "func.func @main(" + arguments + ") -> (" + types + ") {\n" +
         prologue + "  %block:" + std::to_string(block.outputs.size()) +
         " = lf.fused_block ins(" + operands + ") outs(" + inits + " : " +
         types + ") {\n" + body + "    lf.yield " + yielded + " : " + types +
         "\n  }\n  return " + results + " : " + types + "\n}\n";
}

RandomBlock BlockWriter::write() {
  chooseInput();
  for (Kind kind : chooseKinds(random)) {
    while (random.range(0, 3) == 0)
      addElementwise();
    if (products > 0)
      addWindowLayer(kind);
  }
  while (random.range(0, 2) == 0)
    addElementwise();
  addPools();
  if (isSliced)
    block.inputs[0].shape[3] += 3;
  block.text = getModule();
  return block;
}

} // namespace

RandomBlock lftest::chooseBlock(Random &random, int64_t maxProducts) {
  return BlockWriter(random, maxProducts).write();
}
