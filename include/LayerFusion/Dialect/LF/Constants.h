//===- Constants.h - weights as constants --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights are `arith.constant` ops of tensor type. Small ones are dense
// attributes that print inline, large ones dense resources: blobs that are kept
// once, print outside the IR and cost nothing to compare.
//
// These functions are how passes and importers read and make them, whichever
// form they have.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_CONSTANTS_H
#define LAYERFUSION_DIALECT_LF_CONSTANTS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

#include <optional>
#include <vector>

namespace mlir::lf {

/// The elements of a constant f32 tensor in row-major order. A splat or a
/// small dense attribute is copied, a resource is looked at in place: the view
/// must not outlive the attribute's context.
class FloatConstant {
public:
  /// The elements of `attr`; none unless it holds f32 and, for a resource, its
  /// blob is there and has the size its type says.
  static std::optional<FloatConstant> get(Attribute attr);

  /// The elements of the constant that defines `value`; none if it is not one.
  static std::optional<FloatConstant> get(Value value);

  RankedTensorType getType() const { return type; }
  ArrayRef<float> getValues() const {
    return owned.empty() ? view : ArrayRef<float>(owned);
  }

  /// The value that all elements share, if they do.
  std::optional<float> getSplat() const;

private:
  FloatConstant(RankedTensorType type) : type(type) {}

  RankedTensorType type;
  ArrayRef<float> view;
  std::vector<float> owned;
};

/// The attribute for f32 `values` of `type` (row-major; as many as the type has
/// elements): a splat if all are equal, a dense attribute for up to 16
/// elements, else a resource named after `name` (made unique by the context).
/// The resource takes over the vector: nothing is copied.
TypedAttr getFloatConstantAttr(RankedTensorType type,
                               std::vector<float> &&values, StringRef name);

/// `arith.constant` of the above.
Value createFloatConstant(OpBuilder &builder, Location loc,
                          RankedTensorType type, std::vector<float> &&values,
                          StringRef name);

/// `arith.constant` whose elements are all `value`, of any float element type.
Value createSplat(OpBuilder &builder, Location loc, RankedTensorType type,
                  double value);

} // namespace mlir::lf

#endif // LAYERFUSION_DIALECT_LF_CONSTANTS_H
