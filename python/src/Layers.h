//===- Layers.h - a network as a list of layers ---------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `Module.layers()` and `python -m layerfusion inspect` show.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_PYTHON_LAYERS_H
#define LAYERFUSION_PYTHON_LAYERS_H

#include "mlir/IR/BuiltinOps.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlir::lf::python {

using Shape = std::vector<int64_t>;

struct Layer {
  std::string name;            ///< in the model, where known
  std::string op;              ///< such as `lf.conv2d`
  std::vector<Shape> inputs;   ///< of the operands that are no constants
  std::optional<Shape> filter; ///< of a convolution's or a product's weights
  Shape output;
  int64_t macs = 0;       ///< multiply-accumulates
  int64_t parameters = 0; ///< elements of constants first used here
};

/// The ops of the module's functions that compute: lf layers, linalg reductions
/// (pooling, matrix products), element-wise arithmetic, and joining or padding
/// tensors. Left out is what only changes a view or a layout. After
/// bufferization there are none.
std::vector<Layer> listLayers(ModuleOp module);

} // namespace mlir::lf::python

#endif // LAYERFUSION_PYTHON_LAYERS_H
