//===- Partition.cpp - which chains become blocks ----------------*- C++
//-*-===//
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

#include "LayerFusion/Transforms/Fusion.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace mlir::lf;

/// What the model leaves out of a block: a barrier between threads, a buffer
/// for the result. Next to nothing, so that it only decides between choices
/// that are else as fast.
static constexpr double secondsPerBlock = 100e-9;

/// Costs that differ by less are equal: sums of the same numbers in another
/// order.
static constexpr double tolerance = 1e-9;

namespace {

/// A chain and what it costs. Layers without a window make no block: they stay
/// what they are.
struct Candidate {
  Chain chain;
  bool isBlock = true;
  /// Modelled.
  double seconds = 0;

  double getCost() const { return seconds + secondsPerBlock; }
};

/// The layers of a region's block as a forest, and the chains in it.
class Forest {
public:
  Forest(Block &block, const FusionLimits &limits, const Target &target);

  ArrayRef<LayerOpInterface> getLayers() const { return layers; }
  ArrayRef<LayerOpInterface> getReaders(LayerOpInterface layer) const {
    auto found = readers.find(layer);
    return found == readers.end() ? ArrayRef<LayerOpInterface>()
                                  : ArrayRef(found->second);
  }

  /// `layers` as one block or, if it is one without a window, as none; with all
  /// poolings of the last one's result, or without.
  Candidate getCandidate(ArrayRef<LayerOpInterface> layers,
                         bool withPools) const;

  /// Whether `layers` may be a block and are asked for.
  bool isAllowed(ArrayRef<LayerOpInterface> layers) const {
    return succeeded(limits.check(layers)) && succeeded(checkLegal(layers));
  }
  bool mayBegin(ArrayRef<LayerOpInterface> layers) const {
    return limits.mayBegin(layers) && succeeded(checkLegal(layers));
  }

  /// The poolings of `value` as a block of their own; none if there are none.
  std::optional<Candidate> getPools(Value value) const;

  /// The values with poolings that no layer makes.
  SmallVector<Value> getOtherPooled() const;

private:
  Block &block;
  const FusionLimits &limits;
  const Target &target;
  SmallVector<LayerOpInterface> layers;
  DenseMap<Operation *, SmallVector<LayerOpInterface, 2>> readers;
};

} // namespace

//===----------------------------------------------------------------------===//
// Forest
//===----------------------------------------------------------------------===//

/// `op` as a layer that may stand in a block.
static LayerOpInterface getLayer(Operation *op) {
  auto layer = dyn_cast_if_present<LayerOpInterface>(op);
  return layer && canStandInBlock(op) ? layer : LayerOpInterface();
}

Forest::Forest(Block &block, const FusionLimits &limits, const Target &target)
    : block(block), limits(limits), target(target) {
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
  candidate.seconds = estimateCost(candidate.chain, target).seconds;
  return candidate;
}

std::optional<Candidate> Forest::getPools(Value value) const {
  SmallVector<Operation *> pools = getGlobalPools(value, &block);
  if (pools.empty())
    return std::nullopt;
  Candidate candidate;
  candidate.chain = makeChain({}, pools);
  candidate.seconds = estimateCost(candidate.chain, target).seconds;
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
      extend(chain, /*hanging=*/0);
    }
  }

  const Candidate &getFirst(LayerOpInterface layer) const {
    return best.find(layer)->second.first;
  }

private:
  /// Tries `layers` and all chains that begin with them; `hanging` is what the
  /// trees and poolings cost that hang on all of them but the last.
  void extend(SmallVector<LayerOpInterface> &layers, double hanging) {
    LayerOpInterface last = layers.back();
    double below = 0;
    for (LayerOpInterface reader : forest.getReaders(last))
      below += best.find(reader)->second.second;
    std::optional<Candidate> pools = forest.getPools(last->getResult(0));
    double pooling = pools ? pools->getCost() : 0;
    if (layers.size() == 1 || forest.isAllowed(layers)) {
      offer(layers.front(), forest.getCandidate(layers, /*withPools=*/false),
            hanging + below + pooling);
      if (pools && llvm::any_of(layers, isHeavy))
        offer(layers.front(), forest.getCandidate(layers, /*withPools=*/true),
              hanging + below);
    }
    for (LayerOpInterface reader : forest.getReaders(last)) {
      layers.push_back(reader);
      if (forest.mayBegin(layers))
        extend(layers,
               hanging + pooling + below - best.find(reader)->second.second);
      layers.pop_back();
    }
  }

  /// Takes `candidate` for the best chain that begins with `first` if it is. Of
  /// equals the last, which is the longest, so that sums and activations stand
  /// behind the layers that they follow.
  void offer(LayerOpInterface first, Candidate candidate, double rest) {
    double total = candidate.getCost() + rest;
    auto [found, isNew] = best.try_emplace(first, candidate, total);
    if (!isNew && total <= found->second.second * (1 + tolerance))
      found->second = {std::move(candidate), total};
  }

  const Forest &forest;
  /// For each layer the chain that begins with it, and the cost of its tree.
  DenseMap<Operation *, std::pair<Candidate, double>> best;
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
      double apart = forest.getCandidate(reader, /*withPools=*/false).getCost();
      if (forest.isAllowed(layers)) {
        Candidate longer = forest.getCandidate(layers, /*withPools=*/false);
        if (always || longer.getCost() <= chain.getCost() + apart) {
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
    if (always || pooled.getCost() <= chain.getCost() + pools->getCost())
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
