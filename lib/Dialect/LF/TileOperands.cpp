//===- TileOperands.cpp - what ops on tiles have in common ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileOperands.h"

using namespace mlir;
using namespace mlir::lf;

LogicalResult lf::verifyTileOperand(Operation *op, Value operand, Type element,
                                    bool isRows) {
  auto type = cast<MemRefType>(operand.getType());
  if (type.getElementType() != element)
    return op->emitOpError() << "expected operands of one element type, got "
                             << element << " and " << type.getElementType();
  int64_t offset;
  SmallVector<int64_t> strides;
  if (type.getRank() == 0 ||
      failed(type.getStridesAndOffset(strides, offset)) ||
      (strides.back() != 1 && type.getShape().back() != 1))
    return op->emitOpError()
           << "expected memrefs that are contiguous along the last "
              "dimension, got "
           << type;
  ArrayRef<int64_t> fixed = type.getShape();
  if (isRows) {
    if (type.getRank() != 3)
      return op->emitOpError()
             << "expected rows x width x channels, got " << type;
    fixed = fixed.drop_front();
  }
  if (ShapedType::isDynamicShape(fixed))
    return op->emitOpError() << "expected a static shape, got " << type;
  return success();
}

LogicalResult lf::verifyEpilogue(Operation *op, Region &epilogue, size_t sides,
                                 Type element) {
  if (epilogue.empty())
    return success();
  if (!epilogue.hasOneBlock())
    return op->emitOpError("expected an epilogue of one block");
  Block &body = epilogue.front();
  if (body.getNumArguments() != sides + 1 ||
      !llvm::all_of(body.getArgumentTypes(),
                    [&](Type type) { return type == element; }))
    return op->emitOpError() << "expected an epilogue of " << sides + 1
                             << " arguments of type " << element;
  for (Operation &inner : body.without_terminator())
    if (!OpTrait::hasElementwiseMappableTraits(&inner) &&
        !inner.hasTrait<OpTrait::ConstantLike>())
      return inner.emitOpError("is not elementwise and may not stand in the "
                               "epilogue of a tile");
  auto yield = dyn_cast<YieldOp>(body.getTerminator());
  if (!yield || yield.getValues().size() != 1 ||
      yield.getValues().front().getType() != element)
    return op->emitOpError()
           << "expected its epilogue to yield one " << element;
  return success();
}
