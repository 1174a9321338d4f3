//===- ChannelBlocks.cpp - channels computed together -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelBlocks.h"

using namespace mlir;
using namespace mlir::lf;

ChannelBlocks::ChannelBlocks(FusedBlockOp block, ArrayRef<Stage> stages,
                             int64_t size)
    : channels(*getBlockedChannels(block.getLayers())),
      size(size == 0 ? channels.count : size),
      // What sums over channels is not elementwise, so it heads a stage, and
      // only elementwise layers come after it.
      consumer(channels.consumer ? stages.size() - 1 : stages.size()),
      takesInputOver(!stages.front().head) {}

void ChannelBlocks::forEach(ImplicitLocOpBuilder &b,
                            function_ref<void(const Channels &)> write) const {
  int64_t rest = channels.count % size;
  Index full = getIndex(b, channels.count - rest);
  lf::forEach(b, getIndex(b, 0), full, size,
              [&](Index offset) { write({offset, size}); });
  if (rest != 0)
    write({full, rest});
}
