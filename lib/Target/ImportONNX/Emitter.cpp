//===- Emitter.cpp - values in permuted layouts -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Transposes and reshapes, made once and only where storage really changes: a
// move of unit dimensions alone (N x 1 x 1 x C to N x C x 1 x 1) is a reshape,
// a transpose of a transpose, or a reshape of a reshape, goes back to the first
// value.
//
//===----------------------------------------------------------------------===//

#include "Emitter.h"

#include "LayerFusion/Dialect/LF/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::lf::importer;

Dims lf::importer::channelsLastPerm(int64_t rank) {
  Dims perm = identityPerm(rank);
  if (rank >= 3)
    std::rotate(perm.begin() + 1, perm.begin() + 2, perm.end());
  return perm;
}

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static Type elementTypeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

//===----------------------------------------------------------------------===//
// Tensor
//===----------------------------------------------------------------------===//

Tensor::Tensor(Value value, ElementKind kind, ArrayRef<int64_t> perm)
    : elementKind(kind), extents(permuted(shapeOf(value), inversePerm(perm))),
      value(value), order(perm) {}

Tensor::Tensor(Value value, ElementKind kind)
    : Tensor(value, kind, identityPerm(shapeOf(value).size())) {}

Tensor Tensor::transposed(ArrayRef<int64_t> p) const {
  if (constant)
    return constant->transposed(p);
  // Stored dimension k holds the old dimension order[k], which is the new
  // dimension at the place where p names it.
  return Tensor(value, elementKind, permuted(inversePerm(p), order));
}

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

Value Emitter::inOrder(const Tensor &tensor, ArrayRef<int64_t> perm) {
  if (tensor.isConstant())
    return permutedConstant(tensor.host(), perm);
  return transposeStored(tensor.stored(),
                         permuted(inversePerm(tensor.perm()), perm));
}

Value Emitter::inOrderReshaped(const Tensor &tensor, ArrayRef<int64_t> perm,
                               ArrayRef<int64_t> shape) {
  Dims order = permuted(inversePerm(tensor.perm()), perm);
  if (movesOnlyUnits(shapeOf(tensor.stored()), order))
    return reshapeStored(tensor.stored(), shape);
  return reshapeStored(inOrder(tensor, perm), shape);
}

Value Emitter::inONNXOrder(const Tensor &tensor) {
  return inOrder(tensor, identityPerm(tensor.rank()));
}

Value Emitter::channelsLast(const Tensor &tensor) {
  return inOrder(tensor, channelsLastPerm(tensor.rank()));
}

Value Emitter::transposeStored(Value value, ArrayRef<int64_t> perm) {
  Dims order(perm);
  while (auto before = value.getDefiningOp<linalg::TransposeOp>()) {
    order = permuted(before.getPermutation(), order);
    value = before.getInput();
  }
  if (isIdentity(order))
    return value;
  ArrayRef<int64_t> shape = shapeOf(value);
  Dims result = permuted(shape, order);
  if (movesOnlyUnits(shape, order))
    return reshapeStored(value, result);
  Value &cached = transposes[{value.getAsOpaquePointer(), order}];
  if (!cached)
    cached =
        linalg::TransposeOp::create(builder, loc, value,
                                    empty(result, elementTypeOf(value)), order)
            ->getResult(0);
  return cached;
}

namespace {
/// Dimensions [from, fromEnd) of one shape hold what [to, toEnd) of another do.
struct ReshapeGroup {
  int64_t from, fromEnd, to, toEnd;
};
} // namespace

/// Splits two shapes of one size, none zero, into the smallest groups of
/// adjacent dimensions with equal products. Both have a dimension at least.
static SmallVector<ReshapeGroup> reshapeGroups(ArrayRef<int64_t> from,
                                               ArrayRef<int64_t> to) {
  SmallVector<ReshapeGroup> groups;
  int64_t fromRank = from.size(), toRank = to.size(), i = 0, j = 0;
  while (i < fromRank && j < toRank) {
    ReshapeGroup group{i, i + 1, j, j + 1};
    int64_t fromSize = from[i++], toSize = to[j++];
    while (fromSize != toSize) {
      if (fromSize < toSize)
        fromSize *= from[i++];
      else
        toSize *= to[j++];
    }
    group.fromEnd = i;
    group.toEnd = j;
    groups.push_back(group);
  }
  // What is left over are units.
  groups.back().fromEnd = fromRank;
  groups.back().toEnd = toRank;
  return groups;
}

Value Emitter::reshapeStored(Value value, ArrayRef<int64_t> shape) {
  // A reshape of a reshape starts from the first value.
  while (Operation *before = value.getDefiningOp()) {
    if (!isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(before))
      break;
    value = before->getOperand(0);
  }
  ArrayRef<int64_t> from = shapeOf(value);
  if (from == shape)
    return value;
  Value &cached = reshapes[{value.getAsOpaquePointer(), Dims(shape)}];
  if (cached)
    return cached;
  SmallVector<ReassociationIndices> collapse, expand;
  Dims collapsed;
  if (!from.empty() && !shape.empty()) {
    for (const ReshapeGroup &group : reshapeGroups(from, shape)) {
      int64_t size = 1;
      for (int64_t i = group.from; i < group.fromEnd; ++i)
        size *= from[i];
      collapsed.push_back(size);
      collapse.push_back(
          llvm::to_vector<2>(llvm::seq<int64_t>(group.from, group.fromEnd)));
      expand.push_back(
          llvm::to_vector<2>(llvm::seq<int64_t>(group.to, group.toEnd)));
    }
  }
  Value result = value;
  if (collapsed.size() < from.size())
    result = tensor::CollapseShapeOp::create(builder, loc, result, collapse);
  if (collapsed.size() < shape.size())
    result = tensor::ExpandShapeOp::create(
        builder, loc, RankedTensorType::get(shape, elementTypeOf(value)),
        result, expand);
  cached = result;
  return result;
}

Tensor Emitter::reshape(const Tensor &tensor, ArrayRef<int64_t> shape) {
  if (tensor.isConstant())
    return tensor.host().reshaped(shape);
  if (tensor.rank() == 0 || shape.empty())
    return Tensor(reshapeStored(tensor.stored(), shape), tensor.kind());
  // The groups, in the order in which storage meets them, say both how the
  // source must be stored and how the result then is.
  SmallVector<ReshapeGroup> groups = reshapeGroups(tensor.shape(), shape);
  Dims place = inversePerm(tensor.perm());
  auto firstPlace = [&](const ReshapeGroup &group) {
    int64_t units = place[group.from], first = tensor.rank();
    for (int64_t i = group.from; i < group.fromEnd; ++i)
      if (tensor.dim(i) != 1)
        first = std::min(first, place[i]);
    return first == tensor.rank() ? units : first;
  };
  llvm::sort(groups, [&](const ReshapeGroup &a, const ReshapeGroup &b) {
    return firstPlace(a) < firstPlace(b);
  });
  Dims sourcePerm, resultPerm;
  for (const ReshapeGroup &group : groups) {
    llvm::append_range(sourcePerm,
                       llvm::seq<int64_t>(group.from, group.fromEnd));
    llvm::append_range(resultPerm, llvm::seq<int64_t>(group.to, group.toEnd));
  }
  Value stored =
      reshapeStored(inOrder(tensor, sourcePerm), permuted(shape, resultPerm));
  return Tensor(stored, tensor.kind(), resultPerm);
}

Value Emitter::broadcast(const Tensor &tensor, ArrayRef<int64_t> shape,
                         ArrayRef<int64_t> perm) {
  Dims storedShape = permuted(shape, perm);
  int64_t offset = static_cast<int64_t>(shape.size()) - tensor.rank();
  if (tensor.isConstant() && tensor.host().isSplat())
    return constant(tensor.host().broadcastTo(storedShape));
  // `order` is perm on the operand's own dimensions; `kept` are the stored
  // dimensions it fills, `added` those it is repeated along.
  Dims order, kept, added;
  for (auto [index, dim] : llvm::enumerate(perm)) {
    int64_t own = dim - offset;
    if (own >= 0)
      order.push_back(own);
    if (own >= 0 && tensor.dim(own) == shape[dim])
      kept.push_back(shape[dim]);
    else
      added.push_back(index);
  }
  if (added.empty())
    return inOrder(tensor, order);
  Value source;
  if (tensor.isConstant())
    source = constant(tensor.host().transposed(order).reshaped(kept));
  else
    source = inOrderReshaped(tensor, order, kept);
  return linalg::BroadcastOp::create(builder, loc, source,
                                     empty(storedShape, elementTypeOf(source)),
                                     added)
      ->getResult(0);
}

//===----------------------------------------------------------------------===//
// Constants and initial values
//===----------------------------------------------------------------------===//

Value Emitter::permutedConstant(const HostTensor &tensor,
                                ArrayRef<int64_t> perm) {
  ConstantKey key{tensor.bytes().data(), tensor.kind(), tensor.isSplat(),
                  Dims(tensor.shape()), Dims(perm)};
  auto it = constants.find(key);
  if (it != constants.end())
    return it->second.value;
  auto name = names.find(tensor.bytes().data());
  Value value = makeConstant(tensor.transposed(perm),
                             name == names.end() ? "constant" : name->second);
  constants.insert({key, CachedConstant{tensor, value}});
  return value;
}

Value Emitter::constant(const HostTensor &tensor) {
  return permutedConstant(tensor, identityPerm(tensor.rank()));
}

Value Emitter::makeConstant(const HostTensor &tensor, StringRef name) {
  Type elementType = toMLIRType(tensor.kind(), builder.getContext());
  auto type = RankedTensorType::get(tensor.shape(), elementType);
  if (tensor.kind() == ElementKind::F32) {
    if (tensor.isSplat())
      return splat(tensor.shape(), elementType, tensor.number(0));
    return createFloatConstant(builder, loc, type, tensor.floats(), name);
  }
  DenseElementsAttr value;
  if (tensor.kind() == ElementKind::Bool) {
    SmallVector<bool> bits;
    for (int64_t i = 0, e = tensor.isSplat() ? 1 : tensor.size(); i < e; ++i)
      bits.push_back(tensor.integer(i) != 0);
    value = DenseElementsAttr::get(type, bits);
  } else {
    value = DenseElementsAttr::getFromRawBuffer(type, tensor.bytes());
  }
  return arith::ConstantOp::create(builder, loc, value);
}

static TypedAttr scalarAttr(Type type, double value) {
  if (isa<FloatType>(type))
    return FloatAttr::get(type, value);
  return IntegerAttr::get(type, static_cast<int64_t>(value));
}

Value Emitter::splat(ArrayRef<int64_t> shape, Type elementType, double value) {
  auto type = RankedTensorType::get(shape, elementType);
  Attribute element = scalarAttr(elementType, value);
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, element));
}

Value Emitter::scalar(Type type, double value) {
  return arith::ConstantOp::create(builder, loc, scalarAttr(type, value));
}

Value Emitter::empty(ArrayRef<int64_t> shape, Type elementType) {
  return tensor::EmptyOp::create(builder, loc, shape, elementType);
}

Value Emitter::filled(ArrayRef<int64_t> shape, Type elementType, double value) {
  Value element = scalar(elementType, value);
  return linalg::FillOp::create(builder, loc, element,
                                empty(shape, elementType))
      .getResult(0);
}

Value Emitter::onlyElement(const Tensor &tensor) {
  if (tensor.isConstant())
    return scalar(toMLIRType(tensor.kind(), builder.getContext()),
                  tensor.host().number(0));
  return tensor::ExtractOp::create(
      builder, loc, reshapeStored(tensor.stored(), {}), ValueRange());
}

Value Emitter::pad(Value stored, ArrayRef<int64_t> low, ArrayRef<int64_t> high,
                   double value) {
  return pad(stored, low, high, scalar(elementTypeOf(stored), value));
}

Value Emitter::pad(Value stored, ArrayRef<int64_t> low, ArrayRef<int64_t> high,
                   Value value) {
  auto isZero = [](int64_t amount) { return amount == 0; };
  if (llvm::all_of(low, isZero) && llvm::all_of(high, isZero))
    return stored;
  Dims shape(shapeOf(stored));
  SmallVector<OpFoldResult> lowAttrs, highAttrs;
  for (auto [dim, before, behind] : llvm::zip_equal(shape, low, high)) {
    dim += before + behind;
    lowAttrs.push_back(builder.getIndexAttr(before));
    highAttrs.push_back(builder.getIndexAttr(behind));
  }
  return tensor::PadOp::create(
      builder, loc, RankedTensorType::get(shape, elementTypeOf(stored)), stored,
      lowAttrs, highAttrs, value);
}

Value Emitter::slice(Value stored, ArrayRef<int64_t> first,
                     ArrayRef<int64_t> count, ArrayRef<int64_t> step) {
  auto isOne = [](int64_t number) { return number == 1; };
  if (shapeOf(stored) == count && llvm::all_of(step, isOne))
    return stored;
  auto attrs = [&](ArrayRef<int64_t> numbers) {
    return getAsIndexOpFoldResult(builder.getContext(), numbers);
  };
  return tensor::ExtractSliceOp::create(
      builder, loc, RankedTensorType::get(count, elementTypeOf(stored)), stored,
      attrs(first), attrs(count), attrs(step));
}
