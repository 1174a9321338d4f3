//===- RowSliding.cpp - a block row by row ----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For a 3x3 depthwise convolution (pads 1) between two 1x1 convolutions:
//
//   %ring = memref.alloc() : memref<3 x W+2 x E>
//   for each image and band of rows
//     for each row r of the band
//       for each padded row p of the expanded image that r needs and r-1 did
//           not: from 3 rows for the first of the band, else 1
//         expand row p - 1 of the input into %ring[p mod 3], or zeros
//       depthwise row r from %ring into a buffer of one row
//       project that row into row r of the output
//
// A row needs the padded rows from its first, r * stride, below its end; those
// below the end of the row computed before it are there. All that is known from
// r and the band's first row: no state goes from one iteration to the next, and
// bands do not depend on each other.
//
// With blocks of C channels the rows that row r needs are expanded and its
// depthwise row is made for C channels at a time; the ring has E / C parts of
// C channels, so that what is alive between the two lies side by side. If the
// input is copied between zeros first, each block does so for the rows that row
// r needs, in a ring that holds them all: the next block begins at the first.
//
//===----------------------------------------------------------------------===//

#include "BlockLoops.h"
#include "ChannelBlocks.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

class RowSliding : public BlockLoops {
public:
  RowSliding(ImplicitLocOpBuilder &b, FusedBlockOp block)
      : BlockLoops(b, block) {
    if (int64_t size = block.getScheduleOrDefault().getChannelBlock())
      blocks.emplace(block, stages, size);
  }

private:
  /// row * factor + offset, given these, for a row of a stage.
  using LinearInRow = function_ref<Index(int64_t factor, int64_t offset)>;

  void allocate() override;
  int64_t countKeptRows(unsigned index) const;
  void writeBand(Index start, Index end) override;
  void findFirstRows(Index start);
  void makeRow(unsigned index, Index row, LinearInRow fromPrevious);
  void makeSourceRows(unsigned index, Index row, Index first,
                      LinearInRow fromPrevious);
  void forEachBlock(unsigned index, function_ref<void()> write);

  /// Whether a stage makes one block of channels at a time.
  bool isBlocked(unsigned index) const {
    return blocks && blocks->isBlocked(index);
  }
  /// Whether the next stage takes blocks as they are made. Otherwise they lie
  /// side by side, for all to be taken together.
  bool isReadInBlocks(unsigned index) const {
    return isBlocked(index) && !isLast(index) && isBlocked(index + 1);
  }
  /// The channels of a stage that are made now, and what they are made of.
  Channels getChannels(unsigned index) {
    return isBlocked(index) ? current : getAll(stages[index].getChannels());
  }
  Channels getSourceChannels(unsigned index) {
    return isBlocked(index) && !blocks->isProducer(index)
               ? current
               : getInputChannels(index);
  }

  /// Whether consecutive rows of a stage read some of the same rows.
  bool hasOverlap(unsigned index) const {
    Window window = stages[index].getWindow();
    return window.getStride(Axis::Height) < window.getExtent(Axis::Height);
  }
  /// Whether rows of a stage's source lie between those of one row and those of
  /// the next, read by neither.
  bool hasGaps(unsigned index) const {
    Window window = stages[index].getWindow();
    return window.getStride(Axis::Height) > window.getExtent(Axis::Height);
  }
  /// Whether a band computes all rows of a stage between its first and its
  /// last.
  bool makesAllRows(unsigned index) const {
    for (unsigned reader = index + 1; reader < stages.size(); ++reader)
      if (hasGaps(reader))
        return false;
    return true;
  }

  /// How channels are divided, if they are.
  std::optional<ChannelBlocks> blocks;
  /// The block that is computed now.
  Channels current;
  /// The first row of the current band that each stage makes; known for stages
  /// with overlap and those after them.
  SmallVector<Index> firstRows;
};

} // namespace

/// A stage keeps as many rows as the next one's window is high; an input that
/// each block of channels reads anew, all that a row of the result needs.
int64_t RowSliding::countKeptRows(unsigned index) const {
  if (!blocks || !blocks->isMixedInput(index))
    return getReader(index).getExtent(Axis::Height);
  int64_t rows = 1;
  for (unsigned reader = stages.size(); reader-- > index + 1;)
    rows = stages[reader].getWindow().getInputSpan(Axis::Height, rows);
  return rows;
}

/// A result that is yielded and read without padding is read where it is
/// written to.
void RowSliding::allocate() {
  for (auto [index, stage] : llvm::enumerate(stages)) {
    int64_t rows = countKeptRows(index);
    if (isReadInBlocks(index))
      addBuffer(rows, blocks->getSize(), blocks->getCount());
    else
      addBuffer(rows, stage.getChannels());
    fillBorders(index);
  }
}

void RowSliding::writeBand(Index start, Index end) {
  findFirstRows(start);
  forEach(b, start, end, 1, [&](Index row) {
    auto makeResult = [&]() {
      makeRow(stages.size() - 1, row, [&](int64_t factor, int64_t offset) {
        return linear(b, row, factor, offset - factor);
      });
    };
    if (!stages.empty())
      forEachBlock(stages.size() - 1, makeResult);
    Channels all = getAll(resultType.getDimSize(3));
    writer.addToPools(getSource(stages.size()), row, all);
  });
}

/// Sets firstRows for the band of rows of the result from `start` on.
void RowSliding::findFirstRows(Index start) {
  firstRows.assign(stages.size(), start);
  unsigned needed = stages.size();
  for (unsigned index = stages.size(); index-- > 1;)
    if (hasOverlap(index))
      needed = index;
  for (unsigned index = stages.size(); index-- > needed + 1;) {
    Window window = stages[index].getWindow();
    int64_t top = window.getPadBefore(Axis::Height);
    int64_t stride = window.getStride(Axis::Height);
    Index row = firstRows[index];
    // Windows with gaps in between may lie in the padding altogether.
    int64_t inside = top - window.getExtent(Axis::Height) + 1;
    if (hasGaps(index) && inside > 0)
      row = linearAtLeast(b, row, 1, 0, llvm::divideCeil(inside, stride));
    Index first = top > 0 ? linearAtLeast(b, row, stride, -top, 0)
                          : linear(b, row, stride, 0);
    firstRows[index - 1] = first;
  }
}

/// Computes `row` of the stage `index`, and before it what it needs.
/// `fromPrevious` tells of the row of the stage computed before it, if there is
/// one in the band.
void RowSliding::makeRow(unsigned index, Index row, LinearInRow fromPrevious) {
  const Stage &stage = stages[index];
  Index first = linear(b, row, stage.getWindow().getStride(Axis::Height), 0);
  auto makeSource = [&]() { makeSourceRows(index, row, first, fromPrevious); };
  if (isBlocked(index) && index > 0)
    makeSource();
  else if (index > 0)
    forEachBlock(index - 1, makeSource);
  writer.write(stage, getSource(index), buffers[index], {row, getIndex(b, 1)},
               getSourceChannels(index), getChannels(index));
}

/// Computes the rows of the stage before `index` that `row` needs and its
/// previous row did not. `first` is the first padded row it needs.
void RowSliding::makeSourceRows(unsigned index, Index row, Index first,
                                LinearInRow fromPrevious) {
  Window window = stages[index].getWindow();
  int64_t stride = window.getStride(Axis::Height);
  int64_t extent = window.getExtent(Axis::Height);
  int64_t top = window.getPadBefore(Axis::Height);
  // Behind the last row that the previous one needed.
  auto getDone = [&]() { return fromPrevious(stride, extent); };
  Index start = first;
  if (hasOverlap(index)) {
    Index done = getDone();
    if (!makesAllRows(index))
      done = maximum(b, first, done);
    start = selectIfEqual(b, row, firstRows[index], first, done);
  }
  const Stage &source = stages[index - 1];
  auto make = [&](Index padded) {
    Index sourceRow = linear(b, padded, 1, -top);
    makeRow(index - 1, sourceRow, [&](int64_t factor, int64_t offset) {
      Index fromAbove = linear(b, sourceRow, factor, offset - factor);
      if (makesAllRows(index - 1))
        return fromAbove;
      Index fromDone =
          linear(b, getDone(), factor, offset - (top + 1) * factor);
      return selectIfEqual(b, padded, start, fromDone, fromAbove);
    });
  };
  int64_t height = source.getHeight();
  int64_t lastEnd =
      window.getInputSpan(Axis::Height, stages[index].getHeight());
  if (extent == 1 && top == 0 && lastEnd <= height)
    return make(first);
  splitPaddedRows(
      b, start, linear(b, first, 1, extent), window, height, lastEnd,
      [&](Index padded) {
        fillPaddingRow(index - 1, padded, getChannels(index - 1));
      },
      [&](Index from, Index end) { forEach(b, from, end, 1, make); });
}

/// Calls `write` for each block of channels if the stage is made so, else once.
void RowSliding::forEachBlock(unsigned index, function_ref<void()> write) {
  if (!isBlocked(index))
    return write();
  blocks->forEach(b, [&](const Channels &blocked) {
    current = blocked;
    write();
  });
}

int64_t lf::writeRowSliding(ImplicitLocOpBuilder &b, FusedBlockOp block) {
  return RowSliding(b, block).write();
}
