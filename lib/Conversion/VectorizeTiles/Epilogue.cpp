//===- Epilogue.cpp - scalar functions on vectors ---------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The epilogue of a tile, a function of scalars, applied to vectors: each op is
// cloned with vectors for scalars.
//
//===----------------------------------------------------------------------===//

#include "TileLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::lf;

/// The larger or smaller of `x` and a bound that is no NaN, by a comparison
/// that a NaN in `x` does not pass. A processor has one instruction for that;
/// for arith.maximumf, which has to tell 0 from -0, x86 needs four, and a clamp
/// after each sum costs 4% of a block.
static Value createBounded(ImplicitLocOpBuilder &b, Value x, Value bound,
                           bool isMaximum) {
  arith::CmpFPredicate isOutside =
      isMaximum ? arith::CmpFPredicate::OLT : arith::CmpFPredicate::OGT;
  Value outside = arith::CmpFOp::create(b, isOutside, x, bound);
  return arith::SelectOp::create(b, outside, bound, x);
}

static bool isNumber(Value scalar) {
  FloatAttr value;
  return matchPattern(scalar, m_Constant(&value)) && !value.getValue().isNaN();
}

/// Clones `inner` with vectors of `lanes` elements for scalars.
static Value cloneOnVectors(ImplicitLocOpBuilder &b, Operation &inner,
                            int64_t lanes, IRMapping &mapping) {
  SmallVector<Value> operands = llvm::map_to_vector(
      inner.getOperands(), [&](Value value) { return mapping.lookup(value); });
  if (isa<arith::MaximumFOp, arith::MinimumFOp>(inner) &&
      isNumber(inner.getOperand(1)))
    return createBounded(b, operands[0], operands[1],
                         isa<arith::MaximumFOp>(inner));
  Operation *clone = b.clone(inner, mapping);
  Value result = clone->getResult(0);
  result.setType(VectorType::get(lanes, result.getType()));
  return result;
}

Value lf::applyToVectors(ImplicitLocOpBuilder &b, Region &epilogue,
                         ValueRange arguments) {
  Block &body = epilogue.front();
  int64_t lanes = cast<VectorType>(arguments.front().getType()).getDimSize(0);
  IRMapping mapping;
  mapping.map(body.getArguments(), arguments);
  for (Operation &inner : body.without_terminator()) {
    if (inner.hasTrait<OpTrait::ConstantLike>()) {
      Value scalar = b.clone(inner)->getResult(0);
      mapping.map(inner.getResult(0),
                  vector::BroadcastOp::create(
                      b, VectorType::get(lanes, scalar.getType()), scalar));
      continue;
    }
    mapping.map(inner.getResult(0), cloneOnVectors(b, inner, lanes, mapping));
  }
  return mapping.lookup(body.getTerminator()->getOperand(0));
}
