//===- Winograd.cpp - a stage by Winograd's algorithm -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For all rows of a band, with tiles of 4x4 results:
//
//   lf.winograd_input ins(%source) outs(%inputs)
//   for each panel of channels of the result
//     for each point (i, j)
//       lf.tile conv ins(%inputs[i, j]) filter(%filter[panel, i, j])
//           outs(%products[i, j])
//     lf.winograd_output ins(%products) bias(…) outs(%rows) epilogue …
//
// so that the products of a panel alone are kept, and the filter is read as one
// stream.
//
//===----------------------------------------------------------------------===//

#include "Winograd.h"

#include "TileWriter.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

WinogradPlanes WinogradPlanes::allocate(ImplicitLocOpBuilder &b,
                                        FloatType element, int64_t points,
                                        int64_t tiles, int64_t channels,
                                        int64_t threads) {
  constexpr int64_t lineBits = 64 * 8, pageBits = 4096 * 8;
  int64_t perLine = lineBits / element.getWidth();
  auto makeOdd = [](int64_t lines) { return lines | 1; };
  WinogradPlanes planes;
  planes.points = points;
  planes.channels = channels;
  int64_t lines = llvm::divideCeil(channels, perLine);
  // Short rows follow one another in all sets anyway.
  if (lines >= 4)
    lines = makeOdd(lines);
  planes.tileStride = lines * perLine;
  planes.planeStride = makeOdd(tiles * lines) * perLine;
  int64_t elements = points * points * planes.planeStride;
  SmallVector<int64_t, 2> shape = {elements};
  // As in RowBuffer, threads are kept a page apart.
  if (threads > 1)
    shape = {threads, elements + pageBits / element.getWidth()};
  planes.buffer = memref::AllocOp::create(b, MemRefType::get(shape, element));
  return planes;
}

int64_t WinogradPlanes::getAllocatedBytes() const {
  auto type = cast<MemRefType>(buffer.getType());
  return type.getNumElements() * type.getElementTypeBitWidth() / 8;
}

Value WinogradPlanes::get(ImplicitLocOpBuilder &b, int64_t tiles) const {
  auto type = cast<MemRefType>(buffer.getType());
  Index offset = getIndex(b, 0);
  if (type.getRank() == 2)
    offset = linear(b, thread, type.getDimSize(1), 0);
  int64_t shape[] = {points, points, tiles, channels};
  int64_t strides[] = {points * planeStride, planeStride, tileStride, 1};
  auto layout = StridedLayoutAttr::get(
      b.getContext(),
      getConstantIntValue(offset).value_or(ShapedType::kDynamic), strides);
  auto viewType = MemRefType::get(shape, type.getElementType(), layout);
  return memref::ReinterpretCastOp::create(
      b, viewType, buffer, offset,
      getAsIndexOpFoldResult(b.getContext(), shape),
      getAsIndexOpFoldResult(b.getContext(), strides));
}

int64_t TileWriter::allocateScratch(const Stage &stage, int64_t rows,
                                    int64_t inputThreads,
                                    int64_t productThreads) {
  if (!stage.isWinograd())
    return 0;
  WinogradScratch &scratch = scratches[stage.head];
  scratch.algorithm = stage.algorithm;
  scratch.rows = rows;
  WinogradTiles tiles(stage.algorithm, rows, stage.getWidth());
  auto element = cast<FloatType>(stage.getType().getElementType());
  LayerOpInterface head = stage.head;
  scratch.inputs =
      WinogradPlanes::allocate(b, element, tiles.getPoints(), tiles.getCount(),
                               head.getInputType().getDimSize(3), inputThreads);
  scratch.products =
      WinogradPlanes::allocate(b, element, tiles.getPoints(), tiles.getCount(),
                               getPanel(stage), productThreads);
  return scratch.inputs.getAllocatedBytes() +
         scratch.products.getAllocatedBytes();
}

void TileWriter::setThread(Index thread) {
  for (auto &[head, scratch] : scratches) {
    scratch.inputs.setThread(thread);
    scratch.products.setThread(thread);
  }
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

/// The tiles of `rows`. Of a number that is not known there are the most: what
/// is beyond is computed and dropped.
static WinogradTiles getTiles(const WinogradScratch &scratch, const Rows &rows,
                              int64_t width) {
  return WinogradTiles(scratch.algorithm,
                       getConstantIntValue(rows.count).value_or(scratch.rows),
                       width);
}

void TileWriter::transform(const Stage &stage, const RowBuffer &source,
                           const Rows &rows, const Channels &in) {
  const WinogradScratch &scratch = scratches.find(stage.head)->second;
  WinogradTiles tiles = getTiles(scratch, rows, stage.getWidth());
  Window window = stage.getWindow();
  Value view;
  Index row = getIndex(b, 0);
  int64_t column = 0;
  if (stage.readsInPlace) {
    LayerOpInterface head = stage.head;
    int64_t height = head.getInputType().getDimSize(1);
    view = source.getRows(b, {getIndex(b, 0), getIndex(b, height)}, in);
    row = linear(b, rows.first, 1, -window.getPadBefore(Axis::Height));
    column = -window.getPadBefore(Axis::Width);
  } else {
    view = source.getPaddedRows(
        b,
        {rows.first,
         linear(b, rows.count, 1, window.getExtent(Axis::Height) - 1)},
        window.getInputSpan(Axis::Width, stage.getWidth()), in);
  }
  int64_t points = tiles.getPoints(), count = tiles.getCount();
  auto getAll = [&](int64_t size) -> Slice {
    return {getIndex(b, 0), getIndex(b, size)};
  };
  Value planes = getView(b, scratch.inputs.get(b, count),
                         {getAll(points),
                          getAll(points),
                          getAll(count),
                          {in.offset, getIndex(b, in.size)}});
  WinogradInputOp::create(b, view, asValue(b, row), column, planes,
                          stage.algorithm, tiles.getSize()[0],
                          tiles.getSize()[1]);
}

/// The layer's register tile for `count` tiles, in parts that are as equal as
/// can be.
static RegisterTileAttr getEvenTile(RegisterTileAttr tile, int64_t count) {
  int64_t parts = llvm::divideCeil(count, tile.getPixels());
  return RegisterTileAttr::get(tile.getContext(),
                               llvm::divideCeil(count, parts),
                               tile.getVectors(), tile.getUnroll());
}

/// The filter's panel and point number `number`, in the order in which they
/// lie, of `filter`: one after the other x channels x panel.
static Value getWeights(ImplicitLocOpBuilder &b, Value filter, Index number) {
  ArrayRef<int64_t> shape = cast<MemRefType>(filter.getType()).getShape();
  Value part = getView(b, filter,
                       {{number, getIndex(b, 1)},
                        {getIndex(b, 0), getIndex(b, shape[1])},
                        {getIndex(b, 0), getIndex(b, shape[2])}});
  int64_t expanded[] = {1, 1, 1, shape[1], shape[2]};
  const ReassociationIndices dims[] = {{0, 1, 2}, {3}, {4}};
  return memref::ExpandShapeOp::create(b, expanded, part, dims);
}

/// The products with panel `panel` of the filter, at all points in the order in
/// which that lies.
void TileWriter::writeProducts(const Stage &stage, const WinogradTiles &tiles,
                               Value inputs, Value products, Index panel) {
  LayerOpInterface head = stage.head;
  Value filter = getInput(head->getOperand(1));
  const ReassociationIndices merged[] = {{0, 1, 2}, {3}, {4}};
  filter = memref::CollapseShapeOp::create(b, filter, merged);
  int64_t last = cast<MemRefType>(filter.getType()).getDimSize(0) - 1;
  int64_t points = tiles.getPoints();
  auto writePoint = [&](Index i, Index j, const Slice &own) {
    auto getPlane = [&](Value planes) {
      Index one = getIndex(b, 1);
      int64_t channels = cast<MemRefType>(planes.getType()).getShape().back();
      Slice all = {getIndex(b, 0), getIndex(b, channels)};
      return getView(b, planes, {{i, one}, {j, one}, own, all}, /*dropped=*/0);
    };
    Index number = addScaled(
        b, addScaled(b, linear(b, panel, points * points, 0), i, points), j, 1);
    Value next = getWeights(b, filter, linearAtMost(b, number, 1, 1, last));
    int64_t ones[] = {1, 1};
    RegisterTileAttr tile = getEvenTile(registerTiles.lookup(stage.head),
                                        *getConstantIntValue(own.size));
    TileOp::create(b, TileKind::Conv, getPlane(inputs),
                   getWeights(b, filter, number), next, /*bias=*/Value(),
                   /*sides=*/ValueRange(), getPlane(products),
                   /*accumulate=*/false, ones, ones, ones, /*groups=*/1, tile);
  };
  // Points that the same tiles have.
  auto writeColumns = [&](Index i, int64_t firstRow) {
    for (std::pair<int64_t, int64_t> columns : tiles.getPointRanges(1)) {
      auto [first, end] = tiles.getTilesWith(firstRow, columns.first);
      Slice own = {getIndex(b, first), getIndex(b, end - first)};
      forEach(b, getIndex(b, columns.first), getIndex(b, columns.second), 1,
              [&](Index j) { writePoint(i, j, own); });
    }
  };
  for (std::pair<int64_t, int64_t> rows : tiles.getPointRanges(0))
    forEach(b, getIndex(b, rows.first), getIndex(b, rows.second), 1,
            [&](Index i) { writeColumns(i, rows.first); });
}

void TileWriter::writeWinograd(const Stage &stage, const RowBuffer &buffer,
                               const Rows &rows, const Channels &out) {
  const WinogradScratch &scratch = scratches.find(stage.head)->second;
  WinogradTiles tiles = getTiles(scratch, rows, stage.getWidth());
  int64_t points = tiles.getPoints(), count = tiles.getCount();
  auto getAll = [&](int64_t size) -> Slice {
    return {getIndex(b, 0), getIndex(b, size)};
  };
  Value inputs = scratch.inputs.get(b, count);
  Value panelProducts = scratch.products.get(b, count);
  SmallVector<Part> parts = getParts(stage, buffer);
  int64_t panel = getPanel(stage), rest = out.size % panel;
  Index firstPanel = divide(b, out.offset, panel);
  auto writePanel = [&](Index number, int64_t channels) {
    Channels own = {addScaled(b, out.offset, number, panel), channels};
    Value products = getView(
        b, panelProducts,
        {getAll(points), getAll(points), getAll(count), getAll(channels)});
    writeProducts(stage, tiles, inputs, products,
                  addScaled(b, firstPanel, number, 1));
    Value sums = parts.front().place.getRows(b, rows, own);
    Epilogue epilogue = getEpilogue(parts.front(), rows, own);
    auto output = WinogradOutputOp::create(
        b, products, getBias(stage.head, own), epilogue.getSides(), sums,
        stage.algorithm, tiles.getSize()[0]);
    epilogue.write(output.getEpilogue(), stage.getType().getElementType());
    writeParts(ArrayRef(parts).drop_front(), sums, rows, own);
  };
  forEach(b, getIndex(b, 0), getIndex(b, out.size / panel), 1,
          [&](Index number) { writePanel(number, panel); });
  if (rest != 0)
    writePanel(getIndex(b, out.size / panel), rest);
}
