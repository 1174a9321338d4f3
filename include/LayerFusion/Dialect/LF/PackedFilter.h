//===- PackedFilter.h - filters in panels of channels -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A register tile of a convolution takes, term by term, the filter's vectors
// for a panel of P channels of the result. Packed, these lie one after the
// other:
//
//   KH x KW x C x F   becomes   ceil(F / P) x KH x KW x C x P
//
// Channel f stands in panel f / P at f mod P; beyond channel F are zeros.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_PACKEDFILTER_H
#define LAYERFUSION_DIALECT_LF_PACKEDFILTER_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <optional>

namespace mlir::lf {

/// What the type of `filter`, KH x KW x C x F, is packed in panels of `panel`
/// channels.
RankedTensorType getPackedType(RankedTensorType filter, int64_t panel);

/// The channels of a panel, if `packed` has the shape of `filter` packed.
std::optional<int64_t> getPanel(ShapedType packed, RankedTensorType filter);

/// The constant `filter` packed, of any float type: a splat stays one if
/// nothing is filled up, else a resource named after that of `filter`. None if
/// it has no data.
TypedAttr packFilter(Attribute filter, int64_t panel);

} // namespace mlir::lf

#endif // LAYERFUSION_DIALECT_LF_PACKEDFILTER_H
