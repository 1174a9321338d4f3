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
      known.spread = std::max(known.spread, touch.spread);
      return;
    }
  touches.push_back(touch);
}

void Footprint::add(const Footprint &other) {
  for (const Touch &touch : other.touches)
    add(touch);
}

double Footprint::getSpace() const {
  double space = 0;
  for (const Touch &touch : touches)
    space += touch.getSpace();
  return space;
}

const Touch *Footprint::find(unsigned buffer) const {
  const auto *it = llvm::find_if(
      touches, [&](const Touch &touch) { return touch.buffer == buffer; });
  return it == touches.end() ? nullptr : it;
}

//===----------------------------------------------------------------------===//
// Moves
//===----------------------------------------------------------------------===//

double Cache::getShareThatFits(double bytes) const {
  if (bytes <= capacity)
    return 1;
  return way == 0 ? 0 : std::max(0.0, 1 - (bytes - capacity) / way);
}

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

namespace {

/// What stays of a buffer from one piece of a program to a later one.
struct Found {
  double bytes = 0;
  /// Whether they were written, so that writing them again moves no more out.
  bool written = false;
};

} // namespace

/// Takes what is found off the moves of `buffer`.
static void takeOff(SmallVectorImpl<Move> &moves, unsigned buffer, Found found,
                    double times = 1) {
  for (Move &move : moves)
    if (move.buffer == buffer) {
      move.fills = std::max(0.0, move.fills - times * found.bytes);
      if (found.written)
        move.writeBacks = std::max(0.0, move.writeBacks - times * found.bytes);
      return;
    }
}

/// Ends of `loop`, from all of it to as little as touches `buffer` last, each
/// with what comes `after` it.
static void collectTails(const Loop &loop, unsigned buffer, Footprint after,
                         std::vector<Footprint> &tails) {
  for (const Footprint &part : {loop.all, loop.once}) {
    Footprint tail = after;
    tail.add(part);
    tails.push_back(std::move(tail));
  }
  for (const Loop &last : llvm::reverse(loop.body)) {
    if (last.all.find(buffer))
      return collectTails(last, buffer, std::move(after), tails);
    after.add(last.all);
  }
}

/// The same of its beginnings, with what comes `before`, and the first touch.
static void collectHeads(const Loop &loop, unsigned buffer, Footprint before,
                         std::vector<Footprint> &heads) {
  for (const Footprint &part : {loop.all, loop.once}) {
    Footprint head = before;
    head.add(part);
    heads.push_back(std::move(head));
  }
  for (const Loop &first : loop.body) {
    if (first.all.find(buffer))
      return collectHeads(first, buffer, std::move(before), heads);
    before.add(first.all);
  }
}

/// The share of `buffer` that two iterations of `loop` have in common: one for
/// a table, none for what each has its own part of.
static double getSharedPart(const Loop &loop, unsigned buffer) {
  const Touch *once = loop.once.find(buffer), *all = loop.all.find(buffer);
  if (!once || !all || once->bytes == 0)
    return 0;
  double shared = (loop.trips * once->bytes - all->bytes) / (loop.trips - 1);
  return std::max(0.0, shared / once->bytes);
}

/// The place that both pieces take. Of what both touch, they touch the same
/// bytes, or what two iterations of `around` share.
static double getUnion(const Footprint &tail, const Footprint &head,
                       const Loop *around) {
  double space = tail.getSpace() + head.getSpace();
  for (const Touch &touch : tail.getTouches())
    if (const Touch *other = head.find(touch.buffer))
      space -= std::min(touch.getSpace(), other->getSpace()) *
               (around ? getSharedPart(*around, touch.buffer) : 1);
  return space;
}

/// What `later` finds of a buffer that `earlier` touched, with `between`
/// touched between the two; in the next iteration of `around`, if given.
static Found findAfter(const Loop &earlier, const Footprint &between,
                       const Loop &later, unsigned buffer, const Cache &cache,
                       const Loop *around = nullptr) {
  std::vector<Footprint> tails, heads;
  collectTails(earlier, buffer, between, tails);
  collectHeads(later, buffer, Footprint(), heads);
  // Both go through the buffer in the same order: the end of it in the tail and
  // the beginning in the head have in common what is more than all of it.
  double whole =
      std::max(earlier.all.find(buffer)->bytes, later.all.find(buffer)->bytes);
  Found best;
  for (const Footprint &tail : tails) {
    const Touch *last = tail.find(buffer);
    if (last->bytes <= best.bytes)
      continue;
    for (const Footprint &head : heads) {
      double first = head.find(buffer)->bytes;
      double bytes =
          std::min({last->bytes, first, last->bytes + first - whole}) *
          cache.getShareThatFits(getUnion(tail, head, around));
      if (bytes > best.bytes)
        best = {bytes, last->writes};
    }
  }
  return best;
}

/// What the loop at `index` of `body` finds of `buffer`.
static Found findFromNeighbours(ArrayRef<Loop> body, size_t index,
                                unsigned buffer, const Cache &cache) {
  Footprint between;
  for (const Loop &earlier : llvm::reverse(body.take_front(index))) {
    if (earlier.all.find(buffer))
      return findAfter(earlier, between, body[index], buffer, cache);
    between.add(earlier.all);
  }
  return {};
}

/// What an iteration of `loop` finds of `buffer` that the one before left.
static Found findFromIteration(const Loop &loop, unsigned buffer,
                               const Cache &cache) {
  auto touches = [&](const Loop &inner) { return inner.all.find(buffer); };
  const Loop *first = llvm::find_if(loop.body, touches).operator->();
  Footprint between;
  for (const Loop &last : llvm::reverse(loop.body)) {
    if (!touches(last)) {
      between.add(last.all);
      continue;
    }
    for (const Loop *inner = loop.body.data(); inner != first; ++inner)
      between.add(inner->all);
    Found found = findAfter(last, between, *first, buffer, cache, &loop);
    found.bytes = std::min(found.bytes, getSharedPart(loop, buffer) *
                                            loop.once.find(buffer)->bytes);
    return found;
  }
  return {};
}

/// What moves when the loops of `body` run once, one after the other.
static SmallVector<Move> moveBody(ArrayRef<Loop> body, const Cache &cache) {
  SmallVector<Move> total;
  for (size_t i = 0; i < body.size(); ++i) {
    SmallVector<Move> moves = getMoves(body[i], cache);
    for (const Touch &touch : body[i].all.getTouches())
      takeOff(moves, touch.buffer,
              findFromNeighbours(body, i, touch.buffer, cache));
    for (const Move &move : moves)
      addMove(total, move);
  }
  return total;
}

/// What moves if an iteration leaves nothing to the next but what that touches
/// soon.
static SmallVector<Move> moveIterations(const Loop &nest, const Cache &cache) {
  if (nest.body.empty())
    return moveAll(nest.once, nest.trips);
  SmallVector<Move> moves = moveBody(nest.body, cache);
  for (Move &move : moves) {
    move.fills *= nest.trips;
    move.writeBacks *= nest.trips;
  }
  if (nest.trips > 1)
    for (const Touch &touch : nest.once.getTouches())
      takeOff(moves, touch.buffer, findFromIteration(nest, touch.buffer, cache),
              nest.trips - 1);
  return moves;
}

SmallVector<Move> lf::getMoves(const Loop &nest, const Cache &cache) {
  double share = cache.getShareThatFits(nest.once.getSpace());
  if (share == 1)
    return moveAll(nest.all, 1);
  SmallVector<Move> moves = moveIterations(nest, cache);
  if (share == 0)
    return moves;
  for (Move &move : moves) {
    move.fills *= 1 - share;
    move.writeBacks *= 1 - share;
  }
  for (const Move &move : moveAll(nest.all, share))
    addMove(moves, move);
  return moves;
}
