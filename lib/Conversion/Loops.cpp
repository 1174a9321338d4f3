//===- Loops.cpp - loops, indices and views ---------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loops.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::lf;

Index lf::getIndex(ImplicitLocOpBuilder &b, int64_t value) {
  return b.getIndexAttr(value);
}

Index lf::linear(ImplicitLocOpBuilder &b, Index x, int64_t factor,
                 int64_t offset) {
  AffineExpr d0 = b.getAffineDimExpr(0);
  return affine::makeComposedFoldedAffineApply(b, b.getLoc(),
                                               d0 * factor + offset, {x});
}

Index lf::addScaled(ImplicitLocOpBuilder &b, Index x, Index y, int64_t factor) {
  AffineExpr d0 = b.getAffineDimExpr(0), d1 = b.getAffineDimExpr(1);
  return affine::makeComposedFoldedAffineApply(b, b.getLoc(), d0 + d1 * factor,
                                               {x, y});
}

Index lf::subtract(ImplicitLocOpBuilder &b, Index x, Index y) {
  return addScaled(b, x, y, -1);
}

/// The two numbers of which one is to be chosen.
static AffineMap getChoices(ImplicitLocOpBuilder &b, int64_t factor,
                            int64_t offset, int64_t bound) {
  AffineExpr value = b.getAffineDimExpr(0) * factor + offset;
  return AffineMap::get(1, 0, {value, b.getAffineConstantExpr(bound)},
                        b.getContext());
}

Index lf::linearAtMost(ImplicitLocOpBuilder &b, Index x, int64_t factor,
                       int64_t offset, int64_t bound) {
  return affine::makeComposedFoldedAffineMin(
      b, b.getLoc(), getChoices(b, factor, offset, bound), {x});
}

Index lf::linearAtLeast(ImplicitLocOpBuilder &b, Index x, int64_t factor,
                        int64_t offset, int64_t bound) {
  return affine::makeComposedFoldedAffineMax(
      b, b.getLoc(), getChoices(b, factor, offset, bound), {x});
}

Index lf::maximum(ImplicitLocOpBuilder &b, Index x, Index y) {
  return affine::makeComposedFoldedAffineMax(
      b, b.getLoc(), b.getMultiDimIdentityMap(2), {x, y});
}

Index lf::minimum(ImplicitLocOpBuilder &b, Index x, int64_t offset, Index y) {
  AffineExpr d0 = b.getAffineDimExpr(0), d1 = b.getAffineDimExpr(1);
  AffineMap map = AffineMap::get(2, 0, {d0 + offset, d1}, b.getContext());
  return affine::makeComposedFoldedAffineMin(b, b.getLoc(), map, {x, y});
}

Index lf::modulo(ImplicitLocOpBuilder &b, Index x, int64_t size) {
  return affine::makeComposedFoldedAffineApply(
      b, b.getLoc(), b.getAffineDimExpr(0) % size, {x});
}

Index lf::divide(ImplicitLocOpBuilder &b, Index x, int64_t size) {
  return affine::makeComposedFoldedAffineApply(
      b, b.getLoc(), b.getAffineDimExpr(0).floorDiv(size), {x});
}

Value lf::asValue(ImplicitLocOpBuilder &b, Index x) {
  return getValueOrCreateConstantIndexOp(b, b.getLoc(), x);
}

Index lf::selectIfEqual(ImplicitLocOpBuilder &b, Index x, Index y, Index then,
                        Index otherwise) {
  if (isEqualConstantIntOrValue(x, y))
    return then;
  if (getConstantIntValue(x) && getConstantIntValue(y))
    return otherwise;
  Value isEqual = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                        asValue(b, x), asValue(b, y));
  return arith::SelectOp::create(b, isEqual, asValue(b, then),
                                 asValue(b, otherwise))
      .getResult();
}

void lf::ifLess(ImplicitLocOpBuilder &b, Index x, Index y,
                function_ref<void()> body) {
  std::optional<int64_t> left = getConstantIntValue(x);
  std::optional<int64_t> right = getConstantIntValue(y);
  if (left && right)
    return *left < *right ? body() : void();
  Value isLess = arith::CmpIOp::create(b, arith::CmpIPredicate::slt,
                                       asValue(b, x), asValue(b, y));
  auto branch = scf::IfOp::create(b, isLess, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  body();
}

void lf::forEach(ImplicitLocOpBuilder &b, Index lower, Index upper,
                 int64_t step, function_ref<void(Index)> body) {
  std::optional<int64_t> first = getConstantIntValue(lower);
  std::optional<int64_t> end = getConstantIntValue(upper);
  if (first && end && *first >= *end)
    return;
  if (first && end && *first + step >= *end)
    return body(lower);
  auto loop = scf::ForOp::create(b, asValue(b, lower), asValue(b, upper),
                                 arith::ConstantIndexOp::create(b, step));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

Value lf::getView(ImplicitLocOpBuilder &b, Value buffer, ArrayRef<Slice> slices,
                  ArrayRef<int64_t> dropped) {
  auto bufferType = cast<MemRefType>(buffer.getType());
  SmallVector<Index> offsets, sizes, strides;
  SmallVector<int64_t> shape;
  bool isAll = dropped.empty();
  for (auto [dim, slice] : llvm::enumerate(slices)) {
    offsets.push_back(slice.offset);
    sizes.push_back(slice.size);
    strides.push_back(b.getIndexAttr(slice.stride));
    int64_t size =
        getConstantIntValue(slice.size).value_or(ShapedType::kDynamic);
    // A view as large as the buffer begins where it does.
    isAll &= size == bufferType.getDimSize(dim) &&
             !bufferType.isDynamicDim(dim) && slice.stride == 1;
    if (!llvm::is_contained(dropped, static_cast<int64_t>(dim)))
      shape.push_back(size);
  }
  if (isAll)
    return buffer;
  MemRefType type = memref::SubViewOp::inferRankReducedResultType(
      shape, bufferType, offsets, sizes, strides);
  return memref::SubViewOp::create(b, type, buffer, offsets, sizes, strides);
}
