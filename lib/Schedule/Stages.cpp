//===- Stages.cpp - a block as the tile ops it becomes ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows lf-tile-blocks: a layer writes into the ring of the next layer with a
// window, or into the result; elementwise layers work in place; an input that
// has to be padded is copied into a ring; a result that goes out from the
// middle is copied.
//
//===----------------------------------------------------------------------===//

#include "Stages.h"

using namespace mlir;
using namespace mlir::lf;

static double getElementBytes(RankedTensorType type) {
  return type.getElementTypeBitWidth() / 8.0;
}

static double getBytes(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return type.getNumElements() * getElementBytes(type);
}

double Stages::getScratchBytes() const {
  double bytes = 0;
  for (const Buffer &buffer : buffers)
    if (buffer.kind == BufferKind::Scratch)
      bytes += buffer.getBytes();
  return bytes;
}

/// The result that the last layer, or the input that the poolings, stand on.
static RankedTensorType getLastType(const Chain &chain) {
  if (chain.layers.empty())
    return cast<RankedTensorType>(chain.pools.front()->getOperand(0).getType());
  LayerOpInterface last = chain.layers.back();
  return last.getResultType();
}

SmallVector<int64_t> lf::countRows(const Chain &chain, int64_t band) {
  int64_t height = getLastType(chain).getDimSize(1);
  if (band == 0)
    band = height;
  SmallVector<int64_t> rows(chain.layers.size() + 1);
  for (int64_t start = 0; start < height; start += band) {
    int64_t first = start, end = std::min(start + band, height);
    for (size_t i = chain.layers.size(); i > 0; --i) {
      LayerOpInterface layer = chain.layers[i - 1];
      rows[i] += end - first;
      Window window = layer.getWindow();
      int64_t inputs = layer.getInputType().getDimSize(1);
      int64_t span = window.getInputSpan(Axis::Height, end - first);
      first = window.getFirstInput(Axis::Height, first);
      end = std::clamp<int64_t>(first + span, 0, inputs);
      first = std::clamp<int64_t>(first, 0, end);
    }
    rows[0] += end - first;
  }
  return rows;
}

//===----------------------------------------------------------------------===//
// From layers to stages
//===----------------------------------------------------------------------===//

namespace {

/// Writes the stages of one chain.
class StageWriter {
public:
  StageWriter(const Chain &chain, ScheduleAttr schedule);

  Stages write();

private:
  unsigned addBuffer(Buffer buffer);
  unsigned addActivation(RankedTensorType type, bool blocked);
  unsigned addOutputOf(size_t index);
  void addWeights(Stage &stage, LayerOpInterface layer);
  void addStage(Stage stage);
  void copyPadded(size_t index);
  void writeLayer(size_t index);
  void writePools();

  /// The next layer after `index` that is not elementwise.
  std::optional<size_t> findNextWindow(size_t index) const;
  bool isYielded(Value value) const {
    return llvm::is_contained(chain.yielded, value);
  }
  /// Whether the values between layers `index - 1` and `index` are made a block
  /// of channels at a time.
  bool isBlockedBefore(size_t index) const;
  /// Whether layer `index` runs for each block of channels.
  bool runsInBlocks(size_t index) const;

  const Chain &chain;
  SmallVector<int64_t> rows;
  std::optional<BlockedChannels> channels;
  Stages result;
  /// What holds the value made last, and whether that is the chain's input.
  unsigned current = 0;
  bool isInput = true;
};

} // namespace

StageWriter::StageWriter(const Chain &chain, ScheduleAttr schedule)
    : chain(chain), rows(countRows(chain, schedule.getRowBand())) {
  RankedTensorType last = getLastType(chain);
  result.images = last.getDimSize(0);
  int64_t height = last.getDimSize(1);
  int64_t band = schedule.getRowBand() ? schedule.getRowBand() : height;
  result.bands = (height + band - 1) / band;
  if (schedule.getStructure() != LoopStructure::ChannelBlocked)
    return;
  FailureOr<BlockedChannels> found = getBlockedChannels(chain.layers);
  if (failed(found))
    return;
  channels = *found;
  int64_t block = schedule.getChannelBlock();
  result.blocks = block ? double(channels->count) / block : 1.0;
}

bool StageWriter::isBlockedBefore(size_t index) const {
  if (!channels)
    return false;
  return (!channels->producer || index > *channels->producer) &&
         (!channels->consumer || index <= *channels->consumer);
}

bool StageWriter::runsInBlocks(size_t index) const {
  return isBlockedBefore(index) || isBlockedBefore(index + 1);
}

std::optional<size_t> StageWriter::findNextWindow(size_t index) const {
  for (size_t i = index + 1; i < chain.layers.size(); ++i) {
    LayerOpInterface layer = chain.layers[i];
    if (!layer.isElementwise())
      return i;
  }
  return std::nullopt;
}

unsigned StageWriter::addBuffer(Buffer buffer) {
  result.buffers.push_back(buffer);
  return result.buffers.size() - 1;
}

unsigned StageWriter::addActivation(RankedTensorType type, bool blocked) {
  double rowBytes =
      getElementBytes(type) * type.getDimSize(2) * type.getDimSize(3);
  return addBuffer(
      {BufferKind::Activation, double(type.getDimSize(1)), rowBytes, blocked});
}

/// The buffer that layer `index` writes its rows to.
unsigned StageWriter::addOutputOf(size_t index) {
  LayerOpInterface layer = chain.layers[index];
  RankedTensorType type = layer.getResultType();
  bool blocked = isBlockedBefore(index + 1);
  std::optional<size_t> next = findNextWindow(index);
  Value last = chain.layers.back()->getResult(0);
  if (!next && isYielded(last))
    return addActivation(type, blocked);
  Buffer scratch;
  scratch.kind = BufferKind::Scratch;
  int64_t columns = type.getDimSize(2);
  if (next) {
    LayerOpInterface consumer = chain.layers[*next];
    Window window = consumer.getWindow();
    scratch.rows = window.getExtent(Axis::Height);
    columns +=
        window.getPadBefore(Axis::Width) + window.getPadAfter(Axis::Width);
  }
  if (channels)
    scratch.rows = double(rows[index + 1]) / result.bands;
  scratch.rowBytes = getElementBytes(type) * columns * type.getDimSize(3);
  if (blocked)
    scratch.rowBytes /= *result.blocks;
  return addBuffer(scratch);
}

/// Filter and bias or gate of `layer`, and the other side of an addition.
void StageWriter::addWeights(Stage &stage, LayerOpInterface layer) {
  Buffer weights;
  weights.kind = BufferKind::Weights;
  weights.blocked = stage.blocked;
  for (Value operand : layer->getOperands().drop_front())
    if (isa<AddOp>(layer.getOperation()))
      stage.side = addActivation(cast<RankedTensorType>(operand.getType()),
                                 stage.blocked);
    else
      weights.rowBytes += getBytes(operand);
  if (weights.rowBytes > 0)
    stage.weights = addBuffer(weights);
}

void StageWriter::addStage(Stage stage) {
  result.stages.push_back(stage);
  current = stage.output;
  isInput = false;
}

/// Copies the chain's input into a ring that has place for the padding of layer
/// `index`.
void StageWriter::copyPadded(size_t index) {
  LayerOpInterface layer = chain.layers[index];
  Window window = layer.getWindow();
  RankedTensorType type = layer.getInputType();
  Buffer ring = result.buffers[current];
  ring.kind = BufferKind::Scratch;
  ring.rowBytes *=
      double(type.getDimSize(2) + window.getPadBefore(Axis::Width) +
             window.getPadAfter(Axis::Width)) /
      type.getDimSize(2);
  ring.rows = channels ? double(rows[index]) / result.bands
                       : double(window.getExtent(Axis::Height));
  if (ring.blocked)
    ring.rowBytes /= *result.blocks;
  ring.blocked = false;
  Stage copy;
  copy.layer = index;
  copy.input = current;
  copy.output = addBuffer(ring);
  copy.pixels = type.getDimSize(2);
  copy.rows = rows[index];
  copy.blocked = isBlockedBefore(index);
  addStage(copy);
}

void StageWriter::writeLayer(size_t index) {
  LayerOpInterface layer = chain.layers[index];
  Window window = layer.getWindow();
  if (isInput && window.hasPadding())
    copyPadded(index);
  Stage stage;
  stage.layer = index;
  stage.window = window;
  stage.input = current;
  stage.pixels = layer.getResultType().getDimSize(2);
  stage.rows = rows[index + 1];
  stage.blocked = runsInBlocks(index);
  addWeights(stage, layer);
  bool inPlace = layer.isElementwise() && !isInput;
  stage.output = inPlace ? current : addOutputOf(index);
  addStage(stage);
  bool isLast = index + 1 == chain.layers.size();
  if (isLast || !isYielded(layer->getResult(0)))
    return;
  // Goes on in the ring, and out.
  Stage copy = stage;
  copy.window = Window();
  copy.weights = copy.side = std::nullopt;
  copy.input = current;
  copy.output =
      addActivation(layer.getResultType(), isBlockedBefore(index + 1));
  result.stages.push_back(copy);
}

void StageWriter::writePools() {
  RankedTensorType type = getLastType(chain);
  for (auto [index, pool] : llvm::enumerate(chain.pools)) {
    Stage stage;
    stage.layer = chain.layers.size() + index;
    stage.input = current;
    stage.output = addBuffer({BufferKind::Activation, 1,
                              getElementBytes(type) * type.getDimSize(3)});
    stage.pixels = type.getDimSize(2);
    stage.rows = type.getDimSize(1);
    result.stages.push_back(stage);
  }
}

Stages StageWriter::write() {
  RankedTensorType type = getLastType(chain);
  if (!chain.layers.empty()) {
    LayerOpInterface first = chain.layers.front();
    type = first.getInputType();
  }
  current = addActivation(type, isBlockedBefore(0));
  for (size_t index = 0; index < chain.layers.size(); ++index)
    writeLayer(index);
  writePools();
  return std::move(result);
}

Stages lf::getStages(const Chain &chain, ScheduleAttr schedule) {
  return StageWriter(chain, schedule).write();
}
