//===- Stages.h - a block as the tile ops it becomes ------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What --lf-tile-blocks makes of a chain, without the loops: the tile ops that
// compute a row each, in order, and the buffers that they read and write.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_SCHEDULE_STAGES_H
#define LAYERFUSION_LIB_SCHEDULE_STAGES_H

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

struct Buffer {
  BufferKind kind = BufferKind::Activation;
  /// Rows that there is place for, of one image.
  double rows = 1;
  double rowBytes = 0;
  /// Whether each block of channels has its own part of a row.
  bool blocked = false;

  double getBytes() const { return rows * rowBytes; }
};

/// A tile op: makes a row of `output` from rows of `input`.
struct Stage {
  /// The layer it belongs to; poolings are counted after the layers.
  unsigned layer = 0;
  Window window;
  unsigned input = 0, output = 0;
  /// Filter and bias, or a gate.
  std::optional<unsigned> weights;
  /// What else is read row by row: the other side of an addition.
  std::optional<unsigned> side;
  /// Pixels of a row of `output`.
  int64_t pixels = 1;
  /// The rows it makes of one image, of all bands together.
  double rows = 0;
  /// Whether it runs for each block of channels (else before or after all).
  bool blocked = false;
};

/// The tile ops of a chain in order, and their buffers.
struct Stages {
  int64_t images = 1;
  int64_t bands = 1;
  /// Blocks of channels; the last may be smaller. None if row_sliding.
  std::optional<double> blocks;
  SmallVector<Buffer> buffers;
  SmallVector<Stage> stages;

  double getScratchBytes() const;
};

/// The rows of one image that `chain` works on, in all bands of `band` rows of
/// its result together (0: in one band): those of its input that it reads, then
/// those of each layer's result that it computes.
SmallVector<int64_t> countRows(const Chain &chain, int64_t band);

/// The stages of `chain` under `schedule`.
Stages getStages(const Chain &chain, ScheduleAttr schedule);

/// The loops around them.
Loop getLoopNest(const Stages &stages);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_SCHEDULE_STAGES_H
