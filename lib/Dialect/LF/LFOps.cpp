//===- LFOps.cpp - layers of a network -------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Syntax, type inference and rules of the ops. A label such as (C3) stands for
// the constraint of that number in the op's description.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/IR/Builders.h"
#include "mlir/Support/LLVM.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Shared syntax
//===----------------------------------------------------------------------===//

static ParseResult parseActivation(OpAsmParser &parser,
                                   ActivationAttr &activation) {
  FailureOr<ActivationAttr> parsed = ActivationAttr::parseBare(parser);
  if (failed(parsed))
    return failure();
  activation = *parsed;
  return success();
}

static void printActivation(OpAsmPrinter &printer, Operation *op,
                            ActivationAttr activation) {
  activation.printBare(printer);
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

namespace {

/// The parameters of a sliding window as the user wrote them, maybe wrong.
struct WindowAttrs {
  ArrayRef<int64_t> strides;
  ArrayRef<int64_t> pads;
  ArrayRef<int64_t> dilations;
};

/// Explains a failed rule as the op's verifier would. Type inference without a
/// location (as in the dialect conversion driver) fails silently.
class Reporter {
public:
  Reporter(std::optional<Location> loc, StringRef opName)
      : loc(loc), opName(opName) {}

  template <typename... Args> LogicalResult fail(Args &&...args) const {
    if (!loc)
      return failure();
    InFlightDiagnostic diagnostic = emitError(*loc) << "'" << opName << "' op ";
    (diagnostic << ... << std::forward<Args>(args));
    return diagnostic;
  }

private:
  std::optional<Location> loc;
  StringRef opName;
};

} // namespace

/// More than any machine holds, and far from where sizes in bytes overflow.
static constexpr int64_t maxElements = int64_t(1) << 40;

static RankedTensorType getTensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Checks that `values` are `count` numbers of at least `min`.
static LogicalResult checkNumbers(const Reporter &report, StringRef what,
                                  ArrayRef<int64_t> values, size_t count,
                                  int64_t min) {
  if (values.size() != count)
    return report.fail("expected ", count, " ", what, ", got ", values.size());
  for (int64_t value : values)
    if (value < min)
      return report.fail("expected ", what, " of at least ", min, ", got ",
                         value);
  return success();
}

/// Strides, pads and dilations are of the right number and sign.
static LogicalResult checkWindow(const Reporter &report,
                                 const WindowAttrs &window) {
  if (failed(checkNumbers(report, "strides", window.strides, 2, 1)) ||
      failed(checkNumbers(report, "pads", window.pads, 4, 0)) ||
      failed(checkNumbers(report, "dilations", window.dilations, 2, 1)))
    return failure();
  return success();
}

/// `value` has no dimension of size zero and the input's element type.
static LogicalResult checkOperand(const Reporter &report, StringRef what,
                                  Value value, RankedTensorType input) {
  if (!value)
    return success();
  RankedTensorType type = getTensorType(value);
  if (llvm::is_contained(type.getShape(), 0))
    return report.fail(what, " has a dimension of size 0: ", type);
  if (type.getElementType() != input.getElementType())
    return report.fail(what, " has element type ", type.getElementType(),
                       ", the input has ", input.getElementType());
  return success();
}

static LogicalResult checkBias(const Reporter &report, StringRef what,
                               Value bias, int64_t channels) {
  if (!bias || getTensorType(bias).getDimSize(0) == channels)
    return success();
  return report.fail(what, " has ", getTensorType(bias).getDimSize(0),
                     " elements, the layer has ", channels, " output channels");
}

/// The type that `window` makes of `input` with a kernel of `kernel` rows and
/// columns and `channels` output channels. Computes in 128 bits: the numbers
/// come from the user, and 64 could overflow.
static FailureOr<RankedTensorType> inferWindow(const Reporter &report,
                                               RankedTensorType input,
                                               ArrayRef<int64_t> kernel,
                                               const WindowAttrs &window,
                                               int64_t channels) {
  SmallVector<int64_t, 4> shape = {input.getDimSize(0), 0, 0, channels};
  for (int i : {0, 1}) {
    StringRef what = i == 0 ? "height" : "width";
    int64_t size = input.getDimSize(1 + i);
    int64_t before = window.pads[i], after = window.pads[2 + i];
    __int128 padded = static_cast<__int128>(size) + before + after;
    __int128 extent =
        static_cast<__int128>(window.dilations[i]) * (kernel[i] - 1) + 1;
    if (extent > padded)
      return report.fail("the window does not fit: kernel ", what, " ",
                         kernel[i], " with dilation ", window.dilations[i],
                         " on input ", what, " ", size, " with pads ", before,
                         " and ", after);
    __int128 out = (padded - extent) / window.strides[i] + 1;
    if (out > std::numeric_limits<int32_t>::max())
      return report.fail("the result's ", what,
                         " does not fit into 32 bits: ", "pads are ", before,
                         " and ", after);
    shape[1 + i] = static_cast<int64_t>(out);
  }
  auto result = RankedTensorType::get(shape, input.getElementType());
  __int128 elements = 1;
  for (int64_t size : shape)
    if ((elements *= size) > maxElements)
      return report.fail("the result ", result, " has more than 2^40 elements");
  return result;
}

//===----------------------------------------------------------------------===//
// Conv2DOp
//===----------------------------------------------------------------------===//

LogicalResult Conv2DOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, ValueRange operands,
    DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
    SmallVectorImpl<Type> &inferredReturnTypes) {
  Adaptor op(operands, attributes, properties, regions);
  Reporter report(location, getOperationName());
  RankedTensorType input = getTensorType(op.getInput());
  RankedTensorType filter = getTensorType(op.getFilter());
  int64_t groups = op.getGroups();
  int64_t inputChannels = input.getDimSize(3);
  int64_t channels = filter.getDimSize(3);
  WindowAttrs window{op.getStrides(), op.getPads(), op.getDilations()};

  // (C1)
  if (failed(checkWindow(report, window)))
    return failure();
  // (C5) and (C7)
  if (failed(checkOperand(report, "input", op.getInput(), input)) ||
      failed(checkOperand(report, "filter", op.getFilter(), input)) ||
      failed(checkOperand(report, "bias", op.getBias(), input)))
    return failure();
  // (C2)
  if (groups < 1)
    return report.fail("expected at least 1 group, got ", groups);
  if (inputChannels % groups || channels % groups)
    return report.fail(groups, " groups do not divide ", inputChannels,
                       " input and ", channels, " output channels");
  // (C3)
  if (filter.getDimSize(2) != inputChannels / groups)
    return report.fail("filter has ", filter.getDimSize(2),
                       " input channels, expected ", inputChannels / groups,
                       ": the input's ", inputChannels, " in ", groups,
                       groups == 1 ? " group" : " groups");
  // (C4)
  if (failed(checkBias(report, "bias", op.getBias(), channels)))
    return failure();
  // (C6)
  FailureOr<RankedTensorType> result = inferWindow(
      report, input, filter.getShape().take_front(2), window, channels);
  if (failed(result))
    return failure();
  inferredReturnTypes.push_back(*result);
  return success();
}

//===----------------------------------------------------------------------===//
// DepthwiseConv2DOp
//===----------------------------------------------------------------------===//

LogicalResult DepthwiseConv2DOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, ValueRange operands,
    DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
    SmallVectorImpl<Type> &inferredReturnTypes) {
  Adaptor op(operands, attributes, properties, regions);
  Reporter report(location, getOperationName());
  RankedTensorType input = getTensorType(op.getInput());
  RankedTensorType filter = getTensorType(op.getFilter());
  int64_t channels = input.getDimSize(3);
  WindowAttrs window{op.getStrides(), op.getPads(), op.getDilations()};

  // (C1)
  if (failed(checkWindow(report, window)))
    return failure();
  // (C4) and (C6)
  if (failed(checkOperand(report, "input", op.getInput(), input)) ||
      failed(checkOperand(report, "filter", op.getFilter(), input)) ||
      failed(checkOperand(report, "bias", op.getBias(), input)))
    return failure();
  // (C2)
  if (filter.getDimSize(2) != channels)
    return report.fail("filter has ", filter.getDimSize(2),
                       " channels, the input has ", channels);
  // (C3)
  if (failed(checkBias(report, "bias", op.getBias(), channels)))
    return failure();
  // (C5)
  FailureOr<RankedTensorType> result = inferWindow(
      report, input, filter.getShape().take_front(2), window, channels);
  if (failed(result))
    return failure();
  inferredReturnTypes.push_back(*result);
  return success();
}

//===----------------------------------------------------------------------===//
// BottleneckOp
//===----------------------------------------------------------------------===//

/// Checks the filters and biases of a bottleneck against its input and against
/// each other: (C2) to (C5) and (C7).
static LogicalResult checkBottleneckOperands(const Reporter &report,
                                             BottleneckOp::Adaptor op) {
  RankedTensorType input = getTensorType(op.getInput());
  RankedTensorType expand = getTensorType(op.getExpand());
  RankedTensorType depthwise = getTensorType(op.getDepthwise());
  RankedTensorType project = getTensorType(op.getProject());
  int64_t expanded = expand.getDimSize(3);

  // (C5) and (C7)
  if (failed(checkOperand(report, "input", op.getInput(), input)) ||
      failed(checkOperand(report, "expand", op.getExpand(), input)) ||
      failed(checkOperand(report, "expand bias", op.getExpandBias(), input)) ||
      failed(checkOperand(report, "depthwise", op.getDepthwise(), input)) ||
      failed(checkOperand(report, "depthwise bias", op.getDepthwiseBias(),
                          input)) ||
      failed(checkOperand(report, "project", op.getProject(), input)) ||
      failed(checkOperand(report, "project bias", op.getProjectBias(), input)))
    return failure();
  // (C2)
  for (auto [what, type] :
       {std::pair{"expand", expand}, std::pair{"project", project}})
    if (type.getDimSize(0) != 1 || type.getDimSize(1) != 1)
      return report.fail("expected ", what, " to be a 1x1 filter, got ", type);
  // (C3)
  if (expand.getDimSize(2) != input.getDimSize(3))
    return report.fail("expand has ", expand.getDimSize(2),
                       " input channels, the input has ", input.getDimSize(3));
  if (depthwise.getDimSize(2) != expanded)
    return report.fail("depthwise has ", depthwise.getDimSize(2),
                       " channels, expand makes ", expanded);
  if (project.getDimSize(2) != expanded)
    return report.fail("project has ", project.getDimSize(2),
                       " input channels, expand makes ", expanded);
  // (C4)
  if (failed(checkBias(report, "expand bias", op.getExpandBias(), expanded)) ||
      failed(checkBias(report, "depthwise bias", op.getDepthwiseBias(),
                       expanded)) ||
      failed(checkBias(report, "project bias", op.getProjectBias(),
                       project.getDimSize(3))))
    return failure();
  return success();
}

LogicalResult BottleneckOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, ValueRange operands,
    DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
    SmallVectorImpl<Type> &inferredReturnTypes) {
  Adaptor op(operands, attributes, properties, regions);
  Reporter report(location, getOperationName());
  RankedTensorType input = getTensorType(op.getInput());
  const int64_t noDilation[] = {1, 1};
  WindowAttrs window{op.getStrides(), op.getPads(), noDilation};

  // (C1)
  if (failed(checkWindow(report, window)) ||
      failed(checkBottleneckOperands(report, op)))
    return failure();
  // (C6)
  FailureOr<RankedTensorType> result = inferWindow(
      report, input, getTensorType(op.getDepthwise()).getShape().take_front(2),
      window, getTensorType(op.getProject()).getDimSize(3));
  if (failed(result))
    return failure();
  // (C8)
  if (op.getResidual() && *result != input)
    return report.fail("with a residual the result ", *result,
                       " must be as large as the input ", input);
  inferredReturnTypes.push_back(*result);
  return success();
}

//===----------------------------------------------------------------------===//
// Pool2DOp
//===----------------------------------------------------------------------===//

LogicalResult Pool2DOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, ValueRange operands,
    DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
    SmallVectorImpl<Type> &inferredReturnTypes) {
  Adaptor op(operands, attributes, properties, regions);
  Reporter report(location, getOperationName());
  RankedTensorType input = getTensorType(op.getInput());
  WindowAttrs window{op.getStrides(), op.getPads(), op.getDilations()};

  // (C1)
  if (failed(checkNumbers(report, "kernel sizes", op.getKernel(), 2, 1)) ||
      failed(checkWindow(report, window)))
    return failure();
  // (C3)
  if (failed(checkOperand(report, "input", op.getInput(), input)))
    return failure();
  // (C2)
  FailureOr<RankedTensorType> result =
      inferWindow(report, input, op.getKernel(), window, input.getDimSize(3));
  if (failed(result))
    return failure();
  inferredReturnTypes.push_back(*result);
  return success();
}

//===----------------------------------------------------------------------===//
// ScaleOp
//===----------------------------------------------------------------------===//

LogicalResult ScaleOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, ValueRange operands,
    DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
    SmallVectorImpl<Type> &inferredReturnTypes) {
  Adaptor op(operands, attributes, properties, regions);
  Reporter report(location, getOperationName());
  RankedTensorType input = getTensorType(op.getInput());
  RankedTensorType gate = getTensorType(op.getGate());
  // (C1)
  if (gate.getDimSize(0) != input.getDimSize(0) ||
      gate.getDimSize(1) != input.getDimSize(3))
    return report.fail("expected a gate of ", input.getDimSize(0), "x",
                       input.getDimSize(3), " (batch x channels), got ", gate);
  // (C2)
  if (gate.getElementType() != input.getElementType())
    return report.fail("gate has element type ", gate.getElementType(),
                       ", the input has ", input.getElementType());
  inferredReturnTypes.push_back(input);
  return success();
}

//===----------------------------------------------------------------------===//
// GlobalPoolOp
//===----------------------------------------------------------------------===//

LogicalResult GlobalPoolOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, ValueRange operands,
    DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
    SmallVectorImpl<Type> &inferredReturnTypes) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType input = getTensorType(op.getInput());
  inferredReturnTypes.push_back(RankedTensorType::get(
      {input.getDimSize(0), input.getDimSize(3)}, input.getElementType()));
  return success();
}

//===----------------------------------------------------------------------===//
// LayerOpInterface
//===----------------------------------------------------------------------===//

/// The window of a verified layer with a kernel of that many rows and columns.
template <typename LayerOp>
static Window makeWindow(LayerOp op, ArrayRef<int64_t> kernel) {
  ArrayRef<int64_t> s = op.getStrides(), p = op.getPads(),
                    d = op.getDilations();
  return {{kernel[0], kernel[1]},
          {s[0], s[1]},
          {p[0], p[1], p[2], p[3]},
          {d[0], d[1]}};
}

/// The product of positive numbers, or the largest number if it is larger:
/// shapes that no machine could hold are valid, too.
static int64_t multiply(std::initializer_list<ArrayRef<int64_t>> factors) {
  uint64_t product = 1;
  for (ArrayRef<int64_t> numbers : factors)
    for (int64_t number : numbers)
      product = llvm::SaturatingMultiply<uint64_t>(product, number);
  return std::min<uint64_t>(product, std::numeric_limits<int64_t>::max());
}

static ArrayRef<int64_t> getShape(Value value) {
  return getTensorType(value).getShape();
}

Window Conv2DOp::getWindow() {
  return makeWindow(*this, getShape(getFilter()).take_front(2));
}

bool Conv2DOp::isChannelwise() { return false; }

int64_t Conv2DOp::getFlops() {
  return multiply(
      {{2}, getShape(getResult()), getShape(getFilter()).take_front(3)});
}

Window DepthwiseConv2DOp::getWindow() {
  return makeWindow(*this, getShape(getFilter()).take_front(2));
}

int64_t DepthwiseConv2DOp::getFlops() {
  return multiply(
      {{2}, getShape(getResult()), getShape(getFilter()).take_front(2)});
}

Window Pool2DOp::getWindow() { return makeWindow(*this, getKernel()); }

int64_t Pool2DOp::getFlops() {
  return multiply({getShape(getResult()), getKernel()});
}

int64_t ScaleOp::getFlops() { return multiply({getShape(getResult())}); }

int64_t AddOp::getFlops() { return multiply({getShape(getResult())}); }

int64_t ActivateOp::getFlops() { return 0; }

#define GET_OP_CLASSES
#include "LayerFusion/Dialect/LF/LFOps.cpp.inc"
