//===- CostTable.cpp - costs of equal chains --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two chains are equal if an op of one and the op of the other in its place
// have the same name, attributes and types, both or neither are yielded, and
// both or neither can be computed by Winograd's algorithm.
//
//===----------------------------------------------------------------------===//

#include "Candidates.h"

using namespace mlir;
using namespace mlir::lf;

/// Stand in a key for a result that is yielded, and for a layer with a filter
/// that can be transformed.
static constexpr char yieldedMark = 0, winogradMark = 1;

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
  for (auto [index, layer] : llvm::enumerate(chain.layers)) {
    add(layer);
    key.push_back(canBeWinograd(chain, index) ? &winogradMark : nullptr);
  }
  for (Operation *pool : chain.pools)
    add(pool);
  return key;
}

const Cost &CostTable::getCost(const Chain &chain) {
  auto [found, isNew] = costs.try_emplace(getKey(chain));
  if (isNew)
    found->second = estimateCost(chain, target, limits);
  return found->second;
}
