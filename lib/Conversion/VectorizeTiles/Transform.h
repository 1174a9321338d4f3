//===- Transform.h - small matrices times vectors ---------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Products of the constant matrices of Winograd's algorithm with values that
// are vectors of channels, in few operations: what two rows or two columns have
// in common, up to signs, is computed once.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_VECTORIZETILES_TRANSFORM_H
#define LAYERFUSION_LIB_CONVERSION_VECTORIZETILES_TRANSFORM_H

#include "LayerFusion/Dialect/LF/Winograd.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::lf {

/// matrix * values. A null value is zero, as operand and as result.
SmallVector<Value, 6> multiply(ImplicitLocOpBuilder &b,
                               const WinogradMatrix &matrix,
                               ArrayRef<Value> values);

/// Rows of values, of which each has as many.
using ValueMatrix = SmallVector<SmallVector<Value, 6>, 6>;

/// left * values * right^T
ValueMatrix multiply(ImplicitLocOpBuilder &b, const WinogradMatrix &left,
                     const ValueMatrix &values, const WinogradMatrix &right);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_VECTORIZETILES_TRANSFORM_H
