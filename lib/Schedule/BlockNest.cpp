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
//                       the row: for panel, tile of pixels
//                     the same for each block of channels, up to the last layer
//                     that is made in blocks
//   channel_blocked   for image, band:
//                       for block of channels, stage:
//                         for row: for panel, tile of pixels
//   whole_tile        for image, band, stage:
//                       for panel, row, tile of pixels, or on single channels
//                       for panel, tile of pixels, row
//                     and where Winograd's algorithm computes a stage
//                       for tile: its inputs are transformed
//                       for panel:
//                         for point, tile of transformed windows
//                         the products are transformed back
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

  Footprint touchPiece(const StageModel &stage, double rows, double columns,
                       double panels, const Portion &portion) const;
  Loop buildTiles(const StageModel &stage, double panels,
                  const Portion &portion) const;
  Loop buildColumns(const StageModel &stage, double rows, double panels,
                    const Portion &portion) const;
  Loop buildSum(const StageModel &stage, double rows,
                const Portion &portion) const;
  Footprint touchWinograd(const StageModel &stage, double results,
                          double inputs, double filter, double products) const;
  Loop buildTransform(const StageModel &stage) const;
  Loop buildProducts(const StageModel &stage) const;
  Loop buildRow(const StageModel &stage, const Portion &portion = {}) const;
  Loop buildRows(const StageModel &stage, const Portion &portion = {}) const;
  Footprint touchRow(ArrayRef<StageModel> stages, double rowsPerResult,
                     const Portion &portion) const;
  Loop buildSliding(ArrayRef<StageModel> stages, double trips,
                    const Portion &portion = {}) const;
  Loop buildBlocked() const;
  Loop buildWhole() const;

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
  if (stage.winograd)
    for (unsigned buffer : {stage.winograd->inputs, stage.winograd->products})
      footprint.add(getTouch(buffer, stage.layer, 1, portion, /*writes=*/true));
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

/// What a stage touches for `rows` rows, and shares of their columns and of the
/// panels of channels.
Footprint NestBuilder::touchPiece(const StageModel &stage, double rows,
                                  double columns, double panels,
                                  const Portion &portion) const {
  const Window &window = stage.window;
  double inputs =
      window.getInputSpan(Axis::Width, std::max(1.0, columns * stage.pixels)) /
      double(window.getInputSpan(Axis::Width, stage.pixels));
  Footprint footprint;
  auto add = [&](unsigned buffer, unsigned layer, double rows, double share,
                 bool writes = false) {
    Touch touch = getTouch(buffer, layer, rows, portion, writes);
    touch.bytes *= share;
    footprint.add(touch);
  };
  add(stage.input, stage.layer, getRowsRead(window, rows),
      stage.channelwise ? inputs * panels : inputs);
  if (stage.weights)
    add(*stage.weights, stage.layer, 1, panels);
  add(stage.output, stage.layer, rows, columns * panels, /*writes=*/true);
  for (const SideInput &side : stage.sides)
    add(side.buffer, side.layer, rows, columns * panels);
  return footprint;
}

/// A row of one panel, the share `panels` of all: tile after tile of pixels.
Loop NestBuilder::buildTiles(const StageModel &stage, double panels,
                             const Portion &portion) const {
  double columns = std::min(1.0, double(stage.tilePixels) / stage.pixels);
  Loop tiles;
  tiles.trips = 1 / columns;
  tiles.once = touchPiece(stage, 1, columns, panels, portion);
  tiles.all = touchPiece(stage, 1, 1, panels, portion);
  return tiles;
}

/// The same for `rows` rows: for each tile of pixels the rows.
Loop NestBuilder::buildColumns(const StageModel &stage, double rows,
                               double panels, const Portion &portion) const {
  Loop tiles = buildTiles(stage, panels, portion);
  Loop loop;
  loop.trips = rows;
  loop.once = tiles.once;
  loop.all = tiles.once =
      touchPiece(stage, rows, 1 / tiles.trips, panels, portion);
  tiles.all = touchPiece(stage, rows, 1, panels, portion);
  tiles.body.push_back(std::move(loop));
  return tiles;
}

/// The sums of `rows` rows: panel after panel, each row by row, or on single
/// channels column by column.
Loop NestBuilder::buildSum(const StageModel &stage, double rows,
                           const Portion &portion) const {
  // Sums over blocks of channels are for all channels of the result.
  bool isOverBlocks = !stage.starts;
  Loop panels;
  panels.trips =
      isOverBlocks ? stage.panels : std::max(1.0, stage.panels * portion.part);
  double share = 1 / panels.trips;
  panels.once = touchPiece(stage, rows, 1, share, portion);
  panels.all = touchPiece(stage, rows, 1, 1, portion);
  if (stage.channelwise && rows > 1) {
    panels.body.push_back(buildColumns(stage, rows, share, portion));
    return panels;
  }
  Loop tiles = buildTiles(stage, share, portion);
  if (rows <= 1) {
    panels.body.push_back(std::move(tiles));
    return panels;
  }
  Loop loop;
  loop.trips = rows;
  loop.once = tiles.all;
  loop.all = panels.once;
  loop.body.push_back(std::move(tiles));
  panels.body.push_back(std::move(loop));
  return panels;
}

/// What a band of a stage touches that Winograd's algorithm computes: a share
/// of the `results` of a panel, and of what is multiplied for it.
Footprint NestBuilder::touchWinograd(const StageModel &stage, double results,
                                     double inputs, double filter,
                                     double products) const {
  double rows = stage.rows / block.bands;
  Footprint footprint;
  auto add = [&](unsigned buffer, unsigned layer, double share, bool writes) {
    if (share == 0)
      return;
    Touch touch = getTouch(buffer, layer, rows, {}, writes);
    touch.bytes *= share;
    // A panel of the filter passes through: a cache keeps rather what is read
    // again for the next.
    if (buffer == *stage.weights && share < 1)
      touch.spread = generator::placeOfStream;
    footprint.add(touch);
  };
  add(stage.winograd->inputs, stage.layer, inputs, /*writes=*/false);
  add(*stage.weights, stage.layer, filter, /*writes=*/false);
  add(stage.winograd->products, stage.layer, products, /*writes=*/true);
  add(stage.output, stage.layer, results, /*writes=*/true);
  for (const SideInput &side : stage.sides)
    add(side.buffer, side.layer, results, /*writes=*/false);
  return footprint;
}

/// The inputs of a band are transformed, tile row after tile row.
Loop NestBuilder::buildTransform(const StageModel &stage) const {
  double rows = stage.rows / block.bands;
  auto touchTransform = [&](double share) {
    Footprint footprint;
    footprint.add(getTouch(stage.input, stage.layer,
                           getRowsRead(stage.window, rows * share), {}));
    Touch inputs = getTouch(stage.winograd->inputs, stage.layer, 1, {},
                            /*writes=*/true);
    inputs.bytes *= share;
    footprint.add(inputs);
    return footprint;
  };
  Loop transform;
  transform.trips = std::max(1.0, rows / stage.winograd->tileRows);
  transform.once = touchTransform(1 / transform.trips);
  transform.all = touchTransform(1);
  return transform;
}

/// For each panel of channels and each point, tile after tile is multiplied
/// with the point's part of the filter; then the products become results.
Loop NestBuilder::buildProducts(const StageModel &stage) const {
  double panel = 1 / stage.panels, point = 1 / stage.winograd->points;
  Loop tiles;
  tiles.trips = stage.winograd->parts;
  double part = point / tiles.trips;
  tiles.once = touchWinograd(stage, 0, part, panel * point, part);
  tiles.all = touchWinograd(stage, 0, point, panel * point, point);
  Loop points;
  points.trips = stage.winograd->points;
  points.once = tiles.all;
  points.all = touchWinograd(stage, 0, 1, panel, 1);
  points.body.push_back(std::move(tiles));
  Loop results;
  results.once = results.all = touchWinograd(stage, panel, 0, 0, 1);
  Loop panels;
  panels.trips = stage.panels;
  panels.once = touchWinograd(stage, panel, 1, panel, 1);
  panels.all = touchWinograd(stage, 1, 1, 1, 1);
  panels.body.push_back(std::move(points));
  panels.body.push_back(std::move(results));
  return panels;
}

/// The passes over one row of the result. With a sum there is just one, but for
/// those over blocks of channels, which start and finish in passes of their
/// own.
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
  if (stage.sums) {
    row.body.push_back(buildSum(stage, 1, portion));
    return row;
  }
  if (stage.starts)
    addPass(output);
  if (stage.finishes) {
    Footprint finish = output;
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

/// What `stages` touch for one row of a stage that makes `rowsPerResult`.
Footprint NestBuilder::touchRow(ArrayRef<StageModel> stages,
                                double rowsPerResult,
                                const Portion &portion) const {
  Footprint footprint;
  for (const StageModel &stage : stages)
    touchRows(footprint, stage, stage.rowsPerResult / rowsPerResult, portion);
  return footprint;
}

/// The loop over `trips` rows that the last of `stages` makes, each after the
/// rows that it needs of the stages before.
Loop NestBuilder::buildSliding(ArrayRef<StageModel> stages, double trips,
                               const Portion &portion) const {
  double rows = stages.back().rows;
  double rowsPerResult = stages.back().rowsPerResult;
  Loop loop;
  loop.trips = trips;
  loop.once = touchRow(stages, rowsPerResult, portion);
  loop.all = touchAll(stages, trips / rows, portion);
  // Stages that make row for row stand in one body.
  size_t first = stages.size();
  while (first > 0 && stages[first - 1].rows == rows)
    --first;
  auto addBody = [&](std::vector<Loop> &body, size_t end, const Portion &part) {
    if (first > 0)
      body.push_back(buildSliding(stages.take_front(first),
                                  stages[first - 1].rows / rows, part));
    for (size_t index = first; index < end; ++index)
      body.push_back(buildRow(stages[index], part));
  };
  // Behind the last stage that is made in blocks.
  size_t blocked = stages.size();
  while (blocked > 0 && !stages[blocked - 1].blocked)
    --blocked;
  if (portion.part < 1 || blocked <= first) {
    addBody(loop.body, stages.size(), portion);
    return loop;
  }
  Portion part{1 / *block.blocks};
  Loop blocks;
  blocks.trips = *block.blocks;
  blocks.once = touchRow(stages.take_front(blocked), rowsPerResult, part);
  blocks.all = touchRow(stages.take_front(blocked), rowsPerResult, {});
  addBody(blocks.body, blocked, part);
  loop.body.push_back(std::move(blocks));
  for (const StageModel &stage : stages.drop_front(blocked))
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

/// The stages of one band, one after the other.
Loop NestBuilder::buildWhole() const {
  Loop band;
  band.once = band.all = touchAll(block.stages, 1.0 / block.bands);
  for (const StageModel &stage : block.stages) {
    if (stage.winograd) {
      band.body.push_back(buildTransform(stage));
      band.body.push_back(buildProducts(stage));
    } else if (stage.sums) {
      band.body.push_back(buildSum(stage, stage.rows / block.bands, {}));
    } else {
      band.body.push_back(buildRows(stage));
    }
  }
  return band;
}

Loop NestBuilder::build() const {
  Loop bands;
  bands.trips = block.bands;
  switch (block.structure) {
  case LoopStructure::RowSliding:
    bands.body.push_back(
        buildSliding(block.stages, block.stages.back().rows / block.bands));
    break;
  case LoopStructure::ChannelBlocked:
    bands.body.push_back(buildBlocked());
    break;
  case LoopStructure::WholeTile:
    bands.body.push_back(buildWhole());
    break;
  }
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
