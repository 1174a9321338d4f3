//===- BandLoops.cpp - one layer of a band after the other ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BandLoops.h"

using namespace mlir;
using namespace mlir::lf;

/// A stage keeps the rows that a band needs of it.
void BandLoops::allocate() {
  // How many rows each stage makes for a band, at most, and how many with their
  // padding are kept.
  SmallVector<int64_t> counts(stages.size(), band), spans(stages.size(), band);
  for (unsigned index = stages.size(); index-- > 1;) {
    Window window = stages[index].getWindow();
    spans[index - 1] = window.getInputSpan(Axis::Height, counts[index]);
    counts[index - 1] =
        std::min(spans[index - 1], stages[index - 1].getHeight());
  }
  for (unsigned index = 0; index < stages.size(); ++index) {
    addBuffer(spans[index], getBufferedChannels(index));
    if (!isShared(index))
      fillBorders(index);
    addScratch(index, counts[index]);
  }
}

void BandLoops::findRows(Index start, Index end) {
  rows.assign(stages.size(), {start, subtract(b, end, start)});
  padded.assign(stages.size(), {start, end});
  for (unsigned index = stages.size(); index-- > 1;) {
    Window window = stages[index].getWindow();
    int64_t stride = window.getStride(Axis::Height);
    int64_t top = window.getPadBefore(Axis::Height);
    int64_t height = stages[index - 1].getHeight();
    int64_t lastEnd =
        window.getInputSpan(Axis::Height, stages[index].getHeight());
    Index first = linear(b, start, stride, 0);
    Index behind =
        linear(b, end, stride, window.getExtent(Axis::Height) - stride);
    padded[index - 1] = {first, behind};
    start = top > 0 ? linearAtLeast(b, first, 1, -top, 0) : first;
    end = lastEnd - top > height ? linearAtMost(b, behind, 1, -top, height)
                                 : linear(b, behind, 1, -top);
    rows[index - 1] = {start, subtract(b, end, start)};
  }
  for (auto [buffer, places] : llvm::zip_equal(buffers, padded))
    buffer.setBase(places.first);
}

void BandLoops::writeBand(Index start, Index end) {
  first = start;
  behind = end;
  findRows(start, end);
  writeStages();
}

void BandLoops::fillPadding(unsigned index, Index start, Index end,
                            const Channels &channels) {
  if (isLast(index))
    return;
  Window reader = getReader(index);
  splitPaddedRows(
      b, start, end, reader, stages[index].getHeight(),
      reader.getInputSpan(Axis::Height, stages[index + 1].getHeight()),
      [&](Index row) { fillPaddingRow(index, row, channels); },
      [&](Index first, Index behind) {
        if (isShared(index))
          buffers[index].fillBorders(b, getNeutralValue(stages[index + 1].head),
                                     {first, subtract(b, behind, first)},
                                     channels);
      });
}

void BandLoops::writeStage(unsigned index, const Channels &in,
                           const Channels &out) {
  fillPadding(index, padded[index].first, padded[index].second, out);
  writer.write(stages[index], getSource(index), buffers[index], rows[index], in,
               out);
}

void BandLoops::forEachChannelShare(
    unsigned index, const Channels &channels,
    function_ref<void(const Channels &)> write) {
  int64_t threads = getThreads(ParallelDim::Channels);
  LayerOpInterface head = stages[index].head;
  auto conv = head ? dyn_cast<Conv2DOp>(head.getOperation()) : Conv2DOp();
  // The groups of a convolution are computed together.
  if (threads == 1 || (conv && conv.getGroups() != 1))
    return write(channels);
  Shares shares(channels.size, threads, writer.getPanel(stages[index]));
  forEachShare(b, shares, channels, [&](const Channels &own, Index thread) {
    writer.setThread(thread);
    write(own);
  });
}

void BandLoops::addRowsToPools(const Channels &channels) {
  addRowsToPools(first, behind, channels);
}

void BandLoops::addRowsToPools(Index start, Index end,
                               const Channels &channels) {
  if (block.getPools().empty())
    return;
  forEach(b, start, end, 1, [&](Index row) {
    writer.addToPools(getSource(stages.size()), row, channels);
  });
}
