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
  void fillPaddingAround(unsigned index, Index start, Index behind,
                         int64_t count);
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
  if (count == 0)
    shareRows(0, 0);
}

/// Writes the padding that belongs to the rows from `start` below `behind` of
/// the `count` rows of a stage: all of it with the first and the last row.
void WholeTile::fillPaddingAround(unsigned index, Index start, Index behind,
                                  int64_t count) {
  if (!getReader(index).hasPadding())
    return;
  int64_t top = getReader(index).getPadBefore(Axis::Height);
  auto [first, end] = padded[index];
  fillPadding(
      index,
      selectIfEqual(b, start, getIndex(b, 0), first, linear(b, start, 1, top)),
      selectIfEqual(b, behind, getIndex(b, count), end,
                    linear(b, behind, 1, top)),
      getAll(stages[index].getChannels()));
}

/// Computes the stages from `first` below `end`, which have the same rows, and
/// behind the last one what the poolings take of these.
void WholeTile::shareRows(unsigned first, unsigned end) {
  bool isEnd = end == stages.size();
  // There is one band.
  Shares shares(first < end ? *getConstantIntValue(rows[first].count) : band,
                threads);
  forEachShare(b, shares, [&](Index start, Index behind, Index thread) {
    writer.setThread(thread);
    Rows own = {start, subtract(b, behind, start)};
    if (first < end)
      transform(first, own, getInputChannels(first));
    for (unsigned index = first; index < end; ++index) {
      Channels all = getAll(stages[index].getChannels());
      fillPaddingAround(index, start, behind, shares.count);
      writer.write(stages[index], getSource(index), buffers[index], own,
                   getInputChannels(index), all);
    }
    if (!isEnd)
      return;
    writer.setPoolShare(thread);
    writer.startPools();
    addRowsToPools(start, behind, getAll(resultType.getDimSize(3)));
  });
  if (isEnd)
    writer.joinPools(shares.threads);
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
