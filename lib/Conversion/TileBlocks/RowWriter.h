//===- RowWriter.h - the tile ops of a block --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes the linalg ops that compute one row of a layer. What surrounds them,
// which rows are computed when and where they lie, is up to the loop
// structures.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_ROWWRITER_H
#define LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_ROWWRITER_H

#include "RowBuffer.h"
#include "Stages.h"

#include "mlir/IR/IRMapping.h"

namespace mlir::lf {

class RowWriter {
public:
  RowWriter(ImplicitLocOpBuilder &b, FusedBlockOp block);

  /// The image that is computed from now on.
  void setImage(Index index) { image = index; }

  /// The output buffer of a result of the body; null if it is not yielded.
  Value getOutput(Value result) const { return outputs.lookup(result); }

  /// The buffer that the body's `argument` stands for.
  Value getInput(Value argument) const { return inputs.lookup(argument); }

  /// Writes the value that a sum or maximum of `layer` starts from: the bias,
  /// zero or minus infinity.
  void start(LayerOpInterface layer, Value row, const Channels &channels);

  /// Adds what `layer` makes of the channels `in` of the padded rows of
  /// `source` from `first` on.
  void accumulate(LayerOpInterface layer, const RowBuffer &source, Index first,
                  Value row, const Channels &in, const Channels &out);

  /// Applies the activation of the stage's head and its elementwise layers to
  /// the complete `row`, which is `number` in the image and lies in `buffer`,
  /// and copies to the outputs what else is yielded. A stage without head
  /// starts from the row `source`.
  void finish(const Stage &stage, const RowBuffer &buffer, Value row,
              Index number, const Channels &channels, Value source = nullptr);

  /// Writes what the global poolings of the image start from.
  void startPools();

  /// Adds row `number` of the last layer, from `buffer`, to the global
  /// poolings.
  void addToPools(const RowBuffer &buffer, Index number,
                  const Channels &channels);

  void fill(Value row, TypedAttr value);

private:
  void applyElementwise(Value source, Value row, ActivationAttr activation,
                        ArrayRef<LayerOpInterface> layers, Index number,
                        const Channels &channels);
  SmallVector<Value> getSideInputs(LayerOpInterface layer, Index number,
                                   const Channels &channels);
  Value getChannelVector(Value buffer, ArrayRef<Index> outer,
                         const Channels &channels);
  void accumulateConv(Conv2DOp conv, Value source, Index ky, Value row,
                      const Channels &in, const Channels &out);
  void accumulateGrouped(Conv2DOp conv, Value source, Value filter, Value row);
  void accumulatePool(Pool2DOp pool, Value source, Value row);
  Value getPoolWindow(Pool2DOp pool);

  ImplicitLocOpBuilder &b;
  FusedBlockOp block;
  Index image;
  IRMapping inputs;
  DenseMap<Value, Value> outputs;
  /// linalg takes the width of a pooling from a buffer that is not read.
  DenseMap<Operation *, Value> poolWindows;
};

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_ROWWRITER_H
