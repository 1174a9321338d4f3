//===- Constants.cpp - weights as constants ---------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads and makes constant f32 tensors, as dense attributes or resources.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::lf;

/// Up to this many elements a constant prints inline.
static constexpr int64_t maxInlineElements = 16;

std::optional<FloatConstant> FloatConstant::get(Attribute attr) {
  auto elements = dyn_cast_if_present<ElementsAttr>(attr);
  if (!elements || !elements.getElementType().isF32())
    return std::nullopt;
  auto type = dyn_cast<RankedTensorType>(elements.getType());
  if (!type)
    return std::nullopt;
  FloatConstant constant(type);
  size_t count = type.getNumElements();

  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob || blob->getData().size() != count * sizeof(float) ||
        reinterpret_cast<uintptr_t>(blob->getData().data()) % alignof(float))
      return std::nullopt;
    constant.view = blob->getDataAs<float>();
    return constant;
  }
  auto dense = dyn_cast<DenseFPElementsAttr>(attr);
  if (!dense)
    return std::nullopt;
  if (dense.isSplat()) {
    constant.owned.assign(count, dense.getSplatValue<float>());
  } else {
    auto values = dense.getValues<float>();
    constant.owned.assign(values.begin(), values.end());
  }
  return constant;
}

std::optional<FloatConstant> FloatConstant::get(Value value) {
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  return get(attr);
}

std::optional<float> FloatConstant::getSplat() const {
  ArrayRef<float> values = getValues();
  if (values.empty() || !llvm::all_equal(values))
    return std::nullopt;
  return values.front();
}

TypedAttr lf::getFloatConstantAttr(RankedTensorType type,
                                   std::vector<float> &&values,
                                   StringRef name) {
  if (!values.empty() && llvm::all_equal(values))
    return cast<TypedAttr>(
        DenseElementsAttr::get(type, ArrayRef<float>(values.front())));
  if (type.getNumElements() <= maxInlineElements)
    return cast<TypedAttr>(
        DenseElementsAttr::get(type, ArrayRef<float>(values)));
  // The blob owns the vector; its deleter lets go of it.
  auto *storage = new std::vector<float>(std::move(values));
  AsmResourceBlob blob(
      ArrayRef<char>(reinterpret_cast<const char *>(storage->data()),
                     storage->size() * sizeof(float)),
      alignof(float), [storage](void *, size_t, size_t) { delete storage; },
      /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(type, name, std::move(blob));
}

Value lf::createFloatConstant(OpBuilder &builder, Location loc,
                              RankedTensorType type,
                              std::vector<float> &&values, StringRef name) {
  return arith::ConstantOp::create(
      builder, loc, getFloatConstantAttr(type, std::move(values), name));
}

Value lf::createSplat(OpBuilder &builder, Location loc, RankedTensorType type,
                      double value) {
  auto element = FloatAttr::get(type.getElementType(), value);
  return arith::ConstantOp::create(
      builder, loc, cast<TypedAttr>(DenseElementsAttr::get(type, element)));
}
