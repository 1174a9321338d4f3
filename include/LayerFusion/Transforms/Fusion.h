//===- Fusion.h - from layers to blocks -------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What --lf-fuse-blocks is made of, once everything that can be a layer is one
// (Layers.h):
//
//   kinds        what a chain is called, and which chains are asked for
//   legality     which chains may be one block
//   gain         what that is worth
//   choice       which of the chains that may become blocks do
//   blocks       the chosen chains become blocks
//
// docs/fusion.md tells why.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TRANSFORMS_FUSION_H
#define LAYERFUSION_TRANSFORMS_FUSION_H

#include "LayerFusion/Dialect/LF/Chain.h"
#include "LayerFusion/Schedule/Cost.h"

#include "mlir/IR/PatternMatch.h"

#include <string>

namespace mlir::lf {

//===----------------------------------------------------------------------===//
// Kinds
//===----------------------------------------------------------------------===//

/// Layers by what they do to channels and places.
enum class LayerKind { Depthwise, Pointwise, Conv, Grouped, Pool, Elementwise };

LayerKind getLayerKind(LayerOpInterface layer);

/// Whether a layer is worth a block of its own.
inline bool isHeavy(LayerOpInterface layer) {
  return getLayerKind(layer) != LayerKind::Elementwise;
}

/// The layers and poolings of `chain` by name, as in "pw-dw-pw-add".
std::string getChainName(const Chain &chain);

/// Which chains are asked for.
struct FusionLimits {
  /// Convolutions in one block.
  unsigned maxLayers = 0;
  /// The sequences of convolutions; if there are none, all are allowed.
  SmallVector<SmallVector<LayerKind>> kinds;
  /// What the blocks' schedules may take, each by itself.
  ScheduleLimits schedules;

  /// Reads one of `kinds`, such as "pw-dw-pw".
  LogicalResult addKind(StringRef text,
                        function_ref<InFlightDiagnostic()> emitError);

  /// Whether `layers` may be a block.
  LogicalResult check(ArrayRef<LayerOpInterface> layers,
                      std::string *why = nullptr) const;

  /// Whether `layers` may be the first of those of a block.
  bool mayBegin(ArrayRef<LayerOpInterface> layers) const;
};

//===----------------------------------------------------------------------===//
// Legality
//===----------------------------------------------------------------------===//

/// Whether `op` is a layer or lf.global_pool of images (layers such as
/// lf.activate take tensors of any rank) that are not empty, in plain tensors
/// without an encoding.
bool canStandInBlock(Operation *op);

/// The chain of `layers` and `pools` of the network, as it would be a block:
/// yielded is what others read.
Chain makeChain(ArrayRef<LayerOpInterface> layers, ArrayRef<Operation *> pools);

/// The lf.global_pools of `value` in `block` that may be fused, in order.
SmallVector<Operation *> getGlobalPools(Value value, Block *block);

/// The ops between the first and the last of `layers` that depend on them and
/// so must come after the block; or why there can be no block: a layer depends
/// on such an op, or one may not be moved.
FailureOr<SmallVector<Operation *>>
getOpsAfterBlock(ArrayRef<LayerOpInterface> layers, std::string *why = nullptr);

/// Whether `layers` of the network, each of which reads the one before, may be
/// one block. If so, the same holds of the first of them.
LogicalResult checkLegal(ArrayRef<LayerOpInterface> layers,
                         std::string *why = nullptr);

//===----------------------------------------------------------------------===//
// Gain
//===----------------------------------------------------------------------===//

/// The cost of `chain` as one block and that of its layers and poolings one by
/// one.
struct Gain {
  Cost fused;
  double unfusedSeconds = 0;
  std::array<int64_t, numBoundaries> unfusedBytes = {};
};

Gain getGain(const Chain &chain, const Target &target,
             const ScheduleLimits &limits);

//===----------------------------------------------------------------------===//
// Choice
//===----------------------------------------------------------------------===//

enum class FusionPolicy { None, All, Greedy, Cost };

/// A choice of blocks for all layers of a network.
struct Partition {
  /// In the order of their first layers.
  SmallVector<Chain> blocks;
  /// Modelled, of the blocks and of what stands outside.
  double seconds = 0;
};

/// Chooses blocks for the layers and poolings in `block`.
Partition choosePartition(Block &block, FusionPolicy policy,
                          const FusionLimits &limits, const Target &target);

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// Replaces the layers and poolings of `chain` by an lf.fused_block. Legal must
/// be what `checkLegal` says.
FusedBlockOp formBlock(RewriterBase &rewriter, const Chain &chain);

/// Makes the chosen blocks. Two of them can depend on each other although each
/// alone is legal; then the later one is cut in two.
SmallVector<FusedBlockOp> formBlocks(RewriterBase &rewriter,
                                     const Partition &partition);

} // namespace mlir::lf

#endif // LAYERFUSION_TRANSFORMS_FUSION_H
