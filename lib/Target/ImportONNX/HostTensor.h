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

#include "mlir/IR/Types.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlir::lf::importer {

/// Extents of a tensor, or a permutation of its dimensions.
using Dims = llvm::SmallVector<int64_t, 4>;

/// The element types of ONNX that the import knows.
enum class ElementKind : uint8_t {
  Bool,
  I8,
  U8,
  I16,
  U16,
  I32,
  U32,
  I64,
  U64,
  F16,
  BF16,
  F32,
  F64,
};

/// The name in messages: "float32", "int64", …
llvm::StringRef toString(ElementKind kind);
/// The ONNX type of this number (TensorProto.DataType), if it is known here.
std::optional<ElementKind> elementKindFromONNX(int32_t dataType);
/// The name of any ONNX type: also of those not supported.
std::string onnxTypeName(int32_t dataType);
/// Bytes of an element in memory; a bool takes one.
size_t byteSize(ElementKind kind);
bool isFloat(ElementKind kind);
bool isUnsigned(ElementKind kind);
/// Integers are signless in the IR; bool is i1.
Type toMLIRType(ElementKind kind, MLIRContext *context);

/// The number of elements; none if it does not fit or a dimension is negative.
std::optional<int64_t> elementCount(llvm::ArrayRef<int64_t> shape);
/// Row-major strides, in elements.
Dims rowMajorStrides(llvm::ArrayRef<int64_t> shape);
/// "2x3x4", or "scalar".
std::string shapeString(llvm::ArrayRef<int64_t> shape);
/// A number in a message: "0.5".
std::string numberString(double number);
/// 0, 1, …, rank - 1.
Dims identityPerm(int64_t rank);
bool isIdentity(llvm::ArrayRef<int64_t> perm);
Dims inversePerm(llvm::ArrayRef<int64_t> perm);
/// result[i] = dims[perm[i]].
Dims permuted(llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<int64_t> perm);
/// True if the dimensions other than 1 keep their order under `perm`.
bool movesOnlyUnits(llvm::ArrayRef<int64_t> shape,
                    llvm::ArrayRef<int64_t> perm);

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

/// Writes element `i` of a buffer of `kind`, rounding as a C cast does.
void storeNumber(ElementKind kind, char *buffer, int64_t i, double value);
void storeInteger(ElementKind kind, char *buffer, int64_t i, int64_t value);

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_HOSTTENSOR_H
