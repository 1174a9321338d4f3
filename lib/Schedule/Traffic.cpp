//===- Traffic.cpp - bytes that a block moves -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Applies the working-set rule to the loop nest of a block, cache by cache, and
// takes off what a cache holds from the start and keeps at the end.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/Traffic.h"

#include "LayerFusion/Schedule/RegisterTile.h"

#include "BlockModel.h"

#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::lf;

double Traffic::getFills(unsigned boundary) const {
  double bytes = 0;
  for (const BoundaryBytes &part : parts)
    bytes += part.fills[boundary];
  return bytes;
}

double Traffic::getWriteBacks(unsigned boundary) const {
  double bytes = 0;
  for (const BoundaryBytes &part : parts)
    bytes += part.writeBacks[boundary];
  return bytes;
}

/// Of each cache; the processors we know have 8 to 16.
static constexpr int64_t numWays = 8;

/// Whether a buffer is in the cache before the block runs and may stay there.
static bool staysInCache(const BufferModel &buffer, int64_t images,
                         double capacity, StartState start) {
  if (start == StartState::Cold || buffer.kind == BufferKind::Weights)
    return false;
  double bytes = buffer.getBytes();
  if (buffer.kind == BufferKind::Activation)
    bytes *= images;
  return 2 * bytes <= capacity;
}

/// Takes `bytes` off `amount` as far as there are any, and returns the rest.
static double takeOff(double &amount, double bytes) {
  double taken = std::min(amount, bytes);
  amount -= taken;
  return bytes - taken;
}

/// Whether the code waits for what comes into the cache over a boundary. A
/// filter is one stream that the processor sees coming, but not if each block
/// of channels reads pieces of it. What Winograd's algorithm works on is
/// transformed before and after the products, and planes are read in many short
/// pieces for them.
static bool isWaitedFor(const BufferModel &buffer, bool isWinograd,
                        unsigned boundary) {
  bool isLast = boundary + 1 == numBoundaries;
  if (buffer.kind == BufferKind::Weights)
    return buffer.blocked && buffer.stride > 0 && !isLast;
  return isWinograd && (buffer.kind == BufferKind::Scratch || isLast);
}

Traffic lf::getTraffic(const Chain &chain, ScheduleAttr schedule,
                       const Target &target, StartState start) {
  BlockModel block =
      getBlockModel(chain, addRegisterTiles(chain, schedule, target));
  Traffic traffic;
  traffic.parts.resize(chain.layers.size() + chain.pools.size());
  traffic.scratchBytes = static_cast<int64_t>(block.getScratchBytes());
  for (unsigned i = 0; i < numBoundaries; ++i) {
    double capacity = target.cacheBytes[i];
    double way = capacity / numWays;
    Loop nest = getLoopNest(block, llvm::bit_floor(uint64_t(way)));
    SmallVector<Move> moves = getMoves(nest, {capacity, way});
    for (const Touch &touch : nest.all.getTouches()) {
      if (!staysInCache(block.buffers[touch.buffer], block.images, capacity,
                        start))
        continue;
      double fills = touch.bytes, writeBacks = touch.bytes;
      for (Move &move : moves)
        if (move.buffer == touch.buffer) {
          fills = takeOff(move.fills, fills);
          writeBacks = takeOff(move.writeBacks, writeBacks);
        }
    }
    for (const Move &move : moves) {
      BoundaryBytes &part = traffic.parts[move.layer];
      part.fills[i] += move.fills;
      part.writeBacks[i] += move.writeBacks;
      bool isWinograd = move.layer < chain.layers.size() &&
                        schedule.getAlgorithm(move.layer).isWinograd();
      if (isWaitedFor(block.buffers[move.buffer], isWinograd, i))
        part.exposed[i] += move.fills + move.writeBacks;
    }
  }
  return traffic;
}
