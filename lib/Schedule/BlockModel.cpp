//===- BlockModel.cpp - a block as the stages it becomes --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows lf-tile-blocks: a stage is a layer with a window and the elementwise
// layers after it, which work in place. It writes into a ring of the rows that
// the next one's window needs, or straight into the block's result; an input
// that has to be padded is copied into such a ring, unless windows are cropped
// instead; what else goes out is copied.
//
//===----------------------------------------------------------------------===//

#include "BlockModel.h"

#include "BandRows.h"
#include "WinogradWork.h"

#include "LayerFusion/Dialect/LF/Crop.h"
#include "LayerFusion/Dialect/LF/Winograd.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

static double getElementBytes(RankedTensorType type) {
  return type.getElementTypeBitWidth() / 8.0;
}

static double getBytes(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return type.getNumElements() * getElementBytes(type);
}

double BlockModel::getScratchBytes() const {
  double bytes = 0;
  for (const BufferModel &buffer : buffers)
    if (buffer.kind == BufferKind::Scratch)
      bytes += buffer.getBytes();
  return bytes;
}

//===----------------------------------------------------------------------===//
// From layers to stages
//===----------------------------------------------------------------------===//

namespace {

/// Writes the stages of one chain.
class ModelWriter {
public:
  ModelWriter(const Chain &chain, ScheduleAttr schedule);

  BlockModel write();

private:
  LayerOpInterface getLayer(size_t index) const { return chain.layers[index]; }
  bool isElementwise(size_t index) const {
    return getLayer(index).isElementwise();
  }
  bool isYielded(Value value) const {
    return llvm::is_contained(chain.yielded, value);
  }
  /// Whether the values before layer `index` are made a block of channels at a
  /// time.
  bool isBlockedBefore(size_t index) const;
  /// How many rows are kept of the value before layer `reader`, with padding.
  int64_t getKeptRows(size_t reader) const;
  /// The rows of the value before layer `index` that are new for each row of
  /// the chain's result.
  int64_t getRowsPerResult(size_t index) const;

  unsigned addBuffer(const BufferModel &buffer);
  unsigned addActivation(RankedTensorType type, bool blocked);
  unsigned addScratch(RankedTensorType type, size_t reader);
  unsigned addOutput(size_t last);
  std::optional<unsigned> addWeights(size_t index);
  WinogradBuffers addWinograd(size_t index);
  SmallVector<SideInput, 2> addSides(size_t begin, size_t end);

  void setTile(StageModel &stage, size_t index) const;
  void addStage(const StageModel &stage);
  void addSumOverBlocks(StageModel stage);
  void copyYielded(const StageModel &stage, Value value, bool blocked);
  void copyPadded(size_t reader);
  size_t writeStage(size_t begin);
  void writePools();

  const Chain &chain;
  ScheduleAttr schedule;
  ArrayRef<RegisterTileAttr> tiles;
  SmallVector<int64_t> rows;
  int64_t band;
  std::optional<BlockedChannels> channels;
  BlockModel result;
  /// What holds the value made last.
  unsigned current = 0;
};

} // namespace

ModelWriter::ModelWriter(const Chain &chain, ScheduleAttr schedule)
    : chain(chain), schedule(schedule), tiles(schedule.getTiles()),
      rows(countRows(chain, schedule.getRowBand())) {
  RankedTensorType last = getLastType(chain);
  int64_t height = last.getDimSize(1);
  band = schedule.getRowBand() ? schedule.getRowBand() : height;
  result.images = last.getDimSize(0);
  result.bands = llvm::divideCeil(height, band);
  result.structure = schedule.getStructure();
  int64_t block = schedule.getChannelBlock();
  if (result.structure != LoopStructure::ChannelBlocked && block == 0)
    return;
  FailureOr<BlockedChannels> found = getBlockedChannels(chain.layers);
  if (failed(found))
    return;
  channels = *found;
  result.blocks = block ? double(channels->count) / block : 1.0;
}

bool ModelWriter::isBlockedBefore(size_t index) const {
  return channels && (!channels->producer || index > *channels->producer) &&
         (!channels->consumer || index <= *channels->consumer);
}

int64_t ModelWriter::getKeptRows(size_t reader) const {
  bool isWhole = result.structure == LoopStructure::WholeTile;
  bool isBlocked = result.structure == LoopStructure::ChannelBlocked;
  if (reader == chain.layers.size())
    return isWhole || (isBlocked && channels && channels->consumer) ? band : 1;
  Window window = getLayer(reader).getWindow();
  // Each block of channels reads the copied input from its first row on.
  bool isReadAgain = channels && channels->producer == reader;
  if (!isWhole && !isBlocked && !isReadAgain)
    return window.getExtent(Axis::Height);
  int64_t results = isWhole || isBlocked ? band : 1;
  return window.getInputSpan(Axis::Height,
                             getRowsOfBand(chain, results, reader + 1));
}

int64_t ModelWriter::getRowsPerResult(size_t index) const {
  int64_t count = 1;
  for (; index < chain.layers.size(); ++index) {
    Window window = getLayer(index).getWindow();
    count *= std::min(window.getStride(Axis::Height),
                      window.getExtent(Axis::Height));
  }
  return count;
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

unsigned ModelWriter::addBuffer(const BufferModel &buffer) {
  result.buffers.push_back(buffer);
  return result.buffers.size() - 1;
}

/// A whole tensor.
unsigned ModelWriter::addActivation(RankedTensorType type, bool blocked) {
  double rowBytes =
      getElementBytes(type) * type.getDimSize(2) * type.getDimSize(3);
  return addBuffer(
      {BufferKind::Activation, double(type.getDimSize(1)), rowBytes, blocked});
}

/// Rows of `type` for the layer `reader`, with place for its padding; there may
/// be none, but poolings.
unsigned ModelWriter::addScratch(RankedTensorType type, size_t reader) {
  Window window;
  if (reader < chain.layers.size())
    window = getLayer(reader).getWindow();
  int64_t columns = type.getDimSize(2) + window.getPadBefore(Axis::Width) +
                    window.getPadAfter(Axis::Width);
  BufferModel scratch;
  scratch.kind = BufferKind::Scratch;
  scratch.rows = getKeptRows(reader);
  scratch.rowBytes = getElementBytes(type) * columns * type.getDimSize(3);
  // One block's place is for all of them, unless some rows of each are kept.
  if (result.structure == LoopStructure::ChannelBlocked &&
      isBlockedBefore(reader))
    scratch.rowBytes /= *result.blocks;
  else
    scratch.blocked = isBlockedBefore(reader);
  return addBuffer(scratch);
}

/// Where a stage writes of which `last` is the last layer.
unsigned ModelWriter::addOutput(size_t last) {
  RankedTensorType type = getLayer(last).getResultType();
  bool isEnd = last + 1 == chain.layers.size();
  bool isPadded = !isEnd && getLayer(last + 1).getWindow().hasPadding();
  if (isYielded(getLayer(last)->getResult(0)) && !isPadded)
    return addActivation(type, isBlockedBefore(last + 1));
  return addScratch(type, last + 1);
}

std::optional<unsigned> ModelWriter::addWeights(size_t index) {
  BufferModel weights;
  weights.kind = BufferKind::Weights;
  weights.blocked = isBlockedBefore(index) || isBlockedBefore(index + 1);
  for (Value operand : getLayer(index)->getOperands().drop_front())
    weights.rowBytes += getBytes(operand);
  weights.rowBytes +=
      getFilterGrowth(getLayer(index), schedule.getAlgorithm(index));
  if (weights.rowBytes == 0)
    return std::nullopt;
  // Packed filters have panel after panel of the result's channels, of each the
  // channels that are summed over: blocks of the first are in one piece. Those
  // on single channels are not packed.
  LayerOpInterface layer = getLayer(index);
  int64_t element = getElementBytes(layer.getResultType());
  if (layer.isChannelwise())
    weights.stride = element * layer.getResultType().getDimSize(3);
  else if (isBlockedBefore(index))
    weights.stride =
        element * tiles[index].getPanel() * layer.getInputType().getDimSize(3);
  return addBuffer(weights);
}

/// The memory that layer `index` takes for a band by Winograd's algorithm.
WinogradBuffers ModelWriter::addWinograd(size_t index) {
  LayerOpInterface layer = getLayer(index);
  RankedTensorType type = layer.getResultType();
  AlgorithmAttr algorithm = schedule.getAlgorithm(index);
  WinogradTiles grid(algorithm, getRowsAtOnce(chain, schedule, index),
                     type.getDimSize(2));
  WinogradBuffers winograd;
  winograd.tileRows = algorithm.getTile();
  winograd.points = grid.getPoints() * grid.getPoints();
  winograd.parts = llvm::divideCeil(grid.getCount(), tiles[index].getPixels());
  auto addPlanes = [&](int64_t channels) {
    BufferModel planes;
    planes.kind = BufferKind::Scratch;
    planes.rowBytes =
        getElementBytes(type) * winograd.points * grid.getCount() * channels;
    return addBuffer(planes);
  };
  winograd.inputs = addPlanes(layer.getInputType().getDimSize(3));
  winograd.products = addPlanes(tiles[index].getPanel());
  return winograd;
}

/// What the elementwise layers from `begin` to `end` read besides.
SmallVector<SideInput, 2> ModelWriter::addSides(size_t begin, size_t end) {
  SmallVector<SideInput, 2> sides;
  for (unsigned index = begin; index < end; ++index) {
    LayerOpInterface layer = getLayer(index);
    if (auto add = dyn_cast<AddOp>(layer.getOperation()))
      sides.push_back({index, addActivation(layer.getResultType(),
                                            isBlockedBefore(index))});
    else if (std::optional<unsigned> weights = addWeights(index))
      sides.push_back({index, *weights});
  }
  return sides;
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

/// Says of `stage` in what pieces layer `index` is computed.
void ModelWriter::setTile(StageModel &stage, size_t index) const {
  LayerOpInterface layer = getLayer(index);
  int64_t channels = layer.getResultType().getDimSize(3);
  stage.channelwise = layer.isChannelwise();
  stage.tilePixels = tiles[index].getPixels();
  stage.panels = double(llvm::divideCeil(channels, tiles[index].getPanel()));
}

void ModelWriter::addStage(const StageModel &stage) {
  result.stages.push_back(stage);
  current = stage.output;
}

/// A layer that sums over the blocks of channels: its rows start before the
/// first block and are finished after the last.
void ModelWriter::addSumOverBlocks(StageModel stage) {
  StageModel start = stage, finish = stage;
  start.sums = start.finishes = false;
  finish.starts = finish.sums = false;
  stage.starts = stage.finishes = false;
  stage.blocked = true;
  finish.input = finish.output;
  for (StageModel *part : {&start, &finish}) {
    part->window = Window();
    part->weights = std::nullopt;
  }
  start.input = start.output;
  start.sides.clear();
  stage.sides.clear();
  // Before the stages of the blocks.
  auto *firstBlocked = llvm::find_if(
      result.stages, [](const StageModel &other) { return other.blocked; });
  result.stages.insert(firstBlocked, start);
  addStage(stage);
  if (finish.finishes)
    addStage(finish);
}

/// Copies rows of `stage` that go out while the block goes on with them.
void ModelWriter::copyYielded(const StageModel &stage, Value value,
                              bool blocked) {
  StageModel copy;
  copy.layer = stage.layer;
  copy.finishes = true;
  copy.pixels = stage.pixels;
  copy.rows = stage.rows;
  copy.rowsPerResult = stage.rowsPerResult;
  copy.blocked = stage.blocked;
  copy.input = current;
  copy.output = addActivation(cast<RankedTensorType>(value.getType()), blocked);
  result.stages.push_back(copy);
}

/// Copies the chain's input to where there is place for the padding of the
/// layer `reader`.
void ModelWriter::copyPadded(size_t reader) {
  RankedTensorType type = getLayer(reader).getInputType();
  StageModel copy;
  copy.layer = reader;
  copy.finishes = true;
  copy.pixels = type.getDimSize(2);
  copy.rows = rows[reader];
  copy.rowsPerResult = getRowsPerResult(reader);
  copy.blocked = isBlockedBefore(reader);
  copy.input = current;
  copy.output = addScratch(type, reader);
  addStage(copy);
}

/// Writes the stage that starts with layer `begin` and returns the layer after
/// it.
size_t ModelWriter::writeStage(size_t begin) {
  bool hasHead = !isElementwise(begin);
  bool isWinograd = schedule.getAlgorithm(begin).isWinograd();
  if (begin == 0 && getLayer(0).getWindow().hasPadding() &&
      !isCroppable(getLayer(0)) && !isWinograd)
    copyPadded(0);
  size_t end = begin + 1;
  while (end < chain.layers.size() && isElementwise(end))
    ++end;
  StageModel stage;
  stage.layer = begin;
  stage.window = getLayer(begin).getWindow();
  stage.input = current;
  stage.starts = stage.sums = hasHead;
  stage.finishes =
      !hasHead || !getLayer(begin).getActivation().isNone() || end > begin + 1;
  stage.pixels = getLayer(begin).getResultType().getDimSize(2);
  stage.rows = rows[begin + 1];
  stage.rowsPerResult = getRowsPerResult(begin + 1);
  stage.blocked = isBlockedBefore(begin) || isBlockedBefore(begin + 1);
  if (hasHead) {
    stage.weights = addWeights(begin);
    setTile(stage, begin);
  }
  if (isWinograd)
    stage.winograd = addWinograd(begin);
  stage.sides = addSides(hasHead ? begin + 1 : begin, end);
  stage.output = addOutput(end - 1);
  bool sumsOverBlocks = channels && channels->consumer == begin;
  stage.blocked &= !sumsOverBlocks;
  if (sumsOverBlocks && result.structure == LoopStructure::ChannelBlocked)
    addSumOverBlocks(stage);
  else
    addStage(stage);
  for (size_t index = begin; index < end; ++index) {
    Value value = getLayer(index)->getResult(0);
    bool isThere = index + 1 == end &&
                   result.buffers[current].kind == BufferKind::Activation;
    if (isYielded(value) && !isThere)
      copyYielded(stage, value, isBlockedBefore(index + 1));
  }
  return end;
}

void ModelWriter::writePools() {
  RankedTensorType type = getLastType(chain);
  for (auto [index, pool] : llvm::enumerate(chain.pools)) {
    StageModel stage;
    stage.layer = chain.layers.size() + index;
    stage.finishes = true;
    stage.pixels = type.getDimSize(2);
    stage.rows = type.getDimSize(1);
    stage.input = current;
    stage.output = addBuffer({BufferKind::Activation, 1,
                              getElementBytes(type) * type.getDimSize(3)});
    result.stages.push_back(stage);
  }
}

BlockModel ModelWriter::write() {
  RankedTensorType type = getLastType(chain);
  if (!chain.layers.empty())
    type = getLayer(0).getInputType();
  current = addActivation(type, isBlockedBefore(0));
  for (size_t index = 0; index < chain.layers.size();)
    index = writeStage(index);
  writePools();
  return std::move(result);
}

BlockModel lf::getBlockModel(const Chain &chain, ScheduleAttr schedule) {
  return ModelWriter(chain, schedule).write();
}
