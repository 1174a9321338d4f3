//===- BlockModel.h - a block as the stages it becomes ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What --lf-tile-blocks makes of a chain, without the loops: the stages, each
// of which computes rows, and the buffers that they read and write.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_SCHEDULE_BLOCKMODEL_H
#define LAYERFUSION_LIB_SCHEDULE_BLOCKMODEL_H

#include "LayerFusion/Dialect/LF/Chain.h"
#include "LayerFusion/Schedule/LoopNest.h"

#include <optional>

namespace mlir::lf {

/// What bytes are for, which decides where they are found at first.
enum class BufferKind {
  /// An activation that other blocks read or write too.
  Activation,
  /// Filters, biases, gates: read once a run of the network.
  Weights,
  /// Rows of an intermediate, in the workspace.
  Scratch
};

struct BufferModel {
  BufferKind kind = BufferKind::Activation;
  /// Rows that there is place for, of one image.
  double rows = 1;
  double rowBytes = 0;
  /// Whether each block of channels has its own part of a row.
  bool blocked = false;
  /// Bytes from one piece of such a part to the next, if it is read over and
  /// over as a filter is; zero if it is one piece.
  int64_t stride = 0;

  double getBytes() const { return rows * rowBytes; }
};

/// What a stage reads besides its input while it finishes a row: a row of the
/// other side of an addition, or a gate.
struct SideInput {
  unsigned layer = 0;
  unsigned buffer = 0;
};

/// What Winograd's algorithm keeps while it makes a band of a stage.
struct WinogradBuffers {
  /// The transformed inputs, and the products of a panel of channels.
  unsigned inputs = 0, products = 0;
  /// Rows of a tile, and the points that it has.
  double tileRows = 1, points = 1;
  /// The parts in which the tiles are multiplied.
  double parts = 1;
};

/// Makes rows of `output` from rows of `input`: a layer with a window and the
/// elementwise layers after it, or elementwise layers alone, or a copy.
struct StageModel {
  /// The layer it begins with; poolings are counted after the layers.
  unsigned layer = 0;
  Window window;
  unsigned input = 0, output = 0;
  /// Filter and bias.
  std::optional<unsigned> weights;
  SmallVector<SideInput, 2> sides;
  /// The passes over a row: the start of a sum, the sum, and what is done with
  /// it, or without a sum with the input.
  bool starts = false, sums = false, finishes = false;
  /// Pixels of a row of `output`, and how many of them are computed together.
  int64_t pixels = 1, tilePixels = 1;
  /// The panels of channels that a tile's vectors hold.
  double panels = 1;
  /// Whether a panel needs its own channels of the input alone.
  bool channelwise = false;
  /// The rows it makes of one image, of all bands together.
  double rows = 0;
  /// The rows it makes for each row of the block's result, but for the first
  /// of a band.
  int64_t rowsPerResult = 1;
  /// Whether it runs for each block of channels (else before or after all).
  bool blocked = false;
  /// If Winograd's algorithm makes its sums, for all rows of a band at once.
  std::optional<WinogradBuffers> winograd;
};

/// The stages of a chain in order, and their buffers.
struct BlockModel {
  int64_t images = 1;
  int64_t bands = 1;
  LoopStructure structure = LoopStructure::RowSliding;
  /// Blocks of channels, if there are any; the last may be smaller.
  std::optional<double> blocks;
  SmallVector<BufferModel> buffers;
  SmallVector<StageModel> stages;

  double getScratchBytes() const;
};

/// The stages of `chain` under `schedule`, which has register tiles.
BlockModel getBlockModel(const Chain &chain, ScheduleAttr schedule);

/// The loops around them, as a cache sees them with ways of `way` bytes, a
/// power of two.
Loop getLoopNest(const BlockModel &block, int64_t way);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_SCHEDULE_BLOCKMODEL_H
