//===- RegisterTile.h - which results a layer makes together ----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How many pixels and vectors of channels of a layer are computed together in
// registers on a target, and how long a row takes then.
//
// A register tile is good if it
//   - fits: its sums, a vector of the filter for each of its vectors and one
//     element of the input are in registers at once;
//   - leaves little over: what a row or the channels are not a multiple of
//     becomes a smaller tile or an idle part of a vector;
//   - has sums enough: the next multiply-add of a sum waits for the one before;
//   - loads little: an element of the input serves all its vectors, a vector of
//     the filter all its pixels.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_SCHEDULE_REGISTERTILE_H
#define LAYERFUSION_SCHEDULE_REGISTERTILE_H

#include "LayerFusion/Dialect/LF/Chain.h"
#include "LayerFusion/Schedule/Target.h"

namespace mlir::lf {

/// Products of Winograd's algorithm: each of `tiles` transformed windows with
/// one point of the filter, for as many `points`.
struct PointProducts {
  int64_t tiles = 0, points = 0;
};

/// A layer as its register tile sees it.
struct TileShape {
  TileKind kind = TileKind::Conv;
  /// Pixels of a row, or of several where rows follow each other without gaps.
  /// Of Winograd's algorithm all tiles that are multiplied at once.
  int64_t width = 1;
  /// Of the result; of a grouped convolution those of a group.
  int64_t channels = 1;
  /// So many of them are computed at once, in whole panels of the tile; none:
  /// all of them, and the last panel may be smaller.
  int64_t block = 0;
  /// Of each sum over channels: KH * KW * C / groups.
  int64_t terms = 1;
  std::array<int64_t, 2> kernel = {1, 1};
  int64_t strideX = 1;
  int64_t elementBytes = 4;
  /// Whether the filter lies in panels of the tile's channels.
  bool packed = false;
  /// What Winograd's algorithm multiplies, if it computes the layer: all else
  /// here is that of a product, a 1x1 convolution of tiles.
  SmallVector<PointProducts, 4> products;
  /// Threads that share the channels, in whole panels of the tile.
  int64_t threads = 1;
  /// Vectors that the code around the tile keeps in registers throughout, for
  /// the activations of other layers: a ReLU's zero.
  int64_t kept = 0;
};

/// What `layer` is to its register tile where `rows` rows of it are computed at
/// once.
TileShape getTileShape(LayerOpInterface layer, int64_t rows = 1);

/// The channels of a vector register.
int64_t getLanes(const TileShape &shape, const Target &target);

/// The tile with the fewest modelled cycles.
RegisterTileAttr chooseRegisterTile(MLIRContext *context,
                                    const TileShape &shape,
                                    const Target &target);

/// The modelled cycles for `shape.width` pixels, or all `shape.products`, of
/// all channels, or of those that the busiest thread has, if all data is in L1
/// but for filters that do not fit it.
double getTileCycles(const TileShape &shape, RegisterTileAttr tile,
                     const Target &target);

/// The vector registers that the innermost loop of `tile` needs.
int64_t getRegistersUsed(const TileShape &shape, RegisterTileAttr tile);

/// The layers of `chain` as their register tiles see them under `schedule`.
SmallVector<TileShape> getTileShapes(const Chain &chain, ScheduleAttr schedule);

/// `schedule` with the best tile for each layer of `chain`, if it has none.
ScheduleAttr addRegisterTiles(const Chain &chain, ScheduleAttr schedule,
                              const Target &target);

/// Cycles of a core a second, as its peak of operations implies.
double getCyclesPerSecond(const Target &target);

} // namespace mlir::lf

#endif // LAYERFUSION_SCHEDULE_REGISTERTILE_H
