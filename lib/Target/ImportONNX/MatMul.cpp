//===- MatMul.cpp - import of matrix products -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gemm becomes linalg.matmul that adds to its C, broadcast. MatMul becomes
// linalg.matmul, also if only the first operand has batch dimensions (they are
// rows like any others), else linalg.batch_matmul.
//
//===----------------------------------------------------------------------===//

#include "Formula.h"
#include "OpTable.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::lf::importer;

/// The type sums are formed in: f32 for narrower floats.
static Type sumType(Emitter &emit, Type elementType) {
  bool isNarrow =
      isa<FloatType>(elementType) && elementType.getIntOrFloatBitWidth() < 32;
  return isNarrow ? Type(emit.builder.getF32Type()) : elementType;
}

/// The sum in the element type of the result again.
static Value fromSum(Emitter &emit, Value sum, Type elementType) {
  return isa<FloatType>(elementType) ? Formula(emit).cast(sum, elementType)
                                     : sum;
}

static LogicalResult setEmpty(NodeContext &node, ArrayRef<int64_t> shape) {
  return node.setOutput(HostTensor(node.input(0).kind(), shape, {}));
}

//===----------------------------------------------------------------------===//
// Gemm
//===----------------------------------------------------------------------===//

/// C times beta, broadcast to `shape`; zeros if there is none.
static Value emitGemmBias(NodeContext &node, ArrayRef<int64_t> shape,
                          Type elementType, double beta) {
  Emitter &emit = node.emit;
  if (!node.has(2) || beta == 0.0)
    return emit.filled(shape, elementType, 0.0);
  Formula f(emit);
  Value bias =
      f.cast(emit.broadcast(node.input(2), shape, {0, 1}), elementType);
  return beta == 1.0 ? bias : f.mul(bias, beta);
}

/// The product of `a` and `b` (transposed, if asked for) has shape `shape`.
static LogicalResult checkGemm(NodeContext &node, const Tensor &a,
                               const Tensor &b, ArrayRef<int64_t> shape) {
  if (a.dim(1) != b.dim(0))
    return node.error("the inner dimensions must agree, got " +
                      Twine(a.dim(1)) + " and " + Twine(b.dim(0)));
  if (failed(node.checkShape(shape, a.kind())))
    return failure();
  if (!node.has(2))
    return success();
  Tensor result(HostTensor::splat(a.kind(), shape, 0));
  Dims together = node.broadcastShape({result, node.input(2)});
  if (ArrayRef<int64_t>(together) != shape)
    return node.error(node.inputName(2) + " does not broadcast to " +
                      shapeString(shape));
  return success();
}

static LogicalResult importGemm(NodeContext &node) {
  double alpha = node.floatAttr("alpha", 1.0);
  double beta = node.floatAttr("beta", 1.0);
  bool transA = node.intAttr("transA", 0) != 0;
  bool transB = node.intAttr("transB", 0) != 0;
  if (node.hasFailed() || failed(node.requireFloats()) ||
      failed(node.requireRank(0, 2)) || failed(node.requireRank(1, 2)))
    return failure();
  auto turned = [&](unsigned i, bool trans) {
    Dims shape(node.input(i).shape());
    if (trans)
      std::swap(shape[0], shape[1]);
    return Tensor(HostTensor::splat(node.input(i).kind(), shape, 0));
  };
  Tensor a = turned(0, transA), b = turned(1, transB);
  Dims shape = {a.dim(0), b.dim(1)};
  if (failed(checkGemm(node, a, b, shape)))
    return failure();
  if (elementCount(shape) == 0)
    return setEmpty(node, shape);
  Emitter &emit = node.emit;
  Formula f(emit);
  Type elementType = toMLIRType(a.kind(), emit.builder.getContext());
  Value result = emitGemmBias(node, shape, sumType(emit, elementType), beta);
  // Without terms to sum the result is C.
  if (a.dim(1) != 0) {
    auto stored = [&](unsigned i, bool trans) {
      return emit.inOrder(node.input(i), trans ? Dims{1, 0} : Dims{0, 1});
    };
    Value left = stored(0, transA), right = stored(1, transB);
    if (alpha != 1.0)
      left = f.mul(left, alpha);
    result =
        linalg::MatmulOp::create(emit.builder, emit.loc,
                                 ValueRange{left, right}, ValueRange{result})
            .getResult(0);
  }
  return node.setOutput(Tensor(f.cast(result, elementType), a.kind()));
}

//===----------------------------------------------------------------------===//
// MatMul
//===----------------------------------------------------------------------===//

namespace {
/// Matrices [batch.., rows, depth] and [batch.., depth, columns]; a vector
/// counts as a matrix with one row or one column.
struct Product {
  Tensor left, right;
  /// Of all products, broadcast.
  Dims batch;

  int64_t rows() const { return left.dim(left.rank() - 2); }
  int64_t depth() const { return left.dim(left.rank() - 1); }
  int64_t columns() const { return right.dim(right.rank() - 1); }
};
} // namespace

static Tensor makeZeros(ArrayRef<int64_t> shape) {
  return Tensor(HostTensor::splat(ElementKind::Bool, shape, 0));
}

static FailureOr<Product> readProduct(NodeContext &node) {
  const Tensor &a = node.input(0), &b = node.input(1);
  if (failed(node.requireSameKind()))
    return failure();
  if (a.kind() == ElementKind::Bool)
    return node.error(node.inputName(0) + " is bool, supported are numbers");
  for (unsigned i : {0, 1})
    if (node.input(i).rank() == 0)
      return node.error(node.inputName(i) + " must not be a scalar");
  Product product{a, b, {}};
  if (a.rank() == 1)
    product.left = node.emit.reshape(a, {1, a.dim(0)});
  if (b.rank() == 1)
    product.right = node.emit.reshape(b, {b.dim(0), 1});
  const Tensor &left = product.left, &right = product.right;
  int64_t inner = right.dim(right.rank() - 2);
  if (product.depth() != inner)
    return node.error("the inner dimensions must agree, got " +
                      Twine(product.depth()) + " and " + Twine(inner));
  product.batch = node.broadcastShape({makeZeros(left.shape().drop_back(2)),
                                       makeZeros(right.shape().drop_back(2))});
  if (node.hasFailed())
    return failure();
  return product;
}

/// [batch.., rows, columns] of a batch of products.
static Value emitBatches(Emitter &emit, const Product &product,
                         Type elementType) {
  int64_t batches = *elementCount(product.batch);
  auto matrices = [&](const Tensor &tensor, int64_t rows, int64_t columns) {
    Dims shape = product.batch;
    shape.append({rows, columns});
    return emit.reshapeStored(
        emit.broadcast(tensor, shape, identityPerm(shape.size())),
        {batches, rows, columns});
  };
  Value left = matrices(product.left, product.rows(), product.depth());
  Value right = matrices(product.right, product.depth(), product.columns());
  Value init =
      emit.filled({batches, product.rows(), product.columns()}, elementType, 0);
  return linalg::BatchMatmulOp::create(
             emit.builder, emit.loc, ValueRange{left, right}, ValueRange{init})
      .getResult(0);
}

/// One product: all rows of all batches times one matrix.
static Value emitProduct(Emitter &emit, const Product &product,
                         Type elementType) {
  int64_t rows = product.rows() * *elementCount(product.batch);
  Value left =
      emit.inONNXOrder(emit.reshape(product.left, {rows, product.depth()}));
  Value right = emit.inONNXOrder(
      emit.reshape(product.right, {product.depth(), product.columns()}));
  Value init = emit.filled({rows, product.columns()}, elementType, 0);
  return linalg::MatmulOp::create(emit.builder, emit.loc,
                                  ValueRange{left, right}, ValueRange{init})
      .getResult(0);
}

static LogicalResult importMatMul(NodeContext &node) {
  FailureOr<Product> read = readProduct(node);
  if (failed(read))
    return failure();
  const Product &product = *read;
  ElementKind kind = product.left.kind();
  Dims shape = product.batch;
  if (node.input(0).rank() > 1)
    shape.push_back(product.rows());
  if (node.input(1).rank() > 1)
    shape.push_back(product.columns());
  // The operands broadcast to all batches must fit as well.
  Dims left = product.batch, right = product.batch;
  left.append({product.rows(), product.depth()});
  right.append({product.depth(), product.columns()});
  for (const Dims &dims : {shape, left, right})
    if (failed(node.checkShape(dims, kind)))
      return failure();
  if (elementCount(shape) == 0)
    return setEmpty(node, shape);
  if (product.depth() == 0)
    return node.setOutput(HostTensor::splat(kind, shape, 0));
  Emitter &emit = node.emit;
  Type elementType = toMLIRType(kind, emit.builder.getContext());
  Type wide = sumType(emit, elementType);
  bool leftIsFull = product.left.size() == *elementCount(left);
  bool rightIsOne = product.right.size() == product.depth() * product.columns();
  Value result = leftIsFull && rightIsOne ? emitProduct(emit, product, wide)
                                          : emitBatches(emit, product, wide);
  result = emit.reshapeStored(fromSum(emit, result, elementType), shape);
  return node.setOutput(Tensor(result, kind));
}

void lf::importer::registerMatMulOps(OpTable &table) {
  table.add("Gemm", {7, 2, 3, importGemm});
  table.add("MatMul", {7, 2, 2, importMatMul});
}
