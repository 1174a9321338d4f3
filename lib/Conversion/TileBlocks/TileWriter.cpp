//===- TileWriter.cpp - the tile ops of a block -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A row of a 3x3 convolution with a residual, from a ring of three rows:
//
//   %r0 = memref.subview %ring[%first mod 3, 0, 0] …
//   …
//   lf.tile conv ins(%r0, %r1, %r2) filter(%filter) bias(%bias)
//       sides(%other) outs(%row) kernel [3, 3] epilogue {
//   ^bb0(%s, %x):
//     %0 = arith.addf %s, %x
//     lf.yield %0
//   }
//
// The terms of each sum come in the order of the reference: ky, kx, channel.
//
//===----------------------------------------------------------------------===//

#include "TileWriter.h"

#include "LayerFusion/Conversion/Conversion.h"
#include "LayerFusion/Schedule/Threads.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

TileWriter::TileWriter(ImplicitLocOpBuilder &b, FusedBlockOp block)
    : b(b), block(block) {
  inputs.map(block.getBody().getArguments(), block.getInputs());
  for (auto [result, buffer] :
       llvm::zip_equal(block.getYield().getValues(), block.getOutputs()))
    outputs[result] = buffer;
  ArrayRef<RegisterTileAttr> tiles = block.getScheduleOrDefault().getTiles();
  for (auto [layer, tile] : llvm::zip(block.getLayers(), tiles))
    registerTiles[layer] = tile;
}

static ArrayRef<int64_t> getShape(Value buffer) {
  return cast<MemRefType>(buffer.getType()).getShape();
}

int64_t TileWriter::getPanel(const Stage &stage) const {
  LayerOpInterface first = stage.head;
  if (!first && !stage.tail.empty())
    first = stage.tail.front();
  return getChannelsAtOnce(first ? registerTiles.lookup(first)
                                 : RegisterTileAttr(),
                           stage.getType().getElementType());
}

void TileWriter::fill(Value rows, TypedAttr value) {
  linalg::FillOp::create(b, Value(arith::ConstantOp::create(b, value)), rows);
}

/// Whether it is known that there are none.
static bool isEmpty(const Rows &rows) {
  std::optional<int64_t> count = getConstantIntValue(rows.count);
  return count && *count <= 0;
}

/// Calls `write` for those of `rows` that are positions of `crop`, if there are
/// any.
static void forRowsOf(ImplicitLocOpBuilder &b, const Rows &rows,
                      const Crop &crop,
                      function_ref<void(const Rows &)> write) {
  // One row of a ring must be known to be one.
  if (getConstantIntValue(rows.count) == 1)
    return ifLess(b, getIndex(b, crop.first - 1), rows.first, [&]() {
      ifLess(b, rows.first, getIndex(b, crop.end), [&]() { write(rows); });
    });
  Index first = linearAtLeast(b, rows.first, 1, 0, crop.first);
  Index end =
      linearAtMost(b, addScaled(b, rows.first, rows.count, 1), 1, 0, crop.end);
  Rows part = {first, subtract(b, end, first)};
  ifLess(b, first, end, [&]() { write(part); });
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

static Slice getSlice(const Channels &channels, ImplicitLocOpBuilder &b) {
  return {channels.offset, getIndex(b, channels.size)};
}

/// `channels` of `buffer`, a number a channel behind dimensions of which one
/// place each, `outer`, is taken.
Value TileWriter::getChannelVector(Value buffer, ArrayRef<Index> outer,
                                   const Channels &channels) {
  SmallVector<Slice> slices;
  for (Index place : outer)
    slices.push_back({place, getIndex(b, 1)});
  slices.push_back(getSlice(channels, b));
  return getView(b, buffer, slices,
                 llvm::to_vector(llvm::seq<int64_t>(0, outer.size())));
}

/// Null if there is none.
Value TileWriter::getBias(LayerOpInterface layer, const Channels &channels) {
  Value bias = TypeSwitch<Operation *, Value>(layer)
                   .Case<Conv2DOp, DepthwiseConv2DOp>(
                       [](auto conv) -> Value { return conv.getBias(); })
                   .Default(Value());
  return bias ? getChannelVector(getInput(bias), {}, channels) : Value();
}

/// The taps between the channels `in` and `out`; null for a pooling.
Value TileWriter::getFilter(LayerOpInterface layer, const Channels &in,
                            const Channels &out) {
  auto getAll = [&](int64_t size) -> Slice {
    return {getIndex(b, 0), getIndex(b, size)};
  };
  return TypeSwitch<Operation *, Value>(layer)
      .Case([&](DepthwiseConv2DOp conv) {
        Value filter = getInput(conv.getFilter());
        ArrayRef<int64_t> shape = getShape(filter);
        return getView(b, filter,
                       {getAll(shape[0]), getAll(shape[1]), getSlice(out, b)});
      })
      .Case([&](Conv2DOp conv) {
        Value filter = getInput(conv.getFilter());
        ArrayRef<int64_t> shape = getShape(filter);
        // Packed in panels, of which a block of channels has whole ones.
        if (shape.size() == 5) {
          int64_t panel = shape.back();
          int64_t count = llvm::divideCeil(out.size, panel);
          return getView(b, filter,
                         {{divide(b, out.offset, panel), getIndex(b, count)},
                          getAll(shape[1]),
                          getAll(shape[2]),
                          getSlice(in, b),
                          getAll(panel)});
        }
        // A group has its own input channels; blocks of them are for one group
        // only.
        if (conv.getGroups() != 1)
          return filter;
        return getView(b, filter,
                       {getAll(shape[0]), getAll(shape[1]), getSlice(in, b),
                        getSlice(out, b)});
      })
      .Default(Value());
}

/// What the window of `stage` reads for `rows` of it: one source of all rows,
/// or, from a ring, one for each row of the window.
SmallVector<Value> TileWriter::getSources(const Stage &stage,
                                          const RowBuffer &source,
                                          const Rows &rows,
                                          const Channels &in) {
  Window window = stage.getWindow();
  int64_t stride = window.getStride(Axis::Height);
  int64_t extent = window.getExtent(Axis::Height);
  int64_t width = window.getInputSpan(Axis::Width, stage.getWidth());
  Index first = linear(b, rows.first, stride, 0);
  if (source.isStraight() || extent == 1)
    return {source.getPaddedRows(
        b, {first, linear(b, rows.count, stride, extent - stride)}, width, in)};
  SmallVector<Value> sources;
  for (int64_t ky = 0; ky < window.getKernel(Axis::Height); ++ky) {
    Index row = linear(b, first, 1, ky * window.getDilation(Axis::Height));
    sources.push_back(
        source.getPaddedRows(b, {row, getIndex(b, 1)}, width, in));
  }
  return sources;
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

SmallVector<TileWriter::Part> TileWriter::getParts(const Stage &stage,
                                                   const RowBuffer &buffer) {
  SmallVector<Part> parts = {{{}, buffer}};
  auto add = [&](LayerOpInterface layer) {
    parts.back().layers.push_back(layer);
    Value result = layer->getResult(0);
    Value output = getOutput(result);
    if (!output || (result == stage.result && buffer.isIn(output)))
      return;
    parts.back().place = RowBuffer::getWhole(output);
    parts.back().place.setImage(image);
    parts.push_back({{}, buffer});
  };
  if (stage.head)
    add(stage.head);
  llvm::for_each(stage.tail, add);
  return parts;
}

/// What is done with the sums, or with what a part without sums starts from.
Epilogue TileWriter::getEpilogue(const Part &part, const Rows &rows,
                                 const Channels &channels) {
  Epilogue epilogue;
  for (LayerOpInterface layer : part.layers) {
    if (layer.isElementwise())
      epilogue.addLayer(layer, getSides(layer, rows, channels));
    else
      epilogue.addActivation(layer.getActivation());
  }
  return epilogue;
}

/// The operands of an elementwise layer besides its input, as rows or as
/// vectors of a number a channel.
SmallVector<Value> TileWriter::getSides(LayerOpInterface layer,
                                        const Rows &rows,
                                        const Channels &channels) {
  Index zero = getIndex(b, 0);
  return TypeSwitch<Operation *, SmallVector<Value>>(layer)
      .Case([&](AddOp add) -> SmallVector<Value> {
        RowBuffer other = RowBuffer::getWhole(getInput(add.getOther()));
        other.setImage(image);
        return {other.getRows(b, rows, channels)};
      })
      .Case([&](ScaleOp scale) -> SmallVector<Value> {
        return {getChannelVector(getInput(scale.getGate()), image, channels)};
      })
      .Case([&](DepthwiseConv2DOp conv) {
        SmallVector<Value> sides = {getChannelVector(getInput(conv.getFilter()),
                                                     {zero, zero}, channels)};
        if (Value bias = getBias(layer, channels))
          sides.push_back(bias);
        return sides;
      })
      .Default(SmallVector<Value>());
}

static TileKind getTileKind(LayerOpInterface layer) {
  return TypeSwitch<Operation *, TileKind>(layer)
      .Case([](DepthwiseConv2DOp) { return TileKind::Depthwise; })
      .Case([](Pool2DOp pool) {
        return pool.getKind() == PoolKind::Max ? TileKind::Max : TileKind::Sum;
      })
      .Default(TileKind::Conv);
}

/// A tile of the sums of `head`, which start from `bias`, from what is there
/// with `accumulates`, or from the neutral value.
void TileWriter::writeSums(const Stage &stage, const RowBuffer &source,
                           const Rows &rows, Value output, const Channels &in,
                           const Channels &out, bool accumulates,
                           const Epilogue &epilogue) {
  LayerOpInterface head = stage.head;
  Window window = head.getWindow();
  auto conv = dyn_cast<Conv2DOp>(head.getOperation());
  Value bias = accumulates ? Value() : getBias(head, out);
  SmallVector<Value> sources = getSources(stage, source, rows, in);
  Value filter = getFilter(head, in, out);
  auto tile =
      TileOp::create(b, getTileKind(head), sources, filter, /*next=*/Value(),
                     bias, epilogue.getSides(), output, accumulates,
                     window.kernel, window.strides, window.dilations,
                     conv ? conv.getGroups() : 1, registerTiles.lookup(head));
  epilogue.write(tile.getEpilogue(), tile.getOutputType().getElementType());
}

/// Some columns of rows of activations; a vector of channels has none.
static Value takeColumns(ImplicitLocOpBuilder &b, Value rows, int64_t first,
                         int64_t count) {
  ArrayRef<int64_t> shape = getShape(rows);
  if (shape.size() == 1)
    return rows;
  return getView(
      b, rows,
      {{getIndex(b, 0), memref::getMixedSize(b, b.getLoc(), rows, 0)},
       {getIndex(b, first), getIndex(b, count)},
       {getIndex(b, 0), getIndex(b, shape[2])}});
}

/// A tile for each way in which the edges crop the columns of the window, of
/// whose rows there are `taps`.
void TileWriter::writeCroppedSums(const Stage &stage, const RowBuffer &source,
                                  const Rows &rows, const Crop &taps,
                                  Value output, const Channels &channels,
                                  const Epilogue &epilogue) {
  LayerOpInterface head = stage.head;
  Window window = head.getWindow();
  int64_t stride = window.getStride(Axis::Height);
  Rows read = {linear(b, rows.first, stride,
                      taps.firstTap - window.getPadBefore(Axis::Height)),
               linear(b, rows.count, stride, taps.numTaps - stride)};
  Value input = source.getPaddedRows(b, read, head.getInputType().getDimSize(2),
                                     channels);
  Value filter = getFilter(head, channels, channels);
  Value bias = getBias(head, channels);
  for (const Crop &columns : getCrops(head, Axis::Width)) {
    window.kernel = {taps.numTaps, columns.numTaps};
    Value part = takeColumns(
        b, input,
        window.getFirstInput(Axis::Width, columns.first) + columns.firstTap,
        window.getInputSpan(Axis::Width, columns.getSize()));
    auto take = [&](Value rows) {
      return takeColumns(b, rows, columns.first, columns.getSize());
    };
    Value weights;
    if (filter)
      weights = getView(
          b, filter,
          {{getIndex(b, taps.firstTap), getIndex(b, taps.numTaps)},
           {getIndex(b, columns.firstTap), getIndex(b, columns.numTaps)},
           {getIndex(b, 0), getIndex(b, channels.size)}});
    auto tile = TileOp::create(
        b, getTileKind(head), part, weights, /*next=*/Value(), bias,
        llvm::map_to_vector(epilogue.getSides(), take), take(output),
        /*accumulate=*/false, window.kernel, window.strides, window.dilations,
        /*groups=*/1, registerTiles.lookup(head));
    epilogue.write(tile.getEpilogue(), tile.getOutputType().getElementType());
  }
}

static bool isContiguousAlongChannels(Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  return type.getStridesAndOffset().first.back() == 1 ||
         type.getShape().back() == 1;
}

static void writeElementwise(ImplicitLocOpBuilder &b, Value source,
                             Value output, const Epilogue &epilogue,
                             RegisterTileAttr registerTile = {}) {
  // An input in another layout, which lf-fold-transposes has made of the
  // network's, is copied only.
  if (!isContiguousAlongChannels(source)) {
    assert(epilogue.isEmpty() && "computes with an input in another layout");
    linalg::CopyOp::create(b, source, output);
    return;
  }
  int64_t ones[] = {1, 1};
  auto tile =
      TileOp::create(b, TileKind::Elementwise, source, /*filter=*/Value(),
                     /*next=*/Value(), /*bias=*/Value(), epilogue.getSides(),
                     output, /*accumulate=*/false, ones, ones, ones,
                     /*groups=*/1, registerTile);
  epilogue.write(tile.getEpilogue(), tile.getOutputType().getElementType());
}

/// The parts of a stage without sums, of which the first starts from `source`
/// and each other from the one before.
void TileWriter::writeParts(ArrayRef<Part> parts, Value source,
                            const Rows &rows, const Channels &channels) {
  for (const Part &part : parts) {
    Value output = part.place.getRows(b, rows, channels);
    RegisterTileAttr tile;
    if (!part.layers.empty())
      tile = registerTiles.lookup(part.layers.front());
    writeElementwise(b, source, output, getEpilogue(part, rows, channels),
                     tile);
    source = output;
  }
}

//===----------------------------------------------------------------------===//
// Rows of a stage
//===----------------------------------------------------------------------===//

void TileWriter::write(const Stage &stage, const RowBuffer &source,
                       const RowBuffer &buffer, const Rows &rows,
                       const Channels &in, const Channels &out) {
  if (isEmpty(rows))
    return;
  if (!stage.readsInPlace || stage.isWinograd())
    return writeRows(stage, source, buffer, rows, in, out);
  for (const Crop &taps : getCrops(stage.head, Axis::Height))
    forRowsOf(b, rows, taps, [&](const Rows &part) {
      writeRows(stage, source, buffer, part, in, out, &taps);
    });
}

/// The same for rows whose windows all have the same `taps`, if it is cropped.
void TileWriter::writeRows(const Stage &stage, const RowBuffer &source,
                           const RowBuffer &buffer, const Rows &rows,
                           const Channels &in, const Channels &out,
                           const Crop *taps) {
  if (stage.isWinograd())
    return writeWinograd(stage, buffer, rows, out);
  SmallVector<Part> parts = getParts(stage, buffer);
  if (!stage.head)
    return writeParts(parts, source.getRows(b, rows, out), rows, out);
  Value sums = parts.front().place.getRows(b, rows, out);
  Epilogue epilogue = getEpilogue(parts.front(), rows, out);
  if (taps)
    writeCroppedSums(stage, source, rows, *taps, sums, out, epilogue);
  else
    writeSums(stage, source, rows, sums, in, out, /*accumulates=*/false,
              epilogue);
  writeParts(ArrayRef(parts).drop_front(), sums, rows, out);
}

void TileWriter::start(const Stage &stage, const RowBuffer &buffer,
                       const Rows &rows, const Channels &out) {
  Value sums = getParts(stage, buffer).front().place.getRows(b, rows, out);
  Epilogue epilogue;
  epilogue.addStart(stage.head, getBias(stage.head, out));
  writeElementwise(b, sums, sums, epilogue);
}

void TileWriter::accumulate(const Stage &stage, const RowBuffer &source,
                            const RowBuffer &buffer, const Rows &rows,
                            const Channels &in, const Channels &out) {
  Value sums = getParts(stage, buffer).front().place.getRows(b, rows, out);
  writeSums(stage, source, rows, sums, in, out, /*accumulates=*/true,
            Epilogue());
}

void TileWriter::finish(const Stage &stage, const RowBuffer &buffer,
                        const Rows &rows, const Channels &out) {
  SmallVector<Part> parts = getParts(stage, buffer);
  Value sums = parts.front().place.getRows(b, rows, out);
  Epilogue epilogue = getEpilogue(parts.front(), rows, out);
  if (!epilogue.isEmpty())
    writeElementwise(b, sums, sums, epilogue);
  writeParts(ArrayRef(parts).drop_front(), sums, rows, out);
}

//===----------------------------------------------------------------------===//
// Global poolings
//===----------------------------------------------------------------------===//

/// Where the sums or maxima of `channels` are now.
Value TileWriter::getPool(GlobalPoolOp pool, const Channels &channels) {
  if (poolShare)
    return getChannelVector(poolShares.lookup(pool), poolShare, channels);
  return getChannelVector(getOutput(pool.getResult()), image, channels);
}

void TileWriter::startPools() {
  for (Operation *op : block.getPools()) {
    auto pool = cast<GlobalPoolOp>(op);
    RankedTensorType type = pool.getType();
    Channels all = {getIndex(b, 0), type.getDimSize(1)};
    fill(getPool(pool, all),
         getPoolIdentity(pool.getKind(),
                         cast<FloatType>(type.getElementType())));
  }
}

/// sum = sum and all of `values` along the dimensions but the last.
static void addToPool(ImplicitLocOpBuilder &b, PoolKind kind, Value values,
                      Value sum) {
  unsigned rank = getShape(values).size();
  AffineMap maps[] = {
      b.getMultiDimIdentityMap(rank),
      AffineMap::get(rank, 0, b.getAffineDimExpr(rank - 1), b.getContext())};
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::reduction);
  iterators.back() = utils::IteratorType::parallel;
  linalg::GenericOp::create(b, values, sum, maps, iterators,
                            [&](OpBuilder &b, Location loc, ValueRange args) {
                              linalg::YieldOp::create(
                                  b, loc,
                                  emitPoolStep(b, loc, kind, args[1], args[0]));
                            });
}

void TileWriter::addToPools(const RowBuffer &buffer, Index row,
                            const Channels &channels) {
  if (block.getPools().empty())
    return;
  Value rows = buffer.getRows(b, {row, getIndex(b, 1)}, channels);
  for (Operation *op : block.getPools()) {
    auto pool = cast<GlobalPoolOp>(op);
    addToPool(b, pool.getKind(), rows, getPool(pool, channels));
  }
}

void TileWriter::allocatePoolShares(int64_t shares) {
  for (Operation *op : block.getPools()) {
    RankedTensorType type = cast<GlobalPoolOp>(op).getType();
    // No two threads write to one line, nor to a pair that is fetched together.
    constexpr int64_t pairBits = 2 * 64 * 8;
    int64_t channels = llvm::alignTo(
        type.getDimSize(1),
        std::max<int64_t>(1, pairBits / type.getElementTypeBitWidth()));
    poolShares[op] = memref::AllocOp::create(
        b, MemRefType::get({shares, channels}, type.getElementType()));
  }
}

void TileWriter::joinPools(int64_t shares) {
  poolShare = {};
  for (Operation *op : block.getPools()) {
    auto pool = cast<GlobalPoolOp>(op);
    int64_t channels = pool.getType().getDimSize(1);
    Value parts = getView(b, poolShares.lookup(pool),
                          {{getIndex(b, 0), getIndex(b, shares)},
                           {getIndex(b, 0), getIndex(b, channels)}});
    addToPool(b, pool.getKind(), parts,
              getPool(pool, {getIndex(b, 0), channels}));
  }
}
