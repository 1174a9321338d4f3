//===- Tensor.h - an ONNX value and its storage order -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ONNX speaks of N x C x H x W, the layers of `lf` of N x H x W x C. A Tensor
// is an ONNX value together with the order its dimensions are stored in, so
// that a Transpose costs nothing and a chain of layers stays channels-last.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_IMPORTONNX_TENSOR_H
#define LAYERFUSION_LIB_TARGET_IMPORTONNX_TENSOR_H

#include "HostTensor.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

namespace mlir::lf::importer {

/// An ONNX value: a constant on the host, or an SSA value whose dimension i
/// holds ONNX dimension perm()[i].
class Tensor {
public:
  Tensor(HostTensor constant)
      : elementKind(constant.kind()), extents(constant.shape()),
        constant(std::move(constant)) {}
  /// `value` is a ranked tensor with static dimensions.
  Tensor(Value value, ElementKind kind, llvm::ArrayRef<int64_t> perm);
  /// A value stored in ONNX order.
  Tensor(Value value, ElementKind kind);

  ElementKind kind() const { return elementKind; }
  /// In ONNX order.
  llvm::ArrayRef<int64_t> shape() const { return extents; }
  int64_t rank() const { return extents.size(); }
  int64_t dim(int64_t i) const { return extents[i]; }
  int64_t size() const { return elementCount(extents).value_or(0); }

  bool isConstant() const { return constant.has_value(); }
  const HostTensor &host() const { return *constant; }
  /// As stored; null for a constant.
  Value stored() const { return value; }
  llvm::ArrayRef<int64_t> perm() const { return order; }

  /// Dimension i of the result is dimension p[i] of this: ONNX's Transpose.
  Tensor transposed(llvm::ArrayRef<int64_t> p) const;

private:
  ElementKind elementKind;
  Dims extents;
  std::optional<HostTensor> constant;
  Value value;
  Dims order;
};

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_TENSOR_H
