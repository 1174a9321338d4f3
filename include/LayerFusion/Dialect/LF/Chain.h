//===- Chain.h - what the layers of a block make together -------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Facts about chains of layers, whether they stand in the body of a block or
// still in the network.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_CHAIN_H
#define LAYERFUSION_DIALECT_LF_CHAIN_H

#include "LayerFusion/Dialect/LF/LF.h"

#include <string>

namespace mlir::lf {

/// A chain of layers: each but the first takes the result of the one before.
struct Chain {
  SmallVector<LayerOpInterface> layers;
  /// The lf.global_pools of the last layer's result.
  SmallVector<Operation *> pools;
  /// Which results of layers and pools leave the chain, in order.
  SmallVector<Value> yielded;
};

/// The chain in the body of `block`.
Chain getChain(FusedBlockOp block);

/// Whether each of the layers after `index` reads all rows that the one before
/// it makes. If so, a lowering that computes only what is read computes all
/// rows of that layer.
bool readsAllRows(ArrayRef<LayerOpInterface> layers, unsigned index);

/// The channels of a chain that a channel-blocked schedule divides: one layer
/// makes them, or they come in, layers on single channels follow, and one
/// layer sums over them, or nobody does and they go out.
struct BlockedChannels {
  int64_t count = 0;
  /// The layer that makes them; none if they are those of the chain's input.
  std::optional<unsigned> producer;
  /// The layer that sums over them; none if they are those of the result.
  std::optional<unsigned> consumer;
};

/// The blocked channels of `layers`, or why there are none: of the layers that
/// mix channels there may be two, or one with others before it, none of them
/// grouped, and after the second only elementwise ones.
FailureOr<BlockedChannels> getBlockedChannels(ArrayRef<LayerOpInterface> layers,
                                              std::string *why = nullptr);

} // namespace mlir::lf

#endif // LAYERFUSION_DIALECT_LF_CHAIN_H
