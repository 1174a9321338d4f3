//===- Epilogue.cpp - what follows a sum in place ---------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"

#include "Stages.h"

#include "LayerFusion/Conversion/Conversion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::lf;

/// The value of an elementwise layer at `x` before its activation, where
/// `sides` are its other operands there. Takes the steps of the reference, in
/// its order.
static Value emitElementwise(ImplicitLocOpBuilder &b, LayerOpInterface layer,
                             Value x, ValueRange sides) {
  auto getNeutral = [&]() -> Value {
    return arith::ConstantOp::create(b, getNeutralValue(layer));
  };
  return TypeSwitch<Operation *, Value>(layer)
      .Case([&](AddOp) { return arith::AddFOp::create(b, x, sides[0]); })
      .Case([&](ScaleOp) { return arith::MulFOp::create(b, x, sides[0]); })
      .Case([&](DepthwiseConv2DOp conv) {
        Value start = conv.getBias() ? sides[1] : getNeutral();
        Value product = arith::MulFOp::create(b, x, sides[0]);
        return arith::AddFOp::create(b, start, product);
      })
      .Case([&](Pool2DOp pool) {
        return emitPoolStep(b, b.getLoc(), pool.getKind(), getNeutral(), x);
      })
      .Default(x);
}

void Epilogue::add(ValueRange values, Step step) {
  sides.append(values.begin(), values.end());
  steps.emplace_back(values.size(), std::move(step));
}

void Epilogue::addStart(LayerOpInterface layer, Value bias) {
  TypedAttr neutral = getNeutralValue(layer);
  add(bias ? ValueRange(bias) : ValueRange(),
      [neutral](ImplicitLocOpBuilder &b, Value, ValueRange own) -> Value {
        if (own.empty())
          return arith::ConstantOp::create(b, neutral);
        return own.front();
      });
}

void Epilogue::addActivation(ActivationAttr activation) {
  if (activation.isNone())
    return;
  add({}, [activation](ImplicitLocOpBuilder &b, Value x, ValueRange) {
    return emitActivation(b, b.getLoc(), activation, x);
  });
}

void Epilogue::addLayer(LayerOpInterface layer, ValueRange values) {
  add(values, [layer](ImplicitLocOpBuilder &b, Value x, ValueRange own) {
    Value y = emitElementwise(b, layer, x, own);
    return emitActivation(b, b.getLoc(),
                          LayerOpInterface(layer).getActivation(), y);
  });
}

void Epilogue::write(Region &epilogue, Type element) const {
  if (isEmpty())
    return;
  Location loc = epilogue.getLoc();
  SmallVector<Type> types(sides.size() + 1, element);
  SmallVector<Location> locations(types.size(), loc);
  ImplicitLocOpBuilder b(loc, epilogue.getContext());
  Block *body = b.createBlock(&epilogue, /*insertPt=*/{}, types, locations);
  Value x = body->getArgument(0);
  ValueRange rest = body->getArguments().drop_front();
  for (const auto &[count, step] : steps) {
    x = step(b, x, rest.take_front(count));
    rest = rest.drop_front(count);
  }
  YieldOp::create(b, x);
}
