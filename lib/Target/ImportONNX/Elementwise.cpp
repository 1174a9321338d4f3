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
#include "OpTable.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"
#include <limits>

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

//===----------------------------------------------------------------------===//
// Arithmetic on two operands
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

static LogicalResult importBinary(NodeContext &node, const BinaryOp &op) {
  const Tensor &lhs = node.input(0), &rhs = node.input(1);
  if (failed(node.requireSameKind()))
    return failure();
  ElementKind kind = lhs.kind();
  if (kind == ElementKind::Bool)
    return node.error(node.inputName(0) + " is bool, supported are numbers");
  Dims shape = node.broadcastShape({lhs, rhs});
  if (node.hasFailed())
    return failure();
  if (node.allConstant()) {
    bool splat = lhs.host().isSplat() && rhs.host().isSplat();
    if (failed(node.checkShape(shape, kind, /*folded=*/!splat)))
      return failure();
    return node.setFolded(foldBinary(kind, shape, lhs.host(), rhs.host(),
                                     op.onNumbers, op.onIntegers));
  }
  FailureOr<Aligned> operands = align(node, {lhs, rhs});
  if (failed(operands))
    return failure();
  Value result = op.emit(node.emit.builder, node.emit.loc, operands->values[0],
                         operands->values[1], kind);
  return node.setOutput(Tensor(result, kind, operands->perm));
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

void lf::importer::registerElementwiseOps(OpTable &table) {
  auto add = [&](StringRef name, BinaryOp op) {
    table.add(name, {7, 2, 2, [op](NodeContext &node) {
                       return importBinary(node, op);
                     }});
  };
  add("Add", {[](double a, double b) { return a + b; },
              [](int64_t a, int64_t b) { return wrap(uint64_t(a) + b); },
              emitArith<arith::AddFOp, arith::AddIOp>});
  add("Sub", {[](double a, double b) { return a - b; },
              [](int64_t a, int64_t b) { return wrap(uint64_t(a) - b); },
              emitArith<arith::SubFOp, arith::SubIOp>});
  add("Mul", {[](double a, double b) { return a * b; },
              [](int64_t a, int64_t b) { return wrap(uint64_t(a) * b); },
              emitArith<arith::MulFOp, arith::MulIOp>});
  add("Div", {[](double a, double b) { return a / b; }, divide, emitDiv});
}
