//===- BlockNest.cpp - the loops of a block ---------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loops that lf-tile-blocks writes around the stages:
//
//   row_sliding       for image, band, row of the result:
//                       for each new row of the layer before: (recursively)
//                       the row: for ky, pixels
//   channel_blocked   for image, band:
//                       for block of channels, stage:
//                         for row: for ky, pixels
//
//===----------------------------------------------------------------------===//

#include "BlockModel.h"
#include "Generator.h"

#include <numeric>

using namespace mlir;
using namespace mlir::lf;

namespace {

/// How much of what a stage works on: the share of the blocked channels, and
/// images.
struct Portion {
  double part = 1;
  double images = 1;
};

/// Builds the nest of one block. Rows and blocks of channels are counted in
/// averages, so that a nest of few loops stands for all iterations.
class NestBuilder {
public:
  NestBuilder(const BlockModel &block, int64_t way) : block(block), way(way) {}

  Loop build() const;

private:
  Touch getTouch(unsigned buffer, unsigned layer, double rows,
                 const Portion &portion, bool writes = false) const;
  void touchRows(Footprint &footprint, const StageModel &stage, double rows,
                 const Portion &portion = {}) const;
  Footprint touchAll(ArrayRef<StageModel> stages, double scale,
                     const Portion &portion = {}) const;

  Loop buildSum(const StageModel &stage, const Portion &portion) const;
  Loop buildRow(const StageModel &stage, const Portion &portion = {}) const;
  Loop buildRows(const StageModel &stage, const Portion &portion = {}) const;
  Loop buildSliding(ArrayRef<StageModel> stages, double trips) const;
  Loop buildBlocked() const;

  const BlockModel &block;
  int64_t way;
};

} // namespace

//===----------------------------------------------------------------------===//
// What stages touch
//===----------------------------------------------------------------------===//

/// Distinct rows of its input that a stage reads for `rows` rows in sequence.
static double getRowsRead(const Window &window, double rows) {
  rows = std::max(rows, 1.0);
  return std::min(rows * window.getKernel(Axis::Height),
                  (rows - 1) * window.getStride(Axis::Height) +
                      window.getExtent(Axis::Height));
}

/// The place in a cache that `bytes` take in pieces of `width` at distances of
/// `stride`, in units of `bytes`. With ways of 4096 bytes, pieces of 128 bytes
/// 3840 apart begin at 16 places and so fill one half of the sets alone.
static double getSpread(double bytes, double width, int64_t stride,
                        int64_t way) {
  int64_t distance = std::gcd(stride, way);
  if (width >= distance || bytes / width <= double(way) / distance)
    return 1;
  return distance / width;
}

/// `rows` rows of a buffer, or all it has.
Touch NestBuilder::getTouch(unsigned index, unsigned layer, double rows,
                            const Portion &portion, bool writes) const {
  const BufferModel &buffer = block.buffers[index];
  double bytes = std::min(buffer.rows, rows) * buffer.rowBytes;
  if (buffer.blocked)
    bytes *= portion.part;
  if (buffer.kind == BufferKind::Activation)
    bytes *= portion.images;
  Touch touch{index, layer, bytes, writes};
  if (buffer.blocked && buffer.stride && portion.part < 1)
    touch.spread =
        getSpread(bytes, buffer.stride * portion.part, buffer.stride, way);
  return touch;
}

/// Adds what `stage` touches when it makes `rows` rows of each image.
void NestBuilder::touchRows(Footprint &footprint, const StageModel &stage,
                            double rows, const Portion &portion) const {
  if (stage.sums || !stage.starts)
    footprint.add(getTouch(stage.input, stage.layer,
                           getRowsRead(stage.window, rows), portion));
  if (stage.weights)
    footprint.add(getTouch(*stage.weights, stage.layer, 1, portion));
  footprint.add(
      getTouch(stage.output, stage.layer, rows, portion, /*writes=*/true));
  for (const SideInput &side : stage.sides)
    footprint.add(getTouch(side.buffer, side.layer, rows, portion));
}

/// What `stages` touch in the share `scale` of all their rows.
Footprint NestBuilder::touchAll(ArrayRef<StageModel> stages, double scale,
                                const Portion &portion) const {
  Footprint footprint;
  for (const StageModel &stage : stages)
    touchRows(footprint, stage, scale * stage.rows, portion);
  return footprint;
}

//===----------------------------------------------------------------------===//
// A row
//===----------------------------------------------------------------------===//

/// The sum of a row: for each row of the kernel, for each group of pixels.
Loop NestBuilder::buildSum(const StageModel &stage,
                           const Portion &portion) const {
  const Window &window = stage.window;
  double kernelRows = window.getKernel(Axis::Height);
  /// Shares of a row of the input, of all weights, of a row of the result.
  auto touch = [&](double inputs, double weights, double outputs) {
    Footprint footprint;
    auto add = [&](unsigned buffer, double share, bool writes) {
      Touch touch = getTouch(buffer, stage.layer, 1, portion, writes);
      touch.bytes *= share;
      footprint.add(touch);
    };
    add(stage.input, inputs, false);
    if (stage.weights)
      add(*stage.weights, weights, false);
    add(stage.output, outputs, true);
    return footprint;
  };
  double group = std::min(generator::pixelsPerTile, stage.pixels);
  double columns = double(window.getInputSpan(Axis::Width, group)) /
                   window.getInputSpan(Axis::Width, stage.pixels);
  Loop pixels;
  pixels.trips = stage.pixels / group;
  pixels.once = touch(columns, 1 / kernelRows, group / stage.pixels);
  pixels.all = touch(1, 1 / kernelRows, 1);
  Loop sum;
  sum.trips = kernelRows;
  sum.once = pixels.all;
  sum.all = touch(kernelRows, 1, 1);
  sum.body.push_back(std::move(pixels));
  return sum;
}

/// The passes over one row of the result.
Loop NestBuilder::buildRow(const StageModel &stage,
                           const Portion &portion) const {
  Loop row;
  touchRows(row.all, stage, 1, portion);
  row.once = row.all;
  auto addPass = [&](Footprint footprint) {
    Loop pass;
    pass.once = pass.all = std::move(footprint);
    row.body.push_back(std::move(pass));
  };
  Footprint output;
  output.add(getTouch(stage.output, stage.layer, 1, portion, true));
  if (stage.starts)
    addPass(output);
  if (stage.sums)
    row.body.push_back(buildSum(stage, portion));
  if (stage.finishes) {
    Footprint finish = output;
    if (!stage.sums)
      finish.add(getTouch(stage.input, stage.layer, 1, portion));
    for (const SideInput &side : stage.sides)
      finish.add(getTouch(side.buffer, side.layer, 1, portion));
    addPass(std::move(finish));
  }
  return row;
}

//===----------------------------------------------------------------------===//
// Loop structures
//===----------------------------------------------------------------------===//

/// All rows of a band, one after the other.
Loop NestBuilder::buildRows(const StageModel &stage,
                            const Portion &portion) const {
  Loop rows;
  rows.trips = stage.rows / block.bands;
  touchRows(rows.once, stage, 1, portion);
  touchRows(rows.all, stage, rows.trips, portion);
  rows.body.push_back(buildRow(stage, portion));
  return rows;
}

/// The loop over `trips` rows that the last of `stages` makes, each after the
/// rows that it needs of the stages before.
Loop NestBuilder::buildSliding(ArrayRef<StageModel> stages,
                               double trips) const {
  double rows = stages.back().rows;
  Loop loop;
  loop.trips = trips;
  for (const StageModel &stage : stages)
    touchRows(loop.once, stage,
              double(stage.rowsPerResult) / stages.back().rowsPerResult);
  loop.all = touchAll(stages, trips / rows);
  // Stages that make row for row stand in one body.
  size_t first = stages.size();
  while (first > 0 && stages[first - 1].rows == rows)
    --first;
  if (first > 0)
    loop.body.push_back(
        buildSliding(stages.take_front(first), stages[first - 1].rows / rows));
  for (const StageModel &stage : stages.drop_front(first))
    loop.body.push_back(buildRow(stage));
  return loop;
}

/// The stages of one band: those before the blocks of channels, the loop over
/// blocks, those after.
Loop NestBuilder::buildBlocked() const {
  auto isBlocked = [](const StageModel &stage) { return stage.blocked; };
  ArrayRef<StageModel> all = block.stages;
  ArrayRef<StageModel> before = all.take_until(isBlocked);
  ArrayRef<StageModel> inside =
      all.drop_front(before.size()).take_while(isBlocked);
  ArrayRef<StageModel> after = all.drop_front(before.size() + inside.size());
  double scale = 1.0 / block.bands;
  Portion part{1 / *block.blocks};

  Loop band;
  band.once = band.all = touchAll(all, scale);
  for (const StageModel &stage : before)
    band.body.push_back(buildRows(stage));
  Loop blocks;
  blocks.trips = *block.blocks;
  blocks.once = touchAll(inside, scale, part);
  blocks.all = touchAll(inside, scale);
  for (const StageModel &stage : inside)
    blocks.body.push_back(buildRows(stage, part));
  band.body.push_back(std::move(blocks));
  for (const StageModel &stage : after)
    band.body.push_back(buildRows(stage));
  return band;
}

Loop NestBuilder::build() const {
  Loop bands;
  bands.trips = block.bands;
  bands.body.push_back(
      block.blocks
          ? buildBlocked()
          : buildSliding(block.stages, block.stages.back().rows / block.bands));
  bands.once = bands.body.front().all;
  bands.all = touchAll(block.stages, 1);
  Loop images;
  images.trips = block.images;
  images.once = bands.all;
  images.all = touchAll(block.stages, 1, {1, double(block.images)});
  images.body.push_back(std::move(bands));
  return images;
}

Loop lf::getLoopNest(const BlockModel &block, int64_t way) {
  return NestBuilder(block, way).build();
}
