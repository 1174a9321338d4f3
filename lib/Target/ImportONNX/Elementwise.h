//===- Elementwise.h - ops on broadcast operands ----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What ops have in common that compute each element of their result from one
// element of each operand.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_IMPORTONNX_ELEMENTWISE_H
#define LAYERFUSION_LIB_TARGET_IMPORTONNX_ELEMENTWISE_H

#include "NodeContext.h"

namespace mlir::lf::importer {

/// Operands of one shape and one storage order.
struct Aligned {
  /// In ONNX order.
  Dims shape;
  Dims perm;
  llvm::SmallVector<Value> values;
};

/// Broadcasts the tensors to their common shape, in the layout of the first of
/// them that has that shape. Fails if the shapes do not agree.
FailureOr<Aligned> align(NodeContext &node, llvm::ArrayRef<Tensor> tensors);

/// The storage order that suits an elementwise result of `shape` best: that of
/// a full operand which is not in ONNX order, else ONNX order.
Dims commonPerm(llvm::ArrayRef<Tensor> tensors, llvm::ArrayRef<int64_t> shape);

/// The order a tensor is stored in; ONNX order for a constant.
Dims ownPerm(const Tensor &tensor);

/// Element by element the larger or smaller; NaN where either is NaN.
Value emitMaximum(OpBuilder &b, Location loc, Value lhs, Value rhs,
                  ElementKind kind);
Value emitMinimum(OpBuilder &b, Location loc, Value lhs, Value rhs,
                  ElementKind kind);

/// Defines the result as input 0 with `emit` applied to it in its own layout.
LogicalResult setMapped(NodeContext &node,
                        llvm::function_ref<Value(Value)> emit);

/// Computes result[i] = fn(a[i], b[i]) on constants, by ONNX's broadcasting to
/// `shape`: on numbers for a float kind, on integers for the others. The result
/// has `kind`.
HostTensor foldBinary(ElementKind kind, llvm::ArrayRef<int64_t> shape,
                      const HostTensor &a, const HostTensor &b,
                      llvm::function_ref<double(double, double)> onNumbers,
                      llvm::function_ref<int64_t(int64_t, int64_t)> onIntegers);

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_ELEMENTWISE_H
