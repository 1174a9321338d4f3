//===- Threads.cpp - work shared by threads ---------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Threads.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

Shares::Shares(int64_t count, int64_t wanted, int64_t unit)
    : count(count),
      size(llvm::divideCeil(llvm::divideCeil(count, unit), wanted) * unit),
      threads(llvm::divideCeil(count, size)) {}

/// body(thread) for each of some threads.
static void forEachThread(ImplicitLocOpBuilder &b, int64_t threads,
                          function_ref<void(Index)> body) {
  if (threads == 1)
    return body(getIndex(b, 0));
  Value lower = arith::ConstantIndexOp::create(b, 0);
  Value upper = arith::ConstantIndexOp::create(b, threads);
  Value step = arith::ConstantIndexOp::create(b, 1);
  auto loop = scf::ParallelOp::create(b, lower, upper, step);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(loop.getBody()->getTerminator());
  body(loop.getInductionVars().front());
}

void lf::forEachShare(
    ImplicitLocOpBuilder &b, const Shares &shares,
    function_ref<void(Index first, Index end, Index thread)> body) {
  forEachThread(b, shares.threads, [&](Index thread) {
    Index first = linear(b, thread, shares.size, 0);
    Index end =
        shares.count % shares.size == 0
            ? linear(b, thread, shares.size, shares.size)
            : linearAtMost(b, thread, shares.size, shares.size, shares.count);
    body(first, end, thread);
  });
}

void lf::forEachShare(ImplicitLocOpBuilder &b, const Shares &shares,
                      const Channels &channels,
                      function_ref<void(const Channels &, Index)> body) {
  int64_t last = shares.count - (shares.threads - 1) * shares.size;
  forEachThread(b, shares.threads, [&](Index thread) {
    auto write = [&](int64_t size) {
      body({addScaled(b, channels.offset, thread, shares.size), size}, thread);
    };
    if (last == shares.size || shares.threads == 1)
      return write(last);
    Value number = asValue(b, thread);
    Value lastNumber = arith::ConstantIndexOp::create(b, shares.threads - 1);
    Value isLast =
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, number, lastNumber);
    auto branch = scf::IfOp::create(b, isLast, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    write(last);
    b.setInsertionPointToStart(branch.elseBlock());
    write(shares.size);
  });
}
