//===- BlockLoops.h - the loops around the layers ---------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the loop structures of #lf.schedule have in common: loops over images
// and bands of rows, in which each has its own way to compute a band, and the
// buffers that the rows of the stages lie in.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_BLOCKLOOPS_H
#define LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_BLOCKLOOPS_H

#include "Threads.h"
#include "TileWriter.h"

namespace mlir::lf {

/// Writes the loops that compute a block on memrefs.
class BlockLoops {
public:
  BlockLoops(ImplicitLocOpBuilder &b, FusedBlockOp block);
  virtual ~BlockLoops() = default;

  /// Writes them at the builder's place, before the block, and returns the
  /// bytes of memory that rows between the layers take.
  int64_t write();

protected:
  /// Appends to `buffers` one for each stage.
  virtual void allocate() = 0;

  /// Computes the rows of the result from `start` below `end`.
  virtual void writeBand(Index start, Index end) = 0;

  /// The number of threads that share `dim`; 1 if they share something else.
  /// Rows of the result, that is: those of each layer are another thing.
  int64_t getThreads(ParallelDim dim) const {
    return parallel == dim && !sharesLayers ? threads : 1;
  }

  Channels getAll(int64_t channels) { return {getIndex(b, 0), channels}; }
  bool isLast(unsigned index) const { return index + 1 == stages.size(); }

  /// The window that reads what a stage makes; that of the last one is read as
  /// it is.
  Window getReader(unsigned index) const {
    return isLast(index) ? Window() : stages[index + 1].getWindow();
  }

  /// Where a stage reads: the rows of the stage before it, or the input.
  const RowBuffer &getSource(unsigned index) const {
    return index > 0 ? buffers[index - 1] : input;
  }

  /// All channels that a stage takes.
  Channels getInputChannels(unsigned index) {
    LayerOpInterface head = stages[index].head;
    return getAll(head ? head.getInputType().getDimSize(3)
                       : stages[index].getChannels());
  }

  /// Whether the rows of a stage can lie in the output they are yielded to.
  /// They cannot if they need padding.
  bool liesInOutput(unsigned index) const {
    return writer.getOutput(stages[index].result) &&
           !getReader(index).hasPadding();
  }

  /// Appends a buffer of `rows` rows for the next stage, or its output.
  /// With several `blocks` it has `channels` channels in each. Its columns of
  /// padding are still to be filled.
  void addBuffer(int64_t rows, int64_t channels, int64_t blocks = 1);

  /// Appends the memory that Winograd's algorithm needs for at most `rows` rows
  /// of a stage at once, if it computes that.
  void addScratch(unsigned index, int64_t rows);

  /// Fills the columns of padding of a stage's buffer.
  void fillBorders(unsigned index);

  /// Makes a padded row of a stage one of padding.
  void fillPaddingRow(unsigned index, Index padded, const Channels &channels);

private:
  void setThread(Index thread);
  void writeImage(Index image);
  void writeBands(Index start, Index end, int64_t count);

protected:
  ImplicitLocOpBuilder &b;
  FusedBlockOp block;
  SmallVector<Stage> stages;
  TileWriter writer;
  /// The result of the last layer, or the block's input if there are no layers.
  RankedTensorType resultType;
  /// Rows of the result in a band.
  int64_t band;
  /// What several threads share, if there are several.
  ParallelDim parallel;
  int64_t threads;
  /// Whether they share the rows of each layer.
  bool sharesLayers;
  RowBuffer input;
  /// Where the rows of each stage lie.
  SmallVector<RowBuffer> buffers;

private:
  int64_t scratchBytes = 0;
};

/// One function for each loop structure.
int64_t writeRowSliding(ImplicitLocOpBuilder &b, FusedBlockOp block);
int64_t writeChannelBlocked(ImplicitLocOpBuilder &b, FusedBlockOp block);
int64_t writeWholeTile(ImplicitLocOpBuilder &b, FusedBlockOp block);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_BLOCKLOOPS_H
