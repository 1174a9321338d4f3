//===- Gain.cpp - what a block is worth -------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Holds the modelled cost of a chain against that of its parts, each of which
// would read its input and write its result.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Transforms/Fusion.h"

using namespace mlir;
using namespace mlir::lf;

Gain lf::getGain(const Chain &chain, const Target &target,
                 const ScheduleLimits &limits) {
  Gain gain;
  gain.fused = estimateCost(chain, target, limits);
  auto addPart = [&](const Chain &part) {
    Cost cost = estimateCost(part, target, limits);
    gain.unfusedSeconds += cost.seconds;
    for (unsigned i = 0; i < numBoundaries; ++i)
      gain.unfusedBytes[i] += cost.bytes[i];
  };
  for (LayerOpInterface layer : chain.layers)
    addPart({{layer}, {}, {layer->getResult(0)}});
  for (Operation *pool : chain.pools)
    addPart({{}, {pool}, {pool->getResult(0)}});
  return gain;
}
