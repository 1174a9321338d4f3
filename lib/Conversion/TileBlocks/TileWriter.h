//===- TileWriter.h - the tile ops of a block -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes the lf.tile ops that compute rows of a stage. What surrounds them,
// which rows are computed when and where they lie, is up to the loop
// structures.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_TILEWRITER_H
#define LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_TILEWRITER_H

#include "Epilogue.h"
#include "Stages.h"
#include "Winograd.h"

#include "LayerFusion/Dialect/LF/Crop.h"

#include "mlir/IR/IRMapping.h"

namespace mlir::lf {

class TileWriter {
public:
  TileWriter(ImplicitLocOpBuilder &b, FusedBlockOp block);

  /// The image that is computed from now on.
  void setImage(Index index) { image = index; }

  /// The output buffer of a result of the body; null if it is not yielded.
  Value getOutput(Value result) const { return outputs.lookup(result); }

  /// The buffer that the body's `argument` stands for.
  Value getInput(Value argument) const { return inputs.lookup(argument); }

  /// The channels that are computed together at the beginning of `stage`.
  int64_t getPanel(const Stage &stage) const;

  /// Computes `rows` of the channels `out` of `stage`, of the channels `in` of
  /// what lies in `source`, into `buffer`, and into the outputs what else is
  /// yielded. A stage without head takes the same rows of the source. A stage
  /// of Winograd's algorithm takes what transform has made of the source.
  void write(const Stage &stage, const RowBuffer &source,
             const RowBuffer &buffer, const Rows &rows, const Channels &in,
             const Channels &out);

  /// Sets memory up in which at most `rows` rows of `stage` at once are
  /// computed by Winograd's algorithm, if they are, and returns its bytes: for
  /// inputs and products as many times as there are such threads.
  int64_t allocateScratch(const Stage &stage, int64_t rows,
                          int64_t inputThreads, int64_t productThreads);

  /// Makes that memory of a thread the one that is meant.
  void setThread(Index thread);

  /// Transforms what `rows` of `stage`, of Winograd's algorithm, need of the
  /// channels `in` of what lies in `source`.
  void transform(const Stage &stage, const RowBuffer &source, const Rows &rows,
                 const Channels &in);

  /// What write does in three steps, for sums over channels that come block by
  /// block: what the sums start from, …
  void start(const Stage &stage, const RowBuffer &buffer, const Rows &rows,
             const Channels &out);
  /// … what the channels `in` add to them, …
  void accumulate(const Stage &stage, const RowBuffer &source,
                  const RowBuffer &buffer, const Rows &rows, const Channels &in,
                  const Channels &out);
  /// … and what is made of the complete sums.
  void finish(const Stage &stage, const RowBuffer &buffer, const Rows &rows,
              const Channels &out);

  /// Writes what the global poolings of the image start from.
  void startPools();

  /// Sets memory up for as many parts of the poolings of an image.
  void allocatePoolShares(int64_t shares);

  /// Makes startPools and addToPools mean a thread's own part of the poolings
  /// of the image, from now on …
  void setPoolShare(Index thread) { poolShare = thread; }

  /// … until these parts, of which there are so many, are put together.
  void joinPools(int64_t shares);

  /// Adds a row of the last layer, from `buffer`, to the global poolings.
  void addToPools(const RowBuffer &buffer, Index row, const Channels &channels);

  void fill(Value rows, TypedAttr value);

private:
  /// Layers of a stage that are computed in one place, up to one whose result
  /// is yielded.
  struct Part {
    SmallVector<LayerOpInterface, 2> layers;
    RowBuffer place;
  };

  SmallVector<Part> getParts(const Stage &stage, const RowBuffer &buffer);
  Epilogue getEpilogue(const Part &part, const Rows &rows,
                       const Channels &channels);
  SmallVector<Value> getSides(LayerOpInterface layer, const Rows &rows,
                              const Channels &channels);
  void writeSums(const Stage &stage, const RowBuffer &source, const Rows &rows,
                 Value output, const Channels &in, const Channels &out,
                 bool accumulates, const Epilogue &epilogue);
  void writeRows(const Stage &stage, const RowBuffer &source,
                 const RowBuffer &buffer, const Rows &rows, const Channels &in,
                 const Channels &out, const Crop *taps = nullptr);
  void writeCroppedSums(const Stage &stage, const RowBuffer &source,
                        const Rows &rows, const Crop &taps, Value output,
                        const Channels &channels, const Epilogue &epilogue);
  void writeParts(ArrayRef<Part> parts, Value source, const Rows &rows,
                  const Channels &channels);
  void writeProducts(const Stage &stage, const WinogradTiles &tiles,
                     Value inputs, Value products, Index panel);
  void writeWinograd(const Stage &stage, const RowBuffer &buffer,
                     const Rows &rows, const Channels &out);
  SmallVector<Value> getSources(const Stage &stage, const RowBuffer &source,
                                const Rows &rows, const Channels &in);
  Value getBias(LayerOpInterface layer, const Channels &channels);
  Value getFilter(LayerOpInterface layer, const Channels &in,
                  const Channels &out);
  Value getChannelVector(Value buffer, ArrayRef<Index> outer,
                         const Channels &channels);

  Value getPool(GlobalPoolOp pool, const Channels &channels);

  ImplicitLocOpBuilder &b;
  FusedBlockOp block;
  Index image;
  /// The thread that computes, if poolings are shared.
  Index poolShare;
  /// Memory for the threads' parts of poolings: a row of channels each.
  DenseMap<Operation *, Value> poolShares;
  IRMapping inputs;
  DenseMap<Value, Value> outputs;
  DenseMap<Operation *, WinogradScratch> scratches;
  /// The register tiles that the schedule has for layers.
  DenseMap<Operation *, RegisterTileAttr> registerTiles;
};

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_TILEWRITER_H
