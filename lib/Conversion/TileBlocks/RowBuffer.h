//===- RowBuffer.h - memory for rows of activations -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the rows of a stage lie. Rows and columns are counted with the padding
// of the layer that reads them, from 0: *padded row* p is row p - top of the
// image. So edges are places like any other, which hold the neutral value, and
// no index is negative.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_ROWBUFFER_H
#define LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_ROWBUFFER_H

#include "../Loops.h"
#include "Stages.h"

namespace mlir::lf {

/// Some consecutive channels.
struct Channels {
  Index offset;
  int64_t size;
};

/// Some consecutive rows of an image.
struct Rows {
  Index first, count;
};

class RowBuffer {
public:
  /// The rows of an image in `buffer`, N x H x W x C, without padding.
  static RowBuffer getWhole(Value buffer);

  /// New memory for `rows` padded rows of `stage`'s images and `channels` of
  /// its channels, as `reader` is to see them. Row p lies in place p mod rows.
  /// With several `blocks` there is memory for as many times these channels,
  /// the rows of each block apart from those of others. All that for each of
  /// `threads` threads.
  static RowBuffer allocate(ImplicitLocOpBuilder &b, const Stage &stage,
                            const Window &reader, int64_t rows,
                            int64_t channels, int64_t blocks, int64_t threads);

  /// Whether the rows lie in `buffer`.
  bool isIn(Value other) const { return buffer == other; }

  /// Which image of a whole buffer is meant from now on.
  void setImage(Index index) { image = index; }

  /// Makes the memory of that thread the one that is meant. Nothing changes in
  /// a whole buffer.
  void setThread(ImplicitLocOpBuilder &b, Index thread);

  /// Says which channels those of the block are that is computed: from
  /// `channel` on. Nothing changes in a buffer that holds all channels.
  void setFirstChannel(Index channel) { firstChannel = channel; }

  /// Makes padded row `row` the one in place 0, and those after it follow,
  /// instead of a ring. Nothing changes in a whole buffer.
  void setBase(Index row) { base = row; }

  /// Whether rows follow one another as they do in the image. In a ring the
  /// first comes after the last, and just one at a time can be taken from it.
  bool isStraight() const { return isWhole || base; }

  /// Rows of the image without their padding: count x W x channels.
  Value getRows(ImplicitLocOpBuilder &b, const Rows &rows,
                const Channels &channels) const;

  /// `width` places of padded rows from their beginning:
  /// count x width x channels.
  Value getPaddedRows(ImplicitLocOpBuilder &b, const Rows &rows, int64_t width,
                      const Channels &channels) const;

  /// The number of places in a padded row.
  int64_t getPaddedWidth() const;

  /// Bytes of new memory; a whole buffer was there before.
  int64_t getAllocatedBytes() const;

  /// Writes `neutral` into all columns of padding, where it stays.
  void fillBorders(ImplicitLocOpBuilder &b, TypedAttr neutral) const;

  /// The same for some padded rows of a straight buffer.
  void fillBorders(ImplicitLocOpBuilder &b, TypedAttr neutral, const Rows &rows,
                   const Channels &channels) const;

private:
  RowBuffer(Value buffer, bool isWhole)
      : buffer(buffer), allocation(buffer), isWhole(isWhole) {}

  MemRefType getType() const { return cast<MemRefType>(buffer.getType()); }
  /// Rows, columns and channels.
  ArrayRef<int64_t> getShape() const {
    return getType().getShape().take_back(3);
  }
  Value getPlaces(ImplicitLocOpBuilder &b, const Rows &rows, int64_t column,
                  int64_t width, const Channels &channels) const;

  /// N x H x W x C if whole, else rows x padded width x channels, with several
  /// blocks behind a dimension for these.
  Value buffer;
  /// That of all threads, behind a dimension for these if there are several.
  Value allocation;
  bool isWhole;
  Index image;
  Index base;
  Index firstChannel;
  int64_t top = 0, left = 0, right = 0;
  bool hasBlocks = false, hasThreads = false;
  /// What a thread's part of the allocation has more than is used, in its
  /// outermost dimension.
  int64_t gap = 0;
  /// Whether the buffer has just the block of channels that is computed.
  bool holdsBlock = false;
};

/// Of the padded rows from `start` below `end`, calls `fill` for each that is
/// padding and, between those above and those below the image, `make` for the
/// first and the end of those that are not. `reader` is the window they are
/// for, `height` the image's, and no `end` is above `lastEnd`.
void splitPaddedRows(ImplicitLocOpBuilder &b, Index start, Index end,
                     const Window &reader, int64_t height, int64_t lastEnd,
                     function_ref<void(Index)> fill,
                     function_ref<void(Index, Index)> make);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_ROWBUFFER_H
