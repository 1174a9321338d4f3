//===- BlockLoops.cpp - the loops around the layers -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockLoops.h"

#include "LayerFusion/Schedule/Threads.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::lf;

/// What the global poolings take, if there are any.
static RankedTensorType getResultType(FusedBlockOp block) {
  SmallVector<LayerOpInterface> layers = block.getLayers();
  if (!layers.empty())
    return layers.back().getResultType();
  return cast<RankedTensorType>(
      block.getPools().front()->getOperand(0).getType());
}

BlockLoops::BlockLoops(ImplicitLocOpBuilder &b, FusedBlockOp block)
    : b(b), block(block), stages(getStages(block)), writer(b, block),
      resultType(getResultType(block)),
      band(block.getScheduleOrDefault().getRowBand()),
      // The first operand of a chain is its input.
      input(RowBuffer::getWhole(
          writer.getInput(block.getBody().front().front().getOperand(0)))) {
  ScheduleAttr schedule = block.getScheduleOrDefault();
  if (band == 0)
    band = resultType.getDimSize(1);
  parallel = schedule.getParallel();
  sharesLayers = sharesRowsOfLayers(schedule);
  threads = schedule.getThreads();
  // No more than have something to do.
  if (parallel == ParallelDim::Rows)
    threads = canShareRows(getChain(block), schedule)
                  ? Shares(resultType.getDimSize(1), threads).threads
                  : 1;
  if (parallel == ParallelDim::Images)
    threads = Shares(resultType.getDimSize(0), threads).threads;
}

int64_t BlockLoops::write() {
  if (parallel == ParallelDim::Rows && threads > 1)
    writer.allocatePoolShares(threads);
  allocate();
  Shares images(resultType.getDimSize(0), getThreads(ParallelDim::Images));
  forEachShare(b, images, [&](Index first, Index end, Index thread) {
    if (images.threads > 1)
      setThread(thread);
    forEach(b, first, end, 1, [&](Index image) { writeImage(image); });
  });
  int64_t bytes = scratchBytes;
  for (const RowBuffer &buffer : buffers)
    bytes += buffer.getAllocatedBytes();
  return bytes;
}

void BlockLoops::setThread(Index thread) {
  for (RowBuffer &buffer : buffers)
    buffer.setThread(b, thread);
  writer.setThread(thread);
}

void BlockLoops::writeImage(Index image) {
  writer.setImage(image);
  input.setImage(image);
  for (RowBuffer &buffer : buffers)
    buffer.setImage(image);
  writer.startPools();
  Shares rows(resultType.getDimSize(1), getThreads(ParallelDim::Rows));
  if (rows.threads == 1)
    return writeBands(getIndex(b, 0), getIndex(b, rows.count), rows.count);
  forEachShare(b, rows, [&](Index first, Index end, Index thread) {
    setThread(thread);
    writer.setPoolShare(thread);
    writer.startPools();
    writeBands(first, end, rows.size);
  });
  writer.joinPools(rows.threads);
}

/// Computes the rows of the result from `start` below `end`, at most `count`.
void BlockLoops::writeBands(Index start, Index end, int64_t count) {
  if (count <= band)
    return writeBand(start, end);
  std::optional<int64_t> known = getConstantIntValue(subtract(b, end, start));
  forEach(b, start, end, band, [&](Index first) {
    Index last = known && *known % band == 0 ? linear(b, first, 1, band)
                                             : minimum(b, first, band, end);
    writeBand(first, last);
  });
}

void BlockLoops::addBuffer(int64_t rows, int64_t channels, int64_t blocks) {
  unsigned index = buffers.size();
  if (liesInOutput(index)) {
    buffers.push_back(
        RowBuffer::getWhole(writer.getOutput(stages[index].result)));
    return;
  }
  bool isShared = parallel == ParallelDim::Channels || sharesLayers;
  int64_t copies = isShared ? 1 : threads;
  buffers.push_back(RowBuffer::allocate(b, stages[index], getReader(index),
                                        rows, channels, blocks, copies));
}

void BlockLoops::fillBorders(unsigned index) {
  if (!isLast(index) && !liesInOutput(index))
    buffers[index].fillBorders(b, getNeutralValue(stages[index + 1].head));
}

void BlockLoops::addScratch(unsigned index, int64_t rows) {
  if (sharesLayers)
    rows = Shares(rows, threads).size;
  // Threads that share channels transform the input together.
  int64_t copies = parallel == ParallelDim::Channels ? 1 : threads;
  scratchBytes += writer.allocateScratch(stages[index], rows, copies, threads);
}

void BlockLoops::fillPaddingRow(unsigned index, Index padded,
                                const Channels &channels) {
  const RowBuffer &buffer = buffers[index];
  writer.fill(buffer.getPaddedRows(b, {padded, getIndex(b, 1)},
                                   buffer.getPaddedWidth(), channels),
              getNeutralValue(stages[index + 1].head));
}
