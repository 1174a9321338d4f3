//===- Reductions.cpp - import of reductions --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A reduction becomes one linalg.reduce in the layout of its input, and what is
// left to do on the smaller result. Reductions of constants, which exporters
// write to compute sizes, and of tensors without elements are done right here.
//
//===----------------------------------------------------------------------===//

#include "Reductions.h"
#include "Elementwise.h"
#include "Formula.h"
#include "OpTable.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::lf::importer;

constexpr double infinity = std::numeric_limits<double>::infinity();

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

//===----------------------------------------------------------------------===//
// On stored values
//===----------------------------------------------------------------------===//

/// What a reduction of floats starts from.
static double identityOf(Reduction reduction) {
  switch (reduction) {
  case Reduction::Product:
    return 1;
  case Reduction::Maximum:
    return -infinity;
  case Reduction::Minimum:
    return infinity;
  default:
    return 0;
  }
}

static bool isExtreme(Reduction reduction) {
  return reduction == Reduction::Maximum || reduction == Reduction::Minimum;
}

static TypedAttr identityAttr(Type type, Reduction reduction,
                              ElementKind kind) {
  if (isFloat(kind))
    return FloatAttr::get(type, identityOf(reduction));
  unsigned width = type.getIntOrFloatBitWidth();
  if (!isExtreme(reduction))
    return IntegerAttr::get(type, reduction == Reduction::Product ? 1 : 0);
  bool isMax = reduction == Reduction::Maximum;
  if (isUnsigned(kind))
    return IntegerAttr::get(type, isMax ? llvm::APInt::getMinValue(width)
                                        : llvm::APInt::getMaxValue(width));
  return IntegerAttr::get(type, isMax ? llvm::APInt::getSignedMinValue(width)
                                      : llvm::APInt::getSignedMaxValue(width));
}

/// One element more, on scalars.
static Value emitStep(OpBuilder &b, Location loc, Value total, Value element,
                      Reduction reduction, ElementKind kind) {
  switch (reduction) {
  case Reduction::Maximum:
    return emitMaximum(b, loc, total, element, kind);
  case Reduction::Minimum:
    return emitMinimum(b, loc, total, element, kind);
  case Reduction::Product:
    if (isFloat(kind))
      return arith::MulFOp::create(b, loc, total, element);
    return arith::MulIOp::create(b, loc, total, element);
  case Reduction::Magnitudes:
    if (isFloat(kind))
      element = math::AbsFOp::create(b, loc, element);
    else if (!isUnsigned(kind))
      element = math::AbsIOp::create(b, loc, element);
    break;
  case Reduction::Squares:
    if (isFloat(kind))
      element = arith::MulFOp::create(b, loc, element, element);
    else
      element = arith::MulIOp::create(b, loc, element, element);
    break;
  case Reduction::Sum:
    break;
  }
  if (isFloat(kind))
    return arith::AddFOp::create(b, loc, total, element);
  return arith::AddIOp::create(b, loc, total, element);
}

Value lf::importer::reduceStored(Emitter &emit, Value stored,
                                 ArrayRef<int64_t> dims, Reduction reduction,
                                 ElementKind kind) {
  RankedTensorType type = typeOf(stored);
  Dims shape;
  for (auto [i, extent] : llvm::enumerate(type.getShape()))
    if (!llvm::is_contained(dims, static_cast<int64_t>(i)))
      shape.push_back(extent);
  OpBuilder &b = emit.builder;
  Value first = arith::ConstantOp::create(
      b, emit.loc, identityAttr(type.getElementType(), reduction, kind));
  Value init = linalg::FillOp::create(b, emit.loc, first,
                                      emit.empty(shape, type.getElementType()))
                   .getResult(0);
  auto body = [&](OpBuilder &nested, Location loc, ValueRange args) {
    Value step = emitStep(nested, loc, args[1], args[0], reduction, kind);
    linalg::YieldOp::create(nested, loc, step);
  };
  return linalg::ReduceOp::create(b, emit.loc, ValueRange{stored},
                                  ValueRange{init}, dims, body)
      ->getResult(0);
}

Value lf::importer::meanStored(Emitter &emit, Value stored,
                               ArrayRef<int64_t> dims) {
  double count = 1;
  for (int64_t dim : dims)
    count *= typeOf(stored).getDimSize(dim);
  // Any float kind will do: the type is that of the value.
  Value sum =
      reduceStored(emit, stored, dims, Reduction::Sum, ElementKind::F32);
  return Formula(emit).div(sum, count);
}

Value lf::importer::broadcastStored(Emitter &emit, Value stored, Value like,
                                    ArrayRef<int64_t> dims) {
  if (dims.empty())
    return stored;
  Value init =
      emit.empty(typeOf(like).getShape(), typeOf(stored).getElementType());
  return linalg::BroadcastOp::create(emit.builder, emit.loc, stored, init, dims)
      ->getResult(0);
}

Dims lf::importer::storedDims(ArrayRef<int64_t> perm, ArrayRef<int64_t> axes) {
  Dims dims;
  for (auto [i, dim] : llvm::enumerate(perm))
    if (llvm::is_contained(axes, dim))
      dims.push_back(i);
  return dims;
}

Tensor lf::importer::withoutAxes(Emitter &emit, Value value, ElementKind kind,
                                 ArrayRef<int64_t> perm, ArrayRef<int64_t> axes,
                                 bool keep) {
  Dims rest, shape;
  int64_t next = 0;
  for (int64_t dim : perm) {
    bool gone = llvm::is_contained(axes, dim);
    shape.push_back(gone ? 1 : typeOf(value).getDimSize(next++));
    // A dimension moves up by as many as vanish in front of it.
    if (!gone)
      rest.push_back(
          dim - llvm::count_if(axes, [&](int64_t axis) { return axis < dim; }));
  }
  if (!keep)
    return Tensor(value, kind, rest);
  return Tensor(emit.reshapeStored(value, shape), kind, perm);
}

//===----------------------------------------------------------------------===//
// The ops
//===----------------------------------------------------------------------===//

namespace {
struct ReduceOp {
  Reduction reduction;
  bool takesIntegers;
  /// What happens to the combination of `count` elements; null for nothing.
  Value (*emit)(Formula &, Value combined, double count) = nullptr;
  double (*onNumber)(double combined, double count) = nullptr;
};

/// A node that reduces: axes ascending.
struct Reduce {
  Dims axes;
  bool keep;
  Dims shape;
};
} // namespace

/// Reads axes and keepdims; `axesInput` is the opset that made axes an input.
static FailureOr<Reduce> readReduce(NodeContext &node, int64_t axesInput) {
  const Tensor &input = node.input(0);
  Reduce reduce;
  std::optional<Dims> axes = node.axes(1, axesInput);
  bool noop =
      node.opset >= axesInput && node.intAttr("noop_with_empty_axes", 0) != 0;
  reduce.keep = node.intAttr("keepdims", 1) != 0;
  if (axes && !axes->empty())
    reduce.axes = node.sortedAxes(*axes, input.rank());
  else if (!noop)
    reduce.axes = identityPerm(input.rank());
  if (node.hasFailed())
    return failure();
  for (int64_t i = 0; i < input.rank(); ++i) {
    if (!llvm::is_contained(reduce.axes, i))
      reduce.shape.push_back(input.dim(i));
    else if (reduce.keep)
      reduce.shape.push_back(1);
  }
  return reduce;
}

/// One element more, on the host.
template <typename T> static T step(Reduction reduction, T total, T element) {
  switch (reduction) {
  case Reduction::Maximum:
    return std::max(total, element);
  case Reduction::Minimum:
    return std::min(total, element);
  case Reduction::Product:
    return total * element;
  case Reduction::Magnitudes:
    return total + (element < 0 ? -element : element);
  case Reduction::Squares:
    return total + element * element;
  case Reduction::Sum:
    return total + element;
  }
  return total;
}

/// The same on integers, which wrap around where they overflow.
static int64_t integerStep(Reduction reduction, int64_t total,
                           int64_t element) {
  if (isExtreme(reduction))
    return step(reduction, total, element);
  auto bits = static_cast<uint64_t>(element);
  if (reduction == Reduction::Magnitudes) {
    bits = element < 0 ? -bits : bits;
    reduction = Reduction::Sum;
  }
  return static_cast<int64_t>(
      step(reduction, static_cast<uint64_t>(total), bits));
}

/// Combines the elements [begin, end) of a constant and stores the result.
/// Integers start from `identity`.
static void foldRow(const ReduceOp &op, const HostTensor &x, int64_t begin,
                    int64_t end, int64_t identity, char *result, int64_t row) {
  if (isFloat(x.kind())) {
    double total = identityOf(op.reduction);
    for (int64_t i = begin; i < end; ++i)
      total = step(op.reduction, total, x.number(i));
    if (op.onNumber)
      total = op.onNumber(total, end - begin);
    return storeNumber(x.kind(), result, row, total);
  }
  int64_t total = identity;
  // The identity of an unsigned extreme need not be one of int64_t.
  if (isExtreme(op.reduction) && begin < end)
    total = x.integer(begin++);
  for (int64_t i = begin; i < end; ++i)
    total = integerStep(op.reduction, total, x.integer(i));
  storeInteger(x.kind(), result, row, total);
}

static LogicalResult foldReduce(NodeContext &node, const ReduceOp &op,
                                const Reduce &reduce) {
  const HostTensor &input = node.input(0).host();
  ElementKind kind = input.kind();
  if (failed(node.checkShape(input.shape(), kind, /*folded=*/true)) ||
      failed(node.checkShape(reduce.shape, kind, /*folded=*/true)))
    return failure();
  Dims perm;
  for (int64_t i = 0; i < input.rank(); ++i)
    if (!llvm::is_contained(reduce.axes, i))
      perm.push_back(i);
  llvm::append_range(perm, reduce.axes);
  HostTensor rows = input.transposed(perm);
  int64_t count = *elementCount(reduce.shape);
  int64_t length = count ? input.size() / count : 0;
  std::vector<char> bytes(count * byteSize(kind));
  int64_t identity = 0;
  Type elementType = toMLIRType(kind, node.emit.builder.getContext());
  if (auto attr =
          dyn_cast<IntegerAttr>(identityAttr(elementType, op.reduction, kind)))
    identity = attr.getValue().getSExtValue();
  for (int64_t row = 0; row < count; ++row)
    foldRow(op, rows, row * length, (row + 1) * length, identity, bytes.data(),
            row);
  return node.setFolded(HostTensor(kind, reduce.shape, std::move(bytes)));
}

static LogicalResult importReduce(NodeContext &node, const ReduceOp &op,
                                  int64_t axesInput) {
  const Tensor &input = node.input(0);
  ElementKind kind = input.kind();
  if (!op.takesIntegers && failed(node.requireFloat(0)))
    return failure();
  if (kind == ElementKind::Bool &&
      !(isExtreme(op.reduction) && node.opset >= 20))
    return node.error(node.inputName(0) + " is bool, supported are numbers");
  FailureOr<Reduce> reduce = readReduce(node, axesInput);
  if (failed(reduce))
    return failure();
  if (input.isConstant())
    return foldReduce(node, op, *reduce);
  Emitter &emit = node.emit;
  Formula f(emit);
  Value stored = input.stored();
  Type elementType = typeOf(stored).getElementType();
  if (isFloat(kind))
    stored = f.widened(stored);
  Dims dims = storedDims(input.perm(), reduce->axes);
  Value result = reduceStored(emit, stored, dims, op.reduction, kind);
  if (op.emit)
    result =
        op.emit(f, result, input.size() / double(*elementCount(reduce->shape)));
  if (isFloat(kind))
    result = f.cast(result, elementType);
  return node.setOutput(withoutAxes(emit, result, kind, input.perm(),
                                    reduce->axes, reduce->keep));
}

//===----------------------------------------------------------------------===//
// ReduceLogSumExp
//===----------------------------------------------------------------------===//

/// m + log(sum(exp(x - m))) with the maximum m, so that no exp overflows. An
/// infinite m is left out: it would meet itself in x - m.
static LogicalResult importReduceLogSumExp(NodeContext &node) {
  const Tensor &input = node.input(0);
  if (failed(node.requireFloat(0)))
    return failure();
  FailureOr<Reduce> reduce = readReduce(node, 18);
  if (failed(reduce) || failed(node.checkShape(reduce->shape, input.kind())))
    return failure();
  if (input.size() == 0)
    return node.setOutput(
        elementCount(reduce->shape) == 0
            ? HostTensor(input.kind(), reduce->shape, {})
            : HostTensor::splat(input.kind(), reduce->shape, -infinity));
  Emitter &emit = node.emit;
  Formula f(emit);
  Dims perm = ownPerm(input), dims = storedDims(perm, reduce->axes);
  Value stored = emit.inOrder(input, perm);
  Type elementType = typeOf(stored).getElementType();
  stored = f.widened(stored);
  Value most =
      reduceStored(emit, stored, dims, Reduction::Maximum, input.kind());
  Value zero = f.mul(most, 0.0);
  // inf * 0 is not a number.
  Value base = f.select(arith::CmpFPredicate::OEQ, zero, 0.0, most, 0.0);
  Value shifted = f.sub(stored, broadcastStored(emit, base, stored, dims));
  Value sum =
      reduceStored(emit, f.exp(shifted), dims, Reduction::Sum, input.kind());
  Value result = f.cast(f.add(f.log(sum), base), elementType);
  return node.setOutput(withoutAxes(emit, result, input.kind(), perm,
                                    reduce->axes, reduce->keep));
}

void lf::importer::registerReductionOps(OpTable &table) {
  auto add = [&](StringRef name, ReduceOp op, int64_t axesInput = 18) {
    table.add(name, {7, 1, 2, [op, axesInput](NodeContext &node) {
                       return importReduce(node, op, axesInput);
                     }});
  };
  add("ReduceL1", {Reduction::Magnitudes, true});
  add("ReduceL2", {Reduction::Squares, false,
                   [](Formula &f, Value x, double) { return f.sqrt(x); },
                   [](double x, double) { return std::sqrt(x); }});
  add("ReduceLogSum", {Reduction::Sum, false,
                       [](Formula &f, Value x, double) { return f.log(x); },
                       [](double x, double) { return std::log(x); }});
  table.add("ReduceLogSumExp", {7, 1, 2, importReduceLogSumExp});
  add("ReduceMax", {Reduction::Maximum, true});
  add("ReduceMean",
      {Reduction::Sum, false,
       [](Formula &f, Value x, double count) { return f.div(x, count); },
       [](double x, double count) { return x / count; }});
  add("ReduceMin", {Reduction::Minimum, true});
  add("ReduceProd", {Reduction::Product, true});
  add("ReduceSum", {Reduction::Sum, true}, 13);
  add("ReduceSumSquare", {Reduction::Squares, true});
}
