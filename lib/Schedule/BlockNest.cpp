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

#include "Generator.h"
#include "Stages.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

/// Builds the nest of one block. Rows and blocks of channels are counted in
/// averages, so that a nest of few kinds of loops stands for all iterations.
class NestBuilder {
public:
  explicit NestBuilder(const Stages &block) : block(block) {}

  Loop build() const;

private:
  /// What `stage` touches when it makes `rows` rows of `images` images, of the
  /// share `part` of the blocked channels.
  void touch(Footprint &footprint, const Stage &stage, double rows,
             double part = 1, double images = 1) const;
  Footprint touchAll(ArrayRef<Stage> stages, double scale, double part = 1,
                     double images = 1) const;
  double getPart(unsigned buffer, double part) const {
    return block.buffers[buffer].blocked ? part : 1;
  }

  Loop buildRow(const Stage &stage, double part = 1) const;
  Loop buildRows(const Stage &stage, double part) const;
  Loop buildSliding(ArrayRef<Stage> stages, double trips) const;
  Loop buildBlocked() const;

  const Stages &block;
};

} // namespace

/// Distinct rows of its input that a stage reads for `rows` rows in sequence.
static double getRowsRead(const Window &window, double rows) {
  rows = std::max(rows, 1.0);
  return std::min(rows * window.getKernel(Axis::Height),
                  (rows - 1) * window.getStride(Axis::Height) +
                      window.getExtent(Axis::Height));
}

void NestBuilder::touch(Footprint &footprint, const Stage &stage, double rows,
                        double part, double images) const {
  auto add = [&](unsigned index, double count, bool writes) {
    const Buffer &buffer = block.buffers[index];
    double perImage = buffer.kind == BufferKind::Activation ? images : 1;
    footprint.add({index, stage.layer,
                   std::min(buffer.rows, count) * buffer.rowBytes *
                       getPart(index, part) * perImage,
                   writes});
  };
  add(stage.input, getRowsRead(stage.window, rows), false);
  if (stage.weights)
    add(*stage.weights, 1, false);
  if (stage.side)
    add(*stage.side, rows, false);
  add(stage.output, rows, true);
}

/// What `stages` touch in the share `scale` of all rows.
Footprint NestBuilder::touchAll(ArrayRef<Stage> stages, double scale,
                                double part, double images) const {
  Footprint footprint;
  for (const Stage &stage : stages)
    touch(footprint, stage, scale * stage.rows, part, images);
  return footprint;
}

/// The tile op itself: one row of the result.
Loop NestBuilder::buildRow(const Stage &stage, double part) const {
  Loop row;
  touch(row.all, stage, 1, part);
  double kernelRows = stage.window.getKernel(Axis::Height);
  auto rowBytes = [&](unsigned buffer) {
    return block.buffers[buffer].rowBytes * getPart(buffer, part);
  };
  // All of it for one row of the kernel, ...
  row.trips = kernelRows;
  row.once.add({stage.input, stage.layer, rowBytes(stage.input), false});
  if (stage.weights)
    row.once.add({*stage.weights, stage.layer,
                  rowBytes(*stage.weights) / kernelRows, false});
  if (stage.side)
    row.once.add({*stage.side, stage.layer, rowBytes(*stage.side), false});
  row.once.add({stage.output, stage.layer, rowBytes(stage.output), true});
  // ... and of that, a group of pixels.
  Loop pixels;
  double group = std::min(generator::pixelsPerTile, stage.pixels);
  pixels.trips = stage.pixels / group;
  pixels.all = row.once;
  double columns = (group - 1) * stage.window.getStride(Axis::Width) +
                   stage.window.getKernel(Axis::Width);
  double allColumns = stage.window.getInputSpan(Axis::Width, stage.pixels);
  for (const Touch &touch : row.once.getTouches()) {
    double share = touch.buffer == stage.weights ? 1
                   : touch.buffer == stage.input ? columns / allColumns
                                                 : group / stage.pixels;
    pixels.once.add(
        {touch.buffer, touch.layer, touch.bytes * share, touch.writes});
  }
  row.body.push_back(std::move(pixels));
  return row;
}

/// All rows of a band, one after the other.
Loop NestBuilder::buildRows(const Stage &stage, double part) const {
  Loop rows;
  rows.trips = stage.rows / block.bands;
  touch(rows.once, stage, 1, part);
  touch(rows.all, stage, rows.trips, part);
  rows.body.push_back(buildRow(stage, part));
  return rows;
}

/// The loop over `trips` rows that the last of `stages` makes, each after the
/// rows that it needs of the stages before.
Loop NestBuilder::buildSliding(ArrayRef<Stage> stages, double trips) const {
  double rows = stages.back().rows;
  Loop loop;
  loop.trips = trips;
  loop.once = touchAll(stages, 1 / rows);
  loop.all = touchAll(stages, trips / rows);
  size_t first = stages.size();
  while (first > 0 && stages[first - 1].rows == rows)
    --first;
  if (first > 0)
    loop.body.push_back(
        buildSliding(stages.take_front(first), stages[first - 1].rows / rows));
  for (const Stage &stage : stages.drop_front(first))
    loop.body.push_back(buildRow(stage));
  return loop;
}

/// The stages of one band: those before the blocks of channels, the loop over
/// blocks, those after.
Loop NestBuilder::buildBlocked() const {
  Loop band;
  double part = 1 / *block.blocks, scale = 1.0 / block.bands;
  band.once = band.all = touchAll(block.stages, scale);
  auto isBlocked = [](const Stage &stage) { return stage.blocked; };
  ArrayRef<Stage> before = ArrayRef(block.stages).take_until(isBlocked);
  ArrayRef<Stage> inside =
      ArrayRef(block.stages).drop_front(before.size()).take_while(isBlocked);
  ArrayRef<Stage> after =
      ArrayRef(block.stages).drop_front(before.size() + inside.size());
  for (const Stage &stage : before)
    band.body.push_back(buildRows(stage, 1));
  Loop blocks;
  blocks.trips = *block.blocks;
  blocks.once = touchAll(inside, scale, part);
  blocks.all = touchAll(inside, scale);
  for (const Stage &stage : inside)
    blocks.body.push_back(buildRows(stage, part));
  band.body.push_back(std::move(blocks));
  for (const Stage &stage : after)
    band.body.push_back(buildRows(stage, 1));
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
  images.all = touchAll(block.stages, 1, 1, block.images);
  images.body.push_back(std::move(bands));
  return images;
}

Loop lf::getLoopNest(const Stages &stages) {
  return NestBuilder(stages).build();
}
