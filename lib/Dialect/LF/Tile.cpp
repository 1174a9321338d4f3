//===- Tile.cpp - rows of a layer -------------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of lf.tile. A label such as (C3) stands for the constraint of that
// number in the op's description.
//
//===----------------------------------------------------------------------===//

#include "TileOperands.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Access
//===----------------------------------------------------------------------===//

Window TileOp::getWindow() {
  Window window;
  window.kernel = {getKernel()[0], getKernel()[1]};
  window.strides = {getStrides()[0], getStrides()[1]};
  window.dilations = {getDilations()[0], getDilations()[1]};
  return window;
}

bool TileOp::hasPackedFilter() {
  return getFilter() && getKind() == TileKind::Conv &&
         cast<MemRefType>(getFilter().getType()).getRank() == 5;
}

void TileOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  OpOperand &output = getOutputMutable();
  for (OpOperand &operand : (*this)->getOpOperands())
    if (&operand != &output || getAccumulate())
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  effects.emplace_back(MemoryEffects::Write::get(), &output);
}

//===----------------------------------------------------------------------===//
// Verify
//===----------------------------------------------------------------------===//

static MemRefType getType(Value buffer) {
  return cast<MemRefType>(buffer.getType());
}

/// The rows of an activation buffer may be known only at run time.
static bool isRows(TileOp op, Value value) {
  return value == op.getOutput() ||
         llvm::is_contained(op.getSources(), value) ||
         (llvm::is_contained(op.getSides(), value) &&
          getType(value).getRank() == 3);
}

/// (C1)
static LogicalResult verifyOperands(TileOp op) {
  Type element = op.getOutputType().getElementType();
  if (!isa<FloatType>(element))
    return op.emitOpError() << "expected floats, got " << element;
  for (Value operand : op->getOperands())
    if (failed(verifyTileOperand(op, operand, element, isRows(op, operand))))
      return failure();
  return success();
}

/// The three pairs of numbers of the window are positive, and so small that
/// products with sizes of memory do not overflow.
static LogicalResult verifyWindow(TileOp op) {
  constexpr int64_t most = 1 << 16;
  auto check = [&](StringRef name, ArrayRef<int64_t> values) -> LogicalResult {
    auto isValid = [](int64_t value) { return value >= 1 && value <= most; };
    if (values.size() != 2 || !llvm::all_of(values, isValid))
      return op.emitOpError()
             << "expected 2 " << name << ", each from 1 to " << most;
    return success();
  };
  return failure(failed(check("sizes of the kernel", op.getKernel())) ||
                 failed(check("strides", op.getStrides())) ||
                 failed(check("dilations", op.getDilations())));
}

/// (C2) and (C3)
static LogicalResult verifySources(TileOp op) {
  Window window = op.getWindow();
  MemRefType output = op.getOutputType();
  int64_t kernelRows = window.getKernel(Axis::Height);
  int64_t count = op.getSources().size();
  if (count != 1 && count != kernelRows)
    return op.emitOpError()
           << "expected 1 or " << kernelRows << " sources, got " << count;
  if (op.hasRowSources() && output.getDimSize(0) != 1)
    return op.emitOpError() << "has a source for each row of the window and "
                               "an output of more than one row: "
                            << output;
  int64_t columns = window.getInputSpan(Axis::Width, output.getDimSize(1));
  int64_t rows = 1;
  if (!op.hasRowSources() && !output.isDynamicDim(0))
    rows = window.getInputSpan(Axis::Height, output.getDimSize(0));
  for (Value source : op.getSources()) {
    MemRefType type = getType(source);
    if (type.getShape().drop_front() !=
        op.getSourceType().getShape().drop_front())
      return op.emitOpError()
             << "expected sources of one width and number of channels, got "
             << op.getSourceType() << " and " << type;
    if (type.getDimSize(1) < columns)
      return op.emitOpError() << "reads " << columns << " columns of " << type;
    if (!type.isDynamicDim(0) && type.getDimSize(0) < rows)
      return op.emitOpError() << "reads " << rows << " rows of " << type;
  }
  return success();
}

/// (C4) and (C5) of a convolution's filter.
static LogicalResult verifyConvFilter(TileOp op, int64_t in, int64_t out) {
  MemRefType filter = getType(op.getFilter());
  int64_t groups = op.getGroups();
  if (groups < 1 || in % groups != 0 || out % groups != 0)
    return op.emitOpError()
           << "has " << groups << " groups for " << in
           << " channels of the source and " << out << " of the output";
  SmallVector<int64_t> expected = {op.getKernel()[0], op.getKernel()[1],
                                   in / groups, out};
  if (op.hasPackedFilter()) {
    if (groups != 1)
      return op.emitOpError("has a packed filter for more than one group");
    int64_t panel = filter.getShape().back();
    RegisterTileAttr tile = op.getRegisterTileAttr();
    if (panel < 1 || !tile || tile.getPanel() != panel)
      return op.emitOpError() << "expected a register_tile with a panel of "
                              << panel << " channels, as the filter has";
    expected.insert(expected.begin(), llvm::divideCeil(out, panel));
    expected.back() = panel;
  }
  if (filter.getShape() != ArrayRef(expected)) {
    InFlightDiagnostic diagnostic = op.emitOpError() << "expected a filter of ";
    llvm::interleave(
        expected, [&](int64_t size) { diagnostic << size; },
        [&]() { diagnostic << "x"; });
    return diagnostic << ", got " << filter;
  }
  return success();
}

/// (C4) to (C7)
static LogicalResult verifyShapes(TileOp op) {
  TileKind kind = op.getKind();
  MemRefType output = op.getOutputType();
  int64_t in = op.getSourceType().getDimSize(2), out = output.getDimSize(2);
  bool needsFilter = kind == TileKind::Conv || kind == TileKind::Depthwise;
  if (needsFilter != bool(op.getFilter()))
    return op.emitOpError()
           << (needsFilter ? "needs a filter" : "takes no filter");
  if (kind == TileKind::Conv) {
    if (failed(verifyConvFilter(op, in, out)))
      return failure();
  } else if (in != out || op.getGroups() != 1) {
    return op.emitOpError() << "expected one group and as many channels in the "
                               "source as in the output, got "
                            << op.getGroups() << ", " << in << " and " << out;
  }
  if (kind == TileKind::Depthwise) {
    int64_t expected[] = {op.getKernel()[0], op.getKernel()[1], out};
    if (getType(op.getFilter()).getShape() != ArrayRef(expected))
      return op.emitOpError()
             << "expected a filter of " << expected[0] << "x" << expected[1]
             << "x" << expected[2] << ", got " << op.getFilter().getType();
  }
  if (op.getNext() &&
      (!op.hasPackedFilter() ||
       getType(op.getNext()).getShape() != getType(op.getFilter()).getShape()))
    return op.emitOpError() << "expected next to be like a packed filter, got "
                            << op.getNext().getType();
  if (op.getBias() && getType(op.getBias()).getShape() != ArrayRef(out))
    return op.emitOpError() << "expected a bias of " << out << " channels, got "
                            << op.getBias().getType();
  for (Value side : op.getSides()) {
    ArrayRef<int64_t> shape = getType(side).getShape();
    if (shape != output.getShape() && shape != ArrayRef(out))
      return op.emitOpError() << "expected sides like the output or of " << out
                              << " channels, got " << side.getType();
  }
  if (op.getBias() && op.getAccumulate())
    return op.emitOpError("has a bias and accumulates");
  bool isPlain = op.getWindow().kernel == std::array<int64_t, 2>{1, 1} &&
                 op.getWindow().strides == std::array<int64_t, 2>{1, 1};
  if (kind == TileKind::Elementwise &&
      (!isPlain || op.getBias() || op.getAccumulate()))
    return op.emitOpError(
        "is elementwise: it takes no window, no bias and does not accumulate");
  return success();
}

LogicalResult TileOp::verify() {
  if (failed(verifyWindow(*this)) || failed(verifyOperands(*this)) ||
      failed(verifySources(*this)) || failed(verifyShapes(*this)))
    return failure();
  return success();
}

/// (C8)
LogicalResult TileOp::verifyRegions() {
  return verifyEpilogue(*this, getEpilogue(), getSides().size(),
                        getOutputType().getElementType());
}
