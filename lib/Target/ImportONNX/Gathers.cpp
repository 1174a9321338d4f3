//===- Gathers.cpp - import of Gather and GatherND --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One index or a range of them is a slice; anything else reads each element
// from its place. Indices may be constants or computed.
//
//===----------------------------------------------------------------------===//

#include "Indexed.h"
#include "OpTable.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::lf::importer;

/// Fails unless input 1 holds int32 or int64.
static LogicalResult requireIndices(NodeContext &node) {
  ElementKind kind = node.input(1).kind();
  if (kind == ElementKind::I32 || kind == ElementKind::I64)
    return success();
  return node.error(node.inputName(1) + " must be int32 or int64, got " +
                    toString(kind));
}

/// The constant indices counted from the front; `extent(i)` bounds index i.
static LogicalResult
normalizeIndices(NodeContext &node, HostTensor &indices,
                 llvm::function_ref<int64_t(int64_t)> extent) {
  if (failed(node.checkShape(indices.shape(), ElementKind::I64,
                             /*folded=*/true)))
    return failure();
  std::vector<char> bytes(indices.size() * sizeof(int64_t));
  for (int64_t i = 0; i < indices.size(); ++i) {
    int64_t index = indices.integer(i), limit = extent(i);
    if (index < -limit || index >= limit)
      return node.error("index " + Twine(index) +
                        " is out of range for dimension of " + Twine(limit));
    storeInteger(ElementKind::I64, bytes.data(), i,
                 index < 0 ? index + limit : index);
  }
  indices = HostTensor(ElementKind::I64, indices.shape(), std::move(bytes));
  return success();
}

/// Reads an index that is computed at run time: counts it from the front and
/// keeps it within [0, extent).
static Value emitIndex(OpBuilder &b, Location loc, Value indices,
                       ValueRange position, int64_t extent, bool isConstant) {
  Value index = tensor::ExtractOp::create(b, loc, indices, position);
  index = arith::IndexCastOp::create(b, loc, b.getIndexType(), index);
  if (isConstant)
    return index;
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value size = arith::ConstantIndexOp::create(b, loc, extent);
  Value last = arith::ConstantIndexOp::create(b, loc, extent - 1);
  Value isNegative =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, index, zero);
  Value wrapped = arith::AddIOp::create(b, loc, index, size);
  index = arith::SelectOp::create(b, loc, isNegative, wrapped, index);
  index = arith::MaxSIOp::create(b, loc, index, zero);
  return arith::MinSIOp::create(b, loc, index, last);
}

//===----------------------------------------------------------------------===//
// Gather
//===----------------------------------------------------------------------===//

/// The first of constant indices that go up by one each, if they do.
static std::optional<int64_t> startOfRange(const Tensor &indices) {
  if (!indices.isConstant() || indices.rank() > 1 || indices.size() == 0)
    return std::nullopt;
  const HostTensor &host = indices.host();
  for (int64_t i = 1; i < host.size(); ++i)
    if (host.integer(i) != host.integer(0) + i)
      return std::nullopt;
  return host.integer(0);
}

/// A range of constant indices along `axis`, which goes if `drops`.
static Tensor emitRange(Emitter &emit, const Tensor &data, int64_t axis,
                        int64_t start, int64_t count, bool drops) {
  Dims first(data.rank(), 0), counts(data.shape()), steps(data.rank(), 1);
  first[axis] = start;
  counts[axis] = count;
  Value stored = emit.slice(data.stored(), permuted(first, data.perm()),
                            permuted(counts, data.perm()), steps);
  Tensor part(stored, data.kind(), data.perm());
  if (!drops)
    return part;
  counts.erase(counts.begin() + axis);
  return emit.reshape(part, counts);
}

static LogicalResult importGather(NodeContext &node) {
  const Tensor &data = node.input(0);
  int64_t axis = node.axis(node.intAttr("axis", 0), data.rank());
  if (node.hasFailed() || failed(requireIndices(node)))
    return failure();
  Tensor indices = node.input(1);
  int64_t extent = data.dim(axis), indexRank = indices.rank();
  if (indices.isConstant()) {
    HostTensor host = indices.host();
    if (failed(normalizeIndices(node, host, [&](int64_t) { return extent; })))
      return failure();
    indices = host;
  }
  Dims shape(data.shape());
  shape.erase(shape.begin() + axis);
  shape.insert(shape.begin() + axis, indices.shape().begin(),
               indices.shape().end());
  if (data.size() == 0 && elementCount(shape) != 0)
    return node.error("gathers from a tensor without elements");
  if (failed(node.checkShape(shape, data.kind(), node.allConstant())))
    return failure();
  if (node.allConstant()) {
    Dims strides = rowMajorStrides(indices.shape());
    return node.setFolded(
        foldIndexed(data.host(), shape, [&](ArrayRef<int64_t> i, Dims &place) {
          int64_t offset = 0;
          for (int64_t dim = 0; dim < indexRank; ++dim)
            offset += i[axis + dim] * strides[dim];
          llvm::copy(i.take_front(axis), place.begin());
          place[axis] = indices.host().integer(offset);
          llvm::copy(i.drop_front(axis + indexRank), place.begin() + axis + 1);
        }));
  }
  if (elementCount(shape) == 0)
    return node.setOutput(HostTensor(data.kind(), shape, {}));
  std::optional<int64_t> start = startOfRange(indices);
  if (start && !data.isConstant())
    return node.setOutput(emitRange(node.emit, data, axis, *start,
                                    indices.size(), indexRank == 0));
  // With as many dimensions as before, they also stay in their places.
  bool keepsLayout = indexRank == 1 && !data.isConstant();
  Dims perm = keepsLayout ? Dims(data.perm()) : identityPerm(shape.size());
  Value stored = node.emit.inONNXOrder(indices);
  return node.setOutput(emitIndexed(
      node.emit, data, shape, perm,
      [&](OpBuilder &b, Location loc, ValueRange position) {
        SmallVector<Value> places(position.take_front(axis));
        places.push_back(emitIndex(b, loc, stored,
                                   position.slice(axis, indexRank), extent,
                                   indices.isConstant()));
        llvm::append_range(places, position.drop_front(axis + indexRank));
        return places;
      }));
}

//===----------------------------------------------------------------------===//
// GatherND
//===----------------------------------------------------------------------===//

/// Checks the shapes of GatherND and computes its result's.
static LogicalResult gatherNDShape(NodeContext &node, int64_t batch,
                                   Dims &shape) {
  const Tensor &data = node.input(0), &indices = node.input(1);
  if (data.rank() < 1 || indices.rank() < 1 || batch < 0 ||
      batch >= std::min(data.rank(), indices.rank()))
    return node.error("batch_dims " + Twine(batch) +
                      " is out of range for data of " +
                      shapeString(data.shape()) + " and indices of " +
                      shapeString(indices.shape()));
  int64_t depth = indices.shape().back();
  if (depth < 1 || batch + depth > data.rank() ||
      data.shape().take_front(batch) != indices.shape().take_front(batch))
    return node.error("indices of " + shapeString(indices.shape()) +
                      " do not fit data of " + shapeString(data.shape()));
  llvm::append_range(shape, indices.shape().drop_back());
  llvm::append_range(shape, data.shape().drop_front(batch + depth));
  if (data.size() == 0 && elementCount(shape) != 0)
    return node.error("gathers from a tensor without elements");
  return node.checkShape(shape, data.kind(), node.allConstant());
}

static LogicalResult importGatherND(NodeContext &node) {
  const Tensor &data = node.input(0);
  int64_t batch = node.opset >= 12 ? node.intAttr("batch_dims", 0) : 0;
  Dims shape;
  if (node.hasFailed() || failed(requireIndices(node)) ||
      failed(gatherNDShape(node, batch, shape)))
    return failure();
  Tensor indices = node.input(1);
  int64_t depth = indices.shape().back(), outer = indices.rank() - 1;
  if (indices.isConstant()) {
    HostTensor host = indices.host();
    if (failed(normalizeIndices(node, host, [&](int64_t i) {
          return data.dim(batch + i % depth);
        })))
      return failure();
    indices = host;
  }
  if (node.allConstant()) {
    Dims strides = rowMajorStrides(indices.shape());
    return node.setFolded(
        foldIndexed(data.host(), shape, [&](ArrayRef<int64_t> i, Dims &place) {
          int64_t offset = 0;
          for (int64_t dim = 0; dim < outer; ++dim)
            offset += i[dim] * strides[dim];
          llvm::copy(i.take_front(batch), place.begin());
          for (int64_t dim = 0; dim < depth; ++dim)
            place[batch + dim] = indices.host().integer(offset + dim);
          llvm::copy(i.drop_front(outer), place.begin() + batch + depth);
        }));
  }
  if (elementCount(shape) == 0)
    return node.setOutput(HostTensor(data.kind(), shape, {}));
  Value stored = node.emit.inONNXOrder(indices);
  return node.setOutput(emitIndexed(
      node.emit, data, shape, identityPerm(shape.size()),
      [&](OpBuilder &b, Location loc, ValueRange position) {
        SmallVector<Value> places(position.take_front(batch));
        for (int64_t dim = 0; dim < depth; ++dim) {
          SmallVector<Value> at(position.take_front(outer));
          at.push_back(arith::ConstantIndexOp::create(b, loc, dim));
          places.push_back(emitIndex(b, loc, stored, at, data.dim(batch + dim),
                                     indices.isConstant()));
        }
        llvm::append_range(places, position.drop_front(outer));
        return places;
      }));
}

void lf::importer::registerGatherOps(OpTable &table) {
  table.add("Gather", {7, 2, 2, importGather});
  table.add("GatherND", {11, 2, 2, importGatherND});
}
