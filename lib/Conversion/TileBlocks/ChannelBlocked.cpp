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
// Each filter is read once a band. Without a layer that sums over the blocked
// channels, they are channels of the output and nothing remains to be added.
//
//===----------------------------------------------------------------------===//

#include "BlockLoops.h"

#include "LayerFusion/Dialect/LF/Chain.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

class ChannelBlocked : public BlockLoops {
public:
  ChannelBlocked(ImplicitLocOpBuilder &b, FusedBlockOp block);

private:
  struct Rows {
    Index first, end;
  };

  void allocate() override;
  void writeBand(Index start, Index end) override;
  void findRows(Index start, Index end);
  void writeBlock(const Channels &blocked);
  void forEachRow(unsigned index, const Channels &channels,
                  function_ref<void(Index)> make);
  void makeRow(unsigned index, Index row, const Channels &in,
               const Channels &out);
  void accumulateRow(unsigned index, Index row, const Channels &in,
                     const Channels &out);

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
  /// The rows of its image that each stage makes for the current band, and the
  /// padded rows of it that the next one reads.
  SmallVector<Rows> rows, padded;
};

} // namespace

ChannelBlocked::ChannelBlocked(ImplicitLocOpBuilder &b, FusedBlockOp block)
    : BlockLoops(b, block), consumer(stages.size()) {
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

/// A stage keeps the rows that a band needs of it, of one block of channels. Of
/// a last one that only global poolings read, one row.
void ChannelBlocked::allocate() {
  // How many rows each stage makes for a band, at most, and how many with their
  // padding are kept.
  SmallVector<int64_t> counts(stages.size(), band), spans(stages.size());
  spans.back() = channels.consumer ? band : 1;
  for (unsigned index = stages.size() - 1; index-- > 0;) {
    spans[index] =
        getReader(index).getInputSpan(Axis::Height, counts[index + 1]);
    counts[index] = std::min(spans[index], stages[index].getHeight());
  }
  for (auto [index, stage] : llvm::enumerate(stages)) {
    bool holdsAll = index == consumer || isMixedInput(index);
    addBuffer(spans[index], holdsAll ? stage.getChannels() : blockSize);
  }
}

void ChannelBlocked::findRows(Index start, Index end) {
  rows.assign(stages.size(), {start, end});
  padded.assign(stages.size(), {start, end});
  for (unsigned index = stages.size() - 1; index-- > 0;) {
    Window reader = getReader(index);
    int64_t stride = reader.getStride(Axis::Height);
    int64_t top = reader.getPadBefore(Axis::Height);
    int64_t height = stages[index].getHeight();
    int64_t lastEnd =
        reader.getInputSpan(Axis::Height, stages[index + 1].getHeight());
    Index first = linear(b, rows[index + 1].first, stride, 0);
    Index behind = linear(b, rows[index + 1].end, stride,
                          reader.getExtent(Axis::Height) - stride);
    padded[index] = {first, behind};
    rows[index] = {top > 0 ? linearAtLeast(b, first, 1, -top, 0) : first,
                   lastEnd - top > height
                       ? linearAtMost(b, behind, 1, -top, height)
                       : linear(b, behind, 1, -top)};
  }
  unsigned kept = channels.consumer ? stages.size() : stages.size() - 1;
  for (unsigned index = 0; index < kept; ++index)
    buffers[index].setBase(padded[index].first);
}

void ChannelBlocked::writeBand(Index start, Index end) {
  findRows(start, end);
  Channels result = getAll(resultType.getDimSize(3));
  if (isMixedInput(0)) {
    Channels all = getAll(stages.front().getChannels());
    forEachRow(0, all, [&](Index row) { makeRow(0, row, all, all); });
  }
  if (channels.consumer)
    forEachRow(consumer, result, [&](Index row) {
      writer.start(stages[consumer].head,
                   buffers[consumer].getRow(b, row, result), result);
    });

  int64_t rest = channels.count % blockSize;
  Index full = getIndex(b, channels.count - rest);
  forEach(b, getIndex(b, 0), full, blockSize,
          [&](Index offset) { writeBlock({offset, blockSize}); });
  if (rest != 0)
    writeBlock({full, rest});

  if (channels.consumer)
    forEachRow(consumer, result, [&](Index row) {
      writer.finish(stages[consumer], buffers[consumer],
                    buffers[consumer].getRow(b, row, result), row, result);
      writer.addToPools(buffers[consumer], row, result);
    });
}

/// Computes the blocked channels `blocked` of each stage, one after the other,
/// and what they contribute to the sums.
void ChannelBlocked::writeBlock(const Channels &blocked) {
  for (unsigned index = 0; index < stages.size(); ++index) {
    if (isMixedInput(index))
      continue;
    if (index == consumer) {
      Channels out = getAll(stages[index].getChannels());
      forEachRow(index, out,
                 [&](Index row) { accumulateRow(index, row, blocked, out); });
      continue;
    }
    Channels in = blocked;
    if (producer && stages[index].head == producer)
      in = getAll(producer.getInputType().getDimSize(3));
    forEachRow(index, blocked,
               [&](Index row) { makeRow(index, row, in, blocked); });
  }
}

/// Calls `make` for the rows of the band that a stage makes, and writes the
/// padding between them.
void ChannelBlocked::forEachRow(unsigned index, const Channels &channels,
                                function_ref<void(Index)> make) {
  if (isLast(index))
    return forEach(b, rows[index].first, rows[index].end, 1, make);
  Window reader = getReader(index);
  forEachPaddedRow(
      b, padded[index].first, padded[index].end, reader,
      stages[index].getHeight(),
      reader.getInputSpan(Axis::Height, stages[index + 1].getHeight()),
      [&](Index row) { fillPadding(index, row, channels); },
      [&](Index row) {
        make(linear(b, row, 1, -reader.getPadBefore(Axis::Height)));
      });
}

void ChannelBlocked::makeRow(unsigned index, Index row, const Channels &in,
                             const Channels &out) {
  const Stage &stage = stages[index];
  const RowBuffer &buffer = buffers[index];
  Value place = buffer.getRow(b, row, out);
  if (stage.head) {
    writer.start(stage.head, place, out);
    accumulateRow(index, row, in, out);
    writer.finish(stage, buffer, place, row, out);
  } else {
    Value source = input.getRow(b, row, out);
    writer.finish(stage, buffer, place, row, out, source);
  }
  if (isLast(index))
    writer.addToPools(buffer, row, out);
}

void ChannelBlocked::accumulateRow(unsigned index, Index row,
                                   const Channels &in, const Channels &out) {
  const Stage &stage = stages[index];
  int64_t stride = stage.getWindow().getStride(Axis::Height);
  writer.accumulate(stage.head, getSource(index), linear(b, row, stride, 0),
                    buffers[index].getRow(b, row, out), in, out);
}

int64_t lf::writeChannelBlocked(ImplicitLocOpBuilder &b, FusedBlockOp block) {
  return ChannelBlocked(b, block).write();
}
