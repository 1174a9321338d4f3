//===- TileLoops.cpp - the loops of a tile ----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileLoops.h"

#include "LayerFusion/Conversion/Conversion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Value lf::takePart(ImplicitLocOpBuilder &b, Value buffer,
                   ArrayRef<Index> offsets, ArrayRef<int64_t> sizes,
                   int64_t dropped) {
  SmallVector<Slice> slices;
  for (auto [offset, size] : llvm::zip_equal(offsets, sizes))
    slices.push_back({offset, b.getIndexAttr(size)});
  return getView(b, buffer, slices,
                 llvm::to_vector(llvm::seq<int64_t>(0, dropped)));
}

static VectorType getVectorType(Value buffer, const Lanes &lanes) {
  return VectorType::get(lanes.size,
                         cast<MemRefType>(buffer.getType()).getElementType());
}

/// The lanes that are channels.
static Value createMask(ImplicitLocOpBuilder &b, const Lanes &lanes) {
  SmallVector<bool> bits(lanes.size);
  std::fill_n(bits.begin(), lanes.valid, true);
  auto type = VectorType::get(lanes.size, b.getI1Type());
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, bits));
}

Value lf::loadVector(ImplicitLocOpBuilder &b, Value buffer,
                     ArrayRef<Value> place, const Lanes &lanes) {
  VectorType type = getVectorType(buffer, lanes);
  if (lanes.valid == lanes.size)
    return vector::LoadOp::create(b, type, buffer, place);
  Value zeros = arith::ConstantOp::create(b, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, type, buffer, place,
                                      createMask(b, lanes), zeros);
}

void lf::storeVector(ImplicitLocOpBuilder &b, Value vector, Value buffer,
                     ArrayRef<Value> place, const Lanes &lanes) {
  if (lanes.valid == lanes.size)
    vector::StoreOp::create(b, vector, buffer, place);
  else
    vector::MaskedStoreOp::create(b, buffer, place, createMask(b, lanes),
                                  vector);
}

Value lf::broadcastTo(ImplicitLocOpBuilder &b, Value value,
                      const Lanes &lanes) {
  return vector::BroadcastOp::create(
      b, VectorType::get(lanes.size, value.getType()), value);
}

SmallVector<Value>
lf::carry(ImplicitLocOpBuilder &b, int64_t end, int64_t step, ValueRange values,
          function_ref<SmallVector<Value>(Index, ValueRange)> body) {
  if (end <= step)
    return body(b.getIndexAttr(0), values);
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  auto loop =
      scf::ForOp::create(b, constant(0), constant(end), constant(step), values);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next =
      body(loop.getInductionVar(), loop.getRegionIterArgs());
  scf::YieldOp::create(b, next);
  return llvm::to_vector_of<Value>(loop.getResults());
}

//===----------------------------------------------------------------------===//
// Construction
//===----------------------------------------------------------------------===//

TileLoops::TileLoops(ImplicitLocOpBuilder &b, TileOp op, RegisterTileAttr tile)
    : b(b), op(op), tile(tile), window(op.getWindow()),
      element(cast<FloatType>(op.getOutputType().getElementType())),
      sources(op.getSources()), sides(op.getSides()), output(op.getOutput()) {
  joinRows();
}

/// Makes all rows one if each place depends on one place of the source. Then
/// groups of pixels may span rows.
void TileLoops::joinRows() {
  const ReassociationIndices joined[] = {{0, 1}, {2}};
  auto isJoinable = [&](Value buffer) {
    auto type = cast<MemRefType>(buffer.getType());
    return type.getRank() == 1 ||
           (type.hasStaticShape() &&
            type.getShape().drop_back() ==
                getOutputType().getShape().drop_back() &&
            memref::CollapseShapeOp::isGuaranteedCollapsible(type, joined));
  };
  bool isPointwise = window.isPointwise() &&
                     window.strides == std::array<int64_t, 2>{1, 1} &&
                     sources.size() == 1;
  if (!isPointwise || getOutputType().getDimSize(0) == 1 ||
      !isJoinable(output) || !isJoinable(sources.front()) ||
      !llvm::all_of(sides, isJoinable))
    return;
  auto join = [&](Value &buffer) {
    auto type = cast<MemRefType>(buffer.getType());
    if (type.getRank() == 1)
      return;
    Value flat = memref::CollapseShapeOp::create(b, buffer, joined);
    int64_t shape[] = {1, type.getDimSize(0) * type.getDimSize(1),
                       type.getDimSize(2)};
    buffer = memref::ExpandShapeOp::create(b, shape, flat, joined);
  };
  join(output);
  join(sources.front());
  llvm::for_each(sides, join);
}

Value TileLoops::getConstant(int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// The vectors of a panel of which `channels` are left. What is left of a
/// vector is a shorter one.
SmallVector<Lanes> TileLoops::getLanes(int64_t channels) const {
  SmallVector<Lanes> lanes;
  int64_t offset = 0;
  for (int64_t size : tile.getVectors()) {
    int64_t valid = std::min(size, channels - offset);
    if (valid <= 0)
      break;
    int64_t shortest = static_cast<int64_t>(llvm::PowerOf2Ceil(valid));
    lanes.push_back({offset, std::min(size, shortest), valid});
    offset += valid;
  }
  return lanes;
}

void TileLoops::forEachPanel(Index first, int64_t count,
                             function_ref<void(Index, ArrayRef<Lanes>)> body) {
  int64_t panel = tile.getPanel(), rest = count % panel;
  // By number, so that the panel of a packed filter needs no division.
  forEach(b, b.getIndexAttr(0), b.getIndexAttr(count / panel), 1,
          [&](Index number) {
            body(addScaled(b, first, number, panel), getLanes(panel));
          });
  if (rest != 0)
    body(linear(b, first, 1, count - rest), getLanes(rest));
}

void TileLoops::forEachRow(function_ref<void(Index)> body) {
  Index rows = memref::getMixedSize(b, b.getLoc(), output, 0);
  forEach(b, b.getIndexAttr(0), rows, 1, body);
}

void TileLoops::forEachGroup(function_ref<void(Index, int64_t)> body) {
  int64_t width = getOutputType().getDimSize(1);
  int64_t pixels = tile.getPixels(), rest = width % pixels;
  forEach(b, b.getIndexAttr(0), b.getIndexAttr(width - rest), pixels,
          [&](Index column) { body(column, pixels); });
  if (rest != 0)
    body(b.getIndexAttr(width - rest), rest);
}

void TileLoops::forEachPatch(Index firstChannel, int64_t channels,
                             function_ref<void(const Patch &)> body) {
  forEachPanel(firstChannel, channels,
               [&](Index channel, ArrayRef<Lanes> lanes) {
                 forEachRow([&](Index row) {
                   forEachGroup([&](Index column, int64_t pixels) {
                     body({row, column, pixels, channel, lanes});
                   });
                 });
               });
}

//===----------------------------------------------------------------------===//
// From the start of the sums to the results
//===----------------------------------------------------------------------===//

/// The places of a patch in a buffer like the output, pixels x channels, or in
/// one of a number a channel.
static Value getPlaces(ImplicitLocOpBuilder &b, Value buffer,
                       const Patch &patch) {
  if (cast<MemRefType>(buffer.getType()).getRank() == 1)
    return takePart(b, buffer, {patch.channel}, {patch.getChannels()}, 0);
  return takePart(b, buffer, {patch.row, patch.column, patch.channel},
                  {1, patch.pixels, patch.getChannels()}, 1);
}

SmallVector<Value> TileLoops::getStart(const Patch &patch) {
  SmallVector<Value> start;
  if (op.getAccumulate()) {
    Value places = getPlaces(b, output, patch);
    for (int64_t pixel = 0; pixel < patch.pixels; ++pixel)
      for (const Lanes &lanes : patch.lanes)
        start.push_back(loadVector(
            b, places, {getConstant(pixel), getConstant(lanes.offset)}, lanes));
    return start;
  }
  Value bias = op.getBias() ? getPlaces(b, op.getBias(), patch) : nullptr;
  for (const Lanes &lanes : patch.lanes) {
    if (bias) {
      start.push_back(loadVector(b, bias, getConstant(lanes.offset), lanes));
      continue;
    }
    PoolKind kind =
        op.getKind() == TileKind::Max ? PoolKind::Max : PoolKind::Sum;
    Value neutral =
        arith::ConstantOp::create(b, getPoolIdentity(kind, element));
    start.push_back(broadcastTo(b, neutral, lanes));
  }
  SmallVector<Value> all;
  for (int64_t pixel = 0; pixel < patch.pixels; ++pixel)
    llvm::append_range(all, start);
  return all;
}

void TileLoops::finish(const Patch &patch, ArrayRef<Value> sums) {
  Value places = getPlaces(b, output, patch);
  SmallVector<Value> sidePlaces = llvm::map_to_vector(
      sides, [&](Value side) { return getPlaces(b, side, patch); });
  for (int64_t pixel = 0; pixel < patch.pixels; ++pixel)
    for (auto [index, lanes] : llvm::enumerate(patch.lanes)) {
      SmallVector<Value> place = {getConstant(pixel),
                                  getConstant(lanes.offset)};
      SmallVector<Value> arguments = {sums[pixel * patch.lanes.size() + index]};
      if (!op.getEpilogue().empty()) {
        for (Value side : sidePlaces) {
          bool isVector = cast<MemRefType>(side.getType()).getRank() == 1;
          arguments.push_back(loadVector(b, side,
                                         isVector ? ArrayRef(place).drop_front()
                                                  : ArrayRef(place),
                                         lanes));
        }
        arguments = {applyToVectors(b, op.getEpilogue(), arguments)};
      }
      storeVector(b, arguments.front(), places, place, lanes);
    }
}
