//===- RaiseAdds.cpp - sums as layers ---------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Residuals and their activations become layers, so that chains can go through
// them:
//
//   %0 = arith.addf %shortcut, %conv     ==>  %1 = lf.add %conv, %shortcut
//   %1 = lf.activate %0 relu                      activation relu
//
// and back, where no block took them.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Transforms/Layers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::lf;

/// Whether the layers of `block` include the op that makes `value`.
static bool isMadeByLayer(Value value, Block *block) {
  auto layer = value.getDefiningOp<LayerOpInterface>();
  return layer && layer->getBlock() == block;
}

static bool canBeLayer(arith::AddFOp add) {
  auto type = dyn_cast<RankedTensorType>(add.getType());
  return type && type.getRank() == 4 && type.hasStaticShape() &&
         !type.getEncoding() && !llvm::is_contained(type.getShape(), 0) &&
         add.getFastmath() == arith::FastMathFlags::none;
}

/// The activation of `add`, if nobody else reads the bare sum.
static ActivateOp getActivate(arith::AddFOp add) {
  if (!add->hasOneUse())
    return {};
  auto activate = dyn_cast<ActivateOp>(*add->user_begin());
  return activate && activate->getBlock() == add->getBlock() ? activate
                                                             : ActivateOp();
}

/// For each op the most layers on a way to it from the beginning of `block`.
static DenseMap<Operation *, int64_t> getDepths(Block &block) {
  DenseMap<Operation *, int64_t> depths;
  for (Operation &op : block) {
    int64_t depth = 0;
    for (Value operand : op.getOperands())
      depth = std::max(depth, depths.lookup(operand.getDefiningOp()));
    depths[&op] = depth + (isa<LayerOpInterface>(op) ? 1 : 0);
  }
  return depths;
}

RaisedAdds lf::raiseAdds(RewriterBase &rewriter, Block &block) {
  RaisedAdds adds;
  DenseMap<Operation *, int64_t> depths = getDepths(block);
  auto getDepth = [&](Value value) {
    return depths.lookup(value.getDefiningOp());
  };
  for (arith::AddFOp add : llvm::to_vector(block.getOps<arith::AddFOp>())) {
    bool left = isMadeByLayer(add.getLhs(), &block);
    bool right = isMadeByLayer(add.getRhs(), &block);
    if (!canBeLayer(add) || (!left && !right))
      continue;
    RaisedAdd raised{/*swapped=*/false, add.getLoc(), std::nullopt};
    raised.swapped =
        !left || (right && getDepth(add.getRhs()) > getDepth(add.getLhs()));
    Value input = raised.swapped ? add.getRhs() : add.getLhs();
    Value other = raised.swapped ? add.getLhs() : add.getRhs();
    auto activation =
        ActivationAttr::get(rewriter.getContext(), ActivationKind::None);
    Operation *last = add;
    if (ActivateOp activate = getActivate(add)) {
      activation = activate.getActivation();
      raised.activateLoc = activate.getLoc();
      last = activate;
    }
    rewriter.setInsertionPoint(add);
    auto layer = AddOp::create(rewriter, add.getLoc(), add.getType(), input,
                               other, activation);
    depths[layer] = depths.lookup(last);
    adds.try_emplace(layer, raised);
    rewriter.replaceOp(last, layer);
    if (last != add)
      rewriter.eraseOp(add);
  }
  return adds;
}

void lf::restoreAdds(RewriterBase &rewriter, Block &block,
                     const RaisedAdds &adds) {
  for (AddOp layer : llvm::make_early_inc_range(block.getOps<AddOp>())) {
    auto found = adds.find(layer);
    if (found == adds.end())
      continue;
    const RaisedAdd &raised = found->second;
    Value left = layer.getInput(), right = layer.getOther();
    if (raised.swapped)
      std::swap(left, right);
    rewriter.setInsertionPoint(layer);
    Value sum = arith::AddFOp::create(rewriter, raised.loc, left, right);
    if (raised.activateLoc)
      sum = ActivateOp::create(rewriter, *raised.activateLoc, sum,
                               layer.getActivation());
    rewriter.replaceOp(layer, sum);
  }
}
