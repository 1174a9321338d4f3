//===- Formula.h - arithmetic written as formulas ---------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an importer needs to say x / (1 + |x|) in one line: elementwise ops on
// float tensors of one shape, where a number stands for a tensor full of it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_IMPORTONNX_FORMULA_H
#define LAYERFUSION_LIB_TARGET_IMPORTONNX_FORMULA_H

#include "Emitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlir::lf::importer {

class Formula {
public:
  /// An operand: a tensor, or a number taken as a tensor of the other
  /// operand's type.
  struct Term {
    Term(Value value) : value(value) {}
    Term(double number) : number(number) {}

    Value value;
    double number = 0;
  };

  explicit Formula(Emitter &emit) : emit(emit) {}

  Value add(Term a, Term b);
  Value sub(Term a, Term b);
  Value mul(Term a, Term b);
  Value div(Term a, Term b);
  Value pow(Term a, Term b);
  /// Both give NaN where an operand is NaN.
  Value max(Term a, Term b);
  Value min(Term a, Term b);

  Value abs(Value x);
  Value neg(Value x);
  Value erf(Value x);
  Value exp(Value x);
  /// exp(x) - 1 and log(1 + x), exact also near 0.
  Value expm1(Value x);
  Value log(Value x);
  Value log1p(Value x);
  Value sqrt(Value x);
  Value tanh(Value x);

  /// `yes` where the comparison holds, else `no`.
  Value select(arith::CmpFPredicate predicate, Value a, Term b, Value yes,
               Term no);

  /// Sums of f16 and bf16 are formed in f32: the value in f32 if its elements
  /// are narrower, and back in the float type `elementType`.
  Value widened(Value value);
  Value cast(Value value, Type elementType);

private:
  Value asTensor(Term term, Term like);
  template <typename OpTy> Value binary(Term a, Term b);

  Emitter &emit;
};

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_FORMULA_H
