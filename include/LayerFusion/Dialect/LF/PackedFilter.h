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
// For a layer that is computed by Winograd's algorithm the filter is
// transformed as well: instead of 3 x 3 taps there are points x points.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_PACKEDFILTER_H
#define LAYERFUSION_DIALECT_LF_PACKEDFILTER_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <optional>

namespace mlir::lf {

/// How a filter is packed.
struct FilterPacking {
  /// The channels of a panel.
  int64_t panel = 1;
  /// The results of a Winograd tile, along one axis, that it is transformed
  /// for; 0 if it is not.
  int64_t winogradTile = 0;

  bool operator==(const FilterPacking &other) const {
    return panel == other.panel && winogradTile == other.winogradTile;
  }
};

/// What the type of `filter`, KH x KW x C x F, is packed.
RankedTensorType getPackedType(RankedTensorType filter, FilterPacking packing);

/// How `filter` is packed if `packed` has the shape of it packed.
std::optional<FilterPacking> getPacking(ShapedType packed,
                                        RankedTensorType filter);

/// The constant `filter` packed, of any float type, or of f32 or f64 if it is
/// transformed: that is done in double precision, and rounded once. A splat
/// stays one if nothing is filled up or transformed; else it becomes a resource
/// named after that of `filter`. None if it has no data.
TypedAttr packFilter(Attribute filter, FilterPacking packing);

} // namespace mlir::lf

#endif // LAYERFUSION_DIALECT_LF_PACKEDFILTER_H
