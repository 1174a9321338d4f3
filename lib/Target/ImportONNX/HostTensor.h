//===- HostTensor.h - constants known during import -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an ONNX model holds as constants (weights, shapes, axes) stays on the
// host while it is imported: arithmetic on shapes is done right here, and only
// what a layer needs at run time becomes a constant op.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_IMPORTONNX_HOSTTENSOR_H
#define LAYERFUSION_LIB_TARGET_IMPORTONNX_HOSTTENSOR_H

#include "Dims.h"
#include "Element.h"

#include <memory>
#include <vector>

namespace mlir::lf::importer {

/// An immutable row-major tensor in memory. Copies share the elements. A splat
/// holds a single element, whatever its shape.
class HostTensor {
public:
  /// Takes over `bytes`: one element (splat) or all of them.
  HostTensor(ElementKind kind, llvm::ArrayRef<int64_t> shape,
             std::vector<char> bytes);
  /// Refers to `bytes`, which outlive the import.
  static HostTensor borrowed(ElementKind kind, llvm::ArrayRef<int64_t> shape,
                             llvm::ArrayRef<char> bytes);
  static HostTensor splat(ElementKind kind, llvm::ArrayRef<int64_t> shape,
                          double value);
  static HostTensor ints(llvm::ArrayRef<int64_t> values);
  static HostTensor scalar(int64_t value);

  ElementKind kind() const { return elementKind; }
  llvm::ArrayRef<int64_t> shape() const { return extents; }
  int64_t rank() const { return extents.size(); }
  int64_t size() const { return count; }
  bool isSplat() const { return splatted; }
  /// Only a splat's single element if it is one.
  llvm::ArrayRef<char> bytes() const { return data; }

  /// Element `i` in row-major order, converted.
  double number(int64_t i) const;
  int64_t integer(int64_t i) const;
  /// All elements, converted.
  Dims integers() const;
  std::vector<float> floats() const;

  /// The same elements in another shape of equal size.
  HostTensor reshaped(llvm::ArrayRef<int64_t> shape) const;
  /// result[i, j, …] = this[offset + i * strides[0] + j * strides[1] + …]: a
  /// transpose, a slice with any step, or (stride 0) a broadcast.
  HostTensor strided(llvm::ArrayRef<int64_t> shape,
                     llvm::ArrayRef<int64_t> strides, int64_t offset) const;
  /// Dimension i of the result is dimension perm[i] of this.
  HostTensor transposed(llvm::ArrayRef<int64_t> perm) const;
  /// Broadcast by ONNX's (NumPy's) rule; the shapes must be compatible.
  HostTensor broadcastTo(llvm::ArrayRef<int64_t> shape) const;
  HostTensor cast(ElementKind kind) const;

private:
  HostTensor(ElementKind kind, llvm::ArrayRef<int64_t> shape);

  ElementKind elementKind;
  Dims extents;
  int64_t count;
  bool splatted = false;
  std::shared_ptr<const std::vector<char>> owner;
  llvm::ArrayRef<char> data;
};

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_HOSTTENSOR_H
