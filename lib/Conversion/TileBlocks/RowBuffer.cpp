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
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

Value lf::getView(ImplicitLocOpBuilder &b, Value buffer,
                  ArrayRef<Index> offsets, ArrayRef<int64_t> sizes,
                  ArrayRef<int64_t> shape) {
  // Views of places inside a buffer have its shape only if they are all of it.
  if (cast<MemRefType>(buffer.getType()).getShape() == shape)
    return buffer;
  SmallVector<Index> ones(sizes.size(), b.getIndexAttr(1));
  SmallVector<Index> lengths = getAsIndexOpFoldResult(b.getContext(), sizes);
  MemRefType type = memref::SubViewOp::inferRankReducedResultType(
      shape, cast<MemRefType>(buffer.getType()), offsets, lengths, ones);
  return memref::SubViewOp::create(b, type, buffer, offsets, lengths, ones);
}

//===----------------------------------------------------------------------===//
// Construction
//===----------------------------------------------------------------------===//

RowBuffer RowBuffer::getWhole(Value buffer) {
  return RowBuffer(buffer, /*isWhole=*/true);
}

RowBuffer RowBuffer::allocate(ImplicitLocOpBuilder &b, const Stage &stage,
                              const Window &reader, int64_t rows,
                              int64_t channels) {
  int64_t left = reader.getPadBefore(Axis::Width);
  int64_t right = reader.getPadAfter(Axis::Width);
  auto type = MemRefType::get({rows, left + stage.getWidth() + right, channels},
                              stage.getType().getElementType());
  RowBuffer result(memref::AllocOp::create(b, type), /*isWhole=*/false);
  result.top = reader.getPadBefore(Axis::Height);
  result.left = left;
  result.right = right;
  result.holdsBlock = channels != stage.getChannels();
  return result;
}

void RowBuffer::fillBorders(ImplicitLocOpBuilder &b, TypedAttr neutral) const {
  MemRefType type = getType();
  auto fill = [&](int64_t column, int64_t width) {
    if (width == 0)
      return;
    SmallVector<int64_t> sizes = {type.getDimSize(0), width,
                                  type.getDimSize(2)};
    SmallVector<Index> offsets =
        getAsIndexOpFoldResult(b.getContext(), {0, column, 0});
    linalg::FillOp::create(b, Value(arith::ConstantOp::create(b, neutral)),
                           getView(b, buffer, offsets, sizes, sizes));
  };
  fill(0, left);
  fill(type.getDimSize(1) - right, right);
}

//===----------------------------------------------------------------------===//
// Access
//===----------------------------------------------------------------------===//

int64_t RowBuffer::getPaddedWidth() const {
  return getType().getDimSize(isWhole ? 2 : 1);
}

int64_t RowBuffer::getAllocatedBytes() const {
  if (isWhole)
    return 0;
  MemRefType type = getType();
  return type.getNumElements() *
         llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

Value RowBuffer::getRow(ImplicitLocOpBuilder &b, Index row,
                        const Channels &channels) const {
  return getPlaces(b, linear(b, row, 1, top), left,
                   getPaddedWidth() - left - right, channels);
}

Value RowBuffer::getPaddedRow(ImplicitLocOpBuilder &b, Index row, int64_t width,
                              const Channels &channels) const {
  return getPlaces(b, row, 0, width, channels);
}

Value RowBuffer::getPlaces(ImplicitLocOpBuilder &b, Index row, int64_t column,
                           int64_t width, const Channels &channels) const {
  Index x = b.getIndexAttr(column);
  Index c = holdsBlock ? Index(b.getIndexAttr(0)) : channels.offset;
  SmallVector<int64_t> shape = {1, width, channels.size};
  if (isWhole)
    return getView(b, buffer, {image, row, x, c}, {1, 1, width, channels.size},
                   shape);
  Index place = base ? addScaled(b, row, base, -1)
                     : modulo(b, row, getType().getDimSize(0));
  return getView(b, buffer, {place, x, c}, shape, shape);
}

//===----------------------------------------------------------------------===//
// Rows and their padding
//===----------------------------------------------------------------------===//

void lf::forEachPaddedRow(ImplicitLocOpBuilder &b, Index start, Index end,
                          const Window &reader, int64_t height, int64_t lastEnd,
                          function_ref<void(Index)> fill,
                          function_ref<void(Index)> make) {
  int64_t top = reader.getPadBefore(Axis::Height), bottom = top + height;
  Index first = start, last = end;
  if (top > 0) {
    forEach(b, start, linearAtMost(b, end, 1, 0, top), 1, fill);
    first = linearAtLeast(b, start, 1, 0, top);
  }
  if (lastEnd > bottom)
    last = linearAtMost(b, end, 1, 0, bottom);
  forEach(b, first, last, 1, make);
  if (lastEnd > bottom)
    forEach(b, linearAtLeast(b, start, 1, 0, bottom), end, 1, fill);
}
