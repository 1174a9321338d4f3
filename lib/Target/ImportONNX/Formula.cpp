//===- Formula.cpp - arithmetic written as formulas -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One op of arith or math a function.
//
//===----------------------------------------------------------------------===//

#include "Formula.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::lf::importer;

static RankedTensorType typeOf(Value value) {
  return llvm::cast<RankedTensorType>(value.getType());
}

Value Formula::asTensor(Term term, Term like) {
  if (term.value)
    return term.value;
  RankedTensorType type = typeOf(like.value);
  return emit.splat(type.getShape(), type.getElementType(), term.number);
}

template <typename OpTy> Value Formula::binary(Term a, Term b) {
  Value lhs = asTensor(a, b), rhs = asTensor(b, a);
  return OpTy::create(emit.builder, emit.loc, lhs, rhs);
}

Value Formula::add(Term a, Term b) { return binary<arith::AddFOp>(a, b); }
Value Formula::sub(Term a, Term b) { return binary<arith::SubFOp>(a, b); }
Value Formula::mul(Term a, Term b) { return binary<arith::MulFOp>(a, b); }
Value Formula::div(Term a, Term b) { return binary<arith::DivFOp>(a, b); }
Value Formula::pow(Term a, Term b) { return binary<math::PowFOp>(a, b); }
Value Formula::max(Term a, Term b) { return binary<arith::MaximumFOp>(a, b); }
Value Formula::min(Term a, Term b) { return binary<arith::MinimumFOp>(a, b); }

Value Formula::abs(Value x) {
  return math::AbsFOp::create(emit.builder, emit.loc, x);
}
Value Formula::neg(Value x) {
  return arith::NegFOp::create(emit.builder, emit.loc, x);
}
Value Formula::erf(Value x) {
  return math::ErfOp::create(emit.builder, emit.loc, x);
}
Value Formula::exp(Value x) {
  return math::ExpOp::create(emit.builder, emit.loc, x);
}
Value Formula::expm1(Value x) {
  return math::ExpM1Op::create(emit.builder, emit.loc, x);
}
Value Formula::log(Value x) {
  return math::LogOp::create(emit.builder, emit.loc, x);
}
Value Formula::log1p(Value x) {
  return math::Log1pOp::create(emit.builder, emit.loc, x);
}
Value Formula::sqrt(Value x) {
  return math::SqrtOp::create(emit.builder, emit.loc, x);
}
Value Formula::tanh(Value x) {
  return math::TanhOp::create(emit.builder, emit.loc, x);
}

Value Formula::select(arith::CmpFPredicate predicate, Value a, Term b,
                      Value yes, Term no) {
  Value condition = arith::CmpFOp::create(emit.builder, emit.loc, predicate, a,
                                          asTensor(b, a));
  return arith::SelectOp::create(emit.builder, emit.loc, condition, yes,
                                 asTensor(no, yes));
}

Value Formula::widened(Value value) {
  if (typeOf(value).getElementTypeBitWidth() >= 32)
    return value;
  return cast(value, emit.builder.getF32Type());
}

Value Formula::cast(Value value, Type elementType) {
  RankedTensorType from = typeOf(value), to = from.clone(elementType);
  if (from == to)
    return value;
  unsigned fromBits = from.getElementTypeBitWidth();
  unsigned toBits = to.getElementTypeBitWidth();
  // float16 and bfloat16 meet in f32.
  if (fromBits == toBits)
    return cast(cast(value, emit.builder.getF32Type()), elementType);
  if (toBits > fromBits)
    return arith::ExtFOp::create(emit.builder, emit.loc, to, value);
  return arith::TruncFOp::create(emit.builder, emit.loc, to, value);
}
