//===- ChannelBlocks.h - channels computed together -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which stages are computed a block of channels at a time, and the loop over
// these blocks.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_CHANNELBLOCKS_H
#define LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_CHANNELBLOCKS_H

#include "RowBuffer.h"

#include "LayerFusion/Dialect/LF/Chain.h"

namespace mlir::lf {

class ChannelBlocks {
public:
  /// Blocks of `size` of the channels between the layers that mix channels, all
  /// of them if it is 0. There must be such channels (getBlockedChannels).
  ChannelBlocks(FusedBlockOp block, ArrayRef<Stage> stages, int64_t size);

  int64_t getSize() const { return size; }
  int64_t getCount() const { return llvm::divideCeil(channels.count, size); }

  /// The stage that sums over the blocked channels; one behind the last if they
  /// are channels of the result.
  unsigned getConsumer() const { return consumer; }
  bool hasConsumer() const { return channels.consumer.has_value(); }

  /// Whether a stage takes the block's padded input over with all its channels,
  /// which the producer mixes.
  bool isMixedInput(unsigned index) const {
    return channels.producer && index == 0 && takesInputOver;
  }

  /// Whether a stage makes the blocked channels, and so one block at a time.
  bool isBlocked(unsigned index) const {
    return index < consumer && !isMixedInput(index);
  }

  /// Whether a stage makes the blocked channels of all its input's.
  bool isProducer(unsigned index) const {
    return channels.producer && index == (takesInputOver ? 1 : 0);
  }

  /// Calls `write` for each block; the last one may be smaller.
  void forEach(ImplicitLocOpBuilder &b,
               function_ref<void(const Channels &)> write) const;

private:
  BlockedChannels channels;
  int64_t size;
  unsigned consumer;
  bool takesInputOver;
};

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_CHANNELBLOCKS_H
