//===- BlockLoops.cpp - the loops around the layers -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockLoops.h"

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
  if (band == 0)
    band = resultType.getDimSize(1);
}

int64_t BlockLoops::write() {
  allocate();
  int64_t images = resultType.getDimSize(0), rows = resultType.getDimSize(1);
  forEach(b, getIndex(b, 0), getIndex(b, images), 1, [&](Index image) {
    writer.setImage(image);
    input.setImage(image);
    for (RowBuffer &buffer : buffers)
      buffer.setImage(image);
    writer.startPools();
    forEach(b, getIndex(b, 0), getIndex(b, rows), band, [&](Index start) {
      Index end = rows % band == 0 ? linear(b, start, 1, band)
                                   : linearAtMost(b, start, 1, band, rows);
      writeBand(start, end);
    });
  });
  int64_t bytes = 0;
  for (const RowBuffer &buffer : buffers)
    bytes += buffer.getAllocatedBytes();
  return bytes;
}

void BlockLoops::addBuffer(int64_t rows, int64_t channels, int64_t blocks) {
  unsigned index = buffers.size();
  if (liesInOutput(index)) {
    buffers.push_back(
        RowBuffer::getWhole(writer.getOutput(stages[index].result)));
    return;
  }
  buffers.push_back(RowBuffer::allocate(b, stages[index], getReader(index),
                                        rows, channels, blocks));
  if (!isLast(index))
    buffers.back().fillBorders(b, getNeutralValue(stages[index + 1].head));
}

void BlockLoops::fillPadding(unsigned index, Index padded,
                             const Channels &channels) {
  const RowBuffer &buffer = buffers[index];
  writer.fill(buffer.getPaddedRows(b, {padded, getIndex(b, 1)},
                                   buffer.getPaddedWidth(), channels),
              getNeutralValue(stages[index + 1].head));
}
