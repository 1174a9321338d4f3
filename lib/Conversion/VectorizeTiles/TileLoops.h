//===- TileLoops.h - the loops of a tile ------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the kinds of lf.tile have in common: loops over panels of channels, rows
// and groups of pixels, and the way of a patch of results from the values its
// sums start from to memory.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_VECTORIZETILES_TILELOOPS_H
#define LAYERFUSION_LIB_CONVERSION_VECTORIZETILES_TILELOOPS_H

#include "../Loops.h"

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::lf {

/// A vector of a panel. In the last panel of a layer its last lanes may stand
/// for channels that do not exist: they are not read or written.
struct Lanes {
  /// The first channel, counted from the panel's.
  int64_t offset;
  /// Elements of the vector, and how many of them are channels.
  int64_t size, valid;

  int64_t getEnd() const { return offset + valid; }
};

/// Results that are computed together: some pixels of a row times a panel.
struct Patch {
  Index row, column;
  int64_t pixels;
  /// The first channel, and the vectors from there on.
  Index channel;
  ArrayRef<Lanes> lanes;

  int64_t getChannels() const { return lanes.back().getEnd(); }
};

/// `sizes` of `buffer` from `offsets` on, without the dimensions that `dropped`
/// counts from the first.
Value takePart(ImplicitLocOpBuilder &b, Value buffer, ArrayRef<Index> offsets,
               ArrayRef<int64_t> sizes, int64_t dropped);

/// The vector of `buffer` at `place`, a vector's lanes counted from there.
Value loadVector(ImplicitLocOpBuilder &b, Value buffer, ArrayRef<Value> place,
                 const Lanes &lanes);
void storeVector(ImplicitLocOpBuilder &b, Value vector, Value buffer,
                 ArrayRef<Value> place, const Lanes &lanes);

/// `value` in all elements of a vector.
Value broadcastTo(ImplicitLocOpBuilder &b, Value value, const Lanes &lanes);

/// A loop that carries `values` from one iteration to the next, or what is in
/// it if there is just one.
SmallVector<Value>
carry(ImplicitLocOpBuilder &b, int64_t end, int64_t step, ValueRange values,
      function_ref<SmallVector<Value>(Index, ValueRange)> body);

class TileLoops {
public:
  TileLoops(ImplicitLocOpBuilder &b, TileOp op, RegisterTileAttr tile);

  /// Calls `body` for each panel of the `count` channels from `first` on, with
  /// its first channel and its vectors.
  void forEachPanel(Index first, int64_t count,
                    function_ref<void(Index, ArrayRef<Lanes>)> body);
  void forEachRow(function_ref<void(Index)> body);
  /// Calls `body` for groups of pixels of a row: the first and their number.
  void forEachGroup(function_ref<void(Index, int64_t)> body);

  /// Panels, rows, groups of pixels, in this order from the outside in.
  void forEachPatch(Index firstChannel, int64_t channels,
                    function_ref<void(const Patch &)> body);

  /// What the sums of a patch start from: a vector for each pixel and vector of
  /// the panel, the vectors of a pixel side by side.
  SmallVector<Value> getStart(const Patch &patch);

  /// Stores the epilogue's results for the complete sums of `patch`.
  void finish(const Patch &patch, ArrayRef<Value> sums);

  Value getConstant(int64_t value);

  ImplicitLocOpBuilder &b;
  TileOp op;
  RegisterTileAttr tile;
  Window window;
  FloatType element;
  /// The tile's buffers. Rows that lie one behind the other without anything
  /// between them are one long row, where the window allows it.
  SmallVector<Value> sources, sides;
  Value output;

private:
  void joinRows();
  MemRefType getOutputType() const {
    return cast<MemRefType>(output.getType());
  }
  SmallVector<Lanes> getLanes(int64_t channels) const;
  Value applyEpilogue(Value sum, ValueRange sides);
};

/// One for each way to compute: sums over channels; over the window of a
/// channel; each element by itself.
void writeConv(TileLoops &loops);
void writeChannelwise(TileLoops &loops, int64_t registers);
void writeElementwise(TileLoops &loops);

/// Writes the loops of the transforms of Winograd's algorithm.
void writeWinogradInput(ImplicitLocOpBuilder &b, WinogradInputOp op,
                        int64_t vectorBytes);
void writeWinogradOutput(ImplicitLocOpBuilder &b, WinogradOutputOp op,
                         int64_t vectorBytes);

/// The value of the scalar function `epilogue` at vectors.
Value applyToVectors(ImplicitLocOpBuilder &b, Region &epilogue,
                     ValueRange arguments);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_VECTORIZETILES_TILELOOPS_H
