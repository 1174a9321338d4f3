//===- Stages.h - what a block computes in one place ------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block as stages: each is a layer whose rows need memory of their own, with
// the elementwise layers that follow and are computed in the same place.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_STAGES_H
#define LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_STAGES_H

#include "LayerFusion/Dialect/LF/LF.h"

namespace mlir::lf {

struct Stage {
  /// The layer that makes a row from rows of the stage before. None in a first
  /// stage that takes rows of the block's input over, one for one.
  LayerOpInterface head;
  /// Elementwise layers, applied to the complete row.
  SmallVector<LayerOpInterface, 2> tail;
  /// What the last of these layers makes, or the block's input.
  Value result;
  /// Whether it is a first stage that reads the block's input where it lies,
  /// with windows cropped at the edges or, in Winograd's algorithm, zeros
  /// there.
  bool readsInPlace = false;
  /// How the head is computed; null is direct.
  AlgorithmAttr algorithm;

  bool isWinograd() const { return algorithm && algorithm.isWinograd(); }

  /// The window of the head.
  Window getWindow() const {
    return head ? LayerOpInterface(head).getWindow() : Window();
  }
  RankedTensorType getType() const {
    return cast<RankedTensorType>(result.getType());
  }
  int64_t getHeight() const { return getType().getDimSize(1); }
  int64_t getWidth() const { return getType().getDimSize(2); }
  int64_t getChannels() const { return getType().getDimSize(3); }
};

/// The stages of `block` in order. The first takes the block's input over if
/// it is padded and not read in place, or if elementwise layers come first:
/// those do not write to it.
/// There are none in a block without layers.
SmallVector<Stage> getStages(FusedBlockOp block);

/// What places outside of `layer`'s input count as: zero, or minus infinity
/// for a maximum.
TypedAttr getNeutralValue(LayerOpInterface layer);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_STAGES_H
