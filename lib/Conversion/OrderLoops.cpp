//===- OrderLoops.cpp - contiguous inner loops ------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the named ops of linalg the loops over a sum stand innermost, where
// neighbouring iterations are far apart in memory:
//
//   for n, oy, ox, f { for ky, kx, c { y[n,oy,ox,f] += x[…,c] * w[ky,kx,c,f] }}
//
// becomes
//
//   for n, oy, ox { for ky, kx, c { for f { y[n,oy,ox,f] += … }}}
//
// which reads and writes whole vectors.
//
//===----------------------------------------------------------------------===//

#include "LinalgLoops.h"

#include "LayerFusion/Conversion/Passes.h"

#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::lf {
#define GEN_PASS_DEF_ORDERLOOPSPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

/// Whether neighbouring iterations of loop `dim` touch neighbouring elements,
/// or the same one.
static bool isContiguousAlong(AffineMap map, unsigned dim) {
  for (auto [index, expr] : llvm::enumerate(map.getResults()))
    if (expr.isFunctionOfDim(dim) &&
        (index + 1 != map.getNumResults() || !isa<AffineDimExpr>(expr)))
      return false;
  return true;
}

std::optional<unsigned> lf::findContiguousLoop(linalg::LinalgOp op) {
  if (op.getNumDpsInits() != 1)
    return std::nullopt;
  AffineMap result = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (result.getNumResults() == 0)
    return std::nullopt;
  auto last = dyn_cast<AffineDimExpr>(result.getResults().back());
  if (!last)
    return std::nullopt;
  unsigned dim = last.getPosition();
  if (op.getIteratorTypesArray()[dim] != utils::IteratorType::parallel ||
      !llvm::all_of(op.getIndexingMapsArray(),
                    [&](AffineMap map) { return isContiguousAlong(map, dim); }))
    return std::nullopt;
  return dim;
}

/// Moves loop `dim` of `op` innermost; the others keep their order.
static LogicalResult moveInnermost(RewriterBase &rewriter, linalg::LinalgOp op,
                                   unsigned dim) {
  rewriter.setInsertionPoint(op);
  auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
  if (!generic) {
    FailureOr<linalg::GenericOp> general =
        linalg::generalizeNamedOp(rewriter, op);
    if (failed(general))
      return failure();
    generic = *general;
  }
  SmallVector<unsigned> order;
  for (unsigned i = 0, e = generic.getNumLoops(); i < e; ++i)
    if (i != dim)
      order.push_back(i);
  order.push_back(dim);
  return linalg::interchangeGenericOp(rewriter, generic, order);
}

namespace {

struct OrderLoopsPass : lf::impl::OrderLoopsPassBase<OrderLoopsPass> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> ops;
    getOperation()->walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : ops) {
      std::optional<unsigned> dim = findContiguousLoop(op);
      if (!dim || *dim + 1 == op.getNumLoops())
        continue;
      if (failed(moveInnermost(rewriter, op, *dim))) {
        op->emitOpError() << "cannot be written as linalg.generic";
        return signalPassFailure();
      }
    }
  }
};

} // namespace
