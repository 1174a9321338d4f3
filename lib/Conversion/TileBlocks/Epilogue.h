//===- Epilogue.h - what follows a sum in place -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The epilogue of an lf.tile, put together from activations and elementwise
// layers, with the operands that these take from the side.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_EPILOGUE_H
#define LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_EPILOGUE_H

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <functional>

namespace mlir::lf {

class Epilogue {
public:
  /// Takes what the sums of `layer` start from, `bias` or if it is null the
  /// neutral value, for what there is.
  void addStart(LayerOpInterface layer, Value bias);

  /// Applies `activation` to what there is.
  void addActivation(ActivationAttr activation);

  /// Applies `layer`, which is elementwise; `sides` are its other operands, as
  /// rows or as vectors of a number a channel.
  void addLayer(LayerOpInterface layer, ValueRange sides);

  bool isEmpty() const { return steps.empty(); }
  ArrayRef<Value> getSides() const { return sides; }

  /// Fills the region `epilogue` of an op on `element`s whose sides are the
  /// above.
  void write(Region &epilogue, Type element) const;

private:
  /// Given what there is and its own sides, returns what there is then.
  using Step = std::function<Value(ImplicitLocOpBuilder &, Value, ValueRange)>;

  void add(ValueRange values, Step step);

  SmallVector<std::pair<unsigned, Step>> steps;
  SmallVector<Value> sides;
};

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_EPILOGUE_H
