//===- Functions.cpp - import of functions of one number --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sqrt, Exp and their kin become math ops on whole tensors; on constants they
// are computed right here, as exporters compute sizes with them.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Formula.h"
#include "OpTable.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lf::importer;

namespace {
struct FunctionOp {
  double (*onNumber)(double);
  Value (*emit)(Emitter &, Value);
  /// Both null where the op takes floats only.
  int64_t (*onInteger)(int64_t) = nullptr;
  Value (*emitInteger)(Emitter &, Value) = nullptr;
};
} // namespace

template <typename OpTy> static Value emitMath(Emitter &emit, Value x) {
  return OpTy::create(emit.builder, emit.loc, x);
}

static HostTensor fold(const FunctionOp &op, const HostTensor &x) {
  int64_t count = x.isSplat() ? 1 : x.size();
  std::vector<char> bytes(count * byteSize(x.kind()));
  for (int64_t i = 0; i < count; ++i) {
    if (isFloat(x.kind()))
      storeNumber(x.kind(), bytes.data(), i, op.onNumber(x.number(i)));
    else
      storeInteger(x.kind(), bytes.data(), i, op.onInteger(x.integer(i)));
  }
  return HostTensor(x.kind(), x.shape(), std::move(bytes));
}

static LogicalResult importFunction(NodeContext &node, const FunctionOp &op) {
  const Tensor &input = node.input(0);
  ElementKind kind = input.kind();
  if ((!op.onInteger || kind == ElementKind::Bool) &&
      failed(node.requireFloat(0)))
    return failure();
  if (!input.isConstant())
    return setMapped(node, [&](Value x) {
      return (isFloat(kind) ? op.emit : op.emitInteger)(node.emit, x);
    });
  if (failed(node.checkShape(input.shape(), kind,
                             /*folded=*/!input.host().isSplat())))
    return failure();
  return node.setFolded(fold(op, input.host()));
}

static Value emitReciprocal(Emitter &emit, Value x) {
  return Formula(emit).div(1.0, x);
}

/// A zero stays what it is, and so does NaN.
static Value emitSign(Emitter &emit, Value x) {
  Formula f(emit);
  auto type = cast<RankedTensorType>(x.getType());
  Value one = emit.splat(type.getShape(), type.getElementType(), 1.0);
  Value sign = math::CopySignOp::create(emit.builder, emit.loc, one, x);
  return f.select(arith::CmpFPredicate::UEQ, x, 0.0, x, sign);
}

static double signOf(double x) {
  return x == 0 || std::isnan(x) ? x : std::copysign(1.0, x);
}

static int64_t negative(int64_t x) {
  return static_cast<int64_t>(-static_cast<uint64_t>(x));
}

static Value emitNegative(Emitter &emit, Value x) {
  auto type = cast<RankedTensorType>(x.getType());
  Value zero = emit.splat(type.getShape(), type.getElementType(), 0);
  return arith::SubIOp::create(emit.builder, emit.loc, zero, x);
}

void lf::importer::registerFunctionOps(OpTable &table) {
  auto add = [&](StringRef name, int64_t since, FunctionOp op) {
    table.add(name, {since, 1, 1, [op](NodeContext &node) {
                       return importFunction(node, op);
                     }});
  };
  add("Abs", 7,
      {std::fabs, emitMath<math::AbsFOp>,
       [](int64_t x) { return x < 0 ? negative(x) : x; },
       emitMath<math::AbsIOp>});
  add("Ceil", 7, {std::ceil, emitMath<math::CeilOp>});
  add("Cos", 7, {std::cos, emitMath<math::CosOp>});
  add("Erf", 9, {std::erf, emitMath<math::ErfOp>});
  add("Exp", 7, {std::exp, emitMath<math::ExpOp>});
  add("Floor", 7, {std::floor, emitMath<math::FloorOp>});
  add("Log", 7, {std::log, emitMath<math::LogOp>});
  add("Neg", 7,
      {[](double x) { return -x; }, emitMath<arith::NegFOp>, negative,
       emitNegative});
  add("Reciprocal", 7, {[](double x) { return 1 / x; }, emitReciprocal});
  add("Round", 11, {std::nearbyint, emitMath<math::RoundEvenOp>});
  add("Sign", 9, {signOf, emitSign});
  add("Sin", 7, {std::sin, emitMath<math::SinOp>});
  add("Sqrt", 7, {std::sqrt, emitMath<math::SqrtOp>});
}
