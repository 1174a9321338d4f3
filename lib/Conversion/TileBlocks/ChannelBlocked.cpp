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
#include "ChannelBlocks.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

class ChannelBlocked : public BandLoops {
public:
  ChannelBlocked(ImplicitLocOpBuilder &b, FusedBlockOp block)
      : BandLoops(b, block),
        blocks(block, stages, block.getScheduleOrDefault().getChannelBlock()) {}

private:
  int64_t getBufferedChannels(unsigned index) override {
    return blocks.isBlocked(index) ? blocks.getSize()
                                   : stages[index].getChannels();
  }
  void writeStages() override;
  void writeBlock(
      const Channels &blocked,
      function_ref<void(const Channels &)> finish = [](const Channels &) {});

  ChannelBlocks blocks;
};

} // namespace

void ChannelBlocked::writeStages() {
  if (blocks.isMixedInput(0))
    writeStage(0, getInputChannels(0), getInputChannels(0));
  if (!blocks.hasConsumer())
    return blocks.forEach(b, [&](const Channels &blocked) {
      writeBlock(blocked, [&](const Channels &own) { addRowsToPools(own); });
    });

  unsigned index = blocks.getConsumer();
  const Stage &last = stages[index];
  const RowBuffer &sums = buffers[index];
  Channels all = getAll(last.getChannels()), in = getInputChannels(index);
  auto share = [&](function_ref<void(const Channels &)> write) {
    forEachChannelShare(index, all, write);
  };
  if (blocks.getCount() == 1) {
    writeBlock(in);
    return share([&](const Channels &own) {
      writeStage(index, in, own);
      addRowsToPools(own);
    });
  }
  share(
      [&](const Channels &own) { writer.start(last, sums, rows[index], own); });
  blocks.forEach(b, [&](const Channels &blocked) {
    writeBlock(blocked);
    share([&](const Channels &own) {
      writer.accumulate(last, getSource(index), sums, rows[index], blocked,
                        own);
    });
  });
  share([&](const Channels &own) {
    writer.finish(last, sums, rows[index], own);
    addRowsToPools(own);
  });
}

/// Computes the channels `blocked` of each stage but the consumer, one after
/// the other, and then what `finish` says.
void ChannelBlocked::writeBlock(const Channels &blocked,
                                function_ref<void(const Channels &)> finish) {
  unsigned first = blocks.isMixedInput(0) ? 1 : 0;
  if (!blocks.isBlocked(first))
    return;
  for (unsigned index = first; index < blocks.getConsumer(); ++index)
    buffers[index].setFirstChannel(blocked.offset);
  forEachChannelShare(first, blocked, [&](const Channels &own) {
    for (unsigned index = first; index < blocks.getConsumer(); ++index)
      writeStage(index,
                 blocks.isProducer(index) ? getInputChannels(index) : own, own);
    finish(own);
  });
}

int64_t lf::writeChannelBlocked(ImplicitLocOpBuilder &b, FusedBlockOp block) {
  return ChannelBlocked(b, block).write();
}
