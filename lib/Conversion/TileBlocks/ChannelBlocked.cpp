//===- ChannelBlocked.cpp - a block by blocks of channels -------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For a 3x3 depthwise convolution (pads 1) between two 1x1 convolutions, with
// blocks of C of the expanded channels:
//
//   %expanded = memref.alloc() : memref<band+2 x W+2 x C>
//   %filtered = memref.alloc() : memref<band x W x C>
//   for each image and band of rows
//     the output's rows of the band = bias
//     for each block of channels
//       expand the rows of the band and its halo, for these channels
//       depthwise
//       output's rows += project (these channels' part of the filter)
//     activation and elementwise layers on the output's rows
//
// each of them one tile of all rows. With all channels in one block the last
// layer's tile does what stands before and behind the loop as well.
//
// Each filter is read once a band. Without a layer that sums over the blocked
// channels, they are channels of the output and nothing remains to be added.
//
//===----------------------------------------------------------------------===//

#include "BandLoops.h"

#include "LayerFusion/Dialect/LF/Chain.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

class ChannelBlocked : public BandLoops {
public:
  ChannelBlocked(ImplicitLocOpBuilder &b, FusedBlockOp block);

private:
  int64_t getBufferedChannels(unsigned index) override;
  void writeStages() override;
  void writeBlocks(function_ref<void(const Channels &)> write);
  void writeBlock(const Channels &blocked);

  /// Whether a stage takes the block's padded input over with all its channels,
  /// which the producer mixes.
  bool isMixedInput(unsigned index) const {
    return producer && !stages[index].head;
  }

  BlockedChannels channels;
  int64_t blockSize;
  /// The layer that makes the blocked channels of all its input's; none if they
  /// are the input's.
  LayerOpInterface producer;
  /// The stage that sums over the blocked channels, or one behind the last.
  unsigned consumer;
};

} // namespace

ChannelBlocked::ChannelBlocked(ImplicitLocOpBuilder &b, FusedBlockOp block)
    : BandLoops(b, block), consumer(stages.size()) {
  SmallVector<LayerOpInterface> layers = block.getLayers();
  channels = *getBlockedChannels(layers);
  blockSize = block.getScheduleOrDefault().getChannelBlock();
  if (blockSize == 0)
    blockSize = channels.count;
  if (channels.producer)
    producer = layers.front();
  // What sums over channels is not elementwise, so it heads a stage, and only
  // elementwise layers come after it.
  if (channels.consumer)
    consumer = stages.size() - 1;
}

int64_t ChannelBlocked::getBufferedChannels(unsigned index) {
  bool holdsAll = index == consumer || isMixedInput(index);
  return holdsAll ? stages[index].getChannels() : blockSize;
}

void ChannelBlocked::writeStages() {
  if (isMixedInput(0)) {
    Channels all = getAll(stages.front().getChannels());
    writeStage(0, all, all);
  }
  if (!channels.consumer)
    return writeBlocks([&](const Channels &blocked) {
      writeBlock(blocked);
      addRowsToPools(blocked);
    });

  const Stage &last = stages[consumer];
  const RowBuffer &sums = buffers[consumer];
  Channels out = getAll(last.getChannels());
  if (blockSize == channels.count) {
    writeBlock(getAll(blockSize));
    writeStage(consumer, getAll(blockSize), out);
  } else {
    writer.start(last, sums, rows[consumer], out);
    writeBlocks([&](const Channels &blocked) {
      writeBlock(blocked);
      writer.accumulate(last, getSource(consumer), sums, rows[consumer],
                        blocked, out);
    });
    writer.finish(last, sums, rows[consumer], out);
  }
  addRowsToPools(out);
}

/// Calls `write` for each block of channels; the last one may be smaller.
void ChannelBlocked::writeBlocks(function_ref<void(const Channels &)> write) {
  int64_t rest = channels.count % blockSize;
  Index full = getIndex(b, channels.count - rest);
  forEach(b, getIndex(b, 0), full, blockSize,
          [&](Index offset) { write({offset, blockSize}); });
  if (rest != 0)
    write({full, rest});
}

/// Computes the channels `blocked` of each stage but the consumer, one after
/// the other.
void ChannelBlocked::writeBlock(const Channels &blocked) {
  for (unsigned index = 0; index < stages.size(); ++index) {
    if (isMixedInput(index) || index == consumer)
      continue;
    bool mixes = producer && stages[index].head == producer;
    writeStage(index, mixes ? getInputChannels(index) : blocked, blocked);
  }
}

int64_t lf::writeChannelBlocked(ImplicitLocOpBuilder &b, FusedBlockOp block) {
  return ChannelBlocked(b, block).write();
}
