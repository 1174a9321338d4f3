//===- Steps.cpp - what a network does one after the other ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   lf.steps = [{bytes = 1806336 : i64, flops = 43352064 : i64,
//                kind = "pw-dw-pw", name = "conv_7 ... conv_9"}, ...]
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/Steps.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::lf;

ArrayAttr lf::getAsAttr(MLIRContext *context, ArrayRef<Step> steps) {
  Builder builder(context);
  SmallVector<Attribute> all;
  for (const Step &step : steps)
    all.push_back(builder.getDictionaryAttr(
        {builder.getNamedAttr("name", builder.getStringAttr(step.name)),
         builder.getNamedAttr("kind", builder.getStringAttr(step.kind)),
         builder.getNamedAttr("flops", builder.getI64IntegerAttr(step.flops)),
         builder.getNamedAttr("bytes",
                              builder.getI64IntegerAttr(step.bytes))}));
  return builder.getArrayAttr(all);
}

FailureOr<SmallVector<Step>> lf::readSteps(Attribute attribute) {
  auto array = dyn_cast_or_null<ArrayAttr>(attribute);
  if (!array)
    return failure();
  SmallVector<Step> steps;
  for (Attribute element : array) {
    auto step = dyn_cast<DictionaryAttr>(element);
    if (!step)
      return failure();
    auto name = step.getAs<StringAttr>("name");
    auto kind = step.getAs<StringAttr>("kind");
    auto flops = step.getAs<IntegerAttr>("flops");
    auto bytes = step.getAs<IntegerAttr>("bytes");
    if (!name || !kind || !flops || !flops.getType().isInteger(64) || !bytes ||
        !bytes.getType().isInteger(64))
      return failure();
    steps.push_back({name.str(), kind.str(), flops.getInt(), bytes.getInt()});
  }
  return steps;
}
