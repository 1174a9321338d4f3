//===- Indexed.cpp - results read from computed places ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   %y = linalg.generic outs(%empty) {
//     %i = linalg.index 0 ...
//     %e = tensor.extract %source[<place of %i>]
//     linalg.yield %e
//   }
//
//===----------------------------------------------------------------------===//

#include "Indexed.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/AffineMap.h"

#include <cstring>

using namespace mlir;
using namespace mlir::lf::importer;

Tensor lf::importer::emitIndexed(Emitter &emit, const Tensor &source,
                                 ArrayRef<int64_t> shape,
                                 ArrayRef<int64_t> perm, EmitPlaceFn place) {
  OpBuilder &b = emit.builder;
  Dims sourcePerm =
      source.isConstant() ? identityPerm(source.rank()) : Dims(source.perm());
  Value stored = emit.inOrder(source, sourcePerm);
  Dims storageOf = inversePerm(perm);
  auto body = [&](OpBuilder &nested, Location loc, ValueRange) {
    SmallVector<Value> result, from;
    for (int64_t dim : storageOf)
      result.push_back(linalg::IndexOp::create(nested, loc, dim));
    SmallVector<Value> places = place(nested, loc, result);
    for (int64_t dim : sourcePerm)
      from.push_back(places[dim]);
    Value element = tensor::ExtractOp::create(nested, loc, stored, from);
    linalg::YieldOp::create(nested, loc, element);
  };
  Type elementType = cast<RankedTensorType>(stored.getType()).getElementType();
  Value init = emit.empty(permuted(shape, perm), elementType);
  int64_t rank = shape.size();
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      b, emit.loc, init.getType(), ValueRange(), ValueRange{init},
      ArrayRef<AffineMap>{b.getMultiDimIdentityMap(rank)}, iterators, body);
  return Tensor(generic.getResult(0), source.kind(), perm);
}

HostTensor lf::importer::foldIndexed(const HostTensor &source,
                                     ArrayRef<int64_t> shape, PlaceFn place) {
  size_t width = byteSize(source.kind());
  int64_t count = elementCount(shape).value_or(0);
  if (source.isSplat() && count > 0)
    return HostTensor(source.kind(), shape, std::vector<char>(source.bytes()));
  std::vector<char> bytes(count * width);
  Dims position(shape.size(), 0), from(source.rank(), 0);
  Dims strides = rowMajorStrides(source.shape());
  for (int64_t i = 0; i < count; ++i) {
    place(position, from);
    int64_t offset = 0;
    for (int64_t dim = 0; dim < source.rank(); ++dim)
      offset += from[dim] * strides[dim];
    std::memcpy(&bytes[i * width], &source.bytes()[offset * width], width);
    for (int64_t dim = shape.size(); dim-- > 0;) {
      if (++position[dim] < shape[dim])
        break;
      position[dim] = 0;
    }
  }
  return HostTensor(source.kind(), shape, std::move(bytes));
}
