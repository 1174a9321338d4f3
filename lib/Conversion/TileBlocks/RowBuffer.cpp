//===- RowBuffer.cpp - memory for rows of activations -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowBuffer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Construction
//===----------------------------------------------------------------------===//

RowBuffer RowBuffer::getWhole(Value buffer) {
  return RowBuffer(buffer, /*isWhole=*/true);
}

RowBuffer RowBuffer::allocate(ImplicitLocOpBuilder &b, const Stage &stage,
                              const Window &reader, int64_t rows,
                              int64_t channels, int64_t blocks,
                              int64_t threads) {
  int64_t left = reader.getPadBefore(Axis::Width);
  int64_t right = reader.getPadAfter(Axis::Width);
  SmallVector<int64_t> shape = {rows, left + stage.getWidth() + right,
                                channels};
  if (blocks > 1)
    shape.insert(shape.begin(), blocks);
  // A page between threads: hardware that fetches ahead of what one reads would
  // take lines away from the next one that writes them.
  int64_t gap = 0;
  if (threads > 1) {
    constexpr int64_t pageBits = 4096 * 8;
    int64_t bits = stage.getType().getElementTypeBitWidth() *
                   computeProduct(ArrayRef(shape).drop_front());
    gap = llvm::divideCeil(pageBits, bits);
    shape.front() += gap;
    shape.insert(shape.begin(), threads);
  }
  auto type = MemRefType::get(shape, stage.getType().getElementType());
  RowBuffer result(memref::AllocOp::create(b, type), /*isWhole=*/false);
  result.top = reader.getPadBefore(Axis::Height);
  result.left = left;
  result.right = right;
  result.hasBlocks = blocks > 1;
  result.hasThreads = threads > 1;
  result.gap = gap;
  result.holdsBlock = channels != stage.getChannels();
  return result;
}

void RowBuffer::fillBorders(ImplicitLocOpBuilder &b, TypedAttr neutral) const {
  auto fill = [&](int64_t column, int64_t width) {
    if (width == 0)
      return;
    SmallVector<Slice> slices;
    auto type = cast<MemRefType>(allocation.getType());
    for (int64_t size : type.getShape())
      slices.push_back({getIndex(b, 0), getIndex(b, size)});
    slices[slices.size() - 2] = {getIndex(b, column), getIndex(b, width)};
    linalg::FillOp::create(b, Value(arith::ConstantOp::create(b, neutral)),
                           getView(b, allocation, slices));
  };
  fill(0, left);
  fill(getPaddedWidth() - right, right);
}

void RowBuffer::fillBorders(ImplicitLocOpBuilder &b, TypedAttr neutral,
                            const Rows &rows, const Channels &channels) const {
  auto fill = [&](int64_t column, int64_t width) {
    if (width > 0)
      linalg::FillOp::create(b, Value(arith::ConstantOp::create(b, neutral)),
                             getPlaces(b, rows, column, width, channels));
  };
  fill(0, left);
  fill(getPaddedWidth() - right, right);
}

void RowBuffer::setThread(ImplicitLocOpBuilder &b, Index thread) {
  if (!hasThreads)
    return;
  auto type = cast<MemRefType>(allocation.getType());
  SmallVector<Slice> slices = {{thread, getIndex(b, 1)}};
  for (int64_t size : type.getShape().drop_front())
    slices.push_back({getIndex(b, 0), getIndex(b, size)});
  slices[1].size = getIndex(b, type.getDimSize(1) - gap);
  buffer = getView(b, allocation, slices, /*dropped=*/0);
}

//===----------------------------------------------------------------------===//
// Access
//===----------------------------------------------------------------------===//

int64_t RowBuffer::getPaddedWidth() const { return getShape()[1]; }

int64_t RowBuffer::getAllocatedBytes() const {
  if (isWhole)
    return 0;
  auto type = cast<MemRefType>(allocation.getType());
  return type.getNumElements() *
         llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

Value RowBuffer::getRows(ImplicitLocOpBuilder &b, const Rows &rows,
                         const Channels &channels) const {
  return getPlaces(b, {linear(b, rows.first, 1, top), rows.count}, left,
                   getPaddedWidth() - left - right, channels);
}

Value RowBuffer::getPaddedRows(ImplicitLocOpBuilder &b, const Rows &rows,
                               int64_t width, const Channels &channels) const {
  return getPlaces(b, rows, 0, width, channels);
}

Value RowBuffer::getPlaces(ImplicitLocOpBuilder &b, const Rows &rows,
                           int64_t column, int64_t width,
                           const Channels &channels) const {
  Index zero = getIndex(b, 0), one = getIndex(b, 1);
  Slice columns = {getIndex(b, column), getIndex(b, width)};
  Index channel = channels.offset;
  if (holdsBlock)
    channel = firstChannel ? subtract(b, channel, firstChannel) : zero;
  Slice depth = {channel, getIndex(b, channels.size)};
  if (isWhole)
    return getView(b, buffer,
                   {{image, one}, {rows.first, rows.count}, columns, depth},
                   /*dropped=*/0);
  assert((base || getConstantIntValue(rows.count) == 1) &&
         "more than one row of a ring");
  Index place = base ? addScaled(b, rows.first, base, -1)
                     : modulo(b, rows.first, getShape()[0]);
  Slice places = {place, rows.count};
  if (!hasBlocks)
    return getView(b, buffer, {places, columns, depth});
  Slice block = {divide(b, channels.offset, getShape()[2]), one};
  return getView(b, buffer, {block, places, columns, depth}, /*dropped=*/0);
}

//===----------------------------------------------------------------------===//
// Rows and their padding
//===----------------------------------------------------------------------===//

void lf::splitPaddedRows(ImplicitLocOpBuilder &b, Index start, Index end,
                         const Window &reader, int64_t height, int64_t lastEnd,
                         function_ref<void(Index)> fill,
                         function_ref<void(Index, Index)> make) {
  int64_t top = reader.getPadBefore(Axis::Height), bottom = top + height;
  Index first = start, last = end;
  if (top > 0) {
    forEach(b, start, linearAtMost(b, end, 1, 0, top), 1, fill);
    first = linearAtLeast(b, start, 1, 0, top);
  }
  if (lastEnd > bottom)
    last = linearAtMost(b, end, 1, 0, bottom);
  make(first, last);
  if (lastEnd > bottom)
    forEach(b, linearAtLeast(b, start, 1, 0, bottom), end, 1, fill);
}
