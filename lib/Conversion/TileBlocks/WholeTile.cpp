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
// each of them one tile of all rows, or with several threads of those of a
// thread, or of its channels.
//
//===----------------------------------------------------------------------===//

#include "BandLoops.h"

#include "LayerFusion/Schedule/Threads.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

class WholeTile : public BandLoops {
public:
  using BandLoops::BandLoops;

private:
  void writeStages() override;
  void writeByRows();
  void shareRows(unsigned first, unsigned end);
  void transform(unsigned index, const Rows &own, const Channels &in);
  void transformTogether(unsigned index);

  /// Whether each channel of a stage needs that channel of its source alone.
  bool isChannelwise(unsigned index) {
    LayerOpInterface head = stages[index].head;
    return !head || head.isChannelwise();
  }
};

} // namespace

/// Transforms the channels `in` of what Winograd's algorithm needs for the rows
/// `own` of a stage, if that computes it.
void WholeTile::transform(unsigned index, const Rows &own, const Channels &in) {
  if (stages[index].isWinograd())
    writer.transform(stages[index], getSource(index), own, in);
}

/// The same for all rows of the band, by threads that share the channels.
void WholeTile::transformTogether(unsigned index) {
  Channels all = getInputChannels(index);
  Type element = stages[index].getType().getElementType();
  Shares shares(all.size, getThreads(ParallelDim::Channels),
                getChannelsAtOnce({}, element));
  if (stages[index].isWinograd())
    forEachShare(b, shares, all, [&](const Channels &own, Index) {
      transform(index, rows[index], own);
    });
}

/// A stage and those after it that read its rows one by one are made by the
/// same thread for the same rows.
void WholeTile::writeByRows() {
  unsigned count = stages.size();
  for (unsigned first = 0, end = 0; first < count; first = end) {
    for (end = first + 1; end < count && isRowForRow(stages[end].head);)
      ++end;
    shareRows(first, end);
  }
  if (block.getPools().empty())
    return;
  // All rows are needed for a channel.
  Type element = resultType.getElementType();
  Shares shares(resultType.getDimSize(3), threads,
                getChannelsAtOnce({}, element));
  forEachShare(b, shares, getAll(shares.count),
               [&](const Channels &own, Index) { addRowsToPools(own); });
}

/// Computes the stages from `first` below `end`, which have the same rows.
void WholeTile::shareRows(unsigned first, unsigned end) {
  for (unsigned index = first; index < end; ++index)
    fillPaddingRows(index, getAll(stages[index].getChannels()));
  // There is one band.
  Shares shares(*getConstantIntValue(rows[first].count), threads);
  forEachShare(b, shares, [&](Index start, Index behind, Index thread) {
    writer.setThread(thread);
    Rows own = {addScaled(b, start, rows[first].first, 1),
                subtract(b, behind, start)};
    transform(first, own, getInputChannels(first));
    for (unsigned index = first; index < end; ++index)
      writer.write(stages[index], getSource(index), buffers[index], own,
                   getInputChannels(index),
                   getAll(stages[index].getChannels()));
  });
}

/// A stage that mixes channels and the channelwise ones after it are made by
/// the same thread for the same channels.
void WholeTile::writeStages() {
  if (sharesLayers && threads > 1)
    return writeByRows();
  unsigned count = stages.size();
  if (count == 0)
    addRowsToPools(getAll(resultType.getDimSize(3)));
  for (unsigned first = 0, end = 0; first < count; first = end) {
    for (end = first + 1; end < count && isChannelwise(end);)
      ++end;
    Channels all = getAll(stages[first].getChannels());
    transformTogether(first);
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
