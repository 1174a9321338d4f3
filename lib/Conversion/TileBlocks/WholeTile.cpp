//===- WholeTile.cpp - a block layer by layer -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For a 3x3 depthwise convolution (pads 1) between two 1x1 convolutions:
//
//   %expanded = memref.alloc() : memref<band+2 x W+2 x E>
//   %filtered = memref.alloc() : memref<band x W x E>
//   for each image and band of rows
//     expand the rows of the band and its halo
//     depthwise
//     project
//
// each of them one tile of all rows.
//
//===----------------------------------------------------------------------===//

#include "BandLoops.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

class WholeTile : public BandLoops {
public:
  using BandLoops::BandLoops;

private:
  void writeStages() override;

  /// Whether each channel of a stage needs that channel of its source alone.
  bool isChannelwise(unsigned index) {
    LayerOpInterface head = stages[index].head;
    return !head || head.isChannelwise();
  }
};

} // namespace

/// A stage that mixes channels and the channelwise ones after it are made by
/// the same thread for the same channels.
void WholeTile::writeStages() {
  unsigned count = stages.size();
  if (count == 0)
    addRowsToPools(getAll(resultType.getDimSize(3)));
  for (unsigned first = 0, end = 0; first < count; first = end) {
    for (end = first + 1; end < count && isChannelwise(end);)
      ++end;
    Channels all = getAll(stages[first].getChannels());
    forEachChannelShare(first, all, [&](const Channels &own) {
      for (unsigned index = first; index < end; ++index)
        writeStage(index, isChannelwise(index) ? own : getInputChannels(index),
                   own);
      if (end == count)
        addRowsToPools(own);
    });
  }
}

int64_t lf::writeWholeTile(ImplicitLocOpBuilder &b, FusedBlockOp block) {
  return WholeTile(b, block).write();
}
