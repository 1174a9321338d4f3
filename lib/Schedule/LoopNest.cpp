//===- LoopNest.cpp - bytes that a loop nest moves --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The working-set rule. See the header.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/LoopNest.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Footprint
//===----------------------------------------------------------------------===//

void Footprint::add(const Touch &touch) {
  for (Touch &known : touches)
    if (known.buffer == touch.buffer) {
      known.bytes = std::max(known.bytes, touch.bytes);
      known.writes |= touch.writes;
      return;
    }
  touches.push_back(touch);
}

void Footprint::add(const Footprint &other) {
  for (const Touch &touch : other.touches)
    add(touch);
}

double Footprint::getTotal() const {
  double bytes = 0;
  for (const Touch &touch : touches)
    bytes += touch.bytes;
  return bytes;
}

const Touch *Footprint::find(unsigned buffer) const {
  const auto *it = llvm::find_if(
      touches, [&](const Touch &touch) { return touch.buffer == buffer; });
  return it == touches.end() ? nullptr : it;
}

//===----------------------------------------------------------------------===//
// Moves
//===----------------------------------------------------------------------===//

static void addMove(SmallVectorImpl<Move> &moves, const Move &move) {
  for (Move &known : moves)
    if (known.buffer == move.buffer && known.layer == move.layer) {
      known.fills += move.fills;
      known.writeBacks += move.writeBacks;
      return;
    }
  moves.push_back(move);
}

/// Each byte of `footprint` comes in, and goes out if it is written, `times`.
static SmallVector<Move> moveAll(const Footprint &footprint, double times) {
  SmallVector<Move> moves;
  for (const Touch &touch : footprint.getTouches())
    addMove(moves, {touch.buffer, touch.layer, times * touch.bytes,
                    touch.writes ? times * touch.bytes : 0});
  return moves;
}

/// What `loop` touches from its last use of `buffer` to its end.
static Footprint getTail(const Loop &loop, unsigned buffer) {
  for (size_t i = loop.body.size(); i-- > 0;) {
    if (!loop.body[i].all.find(buffer))
      continue;
    Footprint tail = getTail(loop.body[i], buffer);
    for (const Loop &later : ArrayRef(loop.body).drop_front(i + 1))
      tail.add(later.all);
    return tail;
  }
  return loop.all;
}

namespace {

/// Bytes that a loop finds in the cache when it starts.
struct Found {
  double bytes = 0;
  /// Whether they were written, so that writing them again moves no more out.
  bool written = false;
};

} // namespace

/// What `later` finds of a buffer that `earlier` touched, with `between`
/// touched between the two.
static Found findAfter(const Loop &earlier, const Footprint &between,
                       const Loop &later, unsigned buffer, double capacity) {
  // All that was touched there, or else what was touched last; and all that is
  // touched here, or else in the first iteration.
  for (const Footprint &before : {earlier.all, getTail(earlier, buffer)})
    for (const Footprint &here : {later.all, later.once}) {
      Footprint together = between;
      together.add(before);
      together.add(here);
      const Touch *last = before.find(buffer), *first = here.find(buffer);
      if (first && together.getTotal() <= capacity)
        return {std::min(last->bytes, first->bytes), last->writes};
    }
  return {};
}

/// What the loop at `index` of `body` finds of `buffer`.
static Found findInCache(ArrayRef<Loop> body, size_t index, unsigned buffer,
                         double capacity) {
  Footprint between;
  for (size_t i = index; i-- > 0;) {
    if (body[i].all.find(buffer))
      return findAfter(body[i], between, body[index], buffer, capacity);
    between.add(body[i].all);
  }
  return {};
}

/// What moves when the loops of `body` run once, one after the other.
static SmallVector<Move> moveBody(ArrayRef<Loop> body, double capacity) {
  SmallVector<Move> total;
  for (size_t i = 0; i < body.size(); ++i) {
    SmallVector<Move> moves = getMoves(body[i], capacity);
    for (const Touch &touch : body[i].all.getTouches()) {
      Found found = findInCache(body, i, touch.buffer, capacity);
      auto *move = llvm::find_if(
          moves, [&](Move &move) { return move.buffer == touch.buffer; });
      if (found.bytes == 0 || move == moves.end())
        continue;
      move->fills = std::max(0.0, move->fills - found.bytes);
      if (found.written)
        move->writeBacks = std::max(0.0, move->writeBacks - found.bytes);
    }
    for (const Move &move : moves)
      addMove(total, move);
  }
  return total;
}

SmallVector<Move> lf::getMoves(const Loop &nest, double capacity) {
  if (nest.once.getTotal() <= capacity)
    return moveAll(nest.all, 1);
  if (nest.body.empty())
    return moveAll(nest.once, nest.trips);
  SmallVector<Move> moves = moveBody(nest.body, capacity);
  for (Move &move : moves) {
    move.fills *= nest.trips;
    move.writeBacks *= nest.trips;
  }
  return moves;
}
