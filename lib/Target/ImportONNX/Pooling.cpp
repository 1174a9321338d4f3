//===- Pooling.cpp - import of pooling --------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Windows become the pooling ops of linalg on the padded image, channels last:
//
//   %padded = tensor.pad %x ...                             // -inf, or 0
//   %y = linalg.pooling_nhwc_max ins(%padded, %window) outs(%init)
//
// An average multiplies the sums by reciprocals of the numbers of elements,
// which are constants: they differ along the borders if pads do not count.
// Global pooling is a reduction in the layout of its input.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Formula.h"
#include "OpTable.h"
#include "Reductions.h"
#include "Window.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;
using namespace mlir::lf::importer;

constexpr double infinity = std::numeric_limits<double>::infinity();

namespace {
/// A pooling node whose numbers have been checked.
struct Pool {
  NodeWindow window;
  /// What the last window needs behind the input.
  Dims behind;
  /// Of the result, in ONNX order.
  Dims shape;
};
} // namespace

/// The first element behind the window that comes last, counted from the first
/// one of the input.
static int64_t reachOf(const NodeWindow &window, int64_t i) {
  return (window.output[i] - 1) * window.strides[i] - window.low[i] +
         (window.kernel[i] - 1) * window.dilations[i] + 1;
}

static FailureOr<Pool> readPool(NodeContext &node) {
  const Tensor &input = node.input(0);
  if (input.rank() < 3 || input.rank() > 5)
    return node.error(node.inputName(0) + " must have rank 3 to 5, got " +
                      shapeString(input.shape()));
  ArrayRef<int64_t> spatial = input.shape().drop_front(2);
  bool ceilMode = node.opset >= 10 && node.intAttr("ceil_mode", 0) != 0;
  Dims kernel = readKernelShape(node, spatial.size());
  Pool pool;
  pool.window = readWindow(node, spatial, kernel, ceilMode);
  if (node.hasFailed())
    return failure();
  pool.shape.assign(input.shape().begin(), input.shape().begin() + 2);
  Dims padded = pool.shape;
  for (auto [i, extent] : llvm::enumerate(spatial)) {
    pool.shape.push_back(pool.window.output[i]);
    pool.behind.push_back(
        std::max<int64_t>(reachOf(pool.window, i) - extent, 0));
    padded.push_back(pool.window.low[i] + extent + pool.behind.back());
  }
  if (failed(node.checkShape(padded, input.kind())) ||
      failed(node.checkShape(pool.shape, input.kind())))
    return failure();
  return pool;
}

/// The image, channels last, with `value` around it.
static Value emitPadded(Emitter &emit, const Tensor &input, const Pool &pool,
                        TypedAttr value) {
  Dims low = {0}, high = {0};
  llvm::append_range(low, pool.window.low);
  llvm::append_range(high, pool.behind);
  low.push_back(0);
  high.push_back(0);
  Value element = arith::ConstantOp::create(emit.builder, emit.loc, value);
  return emit.pad(emit.channelsLast(input), low, high, element);
}

/// The pooling op for images of 1, 2 or 3 dimensions.
template <typename Op1D, typename Op2D, typename Op3D>
static Value emitPooling(Emitter &emit, Value padded, const Pool &pool,
                         Value init) {
  OpBuilder &b = emit.builder;
  const NodeWindow &window = pool.window;
  Type elementType = cast<RankedTensorType>(padded.getType()).getElementType();
  // Only the shape of this operand counts.
  SmallVector<Value, 2> inputs = {padded,
                                  emit.empty(window.kernel, elementType)};
  Attribute strides = b.getI64TensorAttr(window.strides);
  Attribute dilations = b.getI64TensorAttr(window.dilations);
  auto create = [&](auto *op) {
    using OpTy = std::remove_pointer_t<decltype(op)>;
    return OpTy::create(b, emit.loc, init.getType(), inputs, init, strides,
                        dilations)
        .getResult(0);
  };
  switch (window.kernel.size()) {
  case 1:
    return create(static_cast<Op1D *>(nullptr));
  case 2:
    return create(static_cast<Op2D *>(nullptr));
  default:
    return create(static_cast<Op3D *>(nullptr));
  }
}

//===----------------------------------------------------------------------===//
// MaxPool
//===----------------------------------------------------------------------===//

/// Less than any element.
static TypedAttr lowestAttr(Type type, ElementKind kind) {
  if (isFloat(kind))
    return FloatAttr::get(type, -infinity);
  unsigned width = type.getIntOrFloatBitWidth();
  return IntegerAttr::get(type, isUnsigned(kind)
                                    ? llvm::APInt::getMinValue(width)
                                    : llvm::APInt::getSignedMinValue(width));
}

/// The place of the window's current element in the whole input, in the body of
/// an op with dimensions n, o.., c, k..: row-major in ONNX order, except that
/// `columnMajor` lets the first spatial dimension run fastest.
static Value emitPlace(OpBuilder &b, Location loc, const Tensor &input,
                       const NodeWindow &window, bool columnMajor) {
  int64_t spatial = window.kernel.size();
  auto d = [&](int64_t i) { return b.getAffineDimExpr(i); };
  AffineExpr place = d(0) * input.dim(1) + d(1 + spatial);
  AffineExpr within = b.getAffineConstantExpr(0);
  for (int64_t i = 0; i < spatial; ++i) {
    int64_t axis = columnMajor ? spatial - 1 - i : i;
    AffineExpr at = d(1 + axis) * window.strides[axis] +
                    d(2 + spatial + axis) * window.dilations[axis] -
                    window.low[axis];
    within = within * input.dim(2 + axis) + at;
    place = place * input.dim(2 + i);
  }
  SmallVector<Value> indices;
  for (int64_t i = 0; i < 2 * spatial + 2; ++i)
    indices.push_back(linalg::IndexOp::create(b, loc, i));
  auto map = AffineMap::get(indices.size(), 0, place + within);
  Value index = affine::AffineApplyOp::create(b, loc, map, indices);
  return arith::IndexCastOp::create(b, loc, b.getI64Type(), index);
}

/// The maxima and where they are: the first one of each window.
static std::pair<Value, Value>
emitMaximaAndPlaces(Emitter &emit, const Tensor &input, const Pool &pool,
                    Value padded, Value init, bool columnMajor) {
  OpBuilder &b = emit.builder;
  int64_t spatial = pool.window.kernel.size(), rank = 2 * spatial + 2;
  auto d = [&](int64_t i) { return b.getAffineDimExpr(i); };
  SmallVector<AffineExpr> from = {d(0)}, kernel, to;
  for (int64_t i = 0; i < spatial; ++i) {
    from.push_back(d(1 + i) * pool.window.strides[i] +
                   d(2 + spatial + i) * pool.window.dilations[i]);
    kernel.push_back(d(2 + spatial + i));
  }
  from.push_back(d(1 + spatial));
  for (int64_t i = 0; i < spatial + 2; ++i)
    to.push_back(d(i));
  auto map = [&](ArrayRef<AffineExpr> exprs) {
    return AffineMap::get(rank, 0, exprs, b.getContext());
  };
  SmallVector<utils::IteratorType> iterators(spatial + 2,
                                             utils::IteratorType::parallel);
  iterators.append(spatial, utils::IteratorType::reduction);
  auto type = cast<RankedTensorType>(init.getType());
  Value places = emit.filled(type.getShape(), b.getI64Type(), 0);
  bool isFloatKind = isFloat(input.kind());
  auto body = [&](OpBuilder &nested, Location loc, ValueRange args) {
    Value place = emitPlace(nested, loc, input, pool.window, columnMajor);
    Value isMore;
    if (isFloatKind)
      isMore = arith::CmpFOp::create(nested, loc, arith::CmpFPredicate::OGT,
                                     args[0], args[2]);
    else
      isMore = arith::CmpIOp::create(nested, loc,
                                     isUnsigned(input.kind())
                                         ? arith::CmpIPredicate::ugt
                                         : arith::CmpIPredicate::sgt,
                                     args[0], args[2]);
    Value most = arith::SelectOp::create(nested, loc, isMore, args[0], args[2]);
    Value where = arith::SelectOp::create(nested, loc, isMore, place, args[3]);
    linalg::YieldOp::create(nested, loc, ValueRange{most, where});
  };
  auto op = linalg::GenericOp::create(
      b, emit.loc, TypeRange{type, places.getType()},
      ValueRange{padded, emit.empty(pool.window.kernel, type.getElementType())},
      ValueRange{init, places},
      ArrayRef<AffineMap>{map(from), map(kernel), map(to), map(to)}, iterators,
      body);
  return {op.getResult(0), op.getResult(1)};
}

static Value emitMaxima(Emitter &emit, Value padded, const Pool &pool,
                        Value init, ElementKind kind) {
  if (isUnsigned(kind) && pool.window.kernel.size() < 3)
    return emitPooling<linalg::PoolingNwcMaxUnsignedOp,
                       linalg::PoolingNhwcMaxUnsignedOp,
                       linalg::PoolingNdhwcMaxOp>(emit, padded, pool, init);
  return emitPooling<linalg::PoolingNwcMaxOp, linalg::PoolingNhwcMaxOp,
                     linalg::PoolingNdhwcMaxOp>(emit, padded, pool, init);
}

static LogicalResult importMaxPool(NodeContext &node) {
  const Tensor &input = node.input(0);
  ElementKind kind = input.kind();
  int64_t order = node.opset >= 8 ? node.intAttr("storage_order", 0) : 0;
  bool isByte = kind == ElementKind::I8 || kind == ElementKind::U8;
  if (!(isByte && node.opset >= 12) && failed(node.requireFloat(0)))
    return failure();
  FailureOr<Pool> pool = readPool(node);
  if (failed(pool))
    return failure();
  if (order != 0 && order != 1)
    return node.error("storage_order must be 0 or 1, got " + Twine(order));
  if (kind == ElementKind::U8 && input.rank() == 5)
    return node.error(node.inputName(0) +
                      " is uint8, supported for rank 5 are the float types");
  if (input.size() == 0)
    return node.setOutput(HostTensor(kind, pool->shape, {}));
  Emitter &emit = node.emit;
  Type elementType = toMLIRType(kind, emit.builder.getContext());
  Dims perm = channelsLastPerm(input.rank());
  TypedAttr lowest = lowestAttr(elementType, kind);
  Value padded = emitPadded(emit, input, *pool, lowest);
  Value first = arith::ConstantOp::create(emit.builder, emit.loc, lowest);
  Value init = linalg::FillOp::create(
                   emit.builder, emit.loc, first,
                   emit.empty(permuted(pool->shape, perm), elementType))
                   .getResult(0);
  if (!node.wantsOutput(1))
    return node.setOutput(
        Tensor(emitMaxima(emit, padded, *pool, init, kind), kind, perm));
  auto [most, where] =
      emitMaximaAndPlaces(emit, input, *pool, padded, init, order == 1);
  if (failed(node.setOutput(0, Tensor(most, kind, perm))))
    return failure();
  return node.setOutput(1, Tensor(where, ElementKind::I64, perm));
}

//===----------------------------------------------------------------------===//
// AveragePool
//===----------------------------------------------------------------------===//

/// How many elements of the window that starts at `start` lie in [low, high).
static int64_t countInside(int64_t start, int64_t kernel, int64_t dilation,
                           int64_t low, int64_t high) {
  auto firstFrom = [&](int64_t bound) {
    int64_t steps = llvm::divideCeilSigned(bound - start, dilation);
    return std::min(std::max<int64_t>(steps, 0), kernel);
  };
  return firstFrom(high) - firstFrom(low);
}

/// The elements that count for an average lie in [first[i], end[i]).
static void countedRange(const Tensor &input, const Pool &pool, bool countPads,
                         Dims &first, Dims &end) {
  for (int64_t i = 0, e = pool.behind.size(); i < e; ++i) {
    first.push_back(countPads ? -pool.window.low[i] : 0);
    end.push_back(input.dim(2 + i) + (countPads ? pool.window.high[i] : 0));
  }
}

/// The reciprocals of the numbers of elements, one a window, in the order of
/// the spatial dimensions; 0 for a window without elements.
static HostTensor reciprocals(const Pool &pool, ElementKind kind,
                              ArrayRef<int64_t> first, ArrayRef<int64_t> end) {
  const NodeWindow &window = pool.window;
  std::vector<double> counts = {1};
  for (auto [i, windows] : llvm::enumerate(window.output)) {
    std::vector<double> next;
    next.reserve(counts.size() * windows);
    for (double outer : counts)
      for (int64_t o = 0; o < windows; ++o)
        next.push_back(outer *
                       countInside(o * window.strides[i] - window.low[i],
                                   window.kernel[i], window.dilations[i],
                                   first[i], end[i]));
    counts = std::move(next);
  }
  std::vector<char> bytes(counts.size() * byteSize(kind));
  for (auto [i, count] : llvm::enumerate(counts))
    storeNumber(kind, bytes.data(), i, count == 0 ? 0 : 1 / count);
  return HostTensor(kind, window.output, std::move(bytes));
}

/// The sums divided by the numbers of elements that count.
static FailureOr<Value> emitMeans(NodeContext &node, Value sums,
                                  const Pool &pool, bool countPads) {
  Emitter &emit = node.emit;
  const Tensor &input = node.input(0);
  Formula f(emit);
  Dims first, end;
  countedRange(input, pool, countPads, first, end);
  bool allInside = true;
  double count = 1;
  for (int64_t i = 0, e = first.size(); i < e; ++i) {
    allInside &=
        first[i] <= -pool.window.low[i] && reachOf(pool.window, i) <= end[i];
    count *= pool.window.kernel[i];
  }
  if (allInside)
    return f.mul(sums, 1 / count);
  ElementKind kind =
      input.kind() == ElementKind::F64 ? ElementKind::F64 : ElementKind::F32;
  if (failed(node.checkShape(pool.window.output, kind, /*folded=*/true)))
    return failure();
  Tensor factors(reciprocals(pool, kind, first, end));
  return f.mul(sums, emit.broadcast(factors, pool.shape,
                                    channelsLastPerm(input.rank())));
}

static LogicalResult importAveragePool(NodeContext &node) {
  const Tensor &input = node.input(0);
  ElementKind kind = input.kind();
  bool countPads = node.intAttr("count_include_pad", 0) != 0;
  if (failed(node.requireFloat(0)))
    return failure();
  FailureOr<Pool> pool = readPool(node);
  if (failed(pool))
    return failure();
  if (input.size() == 0)
    return node.setOutput(HostTensor(kind, pool->shape, {}));
  Emitter &emit = node.emit;
  Formula f(emit);
  Type elementType = toMLIRType(kind, emit.builder.getContext());
  Dims perm = channelsLastPerm(input.rank());
  Value padded = f.widened(
      emitPadded(emit, input, *pool, FloatAttr::get(elementType, 0.0)));
  Value init =
      emit.filled(permuted(pool->shape, perm),
                  cast<RankedTensorType>(padded.getType()).getElementType(), 0);
  Value sums =
      emitPooling<linalg::PoolingNwcSumOp, linalg::PoolingNhwcSumOp,
                  linalg::PoolingNdhwcSumOp>(emit, padded, *pool, init);
  FailureOr<Value> means = emitMeans(node, sums, *pool, countPads);
  if (failed(means))
    return failure();
  return node.setOutput(Tensor(f.cast(*means, elementType), kind, perm));
}

//===----------------------------------------------------------------------===//
// Global pooling
//===----------------------------------------------------------------------===//

/// Reduces all spatial dimensions, which stay with an extent of 1.
static LogicalResult importGlobalPool(NodeContext &node, bool isMean) {
  const Tensor &input = node.input(0);
  if (failed(node.requireFloat(0)))
    return failure();
  if (input.rank() < 3 || input.size() == 0)
    return node.error(node.inputName(0) +
                      " must have a spatial dimension and elements, got " +
                      shapeString(input.shape()));
  Emitter &emit = node.emit;
  Formula f(emit);
  Dims perm = ownPerm(input), axes = identityPerm(input.rank());
  axes.erase(axes.begin(), axes.begin() + 2);
  Dims dims = storedDims(perm, axes);
  Value stored = emit.inOrder(input, perm);
  Type elementType = cast<RankedTensorType>(stored.getType()).getElementType();
  stored = f.widened(stored);
  Value result = isMean ? meanStored(emit, stored, dims)
                        : reduceStored(emit, stored, dims, Reduction::Maximum,
                                       input.kind());
  return node.setOutput(withoutAxes(emit, f.cast(result, elementType),
                                    input.kind(), perm, axes, /*keep=*/true));
}

void lf::importer::registerPoolingOps(OpTable &table) {
  table.add("AveragePool", {7, 1, 1, importAveragePool});
  table.add("GlobalAveragePool", {7, 1, 1, [](NodeContext &node) {
                                    return importGlobalPool(node, true);
                                  }});
  table.add("GlobalMaxPool", {7, 1, 1, [](NodeContext &node) {
                                return importGlobalPool(node, false);
                              }});
  table.add("MaxPool", {7, 1, 1, importMaxPool});
}
