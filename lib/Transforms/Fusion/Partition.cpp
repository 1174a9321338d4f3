//===- Partition.cpp - which chains become blocks ---------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each layer has one input, so layers and what they read are a forest, and a
// chain is a way down in it. Blocks for a network are ways that together hold
// each layer once. The cost of a chain does not depend on how the others are
// cut, so the cheapest way to cut the tree below a layer is
//
//   best(v) = min over chains c that begin with v:
//               cost(c) + sum of best(u) over the layers u that hang on c
//
// and that is exact for what the model says. A few chains begin with each layer
// (they are short), so this is linear in the size of the network.
//
//===----------------------------------------------------------------------===//

#include "Forest.h"

#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Cheapest
//===----------------------------------------------------------------------===//

namespace {

/// The cheapest cut of the trees below each layer.
class CheapestCut {
public:
  CheapestCut(const Forest &forest) : forest(forest) {
    // Readers come after what they read, in the order of the network.
    for (LayerOpInterface layer : llvm::reverse(forest.getLayers())) {
      SmallVector<LayerOpInterface> chain = {layer};
      extend(chain, /*hanging=*/Price());
    }
  }

  const Candidate &getFirst(LayerOpInterface layer) const {
    return best.find(layer)->second.first;
  }

private:
  /// Tries `layers` and all chains that begin with them; `hanging` is what the
  /// trees and poolings cost that hang on all of them but the last.
  void extend(SmallVector<LayerOpInterface> &layers, Price hanging) {
    LayerOpInterface last = layers.back();
    ArrayRef<LayerOpInterface> readers = forest.getReaders(last);
    std::optional<Candidate> pools = forest.getPools(last->getResult(0));
    Price pooling = pools ? pools->getPrice() : Price();
    if (layers.size() == 1 || forest.isAllowed(layers)) {
      Price rest = hanging + getPrice(readers);
      offer(layers.front(), forest.getCandidate(layers, /*withPools=*/false),
            rest + pooling);
      if (pools && llvm::any_of(layers, isHeavy))
        offer(layers.front(), forest.getCandidate(layers, /*withPools=*/true),
              rest);
    }
    for (auto [index, reader] : llvm::enumerate(readers)) {
      layers.push_back(reader);
      if (forest.mayBegin(layers))
        extend(layers, hanging + pooling + getPrice(readers.take_front(index)) +
                           getPrice(readers.drop_front(index + 1)));
      layers.pop_back();
    }
  }

  /// The cheapest cuts of the trees below `roots`.
  Price getPrice(ArrayRef<LayerOpInterface> roots) const {
    Price sum;
    for (LayerOpInterface root : roots)
      sum = sum + best.find(root)->second.second;
    return sum;
  }

  /// Takes `candidate` for the best chain that begins with `first` if it is. Of
  /// equals the last, which is the longest, so that sums and activations stand
  /// behind the layers that they follow.
  void offer(LayerOpInterface first, Candidate candidate, Price rest) {
    Price total = candidate.getPrice() + rest;
    auto [found, isNew] = best.try_emplace(first, candidate, total);
    if (!isNew && total.isAtMost(found->second.second))
      found->second = {std::move(candidate), total};
  }

  const Forest &forest;
  /// For each layer the chain that begins with it, and the cost of its tree.
  DenseMap<Operation *, std::pair<Candidate, Price>> best;
};

} // namespace

//===----------------------------------------------------------------------===//
// First come
//===----------------------------------------------------------------------===//

/// Adds layer after layer to the chain that begins with `layer`, as long as
/// that gains or, with `always`, as long as that is allowed; none that is
/// `taken`.
static Candidate grow(const Forest &forest, LayerOpInterface layer,
                      const llvm::SmallPtrSetImpl<Operation *> &taken,
                      bool always) {
  SmallVector<LayerOpInterface> layers = {layer};
  Candidate chain = forest.getCandidate(layers, /*withPools=*/false);
  for (bool grows = true; grows;) {
    grows = false;
    for (LayerOpInterface reader : forest.getReaders(layers.back())) {
      if (taken.contains(reader))
        continue;
      layers.push_back(reader);
      Price apart = chain.getPrice() +
                    forest.getCandidate(reader, /*withPools=*/false).getPrice();
      if (forest.isAllowed(layers)) {
        Candidate longer = forest.getCandidate(layers, /*withPools=*/false);
        if (always || longer.getPrice().isAtMost(apart)) {
          chain = std::move(longer);
          grows = true;
          break;
        }
      }
      layers.pop_back();
    }
  }
  std::optional<Candidate> pools = forest.getPools(layers.back()->getResult(0));
  if (pools && chain.isBlock) {
    Candidate pooled = forest.getCandidate(layers, /*withPools=*/true);
    if (always ||
        pooled.getPrice().isAtMost(chain.getPrice() + pools->getPrice()))
      return pooled;
  }
  return chain;
}

//===----------------------------------------------------------------------===//
// Choice
//===----------------------------------------------------------------------===//

namespace {
/// Collects the chosen chains.
class Collector {
public:
  Collector(const Forest &forest) : forest(forest) {}

  /// Takes `candidate`, and the poolings that hang on it.
  void take(const Candidate &candidate) {
    add(candidate);
    for (LayerOpInterface layer : candidate.chain.layers) {
      taken.insert(layer);
      bool isPooled = layer == candidate.chain.layers.back() &&
                      !candidate.chain.pools.empty();
      if (!isPooled)
        takePools(layer->getResult(0));
    }
  }
  void takePools(Value value) {
    if (std::optional<Candidate> pools = forest.getPools(value))
      add(*pools);
  }

  Partition partition;
  llvm::SmallPtrSet<Operation *, 16> taken;

private:
  void add(const Candidate &candidate) {
    partition.seconds += candidate.seconds;
    if (candidate.isBlock)
      partition.blocks.push_back(candidate.chain);
  }

  const Forest &forest;
};
} // namespace

Partition lf::choosePartition(Block &block, FusionPolicy policy,
                              const FusionLimits &limits,
                              const Target &target) {
  Forest forest(block, limits, target);
  Collector collector(forest);
  std::optional<CheapestCut> cheapest;
  if (policy == FusionPolicy::Cost)
    cheapest.emplace(forest);
  for (LayerOpInterface layer : forest.getLayers()) {
    // A chain is taken with its first layer, which comes before the others.
    if (collector.taken.contains(layer))
      continue;
    if (policy == FusionPolicy::Cost)
      collector.take(cheapest->getFirst(layer));
    else if (policy == FusionPolicy::None)
      collector.take(forest.getCandidate(layer, /*withPools=*/false));
    else
      collector.take(grow(forest, layer, collector.taken,
                          /*always=*/policy == FusionPolicy::All));
  }
  for (Value value : forest.getOtherPooled())
    collector.takePools(value);
  return std::move(collector.partition);
}
