//===- DecomposeConcats.cpp - parts go where they belong --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   %a = lf.fused_block … outs(%empty_a)
//   %b = lf.fused_block … outs(%empty_b)
//   %y = tensor.concat dim(3) %a, %b
//
// becomes
//
//   %whole = tensor.empty()
//   %a = lf.fused_block … outs(%empty_a)
//   %0 = tensor.insert_slice %a into %whole[0, 0, 0, 0] …
//   %b = lf.fused_block … outs(%empty_b)
//   %y = tensor.insert_slice %b into %0[0, 0, 0, 58] …
//
// Upstream's patterns put all insertions in the place of the concatenation.
// Here each follows its part, so that the tensor it goes into is there when the
// part is made: lf-bufferize lets the op that makes it write there.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Passes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::lf {
#define GEN_PASS_DEF_DECOMPOSECONCATSPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;

namespace {

/// An operand of a concatenation.
struct Part {
  Value value;
  /// Where it begins in the result, along the dimension of the concatenation.
  int64_t offset;
};

} // namespace

/// What makes `value` in the block of `op`; null if it is there from the
/// beginning.
static Operation *getMaker(Value value, Operation *op) {
  Operation *maker = value.getDefiningOp();
  return maker && maker->getBlock() == op->getBlock() ? maker : nullptr;
}

/// The operands of `op` in the order in which they are made.
static SmallVector<Part> getParts(tensor::ConcatOp op) {
  SmallVector<Part> parts;
  int64_t offset = 0;
  for (Value value : op.getInputs()) {
    parts.push_back({value, offset});
    offset += cast<RankedTensorType>(value.getType()).getDimSize(op.getDim());
  }
  llvm::sort(parts, [&](const Part &a, const Part &b) {
    Operation *first = getMaker(a.value, op), *second = getMaker(b.value, op);
    if (first == second)
      return a.offset < b.offset;
    if (!first || !second)
      return !first;
    return first->isBeforeInBlock(second);
  });
  return parts;
}

static void decompose(RewriterBase &rewriter, tensor::ConcatOp op) {
  SmallVector<Part> parts = getParts(op);
  RankedTensorType type = op.getType();
  if (Operation *first = getMaker(parts.front().value, op))
    rewriter.setInsertionPoint(first);
  else
    rewriter.setInsertionPointToStart(op->getBlock());
  Value whole = tensor::EmptyOp::create(rewriter, op.getLoc(), type.getShape(),
                                        type.getElementType());
  SmallVector<OpFoldResult> strides(type.getRank(), rewriter.getIndexAttr(1));
  for (const Part &part : parts) {
    Operation *maker = getMaker(part.value, op);
    if (maker && whole.getDefiningOp()->isBeforeInBlock(maker))
      rewriter.setInsertionPointAfter(maker);
    else
      rewriter.setInsertionPointAfterValue(whole);
    SmallVector<OpFoldResult> offsets(type.getRank(), rewriter.getIndexAttr(0));
    offsets[op.getDim()] = rewriter.getIndexAttr(part.offset);
    auto partType = cast<RankedTensorType>(part.value.getType());
    whole = tensor::InsertSliceOp::create(
        rewriter, op.getLoc(), part.value, whole, offsets,
        getAsIndexOpFoldResult(op.getContext(), partType.getShape()), strides);
  }
  rewriter.replaceOp(op, whole);
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct DecomposeConcatsPass
    : lf::impl::DecomposeConcatsPassBase<DecomposeConcatsPass> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<tensor::ConcatOp> ops;
    getOperation()->walk([&](tensor::ConcatOp op) {
      auto isStatic = [](Type type) {
        return cast<RankedTensorType>(type).hasStaticShape();
      };
      if (isStatic(op.getType()) &&
          llvm::all_of(op->getOperandTypes(), isStatic))
        ops.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (tensor::ConcatOp op : ops)
      decompose(rewriter, op);
  }
};

} // namespace
