//===- Emitter.h - values in permuted layouts -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The Emitter makes the ops that bring a value into a wanted storage order or
// shape, and the constants, each once.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_IMPORTONNX_EMITTER_H
#define LAYERFUSION_LIB_TARGET_IMPORTONNX_EMITTER_H

#include "Tensor.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

#include "llvm/ADT/DenseMap.h"

#include <map>
#include <string>
#include <tuple>

namespace mlir::lf::importer {

/// The most dimensions a tensor may have.
constexpr int64_t maxRank = 16;
/// The most bytes a tensor, all tensors, a constant computed during import and
/// all such constants may take.
constexpr int64_t maxTensorBytes = int64_t(1) << 36;
constexpr int64_t maxModelBytes = int64_t(1) << 40;
constexpr int64_t maxFoldedBytes = int64_t(1) << 30;
constexpr int64_t maxFoldedModelBytes = int64_t(1) << 32;

/// The storage order of channels-last: N, spatial dimensions, C. Identity below
/// rank 3.
Dims channelsLastPerm(int64_t rank);

/// Makes ops at the end of the entry function, at the current node's location.
class Emitter {
public:
  Emitter(OpBuilder &builder, Location loc) : builder(builder), loc(loc) {}

  OpBuilder &builder;
  Location loc;

  /// The value with its dimensions stored in the order `perm`.
  Value inOrder(const Tensor &tensor, llvm::ArrayRef<int64_t> perm);
  Value inONNXOrder(const Tensor &tensor);
  Value channelsLast(const Tensor &tensor);
  /// The value broadcast to `shape` (in ONNX order, ONNX's rule; they must be
  /// compatible) and stored in the order `perm`.
  Value broadcast(const Tensor &tensor, llvm::ArrayRef<int64_t> shape,
                  llvm::ArrayRef<int64_t> perm);
  /// ONNX's Reshape: keeps the storage order where the dimensions split or
  /// merged lie side by side, else transposes just as much as needed. The sizes
  /// must agree.
  Tensor reshape(const Tensor &tensor, llvm::ArrayRef<int64_t> shape);

  /// On stored values: dimension i of the result is dimension perm[i].
  Value transposeStored(Value value, llvm::ArrayRef<int64_t> perm);
  /// On stored values: the same elements row-major in `shape`.
  Value reshapeStored(Value value, llvm::ArrayRef<int64_t> shape);
  /// A row-major constant op, made once for equal elements and shape.
  Value constant(const HostTensor &tensor);
  /// A tensor of one value.
  Value splat(llvm::ArrayRef<int64_t> shape, Type elementType, double value);
  /// A scalar constant, not a tensor.
  Value scalar(Type type, double value);
  /// The element of a tensor that has one.
  Value onlyElement(const Tensor &tensor);
  /// An initial tensor for a destination-style op, undefined or filled.
  Value empty(llvm::ArrayRef<int64_t> shape, Type elementType);
  Value filled(llvm::ArrayRef<int64_t> shape, Type elementType, double value);
  /// Surrounds a stored value with `value`: low[i] before and high[i] behind
  /// dimension i. Returns it unchanged if there is nothing to add.
  Value pad(Value stored, llvm::ArrayRef<int64_t> low,
            llvm::ArrayRef<int64_t> high, double value);
  Value pad(Value stored, llvm::ArrayRef<int64_t> low,
            llvm::ArrayRef<int64_t> high, Value value);
  /// The elements first, first + step, … of each stored dimension; `count` of
  /// them. Steps are positive.
  Value slice(Value stored, llvm::ArrayRef<int64_t> first,
              llvm::ArrayRef<int64_t> count, llvm::ArrayRef<int64_t> step);

  /// Names the constant ops made of these elements.
  void nameConstant(const HostTensor &tensor, llvm::StringRef name) {
    names[tensor.bytes().data()] = name.str();
  }

private:
  struct CachedConstant {
    HostTensor tensor; // keeps the elements, and so the key, alive
    Value value;
  };
  using ConstantKey = std::tuple<const void *, ElementKind, bool, Dims, Dims>;

  /// inOrder, then reshapeStored, of a value: in one step where only dimensions
  /// of 1 move.
  Value inOrderReshaped(const Tensor &tensor, llvm::ArrayRef<int64_t> perm,
                        llvm::ArrayRef<int64_t> shape);
  Value permutedConstant(const HostTensor &tensor,
                         llvm::ArrayRef<int64_t> perm);
  Value makeConstant(const HostTensor &tensor, llvm::StringRef name);

  llvm::DenseMap<const void *, std::string> names;
  std::map<ConstantKey, CachedConstant> constants;
  std::map<std::pair<void *, Dims>, Value> transposes;
  std::map<std::pair<void *, Dims>, Value> reshapes;
};

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_EMITTER_H
