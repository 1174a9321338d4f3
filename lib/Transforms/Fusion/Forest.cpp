//===- Forest.cpp - the chains of a network ---------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds which layer reads which, and evaluates chains of them.
//
//===----------------------------------------------------------------------===//

#include "Forest.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::lf;

/// Times that differ by less are equal: sums of the same numbers in another
/// order.
static constexpr double tolerance = 1e-9;

bool Price::isAtMost(const Price &other) const {
  if (outside != other.outside)
    return outside < other.outside;
  return seconds <= other.seconds * (1 + tolerance);
}

Price Candidate::getPrice() const { return {isBlock ? 0 : 1, seconds}; }

/// `op` as a layer that may stand in a block.
static LayerOpInterface getLayer(Operation *op) {
  auto layer = dyn_cast_if_present<LayerOpInterface>(op);
  return layer && canStandInBlock(op) ? layer : LayerOpInterface();
}

Forest::Forest(Block &block, const FusionLimits &limits, const Target &target)
    : block(block), limits(limits), costs(target, limits.schedules) {
  for (Operation &op : block) {
    LayerOpInterface layer = getLayer(&op);
    if (!layer)
      continue;
    layers.push_back(layer);
    LayerOpInterface maker = getLayer(layer.getInput().getDefiningOp());
    if (maker && maker->getBlock() == &block)
      readers[maker].push_back(layer);
  }
}

Candidate Forest::getCandidate(ArrayRef<LayerOpInterface> layers,
                               bool withPools) const {
  Candidate candidate;
  SmallVector<Operation *> pools;
  if (withPools)
    pools = getGlobalPools(layers.back()->getResult(0), &block);
  candidate.chain = makeChain(layers, pools);
  candidate.isBlock = llvm::any_of(layers, isHeavy);
  candidate.seconds = costs.getCost(candidate.chain).seconds;
  return candidate;
}

std::optional<Candidate> Forest::getPools(Value value) const {
  SmallVector<Operation *> pools = getGlobalPools(value, &block);
  if (pools.empty())
    return std::nullopt;
  Candidate candidate;
  candidate.chain = makeChain({}, pools);
  candidate.seconds = costs.getCost(candidate.chain).seconds;
  return candidate;
}

SmallVector<Value> Forest::getOtherPooled() const {
  llvm::SetVector<Value> values;
  for (auto pool : block.getOps<GlobalPoolOp>()) {
    LayerOpInterface maker = getLayer(pool.getInput().getDefiningOp());
    if ((!maker || maker->getBlock() != &block) && canStandInBlock(pool))
      values.insert(pool.getInput());
  }
  return values.takeVector();
}
