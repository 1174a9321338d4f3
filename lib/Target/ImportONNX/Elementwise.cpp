//===- Elementwise.cpp - import of elementwise arithmetic -------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic becomes arith ops on whole tensors, after the operands have been
// broadcast to one shape and one layout; on constants it is done right here.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Formula.h"
#include "OpTable.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mlir::lf::importer;

Dims lf::importer::commonPerm(ArrayRef<Tensor> tensors,
                              ArrayRef<int64_t> shape) {
  // The larger an operand, the dearer it is to bring into another layout.
  const Tensor *best = nullptr;
  for (const Tensor &tensor : tensors) {
    if (tensor.isConstant() ||
        tensor.rank() != static_cast<int64_t>(shape.size()))
      continue;
    if (!best || tensor.size() > best->size() ||
        (tensor.size() == best->size() && isIdentity(best->perm())))
      best = &tensor;
  }
  return best ? Dims(best->perm()) : identityPerm(shape.size());
}

FailureOr<Aligned> lf::importer::align(NodeContext &node,
                                       ArrayRef<Tensor> tensors) {
  Aligned result;
  result.shape = node.broadcastShape(tensors);
  if (node.hasFailed())
    return failure();
  result.perm = commonPerm(tensors, result.shape);
  for (const Tensor &tensor : tensors)
    result.values.push_back(
        node.emit.broadcast(tensor, result.shape, result.perm));
  return result;
}

HostTensor lf::importer::foldBinary(
    ElementKind kind, ArrayRef<int64_t> shape, const HostTensor &a,
    const HostTensor &b, llvm::function_ref<double(double, double)> onNumbers,
    llvm::function_ref<int64_t(int64_t, int64_t)> onIntegers) {
  bool splat = a.isSplat() && b.isSplat();
  int64_t count = splat ? 1 : elementCount(shape).value_or(0);
  HostTensor left = a.broadcastTo(shape), right = b.broadcastTo(shape);
  std::vector<char> bytes(count * byteSize(kind));
  for (int64_t i = 0; i < count; ++i) {
    if (isFloat(a.kind()))
      storeNumber(kind, bytes.data(), i,
                  onNumbers(left.number(i), right.number(i)));
    else
      storeInteger(kind, bytes.data(), i,
                   onIntegers(left.integer(i), right.integer(i)));
  }
  return HostTensor(kind, shape, std::move(bytes));
}

Dims lf::importer::ownPerm(const Tensor &tensor) {
  return tensor.isConstant() ? identityPerm(tensor.rank())
                             : Dims(tensor.perm());
}

LogicalResult lf::importer::setMapped(NodeContext &node,
                                      llvm::function_ref<Value(Value)> emit) {
  const Tensor &input = node.input(0);
  if (node.hasFailed())
    return failure();
  Dims perm = ownPerm(input);
  return node.setOutput(
      Tensor(emit(node.emit.inOrder(input, perm)), input.kind(), perm));
}

//===----------------------------------------------------------------------===//
// Arithmetic on any number of operands
//===----------------------------------------------------------------------===//

namespace {
struct BinaryOp {
  double (*onNumbers)(double, double);
  int64_t (*onIntegers)(int64_t, int64_t);
  Value (*emit)(OpBuilder &, Location, Value, Value, ElementKind);
};
} // namespace

/// Emits the float or the integer form of an arith op.
template <typename FloatOp, typename IntOp>
static Value emitArith(OpBuilder &b, Location loc, Value lhs, Value rhs,
                       ElementKind kind) {
  if (isFloat(kind))
    return FloatOp::create(b, loc, lhs, rhs);
  return IntOp::create(b, loc, lhs, rhs);
}

/// Inputs of the op, all there and of one type, which is a number.
static FailureOr<SmallVector<Tensor>> readOperands(NodeContext &node) {
  SmallVector<Tensor> operands;
  for (unsigned i = 0; i < node.numInputs(); ++i) {
    if (!node.has(i))
      return node.error("input " + Twine(i) + " is missing");
    operands.push_back(node.input(i));
  }
  if (failed(node.requireSameKind()))
    return failure();
  if (operands.front().kind() == ElementKind::Bool)
    return node.error(node.inputName(0) + " is bool, supported are numbers");
  return operands;
}

/// Computes the result on the host, if all operands are constants.
static LogicalResult foldOperands(NodeContext &node, const BinaryOp &op,
                                  ArrayRef<Tensor> operands,
                                  ArrayRef<int64_t> shape) {
  ElementKind kind = operands.front().kind();
  bool splat = llvm::all_of(
      operands, [](const Tensor &tensor) { return tensor.host().isSplat(); });
  if (failed(node.checkShape(shape, kind, /*folded=*/!splat)))
    return failure();
  HostTensor result = operands.front().host().broadcastTo(shape);
  for (const Tensor &operand : operands.drop_front())
    result = foldBinary(kind, shape, result, operand.host(), op.onNumbers,
                        op.onIntegers);
  return node.setFolded(result);
}

static LogicalResult importOperands(NodeContext &node, const BinaryOp &op) {
  FailureOr<SmallVector<Tensor>> operands = readOperands(node);
  if (failed(operands))
    return failure();
  Dims shape = node.broadcastShape(*operands);
  if (node.hasFailed())
    return failure();
  if (node.allConstant())
    return foldOperands(node, op, *operands, shape);
  FailureOr<Aligned> aligned = align(node, *operands);
  if (failed(aligned))
    return failure();
  ElementKind kind = operands->front().kind();
  Value result = aligned->values.front();
  for (Value value : ArrayRef<Value>(aligned->values).drop_front())
    result = op.emit(node.emit.builder, node.emit.loc, result, value, kind);
  return node.setOutput(Tensor(result, kind, aligned->perm));
}

/// Sum, Mean, Max and Min broadcast since opset 8.
static LogicalResult checkVariadic(NodeContext &node) {
  for (unsigned i = 1; node.opset < 8 && i < node.numInputs(); ++i)
    if (node.has(i) && node.input(i).shape() != node.input(0).shape())
      return node.error("the shapes must be equal before opset 8, got " +
                        shapeString(node.input(0).shape()) + " and " +
                        shapeString(node.input(i).shape()));
  return success();
}

/// Wraps around, as the hardware does, where C++ leaves it open.
static int64_t wrap(uint64_t value) { return static_cast<int64_t>(value); }

static Value emitDiv(OpBuilder &b, Location loc, Value lhs, Value rhs,
                     ElementKind kind) {
  if (isUnsigned(kind))
    return arith::DivUIOp::create(b, loc, lhs, rhs);
  return emitArith<arith::DivFOp, arith::DivSIOp>(b, loc, lhs, rhs, kind);
}

static int64_t divide(int64_t a, int64_t b) {
  if (b == 0)
    return 0;
  return b == -1 ? wrap(-static_cast<uint64_t>(a)) : a / b;
}

Value lf::importer::emitMaximum(OpBuilder &b, Location loc, Value lhs,
                                Value rhs, ElementKind kind) {
  if (isUnsigned(kind))
    return arith::MaxUIOp::create(b, loc, lhs, rhs);
  return emitArith<arith::MaximumFOp, arith::MaxSIOp>(b, loc, lhs, rhs, kind);
}

Value lf::importer::emitMinimum(OpBuilder &b, Location loc, Value lhs,
                                Value rhs, ElementKind kind) {
  if (isUnsigned(kind))
    return arith::MinUIOp::create(b, loc, lhs, rhs);
  return emitArith<arith::MinimumFOp, arith::MinSIOp>(b, loc, lhs, rhs, kind);
}

static const BinaryOp addition = {
    [](double a, double b) { return a + b; },
    [](int64_t a, int64_t b) { return wrap(uint64_t(a) + b); },
    emitArith<arith::AddFOp, arith::AddIOp>};

static const BinaryOp maximum = {
    [](double a, double b) { return std::isnan(a) || a > b ? a : b; },
    [](int64_t a, int64_t b) { return std::max(a, b); }, emitMaximum};

static const BinaryOp minimum = {
    [](double a, double b) { return std::isnan(a) || a < b ? a : b; },
    [](int64_t a, int64_t b) { return std::min(a, b); }, emitMinimum};

static LogicalResult importMean(NodeContext &node) {
  if (failed(node.requireFloats()) || failed(checkVariadic(node)))
    return failure();
  FailureOr<SmallVector<Tensor>> operands = readOperands(node);
  if (failed(operands))
    return failure();
  FailureOr<Aligned> aligned = align(node, *operands);
  if (failed(aligned))
    return failure();
  Formula f(node.emit);
  Value sum = aligned->values.front();
  for (Value value : ArrayRef<Value>(aligned->values).drop_front())
    sum = f.add(sum, value);
  Value mean = f.div(sum, static_cast<double>(operands->size()));
  return node.setOutput(Tensor(mean, operands->front().kind(), aligned->perm));
}

//===----------------------------------------------------------------------===//
// Pow
//===----------------------------------------------------------------------===//

/// x, x * x or x * x * x for such an exponent; null for others.
static Value emitSmallPower(Formula &f, Value base, const Tensor &exponent) {
  if (!exponent.isConstant() || exponent.size() != 1)
    return {};
  double number = exponent.host().number(0);
  if (number == 1)
    return base;
  if (number == 2)
    return f.mul(base, base);
  if (number == 3)
    return f.mul(f.mul(base, base), base);
  return {};
}

/// The operand of a power in a float type.
static Value convertOperand(Emitter &emit, Value value, ElementKind kind,
                            Type elementType) {
  if (isFloat(kind))
    return Formula(emit).cast(value, elementType);
  Type type = cast<RankedTensorType>(value.getType()).clone(elementType);
  if (isUnsigned(kind))
    return arith::UIToFPOp::create(emit.builder, emit.loc, type, value);
  return arith::SIToFPOp::create(emit.builder, emit.loc, type, value);
}

/// Computed in the type of the base, or in double if that is an integer.
static Value emitPower(Emitter &emit, Value base, Value exponent,
                       ElementKind baseKind, ElementKind exponentKind) {
  auto type = cast<RankedTensorType>(base.getType());
  Type computed = isFloat(baseKind) ? type.getElementType()
                                    : Type(emit.builder.getF64Type());
  Value result =
      Formula(emit).pow(convertOperand(emit, base, baseKind, computed),
                        convertOperand(emit, exponent, exponentKind, computed));
  if (isFloat(baseKind))
    return result;
  if (isUnsigned(baseKind))
    return arith::FPToUIOp::create(emit.builder, emit.loc, type, result);
  return arith::FPToSIOp::create(emit.builder, emit.loc, type, result);
}

static LogicalResult importPow(NodeContext &node) {
  const Tensor &base = node.input(0), &exponent = node.input(1);
  for (unsigned i : {0, 1})
    if (node.input(i).kind() == ElementKind::Bool)
      return node.error(node.inputName(i) + " is bool, supported are numbers");
  if (node.opset < 12 && failed(node.requireSameKind()))
    return failure();
  Dims shape = node.broadcastShape({base, exponent});
  if (node.hasFailed())
    return failure();
  ElementKind kind = base.kind();
  if (node.allConstant()) {
    if (failed(node.checkShape(shape, kind, /*folded=*/true)))
      return failure();
    // In double, whatever the types; a result of integers is rounded to zero.
    HostTensor wide = base.host().cast(ElementKind::F64);
    return node.setFolded(foldBinary(
        kind, shape, wide, exponent.host().cast(ElementKind::F64),
        [](double a, double b) { return std::pow(a, b); }, nullptr));
  }
  FailureOr<Aligned> aligned = align(node, {base, exponent});
  if (failed(aligned))
    return failure();
  Formula f(node.emit);
  Value result;
  if (isFloat(kind))
    result = emitSmallPower(f, aligned->values[0], exponent);
  if (!result)
    result = emitPower(node.emit, aligned->values[0], aligned->values[1], kind,
                       exponent.kind());
  return node.setOutput(Tensor(result, kind, aligned->perm));
}

void lf::importer::registerElementwiseOps(OpTable &table) {
  auto addBinary = [&](StringRef name, BinaryOp op) {
    table.add(name, {7, 2, 2, [op](NodeContext &node) {
                       return importOperands(node, op);
                     }});
  };
  addBinary("Add", addition);
  addBinary("Div", {[](double a, double b) { return a / b; }, divide, emitDiv});
  addBinary("Mul", {[](double a, double b) { return a * b; },
                    [](int64_t a, int64_t b) { return wrap(uint64_t(a) * b); },
                    emitArith<arith::MulFOp, arith::MulIOp>});
  addBinary("Sub", {[](double a, double b) { return a - b; },
                    [](int64_t a, int64_t b) { return wrap(uint64_t(a) - b); },
                    emitArith<arith::SubFOp, arith::SubIOp>});
  auto addVariadic = [&](StringRef name, BinaryOp op) {
    table.add(name, {7, 1, anyNumber, [op](NodeContext &node) {
                       return failed(checkVariadic(node))
                                  ? failure()
                                  : importOperands(node, op);
                     }});
  };
  addVariadic("Max", maximum);
  addVariadic("Min", minimum);
  addVariadic("Sum", addition);
  table.add("Mean", {7, 1, anyNumber, importMean});
  table.add("Pow", {7, 2, 2, importPow});
}
