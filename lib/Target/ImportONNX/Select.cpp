//===- Select.cpp - import of Where, casts and comparisons ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exporters compute shapes with these; at run time they are arith ops.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "OpTable.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <onnx/onnx_pb.h>

using namespace mlir;
using namespace mlir::lf::importer;

//===----------------------------------------------------------------------===//
// Where
//===----------------------------------------------------------------------===//

static HostTensor foldWhere(ElementKind kind, ArrayRef<int64_t> shape,
                            const HostTensor &condition, const HostTensor &yes,
                            const HostTensor &no) {
  HostTensor which = condition.broadcastTo(shape), a = yes.broadcastTo(shape),
             b = no.broadcastTo(shape);
  bool splat = which.isSplat() && a.isSplat() && b.isSplat();
  int64_t count = splat ? 1 : elementCount(shape).value_or(0);
  std::vector<char> bytes(count * byteSize(kind));
  for (int64_t i = 0; i < count; ++i) {
    const HostTensor &from = which.integer(i) ? a : b;
    if (isFloat(kind))
      storeNumber(kind, bytes.data(), i, from.number(i));
    else
      storeInteger(kind, bytes.data(), i, from.integer(i));
  }
  return HostTensor(kind, shape, std::move(bytes));
}

static LogicalResult importWhere(NodeContext &node) {
  const Tensor &condition = node.input(0), &yes = node.input(1),
               &no = node.input(2);
  if (condition.kind() != ElementKind::Bool)
    return node.error(node.inputName(0) + " must be bool, got " +
                      toString(condition.kind()));
  if (yes.kind() != no.kind())
    return node.error("the types must be equal, got " + toString(yes.kind()) +
                      " and " + toString(no.kind()));
  Dims shape = node.broadcastShape({condition, yes, no});
  if (node.hasFailed())
    return failure();
  if (node.allConstant()) {
    if (failed(node.checkShape(shape, yes.kind(), /*folded=*/true)))
      return failure();
    return node.setFolded(
        foldWhere(yes.kind(), shape, condition.host(), yes.host(), no.host()));
  }
  FailureOr<Aligned> operands = align(node, {condition, yes, no});
  if (failed(operands))
    return failure();
  Value result = arith::SelectOp::create(
      node.emit.builder, node.emit.loc, operands->values[0],
      operands->values[1], operands->values[2]);
  return node.setOutput(Tensor(result, yes.kind(), operands->perm));
}

//===----------------------------------------------------------------------===//
// Cast
//===----------------------------------------------------------------------===//

static Value emitCastFromFloat(Emitter &emit, Value value, ElementKind from,
                               ElementKind to, RankedTensorType type) {
  OpBuilder &b = emit.builder;
  auto source = cast<RankedTensorType>(value.getType());
  if (to == ElementKind::Bool)
    return arith::CmpFOp::create(
        b, emit.loc, arith::CmpFPredicate::UNE, value,
        emit.splat(source.getShape(), source.getElementType(), 0));
  if (!isFloat(to) && isUnsigned(to))
    return arith::FPToUIOp::create(b, emit.loc, type, value);
  if (!isFloat(to))
    return arith::FPToSIOp::create(b, emit.loc, type, value);
  if (byteSize(to) > byteSize(from))
    return arith::ExtFOp::create(b, emit.loc, type, value);
  if (byteSize(to) < byteSize(from))
    return arith::TruncFOp::create(b, emit.loc, type, value);
  // float16 and bfloat16 meet in float32.
  Value wide =
      arith::ExtFOp::create(b, emit.loc, type.clone(b.getF32Type()), value);
  return arith::TruncFOp::create(b, emit.loc, type, wide);
}

static Value emitCastFromInteger(Emitter &emit, Value value, ElementKind from,
                                 ElementKind to, RankedTensorType type) {
  OpBuilder &b = emit.builder;
  auto source = cast<RankedTensorType>(value.getType());
  unsigned fromWidth = source.getElementTypeBitWidth();
  unsigned toWidth = type.getElementTypeBitWidth();
  if (isFloat(to) && isUnsigned(from))
    return arith::UIToFPOp::create(b, emit.loc, type, value);
  if (isFloat(to))
    return arith::SIToFPOp::create(b, emit.loc, type, value);
  if (to == ElementKind::Bool)
    return arith::CmpIOp::create(
        b, emit.loc, arith::CmpIPredicate::ne, value,
        emit.splat(source.getShape(), source.getElementType(), 0));
  if (toWidth < fromWidth)
    return arith::TruncIOp::create(b, emit.loc, type, value);
  if (toWidth == fromWidth)
    return value;
  if (isUnsigned(from))
    return arith::ExtUIOp::create(b, emit.loc, type, value);
  return arith::ExtSIOp::create(b, emit.loc, type, value);
}

/// Defines the result as input 0 in the element type `to`.
static LogicalResult setCast(NodeContext &node, ElementKind to) {
  const Tensor &input = node.input(0);
  if (to == input.kind())
    return node.setOutput(input);
  if (input.isConstant()) {
    if (failed(node.checkShape(input.shape(), to,
                               /*folded=*/!input.host().isSplat())))
      return failure();
    return node.setFolded(input.host().cast(to));
  }
  Emitter &emit = node.emit;
  Value value = input.stored();
  auto type = cast<RankedTensorType>(value.getType())
                  .clone(toMLIRType(to, emit.builder.getContext()));
  auto result = isFloat(input.kind())
                    ? emitCastFromFloat(emit, value, input.kind(), to, type)
                    : emitCastFromInteger(emit, value, input.kind(), to, type);
  return node.setOutput(Tensor(result, to, input.perm()));
}

static LogicalResult importCast(NodeContext &node) {
  node.ignoreAttr("saturate");
  if (!node.hasAttr("to"))
    return node.error("attribute 'to' is missing");
  int64_t number = node.intAttr("to", 0);
  std::optional<ElementKind> to;
  if (llvm::isInt<32>(number))
    to = elementKindFromONNX(number);
  if (node.hasFailed())
    return failure();
  if (!to)
    return node.error("the element type " +
                      (llvm::isInt<32>(number) ? onnxTypeName(number)
                                               : std::to_string(number)) +
                      " is not supported");
  return setCast(node, *to);
}

static LogicalResult importCastLike(NodeContext &node) {
  node.ignoreAttr("saturate");
  ElementKind to = node.input(1).kind();
  if (node.hasFailed())
    return failure();
  return setCast(node, to);
}

//===----------------------------------------------------------------------===//
// Comparisons and logic
//===----------------------------------------------------------------------===//

namespace {
struct Comparison {
  bool (*onNumbers)(double, double);
  bool (*onIntegers)(int64_t, int64_t);
  arith::CmpFPredicate floats;
  arith::CmpIPredicate integers, unsignedIntegers;
};
} // namespace

static LogicalResult importComparison(NodeContext &node,
                                      const Comparison &comparison) {
  const Tensor &lhs = node.input(0), &rhs = node.input(1);
  if (failed(node.requireSameKind()))
    return failure();
  Dims shape = node.broadcastShape({lhs, rhs});
  if (node.hasFailed())
    return failure();
  if (node.allConstant()) {
    if (failed(node.checkShape(shape, ElementKind::Bool, /*folded=*/true)))
      return failure();
    return node.setFolded(foldBinary(
        ElementKind::Bool, shape, lhs.host(), rhs.host(),
        [&](double a, double b) -> double {
          return comparison.onNumbers(a, b);
        },
        [&](int64_t a, int64_t b) -> int64_t {
          return comparison.onIntegers(a, b);
        }));
  }
  FailureOr<Aligned> operands = align(node, {lhs, rhs});
  if (failed(operands))
    return failure();
  OpBuilder &b = node.emit.builder;
  Value a = operands->values[0], c = operands->values[1], result;
  if (isFloat(lhs.kind()))
    result = arith::CmpFOp::create(b, node.emit.loc, comparison.floats, a, c);
  else
    result = arith::CmpIOp::create(b, node.emit.loc,
                                   isUnsigned(lhs.kind())
                                       ? comparison.unsignedIntegers
                                       : comparison.integers,
                                   a, c);
  return node.setOutput(Tensor(result, ElementKind::Bool, operands->perm));
}

static LogicalResult importNot(NodeContext &node) {
  const Tensor &input = node.input(0);
  if (input.kind() != ElementKind::Bool)
    return node.error(node.inputName(0) + " must be bool, got " +
                      toString(input.kind()));
  HostTensor yes = HostTensor::splat(ElementKind::Bool, input.shape(), 1);
  if (input.isConstant()) {
    if (failed(node.checkShape(input.shape(), ElementKind::Bool,
                               /*folded=*/true)))
      return failure();
    return node.setFolded(foldBinary(
        ElementKind::Bool, input.shape(), input.host(), yes,
        [](double a, double b) { return a; },
        [](int64_t a, int64_t b) -> int64_t { return a != b; }));
  }
  Value result = arith::XOrIOp::create(
      node.emit.builder, node.emit.loc, input.stored(),
      node.emit.broadcast(yes, input.shape(), input.perm()));
  return node.setOutput(Tensor(result, ElementKind::Bool, input.perm()));
}

void lf::importer::registerSelectOps(OpTable &table) {
  auto add = [&](StringRef name, int64_t since, Comparison comparison) {
    table.add(name, {since, 2, 2, [comparison](NodeContext &node) {
                       return importComparison(node, comparison);
                     }});
  };
  using F = arith::CmpFPredicate;
  using I = arith::CmpIPredicate;
  add("Equal", 7,
      {[](double a, double b) { return a == b; },
       [](int64_t a, int64_t b) { return a == b; }, F::OEQ, I::eq, I::eq});
  add("Greater", 7,
      {[](double a, double b) { return a > b; },
       [](int64_t a, int64_t b) { return a > b; }, F::OGT, I::sgt, I::ugt});
  add("GreaterOrEqual", 12,
      {[](double a, double b) { return a >= b; },
       [](int64_t a, int64_t b) { return a >= b; }, F::OGE, I::sge, I::uge});
  add("Less", 7,
      {[](double a, double b) { return a < b; },
       [](int64_t a, int64_t b) { return a < b; }, F::OLT, I::slt, I::ult});
  add("LessOrEqual", 12,
      {[](double a, double b) { return a <= b; },
       [](int64_t a, int64_t b) { return a <= b; }, F::OLE, I::sle, I::ule});
  table.add("Cast", {7, 1, 1, importCast});
  table.add("CastLike", {15, 2, 2, importCastLike});
  table.add("Not", {7, 1, 1, importNot});
  table.add("Where", {9, 3, 3, importWhere});
}
