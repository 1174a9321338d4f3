//===- RowWriter.cpp - the tile ops of a block ------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A row of a 3x3 convolution on memrefs:
//
//   linalg.broadcast ins(%bias) outs(%row) dimensions = [0, 1]
//   scf.for %ky = 0 to 3 {
//     %in = memref.subview %ring[(%first + %ky) mod 3, 0, 0] …
//     %w = memref.subview %filter[%ky, 0, 0, 0] …
//     linalg.conv_1d_nwc_wcf ins(%in, %w) outs(%row)
//   }
//
// The terms of each sum come in the order of the reference: ky, kx, channel.
//
//===----------------------------------------------------------------------===//

#include "RowWriter.h"

#include "LayerFusion/Conversion/Conversion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::lf;

RowWriter::RowWriter(ImplicitLocOpBuilder &b, FusedBlockOp block)
    : b(b), block(block) {
  inputs.map(block.getBody().getArguments(), block.getInputs());
  for (auto [result, buffer] :
       llvm::zip_equal(block.getYield().getValues(), block.getOutputs()))
    outputs[result] = buffer;
  // Memory is set up once, before the loops.
  for (LayerOpInterface layer : block.getLayers())
    if (auto pool = dyn_cast<Pool2DOp>(layer.getOperation()))
      if (!layer.isElementwise()) {
        auto type = MemRefType::get(pool.getKernel().back(),
                                    pool.getType().getElementType());
        poolWindows[pool] = memref::AllocOp::create(b, type);
      }
}

static ArrayRef<int64_t> getShape(Value buffer) {
  return cast<MemRefType>(buffer.getType()).getShape();
}

void RowWriter::fill(Value row, TypedAttr value) {
  linalg::FillOp::create(b, Value(arith::ConstantOp::create(b, value)), row);
}

/// `channels` of `buffer`, a number a channel behind dimensions of which one
/// place each, `outer`, is taken.
Value RowWriter::getChannelVector(Value buffer, ArrayRef<Index> outer,
                                  const Channels &channels) {
  SmallVector<Index> offsets(outer);
  offsets.push_back(channels.offset);
  SmallVector<int64_t> sizes(outer.size(), 1);
  sizes.push_back(channels.size);
  return getView(b, buffer, offsets, sizes, channels.size);
}

//===----------------------------------------------------------------------===//
// Sums and maxima over windows
//===----------------------------------------------------------------------===//

static Value getBias(LayerOpInterface layer) {
  return TypeSwitch<Operation *, Value>(layer)
      .Case<Conv2DOp, DepthwiseConv2DOp>(
          [](auto conv) { return conv.getBias(); })
      .Default(Value());
}

void RowWriter::start(LayerOpInterface layer, Value row,
                      const Channels &channels) {
  Value bias = getBias(layer);
  if (!bias)
    return fill(row, getNeutralValue(layer));
  linalg::BroadcastOp::create(b, getChannelVector(getInput(bias), {}, channels),
                              row, ArrayRef<int64_t>{0, 1});
}

/// A named op that adds to `row` what a row of `window` makes of `inputs`.
template <typename OpTy>
static void createWindowOp(ImplicitLocOpBuilder &b, ValueRange inputs,
                           Value row, const Window &window) {
  OpTy::create(b, TypeRange(), inputs, row,
               b.getI64TensorAttr(window.getStride(Axis::Width)),
               b.getI64TensorAttr(window.getDilation(Axis::Width)));
}

void RowWriter::accumulate(LayerOpInterface layer, const RowBuffer &source,
                           Index first, Value row, const Channels &in,
                           const Channels &out) {
  Window window = layer.getWindow();
  int64_t width = window.getInputSpan(Axis::Width, getShape(row)[1]);
  auto accumulateRow = [&](Index ky) {
    Index place = addScaled(b, first, ky, window.getDilation(Axis::Height));
    Value input = source.getPaddedRow(b, place, width, in);
    TypeSwitch<Operation *>(layer)
        .Case([&](Conv2DOp conv) {
          accumulateConv(conv, input, ky, row, in, out);
        })
        .Case([&](DepthwiseConv2DOp conv) {
          Value filter = getInput(conv.getFilter());
          int64_t kw = getShape(filter)[1];
          Value taps = getView(b, filter, {ky, getIndex(b, 0), out.offset},
                               {1, kw, out.size}, {kw, out.size});
          createWindowOp<linalg::DepthwiseConv1DNwcWcOp>(b, {input, taps}, row,
                                                         window);
        })
        .Case([&](Pool2DOp pool) { accumulatePool(pool, input, row); });
  };
  forEach(b, getIndex(b, 0), getIndex(b, window.getKernel(Axis::Height)), 1,
          accumulateRow);
}

void RowWriter::accumulateConv(Conv2DOp conv, Value source, Index ky, Value row,
                               const Channels &in, const Channels &out) {
  Value filter = getInput(conv.getFilter());
  ArrayRef<int64_t> shape = getShape(filter);
  // A group has its own input channels; blocks of them are for one group only.
  int64_t depth = conv.getGroups() == 1 ? in.size : shape[2];
  Value taps =
      getView(b, filter, {ky, getIndex(b, 0), in.offset, out.offset},
              {1, shape[1], depth, out.size}, {shape[1], depth, out.size});
  if (conv.getGroups() != 1)
    return accumulateGrouped(conv, source, taps, row);
  createWindowOp<linalg::Conv1DNwcWcfOp>(b, {source, taps}, row,
                                         conv.getWindow());
}

/// A view with the last dimension of `buffer` split into `groups` and the rest.
static Value splitGroups(ImplicitLocOpBuilder &b, Value buffer,
                         int64_t groups) {
  SmallVector<int64_t> shape(getShape(buffer));
  SmallVector<ReassociationIndices> reassociation;
  for (int64_t i = 0, e = shape.size(); i < e; ++i)
    reassociation.push_back({i});
  reassociation.back().push_back(shape.size());
  shape.push_back(shape.back() / groups);
  shape[shape.size() - 2] = groups;
  return memref::ExpandShapeOp::create(b, shape, buffer, reassociation);
}

/// y[n, x, g, f] += sum over kx, c of
///     input[n, x * sw + kx * dw, g, c] * filter[kx, c, g, f]
void RowWriter::accumulateGrouped(Conv2DOp conv, Value source, Value filter,
                                  Value row) {
  Value inputs[] = {splitGroups(b, source, conv.getGroups()),
                    splitGroups(b, filter, conv.getGroups())};
  Value output = splitGroups(b, row, conv.getGroups());
  MLIRContext *context = b.getContext();
  AffineExpr n, x, g, f, kx, c;
  bindDims(context, n, x, g, f, kx, c);
  AffineExpr column = x * conv.getStrides()[1] + kx * conv.getDilations()[1];
  AffineMap maps[] = {AffineMap::get(6, 0, {n, column, g, c}, context),
                      AffineMap::get(6, 0, {kx, c, g, f}, context),
                      AffineMap::get(6, 0, {n, x, g, f}, context)};
  SmallVector<utils::IteratorType> iterators(6, utils::IteratorType::parallel);
  iterators[4] = iterators[5] = utils::IteratorType::reduction;
  linalg::GenericOp::create(
      b, ValueRange(inputs), output, maps, iterators,
      [](OpBuilder &b, Location loc, ValueRange args) {
        Value product = arith::MulFOp::create(b, loc, args[0], args[1]);
        linalg::YieldOp::create(
            b, loc, Value(arith::AddFOp::create(b, loc, args[2], product)));
      });
}

void RowWriter::accumulatePool(Pool2DOp pool, Value source, Value row) {
  Value inputs[] = {source, poolWindows.lookup(pool)};
  if (pool.getKind() == PoolKind::Max)
    createWindowOp<linalg::PoolingNwcMaxOp>(b, inputs, row, pool.getWindow());
  else
    createWindowOp<linalg::PoolingNwcSumOp>(b, inputs, row, pool.getWindow());
}

//===----------------------------------------------------------------------===//
// Elementwise layers
//===----------------------------------------------------------------------===//

void RowWriter::finish(const Stage &stage, const RowBuffer &buffer, Value row,
                       Index number, const Channels &channels, Value source) {
  auto none = ActivationAttr::get(b.getContext(), ActivationKind::None);
  LayerOpInterface head = stage.head;
  ActivationAttr activation = head ? head.getActivation() : none;
  SmallVector<LayerOpInterface> pending;
  auto flush = [&]() {
    applyElementwise(source, row, activation, pending, number, channels);
    source = nullptr;
    activation = none;
    pending.clear();
  };
  auto yieldResult = [&](Value result) {
    Value output = getOutput(result);
    if (!output || (result == stage.result && buffer.isIn(output)))
      return;
    flush();
    RowBuffer whole = RowBuffer::getWhole(output);
    whole.setImage(image);
    linalg::CopyOp::create(b, row, whole.getRow(b, number, channels));
  };
  if (head)
    yieldResult(head->getResult(0));
  for (LayerOpInterface layer : stage.tail) {
    pending.push_back(layer);
    yieldResult(layer->getResult(0));
  }
  flush();
}

/// The operands of an elementwise layer besides its input, as rows or as
/// vectors of a number a channel.
SmallVector<Value> RowWriter::getSideInputs(LayerOpInterface layer,
                                            Index number,
                                            const Channels &channels) {
  Index zero = getIndex(b, 0);
  return TypeSwitch<Operation *, SmallVector<Value>>(layer)
      .Case([&](AddOp add) -> SmallVector<Value> {
        RowBuffer other = RowBuffer::getWhole(getInput(add.getOther()));
        other.setImage(image);
        return {other.getRow(b, number, channels)};
      })
      .Case([&](ScaleOp scale) -> SmallVector<Value> {
        return {getChannelVector(getInput(scale.getGate()), image, channels)};
      })
      .Case([&](DepthwiseConv2DOp conv) {
        SmallVector<Value> sides = {getChannelVector(getInput(conv.getFilter()),
                                                     {zero, zero}, channels)};
        if (Value bias = conv.getBias())
          sides.push_back(getChannelVector(getInput(bias), {}, channels));
        return sides;
      })
      .Default(SmallVector<Value>());
}

/// The value of an elementwise layer at `x`, where `sides` are its other
/// operands there. Takes the steps of the reference, in its order.
static Value emitElementwise(OpBuilder &b, Location loc, LayerOpInterface layer,
                             Value x, ValueRange sides) {
  auto getConstant = [&](TypedAttr value) -> Value {
    return arith::ConstantOp::create(b, loc, value);
  };
  Value y = TypeSwitch<Operation *, Value>(layer)
                .Case([&](AddOp) {
                  return arith::AddFOp::create(b, loc, x, sides[0]);
                })
                .Case([&](ScaleOp) {
                  return arith::MulFOp::create(b, loc, x, sides[0]);
                })
                .Case([&](DepthwiseConv2DOp conv) {
                  Value start = conv.getBias()
                                    ? sides[1]
                                    : getConstant(getNeutralValue(layer));
                  Value product = arith::MulFOp::create(b, loc, x, sides[0]);
                  return arith::AddFOp::create(b, loc, start, product);
                })
                .Case([&](Pool2DOp pool) {
                  return emitPoolStep(b, loc, pool.getKind(),
                                      getConstant(getNeutralValue(layer)), x);
                })
                .Default(x);
  return emitActivation(b, loc, layer.getActivation(), y);
}

/// row = layers(activation(source)), in place if `source` is null.
void RowWriter::applyElementwise(Value source, Value row,
                                 ActivationAttr activation,
                                 ArrayRef<LayerOpInterface> layers,
                                 Index number, const Channels &channels) {
  if (layers.empty() && activation.isNone()) {
    if (source)
      linalg::CopyOp::create(b, source, row);
    return;
  }
  AffineMap everywhere = b.getMultiDimIdentityMap(3);
  AffineMap perChannel =
      AffineMap::get(3, 0, b.getAffineDimExpr(2), b.getContext());
  SmallVector<Value> operands;
  SmallVector<AffineMap> maps;
  auto addOperand = [&](Value value) {
    operands.push_back(value);
    maps.push_back(getShape(value).size() == 1 ? perChannel : everywhere);
  };
  if (source)
    addOperand(source);
  SmallVector<unsigned> numSides;
  for (LayerOpInterface layer : layers) {
    SmallVector<Value> sides = getSideInputs(layer, number, channels);
    numSides.push_back(sides.size());
    llvm::for_each(sides, addOperand);
  }
  maps.push_back(everywhere);
  SmallVector<utils::IteratorType> iterators(3, utils::IteratorType::parallel);
  auto body = [&](OpBuilder &b, Location loc, ValueRange args) {
    Value x = source ? args.front() : args.back();
    ValueRange sides = args.drop_front(source ? 1 : 0);
    x = emitActivation(b, loc, activation, x);
    for (auto [layer, count] : llvm::zip_equal(layers, numSides)) {
      x = emitElementwise(b, loc, layer, x, sides.take_front(count));
      sides = sides.drop_front(count);
    }
    linalg::YieldOp::create(b, loc, x);
  };
  linalg::GenericOp::create(b, operands, row, maps, iterators, body);
}

//===----------------------------------------------------------------------===//
// Global poolings
//===----------------------------------------------------------------------===//

void RowWriter::startPools() {
  for (Operation *op : block.getPools()) {
    auto pool = cast<GlobalPoolOp>(op);
    RankedTensorType type = pool.getType();
    Channels all = {getIndex(b, 0), type.getDimSize(1)};
    fill(getChannelVector(getOutput(pool.getResult()), image, all),
         getPoolIdentity(pool.getKind(),
                         cast<FloatType>(type.getElementType())));
  }
}

void RowWriter::addToPools(const RowBuffer &buffer, Index number,
                           const Channels &channels) {
  AffineMap maps[] = {
      b.getMultiDimIdentityMap(3),
      AffineMap::get(3, 0, b.getAffineDimExpr(2), b.getContext())};
  utils::IteratorType iterators[] = {utils::IteratorType::reduction,
                                     utils::IteratorType::reduction,
                                     utils::IteratorType::parallel};
  for (Operation *op : block.getPools()) {
    auto pool = cast<GlobalPoolOp>(op);
    Value sum = getChannelVector(getOutput(pool.getResult()), image, channels);
    linalg::GenericOp::create(
        b, buffer.getRow(b, number, channels), sum, maps, iterators,
        [&](OpBuilder &b, Location loc, ValueRange args) {
          linalg::YieldOp::create(
              b, loc, emitPoolStep(b, loc, pool.getKind(), args[1], args[0]));
        });
  }
}
