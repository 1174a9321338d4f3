//===- WinogradOps.cpp - transforms of tiles --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of lf.winograd_input and lf.winograd_output. A label such as (C1)
// stands for the constraint of that number in the op's description.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/Winograd.h"

#include "TileOperands.h"

using namespace mlir;
using namespace mlir::lf;

static MemRefType getType(Value buffer) {
  return cast<MemRefType>(buffer.getType());
}

static LogicalResult verifyElement(Operation *op, Type element) {
  if (!element.isF32() && !element.isF64())
    return op->emitOpError() << "expected f32 or f64, got " << element;
  return success();
}

/// `planes` are points x points x tiles x `channels` for rows x columns
/// results.
static LogicalResult verifyPlanes(Operation *op, Value planes,
                                  AlgorithmAttr algorithm, int64_t rows,
                                  int64_t columns, int64_t channels) {
  // So many that products with sizes of memory do not overflow.
  constexpr int64_t most = 1 << 20;
  if (!algorithm.isWinograd())
    return op->emitOpError() << "expected algorithm 'winograd'";
  for (int64_t size : {rows, columns})
    if (size < 1 || size > most)
      return op->emitOpError()
             << "expected 1 to " << most << " rows and columns, got " << rows
             << " x " << columns;
  WinogradTiles tiles(algorithm, rows, columns);
  ArrayRef<int64_t> shape = getType(planes).getShape();
  int64_t expected[] = {tiles.getPoints(), tiles.getPoints(), tiles.getCount(),
                        channels};
  if (shape != ArrayRef(expected))
    return op->emitOpError()
           << "expected planes of " << expected[0] << "x" << expected[1] << "x"
           << expected[2] << "x" << channels << ", got " << planes.getType();
  return success();
}

//===----------------------------------------------------------------------===//
// WinogradInputOp
//===----------------------------------------------------------------------===//

LogicalResult WinogradInputOp::verify() {
  // (C1)
  Type element = getType(getSource()).getElementType();
  if (failed(verifyElement(*this, element)) ||
      failed(verifyTileOperand(*this, getSource(), element, /*isRows=*/true)) ||
      failed(verifyTileOperand(*this, getPlanes(), element, /*isRows=*/false)))
    return failure();
  constexpr int64_t most = 1 << 20;
  auto column = static_cast<int64_t>(getColumn());
  if (column < -most || column > most)
    return emitOpError() << "expected a column from " << -most << " to " << most
                         << ", got " << column;
  // (C2)
  return verifyPlanes(*this, getPlanes(), getAlgorithm(), getRows(),
                      getColumns(), getType(getSource()).getDimSize(2));
}

void WinogradInputOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  effects.emplace_back(MemoryEffects::Read::get(), &getSourceMutable());
  effects.emplace_back(MemoryEffects::Write::get(), &getPlanesMutable());
}

//===----------------------------------------------------------------------===//
// WinogradOutputOp
//===----------------------------------------------------------------------===//

LogicalResult WinogradOutputOp::verify() {
  // (C1)
  MemRefType output = getType(getOutput());
  Type element = output.getElementType();
  if (failed(verifyElement(*this, element)))
    return failure();
  for (Value operand : getOperands()) {
    bool isRows =
        operand == getOutput() || (llvm::is_contained(getSides(), operand) &&
                                   getType(operand).getRank() == 3);
    if (failed(verifyTileOperand(*this, operand, element, isRows)))
      return failure();
  }
  // (C2)
  int64_t channels = output.getDimSize(2);
  if (failed(verifyPlanes(*this, getPlanes(), getAlgorithm(), getRows(),
                          output.getDimSize(1), channels)))
    return failure();
  if (!output.isDynamicDim(0) &&
      output.getDimSize(0) > static_cast<int64_t>(getRows()))
    return emitOpError() << "expected an output of at most " << getRows()
                         << " rows, got " << output;
  // (C3)
  if (getBias() && getType(getBias()).getShape() != ArrayRef(channels))
    return emitOpError() << "expected a bias of " << channels
                         << " channels, got " << getBias().getType();
  for (Value side : getSides()) {
    ArrayRef<int64_t> shape = getType(side).getShape();
    if (shape != output.getShape() && shape != ArrayRef(channels))
      return emitOpError() << "expected sides like the output or of "
                           << channels << " channels, got " << side.getType();
  }
  return success();
}

/// (C4)
LogicalResult WinogradOutputOp::verifyRegions() {
  return verifyEpilogue(*this, getEpilogue(), getSides().size(),
                        getType(getOutput()).getElementType());
}

void WinogradOutputOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  OpOperand &output = getOutputMutable();
  for (OpOperand &operand : (*this)->getOpOperands())
    if (&operand != &output)
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  effects.emplace_back(MemoryEffects::Write::get(), &output);
}
