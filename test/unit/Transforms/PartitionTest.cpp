//===- PartitionTest.cpp - the choice of blocks is the best -----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random networks are cut into blocks in all ways there are; none costs less
// than the one that is chosen. With LAYERFUSION_LONG_TESTS in the environment,
// ten times as many.
//
//===----------------------------------------------------------------------===//

#include "RandomNetwork.h"

#include "LayerFusion/Transforms/Fusion.h"
#include "LayerFusion/Transforms/Layers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SetVector.h"
#include "gtest/gtest.h"

#include <cstdlib>
#include <limits>
#include <optional>

using namespace mlir;
using namespace mlir::lf;

namespace {

/// Layers in no block, and the seconds of everything: the first counts more.
using Price = std::pair<int64_t, double>;

/// Tries all ways to cut a network, by brute force: for each layer which of its
/// readers goes on with its block, or none.
class AllCuts {
public:
  AllCuts(Block &block, const FusionLimits &limits, const Target &target)
      : block(block), limits(limits), target(target) {
    for (auto layer : block.getOps<LayerOpInterface>()) {
      if (!canStandInBlock(layer))
        continue;
      layers.push_back(layer);
      for (Operation *user : layer->getResult(0).getUsers())
        if (auto reader = dyn_cast<LayerOpInterface>(user))
          if (canStandInBlock(user) && reader.getInput() == layer->getResult(0))
            readers[layer].push_back(reader);
    }
  }

  /// How many ways to cut there are, allowed or not.
  double count() const {
    double count = 1;
    for (LayerOpInterface layer : layers)
      count *= 1 + readers.lookup(layer).size();
    return count;
  }

  /// The cheapest.
  Price findBest() {
    best = {std::numeric_limits<int64_t>::max(), 0};
    choose(0);
    return {best.first, best.second + getOtherPoolingSeconds()};
  }

private:
  void choose(size_t index) {
    if (index == layers.size()) {
      best = std::min(best, getPrice());
      return;
    }
    LayerOpInterface layer = layers[index];
    next[layer] = {};
    choose(index + 1);
    for (LayerOpInterface reader : readers.lookup(layer)) {
      next[layer] = reader;
      choose(index + 1);
    }
    next[layer] = {};
  }

  /// Of the cut at hand; infinite if it is not allowed.
  Price getPrice() {
    DenseSet<Operation *> continued;
    for (auto [layer, reader] : next)
      if (reader)
        continued.insert(reader);
    Price price = {0, 0};
    for (LayerOpInterface layer : layers) {
      if (continued.contains(layer))
        continue;
      SmallVector<LayerOpInterface> chain = {layer};
      while (LayerOpInterface reader = next.lookup(chain.back()))
        chain.push_back(reader);
      if (chain.size() > 1 &&
          (failed(limits.check(chain)) || failed(checkLegal(chain))))
        return {std::numeric_limits<int64_t>::max(), 0};
      price.first += llvm::none_of(chain, isHeavy);
      price.second += getSeconds(chain);
    }
    return price;
  }

  double getSeconds(ArrayRef<LayerOpInterface> chain) {
    double poolings = 0;
    for (LayerOpInterface layer : chain.drop_back())
      poolings += getPoolingSeconds(layer->getResult(0));
    Value last = chain.back()->getResult(0);
    double apart = estimateCost(makeChain(chain, {}), target).seconds +
                   getPoolingSeconds(last);
    SmallVector<Operation *> pools = getGlobalPools(last, &block);
    if (pools.empty() || llvm::none_of(chain, isHeavy))
      return poolings + apart;
    double together = estimateCost(makeChain(chain, pools), target).seconds;
    return poolings + std::min(apart, together);
  }

  double getPoolingSeconds(Value value) {
    SmallVector<Operation *> pools = getGlobalPools(value, &block);
    return pools.empty() ? 0
                         : estimateCost(makeChain({}, pools), target).seconds;
  }

  /// Of poolings of what is not made by a layer.
  double getOtherPoolingSeconds() {
    llvm::SetVector<Value> values;
    for (auto pool : block.getOps<GlobalPoolOp>())
      if (!llvm::is_contained(layers, pool.getInput().getDefiningOp()))
        values.insert(pool.getInput());
    double seconds = 0;
    for (Value value : values)
      seconds += getPoolingSeconds(value);
    return seconds;
  }

  Block &block;
  const FusionLimits &limits;
  const Target &target;
  SmallVector<LayerOpInterface> layers;
  DenseMap<Operation *, SmallVector<LayerOpInterface, 2>> readers;
  DenseMap<Operation *, LayerOpInterface> next;
  Price best;
};

class PartitionTest : public ::testing::Test {
protected:
  PartitionTest() {
    context.loadDialect<LFDialect, arith::ArithDialect, func::FuncDialect,
                        linalg::LinalgDialect, tensor::TensorDialect>();
  }
  MLIRContext context;
};

} // namespace

/// A processor on which the small networks do not fit into the caches, and so
/// slow that what the choice adds for each block is nothing.
static Target getTarget() {
  Target target;
  target.cacheBytes = {256, 512, 1024};
  target.bytesPerSecond = {3000, 2000, 1000};
  target.flopsPerSecond = 10000;
  return target;
}

TEST_F(PartitionTest, NoCutIsCheaper) {
  const char *longTests = std::getenv("LAYERFUSION_LONG_TESTS");
  unsigned networks = longTests && *longTests ? 3000 : 300;
  Target target = getTarget();
  int64_t tried = 0, better = 0;
  for (unsigned seed = 0; seed < networks; ++seed) {
    OwningOpRef<ModuleOp> module = test::buildRandomNetwork(&context, seed);
    auto function = module->lookupSymbol<func::FuncOp>("main");
    Block &block = function.getBody().front();
    IRRewriter rewriter(&context);
    raiseAdds(rewriter, block);
    FusionLimits limits;
    limits.maxLayers = 1 + seed % 4;
    AllCuts cuts(block, limits, target);
    if (cuts.count() > 2000)
      continue;
    ++tried;
    int64_t layers = llvm::count_if(block, [](Operation &op) {
      return isa<LayerOpInterface>(op) && canStandInBlock(&op);
    });
    auto choose = [&](FusionPolicy policy) -> Price {
      Partition partition = choosePartition(block, policy, limits, target);
      int64_t inside = 0;
      for (const Chain &chain : partition.blocks)
        inside += chain.layers.size();
      return {layers - inside, partition.seconds};
    };
    Price chosen = choose(FusionPolicy::Cost);
    // Not by more than rounding.
    chosen.second *= 1 - 1e-6;
    EXPECT_LE(chosen, cuts.findBest()) << "seed " << seed;
    EXPECT_LE(chosen, choose(FusionPolicy::Greedy));
    better += chosen.second < 0.999 * choose(FusionPolicy::None).second;
  }
  // The test is worth something only if there was a choice.
  EXPECT_GT(tried, networks / 4);
  EXPECT_GT(better, tried / 4);
}
