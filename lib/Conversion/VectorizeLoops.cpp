//===- VectorizeLoops.cpp - linalg to vector loops --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowers linalg ops on memrefs to loops over vectors along the result's last
// dimension. A sum stays in a register until it is complete:
//
//   linalg.matmul ins(%a, %b : memref<7x30xf32>, memref<30x64xf32>)
//                 outs(%c : memref<7x64xf32>)
//
// becomes
//
//   scf.for %m = 0 to 7 {
//     %0 = vector.load %c[%m, 0] : vector<64xf32>
//     %1 = scf.for %k = 0 to 30 iter_args(%sum = %0) {
//       %a0 = memref.load %a[%m, %k]
//       %b0 = vector.load %b[%k, 0] : vector<64xf32>
//       yield %sum + broadcast(%a0) * %b0
//     }
//     vector.store %1, %c[%m, 0]
//   }
//
// LLVM's loop vectorizer could not do that: it sees one loop at a time, has to
// ask at run time whether the buffers overlap, and takes ten times as long.
//
//===----------------------------------------------------------------------===//

#include "LinalgLoops.h"

#include "LayerFusion/Conversion/Passes.h"
#include "LayerFusion/Schedule/Target.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::lf {
#define GEN_PASS_DEF_VECTORIZELOOPSPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

/// Elements in a vector: four registers of AVX-512, eight of AVX2 or sixteen of
/// NEON, enough independent sums to hide the latency of an addition.
static constexpr int64_t maxLanes = 64;

//===----------------------------------------------------------------------===//
// What can be vectorized
//===----------------------------------------------------------------------===//

/// A vector in memory is its elements side by side; i1 is not stored so.
static bool isVectorElement(Type type) {
  if (isa<FloatType>(type))
    return type.getIntOrFloatBitWidth() >= 16;
  return type.isSignlessInteger() &&
         llvm::is_contained({8u, 16u, 32u, 64u}, type.getIntOrFloatBitWidth());
}

/// Bufferized pads come with an index for each loop, none of them used.
static bool isUnusedIndex(Operation &op) {
  return isa<linalg::IndexOp>(op) && op.use_empty();
}

/// Whether buffers have static shapes and elements that vectors can have.
static bool hasVectors(linalg::LinalgOp op) {
  return op.hasPureBufferSemantics() && !op.hasDynamicShape() &&
         llvm::all_of(op->getOperandTypes(), [](Type type) {
           auto buffer = dyn_cast<MemRefType>(type);
           return !buffer || isVectorElement(buffer.getElementType());
         });
}

/// The loop to vectorize, if the op's body and operands allow it.
static std::optional<unsigned> findVectorLoop(linalg::LinalgOp op) {
  std::optional<unsigned> dim = findContiguousLoop(op);
  if (!dim)
    return std::nullopt;
  for (Type operand : op->getOperandTypes()) {
    auto type = dyn_cast<MemRefType>(operand);
    if (!type)
      continue; // a scalar, as of linalg.fill
    int64_t offset;
    SmallVector<int64_t> strides;
    if (failed(type.getStridesAndOffset(strides, offset)) ||
        (!strides.empty() && strides.back() != 1))
      return std::nullopt;
  }
  for (Operation &inner : op.getBlock()->without_terminator())
    if (!OpTrait::hasElementwiseMappableTraits(&inner) &&
        !inner.hasTrait<OpTrait::ConstantLike>() && !isUnusedIndex(inner))
      return std::nullopt;
  return dim;
}

//===----------------------------------------------------------------------===//
// Writing the loops
//===----------------------------------------------------------------------===//

namespace {

/// Replaces one linalg op by loops over vectors along loop `dim`.
class LoopWriter {
public:
  LoopWriter(RewriterBase &rewriter, linalg::LinalgOp op, unsigned dim)
      : builder(op.getLoc(), rewriter), op(op), dim(dim),
        ranges(op.getStaticLoopRanges()), indices(ranges.size()) {
    SmallVector<utils::IteratorType> types = op.getIteratorTypesArray();
    for (unsigned i = 0, e = ranges.size(); i < e; ++i)
      if (i != dim)
        (types[i] == utils::IteratorType::parallel ? parallel : reduction)
            .push_back(i);
  }

  void write() { writeParallel(parallel); }

private:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(builder, value);
  }
  void writeParallel(ArrayRef<unsigned> loops);
  void writeVectors();
  void writeVector(int64_t lanes, Value start);
  Value writeReduction(ArrayRef<unsigned> loops, Value accumulator);
  Value writeBody(Value accumulator);
  void widen(Operation &inner, IRMapping &mapping);
  SmallVector<Value> getPlace(OpOperand &operand);
  Value load(OpOperand &operand);
  Value broadcast(Value value);

  ImplicitLocOpBuilder builder;
  linalg::LinalgOp op;
  unsigned dim;
  SmallVector<int64_t> ranges;
  /// The current index of each loop.
  SmallVector<Value> indices;
  SmallVector<unsigned> parallel, reduction;
  /// The number of elements in the vector being written.
  int64_t lanes = 0;
};

} // namespace

/// The loops over independent results, from the outermost in.
void LoopWriter::writeParallel(ArrayRef<unsigned> loops) {
  if (loops.empty())
    return writeVectors();
  unsigned loop = loops.front();
  if (ranges[loop] == 1) {
    indices[loop] = index(0);
    return writeParallel(loops.drop_front());
  }
  auto forOp =
      scf::ForOp::create(builder, index(0), index(ranges[loop]), index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(forOp.getBody());
  indices[loop] = forOp.getInductionVar();
  writeParallel(loops.drop_front());
}

/// Covers loop `dim` by vectors: as many of the largest as fit, then one of
/// each smaller power of two that is left.
void LoopWriter::writeVectors() {
  int64_t start = 0, size = ranges[dim];
  for (int64_t width = maxLanes; width >= 1; width /= 2) {
    int64_t count = (size - start) / width;
    if (count > 1) {
      auto forOp = scf::ForOp::create(
          builder, index(start), index(start + count * width), index(width));
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(forOp.getBody());
      writeVector(width, forOp.getInductionVar());
    } else if (count == 1) {
      writeVector(width, index(start));
    }
    start += count * width;
  }
}

/// One vector of results.
void LoopWriter::writeVector(int64_t width, Value start) {
  lanes = width;
  indices[dim] = start;
  OpOperand &output = *op.getDpsInitOperand(0);
  Value accumulator;
  if (op.payloadUsesValueFromOperand(&output) || !reduction.empty())
    accumulator = load(output);
  Value result = broadcast(writeReduction(reduction, accumulator));
  vector::StoreOp::create(builder, result, output.get(), getPlace(output));
}

/// The loops of a sum, which carry it from one iteration to the next.
Value LoopWriter::writeReduction(ArrayRef<unsigned> loops, Value accumulator) {
  if (loops.empty())
    return writeBody(accumulator);
  unsigned loop = loops.front();
  if (ranges[loop] == 1) {
    indices[loop] = index(0);
    return writeReduction(loops.drop_front(), accumulator);
  }
  auto forOp = scf::ForOp::create(builder, index(0), index(ranges[loop]),
                                  index(1), accumulator);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(forOp.getBody());
  indices[loop] = forOp.getInductionVar();
  Value next = writeReduction(loops.drop_front(), forOp.getRegionIterArg(0));
  scf::YieldOp::create(builder, broadcast(next));
  return forOp.getResult(0);
}

/// The op's scalar body on vectors. What does not depend on a vector stays
/// scalar.
Value LoopWriter::writeBody(Value accumulator) {
  Block *body = op.getBlock();
  IRMapping mapping;
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    if (argument.use_empty())
      continue;
    bool isOutput = op.isDpsInit(&operand);
    mapping.map(argument, isOutput ? accumulator : load(operand));
  }
  for (Operation &inner : body->without_terminator())
    if (!isUnusedIndex(inner))
      widen(inner, mapping);
  return mapping.lookupOrDefault(body->getTerminator()->getOperand(0));
}

/// Clones `inner`, on vectors if one of its operands is one.
void LoopWriter::widen(Operation &inner, IRMapping &mapping) {
  bool isVector = llvm::any_of(inner.getOperands(), [&](Value operand) {
    return isa<VectorType>(mapping.lookupOrDefault(operand).getType());
  });
  if (isVector)
    for (Value operand : inner.getOperands())
      mapping.map(operand, broadcast(mapping.lookupOrDefault(operand)));
  Operation *clone = builder.clone(inner, mapping);
  if (isVector)
    for (Value result : clone->getResults())
      result.setType(VectorType::get(lanes, result.getType()));
  // A sum of products may be fused multiply-adds: one rounding less.
  if (isa<arith::AddFOp, arith::MulFOp>(clone)) {
    auto fast = cast<arith::ArithFastMathInterface>(clone);
    arith::FastMathFlags flags = fast.getFastMathFlagsAttr().getValue();
    clone->setAttr(
        fast.getFastMathAttrName(),
        arith::FastMathFlagsAttr::get(builder.getContext(),
                                      flags | arith::FastMathFlags::contract));
  }
}

/// The indices of the element, or of a vector's first element, of `operand`.
SmallVector<Value> LoopWriter::getPlace(OpOperand &operand) {
  SmallVector<Value> place;
  AffineMap map = op.getMatchingIndexingMap(&operand);
  for (unsigned i = 0, e = map.getNumResults(); i < e; ++i) {
    if (auto loop = dyn_cast<AffineDimExpr>(map.getResult(i))) {
      place.push_back(indices[loop.getPosition()]);
      continue;
    }
    // Only the indices it needs: those of a sum are not there outside of it.
    AffineMap position = map.getSubMap({i});
    SmallVector<Value> operands;
    for (unsigned d = 0, n = map.getNumDims(); d < n; ++d)
      if (position.isFunctionOfDim(d))
        operands.push_back(indices[d]);
    place.push_back(affine::AffineApplyOp::create(
        builder, compressUnusedDims(position), operands));
  }
  return place;
}

/// A vector, or a scalar where the operand does not vary along the vector.
Value LoopWriter::load(OpOperand &operand) {
  auto type = dyn_cast<MemRefType>(operand.get().getType());
  if (!type)
    return operand.get();
  SmallVector<Value> place = getPlace(operand);
  if (!op.getMatchingIndexingMap(&operand).isFunctionOfDim(dim))
    return memref::LoadOp::create(builder, operand.get(), place);
  return vector::LoadOp::create(builder,
                                VectorType::get(lanes, type.getElementType()),
                                operand.get(), place);
}

Value LoopWriter::broadcast(Value value) {
  if (isa<VectorType>(value.getType()))
    return value;
  return vector::BroadcastOp::create(
      builder, VectorType::get(lanes, value.getType()), value);
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct VectorizeLoopsPass
    : lf::impl::VectorizeLoopsPassBase<VectorizeLoopsPass> {
  using Base::Base;

  void runOnOperation() override {
    int64_t vectorBytes = Target::get(getOperation()).vectorBytes;
    SmallVector<linalg::LinalgOp> ops;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (hasVectors(op))
        ops.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : ops) {
      if (std::optional<unsigned> dim = findVectorLoop(op)) {
        rewriter.setInsertionPoint(op);
        LoopWriter(rewriter, op, *dim).write();
        rewriter.eraseOp(op);
      } else {
        // What does not transpose either is left alone.
        (void)vectorizeTranspose(rewriter, op, vectorBytes);
      }
    }
  }
};

} // namespace
