//===- BandLoops.h - one layer of a band after the other --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What loop structures share that make all rows of a band of one layer before
// those of the next: the buffers, as high as a band needs, and which rows each
// stage makes.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_BANDLOOPS_H
#define LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_BANDLOOPS_H

#include "BlockLoops.h"

namespace mlir::lf {

class BandLoops : public BlockLoops {
public:
  using BlockLoops::BlockLoops;

protected:
  /// The channels of a stage that its buffer has room for.
  virtual int64_t getBufferedChannels(unsigned index) {
    return stages[index].getChannels();
  }

  /// Computes the band that findRows has found.
  virtual void writeStages() = 0;

  /// Writes the padding that the channels `channels` of some padded rows of a
  /// stage need: rows of it, and columns if threads share the stage.
  void fillPadding(unsigned index, Index start, Index end,
                   const Channels &channels);

  /// Computes all rows of a stage.
  void writeStage(unsigned index, const Channels &in, const Channels &out);

  /// Calls `write` for the channels of each thread, if these are what threads
  /// share, of `channels` of stage `index`; else for all of them.
  void forEachChannelShare(unsigned index, const Channels &channels,
                           function_ref<void(const Channels &)> write);

  /// Adds the rows of the result in the current band to the global poolings.
  void addRowsToPools(const Channels &channels);

  /// Adds those from `start` below `end`.
  void addRowsToPools(Index start, Index end, const Channels &channels);

  /// The rows of its image that each stage makes for the current band.
  SmallVector<Rows> rows;
  /// The padded rows that the next stage reads: the first, and the one behind
  /// the last.
  SmallVector<std::pair<Index, Index>> padded;

private:
  /// Whether threads make parts of one buffer that has all channels of a stage.
  /// Then each fills the columns of padding of its part, so that they are in
  /// its own cache.
  bool isShared(unsigned index) {
    return threads > 1 && (parallel == ParallelDim::Channels || sharesLayers) &&
           getBufferedChannels(index) == stages[index].getChannels();
  }
  void allocate() override;
  void writeBand(Index start, Index end) override;
  void findRows(Index start, Index end);

  /// The rows of the result in the current band.
  Index first, behind;
};

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_BANDLOOPS_H
