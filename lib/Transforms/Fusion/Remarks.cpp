//===- Remarks.cpp - what fusion says of its choices ------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tells of each block what it gains and, of each layer that begins another,
// why:
//
//   remark: [Passed] fused | .. kind=dw-pw, seconds=.., unfusedSeconds=.., ..
//   remark: [Missed] refused | .. after=pw-dw, next=pw, Reason=..
//   remark: [Analysis] choice | .. blocks=.., seconds=..
//
//===----------------------------------------------------------------------===//

#include "Remarks.h"

#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#define DEBUG_TYPE "lf-fuse-blocks"

using namespace mlir;
using namespace mlir::lf;

static bool isListening(MLIRContext *context) {
  return context->getRemarkEngine() != nullptr;
}

static remark::RemarkOpts getOptions(StringRef name, Operation *op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  return remark::RemarkOpts::name(name)
      .category(DEBUG_TYPE)
      .function(function ? function.getName() : StringRef());
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

void lf::reportBlock(FusedBlockOp block, const Target &target,
                     const ScheduleLimits &limits) {
  if (!isListening(block.getContext()))
    return;
  Chain chain = getChain(block);
  if (chain.layers.size() + chain.pools.size() < 2)
    return;
  Gain gain = getGain(chain, target, limits);
  // The block's own location is that of all its layers; a YAML file has none
  // for that.
  Operation *first = &block.getBody().front().front();
  remark::passed(first->getLoc(), getOptions("fused", block))
      << remark::metric("kind", getChainName(chain))
      << remark::metric("seconds", gain.fused.seconds)
      << remark::metric("unfusedSeconds", gain.unfusedSeconds)
      << remark::metric("bytesL1L2", gain.fused.bytes[0])
      << remark::metric("bytesL2L3", gain.fused.bytes[1])
      << remark::metric("bytesL3Memory", gain.fused.bytes[2])
      << remark::metric("unfusedBytesL1L2", gain.unfusedBytes[0])
      << remark::metric("unfusedBytesL2L3", gain.unfusedBytes[1])
      << remark::metric("unfusedBytesL3Memory", gain.unfusedBytes[2])
      << remark::metric("recomputedFlops", gain.fused.recomputedFlops);
}

//===----------------------------------------------------------------------===//
// Refusals
//===----------------------------------------------------------------------===//

void lf::reportRefused(Operation *layer, StringRef why) {
  if (isListening(layer->getContext()))
    remark::missed(layer->getLoc(), getOptions("refused", layer))
        << remark::reason("{0}", why.str());
}

namespace {

/// Explains the ends of the chosen chains.
class Explainer {
public:
  Explainer(Block &block, const Partition &partition,
            const FusionLimits &limits, const Target &target)
      : block(block), limits(limits), target(target) {
    for (const Chain &chain : partition.blocks)
      for (LayerOpInterface layer : chain.layers)
        chains[layer] = &chain;
  }

  void explain() {
    for (auto layer : block.getOps<LayerOpInterface>())
      if (canStandInBlock(layer))
        for (Operation *user : layer->getResult(0).getUsers())
          explain(layer, user);
  }

private:
  /// Why the block of `layer` does not go on to its reader.
  void explain(LayerOpInterface layer, Operation *user) {
    const Chain lone = makeChain(layer, {});
    const Chain *home = chains.lookup(layer);
    const Chain &before = home ? *home : lone;
    auto next = dyn_cast<LayerOpInterface>(user);
    bool reads =
        next ? next.getInput() == layer->getResult(0) : isa<GlobalPoolOp>(user);
    if (!reads || user->getBlock() != &block || !canStandInBlock(user) ||
        llvm::is_contained(before.pools, user) ||
        llvm::is_contained(before.layers, user))
      return;
    Chain alone = next ? makeChain(next, {}) : makeChain({}, user);
    const Chain *found = chains.lookup(user);
    const Chain &after = found ? *found : alone;
    if (layer != before.layers.back()) {
      refuse(before, after, user,
             "the block goes on to another reader of the value");
      return;
    }
    SmallVector<LayerOpInterface> layers = before.layers;
    llvm::append_range(layers, after.layers);
    std::string why;
    if (failed(checkLegal(layers, &why)) ||
        failed(limits.check(layers, &why))) {
      refuse(before, after, user, why);
      return;
    }
    refuseAt(before, after, user, makeChain(layers, after.pools));
  }

  /// Both could be one block, but are not chosen to be.
  void refuseAt(const Chain &before, const Chain &after, Operation *user,
                const Chain &both) {
    auto getSeconds = [&](const Chain &chain) {
      return estimateCost(chain, target, limits.schedules).seconds;
    };
    double apart = getSeconds(before) + getSeconds(after);
    double joined = getSeconds(both);
    remark::missed(user->getLoc(), getOptions("refused", user))
        << remark::metric("after", getChainName(before))
        << remark::metric("next", getChainName(after))
        << remark::metric("seconds", joined)
        << remark::metric("unfusedSeconds", apart)
        << remark::reason("{0}", joined < apart
                                     ? "the policy did not try"
                                     : "one block would take longer");
  }

  void refuse(const Chain &before, const Chain &after, Operation *user,
              StringRef why) {
    remark::missed(user->getLoc(), getOptions("refused", user))
        << remark::metric("after", getChainName(before))
        << remark::metric("next", getChainName(after))
        << remark::reason("{0}", why.str());
  }

  Block &block;
  const FusionLimits &limits;
  const Target &target;
  /// The chosen chain that each layer stands in.
  DenseMap<Operation *, const Chain *> chains;
};

} // namespace

void lf::explainChoice(Block &block, const Partition &partition,
                       const FusionLimits &limits, const Target &target) {
  Operation *parent = block.getParentOp();
  if (!isListening(parent->getContext()) || partition.blocks.empty())
    return;
  Explainer(block, partition, limits, target).explain();
  Operation *first = &block.front();
  remark::analysis(first->getLoc(), getOptions("choice", first))
      << remark::metric("blocks", partition.blocks.size())
      << remark::metric("seconds", partition.seconds);
}
