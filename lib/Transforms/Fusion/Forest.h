//===- Forest.h - the chains of a network -----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layers and what they read as a forest, the chains in it, and what they are
// worth to the choice of blocks.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TRANSFORMS_FUSION_FOREST_H
#define LAYERFUSION_LIB_TRANSFORMS_FUSION_FOREST_H

#include "LayerFusion/Transforms/Fusion.h"

namespace mlir::lf {

/// What a part of a choice is judged by.
struct Price {
  /// Layers that stand in no block: work that nobody schedules or tunes. The
  /// fewest, whatever the model says of the time.
  int64_t outside = 0;
  double seconds = 0;

  Price operator+(const Price &other) const {
    return {outside + other.outside, seconds + other.seconds};
  }

  /// Whether this is less or, but for rounding, the same.
  bool isAtMost(const Price &other) const;
};

/// A chain and what it costs. A layer without a window makes no block: it stays
/// what it is.
struct Candidate {
  Chain chain;
  bool isBlock = true;
  /// Modelled.
  double seconds = 0;

  Price getPrice() const;
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
  mutable CostTable costs;
  SmallVector<LayerOpInterface> layers;
  DenseMap<Operation *, SmallVector<LayerOpInterface, 2>> readers;
};

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_TRANSFORMS_FUSION_FOREST_H
