//===- LFDialect.cpp - the lf dialect --------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registers the ops and attributes, and checks the discardable attributes that
// describe an entry function: `lf.name`, `lf.layout`, `lf.inputs`,
// `lf.outputs`, `lf.workspace_size`, `lf.steps`.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Dialect/LF/Steps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace mlir::lf;

#include "LayerFusion/Dialect/LF/LFDialect.cpp.inc"
#include "LayerFusion/Dialect/LF/LFInterfaces.cpp.inc"

void LFDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "LayerFusion/Dialect/LF/LFOps.cpp.inc"
      >();
}

Operation *LFDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                          Type type, Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

//===----------------------------------------------------------------------===//
// Discardable attributes
//===----------------------------------------------------------------------===//

LogicalResult LFDialect::verifyOperationAttribute(Operation *op,
                                                  NamedAttribute attribute) {
  StringRef name = attribute.getName();
  if (!isa<FunctionOpInterface>(op))
    return op->emitOpError()
           << "may not carry '" << name << "': it describes a function";
  if (name == attrs::inputs || name == attrs::outputs) {
    auto array = dyn_cast<ArrayAttr>(attribute.getValue());
    if (!array || !llvm::all_of(array, llvm::IsaPred<IOAttr>))
      return op->emitOpError()
             << "expected '" << name << "' to be an array of #lf.io";
    return success();
  }
  if (name == attrs::workspaceSize) {
    auto size = dyn_cast<IntegerAttr>(attribute.getValue());
    if (!size || !size.getType().isInteger(64) || size.getInt() < 0)
      return op->emitOpError()
             << "expected '" << name << "' to be a number of bytes, an i64";
    return success();
  }
  if (name == attrs::steps) {
    if (failed(readSteps(attribute.getValue())))
      return op->emitOpError() << "expected '" << name
                               << "' to be an array of dictionaries of name, "
                                  "kind, flops and bytes";
    return success();
  }
  return op->emitOpError() << "has unknown attribute '" << name << "'";
}

/// Checks `lf.name` and `lf.layout` on an argument or result of `type`.
static LogicalResult
verifyBoundaryAttribute(Operation *op, NamedAttribute attribute, Type type) {
  StringRef name = attribute.getName();
  if (name != attrs::name && name != attrs::layout)
    return op->emitOpError() << "has unknown attribute '" << name << "'";
  auto text = dyn_cast<StringAttr>(attribute.getValue());
  if (!text)
    return op->emitOpError() << "expected '" << name << "' to be a string";
  auto shaped = dyn_cast<ShapedType>(type);
  if (name == attrs::layout && shaped && shaped.hasRank() &&
      static_cast<int64_t>(text.size()) != shaped.getRank())
    return op->emitOpError()
           << "expected '" << name << "' to have " << shaped.getRank()
           << " letters, one a dimension, got '" << text.getValue() << "'";
  return success();
}

LogicalResult LFDialect::verifyRegionArgAttribute(Operation *op,
                                                  unsigned regionIndex,
                                                  unsigned argIndex,
                                                  NamedAttribute attribute) {
  Type type;
  if (auto function = dyn_cast<FunctionOpInterface>(op))
    type = function.getArgumentTypes()[argIndex];
  return verifyBoundaryAttribute(op, attribute, type);
}

LogicalResult LFDialect::verifyRegionResultAttribute(Operation *op,
                                                     unsigned regionIndex,
                                                     unsigned resultIndex,
                                                     NamedAttribute attribute) {
  Type type;
  if (auto function = dyn_cast<FunctionOpInterface>(op))
    type = function.getResultTypes()[resultIndex];
  return verifyBoundaryAttribute(op, attribute, type);
}
