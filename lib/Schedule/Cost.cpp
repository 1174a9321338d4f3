//===- Cost.cpp - what a chain of layers costs ------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Computes each output row by row (row_sliding in one band): every tensor of
// the network crosses each boundary once unless it is small enough to be found
// in the cache behind it, filters again for each row where a row's working set
// does not fit.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Cost.h"

using namespace mlir;
using namespace mlir::lf;

static int64_t getBytes(Type type) {
  auto shaped = cast<RankedTensorType>(type);
  return shaped.getNumElements() * shaped.getElementTypeBitWidth() / 8;
}

static int64_t getRowBytes(RankedTensorType type) {
  return getBytes(type) / (type.getDimSize(0) * type.getDimSize(1));
}

/// What one row of the last layer touches: all filters, and of each layer's
/// input as many rows as the window is high.
static int64_t getRowWorkingSet(const Chain &chain) {
  int64_t bytes = 0;
  for (LayerOpInterface layer : chain.layers) {
    for (Value operand : layer->getOperands())
      if (operand != layer.getInput() &&
          operand.getType() != layer->getResult(0).getType())
        bytes += getBytes(operand.getType());
    bytes += layer.getWindow().getExtent(Axis::Height) *
             getRowBytes(layer.getInputType());
    bytes += getRowBytes(layer.getResultType());
  }
  return bytes;
}

Cost lf::estimateCost(const Chain &chain, ScheduleAttr schedule,
                      const Target &target) {
  // Filled in by the traffic model.
  Cost cost;
  cost.schedule = schedule;
  Value input;
  int64_t rows = 1, rowSet = 0;
  if (chain.layers.empty()) {
    input = chain.pools.front()->getOperand(0);
  } else {
    LayerOpInterface first = chain.layers.front(), last = chain.layers.back();
    input = first.getInput();
    rows = last.getResultType().getDimSize(1);
    rowSet = getRowWorkingSet(chain);
  }
  double seconds = 0;
  for (LayerOpInterface layer : chain.layers)
    cost.flops += layer.getFlops();
  for (Operation *pool : chain.pools)
    cost.flops +=
        cast<RankedTensorType>(pool->getOperand(0).getType()).getNumElements();
  for (unsigned i = 0; i < numBoundaries; ++i) {
    // An activation that fits into half the cache is still there from the block
    // before, or will be for the next.
    auto addActivation = [&](Type type, int64_t times) {
      if (2 * getBytes(type) > target.cacheBytes[i])
        cost.bytes[i] += times * getBytes(type);
    };
    addActivation(input.getType(), 1);
    for (Value value : chain.yielded)
      addActivation(value.getType(), 2);
    int64_t repeats = rowSet > target.cacheBytes[i] ? rows : 1;
    for (LayerOpInterface layer : chain.layers)
      for (Value operand : layer->getOperands()) {
        if (operand == layer.getInput())
          continue;
        if (operand.getType() == layer->getResult(0).getType())
          addActivation(operand.getType(), 1);
        else
          cost.bytes[i] += repeats * getBytes(operand.getType());
      }
    seconds += cost.bytes[i] / target.bytesPerSecond[i];
  }
  cost.seconds = seconds + cost.flops / target.flopsPerSecond;
  return cost;
}

Cost lf::estimateCost(const Chain &chain, const Target &target) {
  MLIRContext *context = chain.yielded.front().getContext();
  return estimateCost(
      chain, ScheduleAttr::get(context, LoopStructure::RowSliding, 0, 0),
      target);
}
