//===- CostTable.cpp - costs of equal chains --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two chains are equal if an op of one and the op of the other in its place
// have the same name, attributes and types, and both or neither are yielded.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Cost.h"

using namespace mlir;
using namespace mlir::lf;

/// Stands in a key for a result that is yielded.
static constexpr char yieldedMark = 0;

/// Names, attributes and types are unique in their context.
static std::vector<const void *> getKey(const Chain &chain) {
  std::vector<const void *> key;
  auto add = [&](Operation *op) {
    key.push_back(op->getName().getAsOpaquePointer());
    key.push_back(op->getAttrDictionary().getAsOpaquePointer());
    for (Type type : op->getOperandTypes())
      key.push_back(type.getAsOpaquePointer());
    key.push_back(op->getResult(0).getType().getAsOpaquePointer());
    bool isYielded = llvm::is_contained(chain.yielded, op->getResult(0));
    key.push_back(isYielded ? &yieldedMark : nullptr);
  };
  for (LayerOpInterface layer : chain.layers)
    add(layer);
  for (Operation *pool : chain.pools)
    add(pool);
  return key;
}

const Cost &CostTable::getCost(const Chain &chain) {
  auto [found, isNew] = costs.try_emplace(getKey(chain));
  if (isNew)
    found->second = estimateCost(chain, target);
  return found->second;
}
