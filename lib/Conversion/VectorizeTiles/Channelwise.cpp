//===- Channelwise.cpp - sums over the window of a channel ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Depthwise convolutions and poolings, and ops on single elements. Vectors are
// of channels; a patch's pixels share what their windows have in common:
//
//   memref.prefetch filter[ky, kx, …]  // 9 vectors of the next channels
//   %w = filter[ky, kx, c …]          // 9 vectors, kept for all pixels
//   for each group of pixels, each row
//     for each row ky of the window   // unrolled
//       each column that is read: one vector.load
//       each pixel and kx: vector.fma
//
// If the registers do not hold the whole filter, a row of it is loaded for each
// group, and a column is loaded, used for all windows that it is in, and done
// with. A large window is a loop instead.
//
//===----------------------------------------------------------------------===//

#include "TileLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::lf;

/// Places of a window that are unrolled at most: those of the kernels that
/// networks have, up to 7x7.
static constexpr int64_t mostUnrolled = 49;

namespace {

class ChannelwiseWriter {
public:
  ChannelwiseWriter(TileLoops &loops, int64_t registers)
      : loops(loops), b(loops.b), registers(registers) {}

  void write();

private:
  /// The filter's vectors at one place of the window.
  using Weights = SmallVector<Value, 4>;

  int64_t getKernel(Axis axis) const { return loops.window.getKernel(axis); }
  bool isUnrolled() const {
    return getKernel(Axis::Height) * getKernel(Axis::Width) <= mostUnrolled;
  }
  bool staysInRegisters(ArrayRef<Lanes> lanes) const;
  Weights loadWeights(Index ky, Index kx, Index channel, ArrayRef<Lanes> lanes);
  void fetchNextWeights(Index channel);
  void writePatch(const Patch &patch, ArrayRef<Weights> kept);
  SmallVector<Value> addRow(const Patch &patch, int64_t ky, Value columns,
                            ArrayRef<Weights> kept, ValueRange sums);
  SmallVector<Value> addRowByLoop(const Patch &patch, Index ky, Value columns,
                                  ValueRange sums);
  Value getColumns(const Patch &patch, Value source, Index row);
  Value add(Value sum, Value x, Value weight);

  TileLoops &loops;
  ImplicitLocOpBuilder &b;
  int64_t registers;
};

} // namespace

/// Whether the whole filter fits beside the sums, with two vectors for what is
/// loaded.
bool ChannelwiseWriter::staysInRegisters(ArrayRef<Lanes> lanes) const {
  if (!loops.op.getFilter() || !isUnrolled())
    return false;
  int64_t places = getKernel(Axis::Height) * getKernel(Axis::Width);
  int64_t vectors = lanes.size();
  return vectors * (places + loops.tile.getPixels()) + 2 <= registers;
}

void ChannelwiseWriter::write() {
  int64_t channels = loops.op.getOutputType().getDimSize(2);
  loops.forEachPanel(
      b.getIndexAttr(0), channels, [&](Index channel, ArrayRef<Lanes> lanes) {
        fetchNextWeights(channel);
        SmallVector<Weights> kept;
        if (staysInRegisters(lanes))
          for (int64_t ky = 0; ky < getKernel(Axis::Height); ++ky)
            for (int64_t kx = 0; kx < getKernel(Axis::Width); ++kx)
              kept.push_back(loadWeights(b.getIndexAttr(ky), b.getIndexAttr(kx),
                                         channel, lanes));
        // Down the rows first: what the windows of neighbouring rows have in
        // common is still in L1 then, and no longer at the end of a row.
        loops.forEachGroup([&](Index column, int64_t pixels) {
          loops.forEachRow([&](Index row) {
            writePatch({row, column, pixels, channel, lanes}, kept);
          });
        });
      });
}

ChannelwiseWriter::Weights
ChannelwiseWriter::loadWeights(Index ky, Index kx, Index channel,
                               ArrayRef<Lanes> lanes) {
  Weights weights;
  Value filter = loops.op.getFilter();
  if (!filter)
    return Weights(lanes.size());
  Value part =
      takePart(b, filter, {ky, kx, channel}, {1, 1, lanes.back().getEnd()}, 2);
  for (const Lanes &vector : lanes)
    weights.push_back(
        loadVector(b, part, loops.getConstant(vector.offset), vector));
  return weights;
}

/// Asks for the filter's vectors of the panel behind `channel`, which are far
/// from each other and so seen coming by no processor. Not in a tile of one
/// row: they are read for each row, and too few patches hide this.
void ChannelwiseWriter::fetchNextWeights(Index channel) {
  MemRefType type = loops.op.getOutputType();
  int64_t panel = loops.tile.getPanel(), channels = type.getDimSize(2);
  if (!loops.op.getFilter() || !isUnrolled() || type.getDimSize(0) == 1 ||
      channels <= panel)
    return;
  Value next = asValue(b, linearAtMost(b, channel, 1, panel, channels - 1));
  for (int64_t ky = 0; ky < getKernel(Axis::Height); ++ky)
    for (int64_t kx = 0; kx < getKernel(Axis::Width); ++kx)
      memref::PrefetchOp::create(
          b, loops.op.getFilter(),
          ValueRange{loops.getConstant(ky), loops.getConstant(kx), next},
          /*isWrite=*/false, /*localityHint=*/2, /*isDataCache=*/true);
}

void ChannelwiseWriter::writePatch(const Patch &patch, ArrayRef<Weights> kept) {
  SmallVector<Value> sums = loops.getStart(patch);
  const Window &window = loops.window;
  Index first = linear(b, patch.row, window.getStride(Axis::Height), 0);
  auto getRow = [&](Index ky) {
    return addScaled(b, first, ky, window.getDilation(Axis::Height));
  };
  int64_t kernelRows = getKernel(Axis::Height);
  if (!isUnrolled() && !loops.op.hasRowSources()) {
    sums = carry(b, kernelRows, 1, sums, [&](Index ky, ValueRange sums) {
      Value columns = getColumns(patch, loops.sources.front(), getRow(ky));
      return addRowByLoop(patch, ky, columns, sums);
    });
    return loops.finish(patch, sums);
  }
  for (int64_t ky = 0; ky < kernelRows; ++ky) {
    Index index = b.getIndexAttr(ky);
    Value columns =
        loops.op.hasRowSources()
            ? getColumns(patch, loops.sources[ky], b.getIndexAttr(0))
            : getColumns(patch, loops.sources.front(), getRow(index));
    sums = isUnrolled() ? addRow(patch, ky, columns, kept, sums)
                        : addRowByLoop(patch, index, columns, sums);
  }
  loops.finish(patch, sums);
}

/// What the windows of a patch read in a row of the source: columns x channels.
Value ChannelwiseWriter::getColumns(const Patch &patch, Value source,
                                    Index row) {
  Index column =
      linear(b, patch.column, loops.window.getStride(Axis::Width), 0);
  int64_t count = loops.window.getInputSpan(Axis::Width, patch.pixels);
  return takePart(b, source, {row, column, patch.channel},
                  {1, count, patch.getChannels()}, 1);
}

/// Adds row `ky` of the window, each column of which is loaded once. A filter
/// that is kept goes over the columns place by place, so that sums do not wait;
/// else column by column, so that few are in registers at once.
SmallVector<Value> ChannelwiseWriter::addRow(const Patch &patch, int64_t ky,
                                             Value columns,
                                             ArrayRef<Weights> kept,
                                             ValueRange sums) {
  SmallVector<Value> next(sums);
  size_t vectors = patch.lanes.size();
  DenseMap<std::pair<int64_t, size_t>, Value> loaded;
  auto getColumn = [&](int64_t column, size_t index) {
    Value &x = loaded[{column, index}];
    const Lanes &lanes = patch.lanes[index];
    if (!x)
      x = loadVector(
          b, columns,
          {loops.getConstant(column), loops.getConstant(lanes.offset)}, lanes);
    return x;
  };
  auto addPlace = [&](int64_t pixel, int64_t column, const Weights &weights) {
    for (size_t index = 0; index < vectors; ++index) {
      Value &sum = next[pixel * vectors + index];
      sum = add(sum, getColumn(column, index), weights[index]);
    }
  };
  int64_t stride = loops.window.getStride(Axis::Width);
  int64_t dilation = loops.window.getDilation(Axis::Width);
  int64_t width = getKernel(Axis::Width);
  if (!kept.empty()) {
    for (int64_t kx = 0; kx < width; ++kx)
      for (int64_t pixel = 0; pixel < patch.pixels; ++pixel)
        addPlace(pixel, pixel * stride + kx * dilation, kept[ky * width + kx]);
    return next;
  }
  SmallVector<Weights> row;
  for (int64_t kx = 0; kx < width; ++kx)
    row.push_back(loadWeights(b.getIndexAttr(ky), b.getIndexAttr(kx),
                              patch.channel, patch.lanes));
  int64_t columnEnd = loops.window.getInputSpan(Axis::Width, patch.pixels);
  for (int64_t column = 0; column < columnEnd; ++column)
    for (int64_t kx = 0; kx < width; ++kx) {
      int64_t first = column - kx * dilation;
      if (first >= 0 && first % stride == 0 && first / stride < patch.pixels)
        addPlace(first / stride, column, row[kx]);
    }
  return next;
}

SmallVector<Value> ChannelwiseWriter::addRowByLoop(const Patch &patch, Index ky,
                                                   Value columns,
                                                   ValueRange sums) {
  auto addPlace = [&](Index kx, ValueRange sums) {
    Weights weights = loadWeights(ky, kx, patch.channel, patch.lanes);
    SmallVector<Value> next(sums);
    Index first = linear(b, kx, loops.window.getDilation(Axis::Width), 0);
    for (int64_t pixel = 0; pixel < patch.pixels; ++pixel) {
      Value column = asValue(
          b, linear(b, first, 1, pixel * loops.window.getStride(Axis::Width)));
      for (auto [index, lanes] : llvm::enumerate(patch.lanes)) {
        Value x = loadVector(b, columns,
                             {column, loops.getConstant(lanes.offset)}, lanes);
        Value &sum = next[pixel * patch.lanes.size() + index];
        sum = add(sum, x, weights[index]);
      }
    }
    return next;
  };
  return carry(b, getKernel(Axis::Width), 1, sums, addPlace);
}

Value ChannelwiseWriter::add(Value sum, Value x, Value weight) {
  switch (loops.op.getKind()) {
  case TileKind::Max:
    return arith::MaximumFOp::create(b, sum, x);
  case TileKind::Sum:
    return arith::AddFOp::create(b, sum, x);
  default:
    return vector::FMAOp::create(b, x, weight, sum);
  }
}

void lf::writeChannelwise(TileLoops &loops, int64_t registers) {
  ChannelwiseWriter(loops, registers).write();
}

/// Pixel by pixel, so that memory is read in order.
void lf::writeElementwise(TileLoops &loops) {
  ImplicitLocOpBuilder &b = loops.b;
  int64_t channels = loops.op.getOutputType().getDimSize(2);
  loops.forEachRow([&](Index row) {
    loops.forEachGroup([&](Index column, int64_t pixels) {
      loops.forEachPanel(
          b.getIndexAttr(0), channels,
          [&](Index channel, ArrayRef<Lanes> lanes) {
            Patch patch = {row, column, pixels, channel, lanes};
            Value places =
                takePart(b, loops.sources.front(), {row, column, channel},
                         {1, pixels, patch.getChannels()}, 1);
            SmallVector<Value> values;
            for (int64_t pixel = 0; pixel < pixels; ++pixel)
              for (const Lanes &vector : lanes)
                values.push_back(loadVector(b, places,
                                            {loops.getConstant(pixel),
                                             loops.getConstant(vector.offset)},
                                            vector));
            loops.finish(patch, values);
          });
    });
  });
}
