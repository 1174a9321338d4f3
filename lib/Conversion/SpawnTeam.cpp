//===- SpawnTeam.cpp - a network on several threads -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One team of threads for a whole network, which all walk through it:
//
//   func.func @main(%in, %out, %workspace) {
//     call @block0(%in, %a, %workspace)     // shares its work by lf.thread_id
//     linalg.copy ins(%a) outs(%b)
//     call @block1(%b, %out, %workspace)
//   }
//
// becomes
//
//   func.func @main(%in, %out, %workspace) {
//     omp.parallel num_threads(2) { call @main.team(%in, %out, %workspace) }
//   }
//   func.func private @main.team(%in, %out, %workspace) {
//     call @block0(%in, %a, %workspace)
//     omp.barrier
//     scf.if (this is thread 0) { linalg.copy ins(%a) outs(%b) }
//     omp.barrier
//     call @block1(%b, %out, %workspace)
//   }
//
// Threads that are started once wait for each other in a microsecond; a team
// for each block would be started fifty times a run.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Passes.h"
#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Schedule/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"

namespace mlir::lf {
#define GEN_PASS_DEF_SPAWNTEAMPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Who does what
//===----------------------------------------------------------------------===//

namespace {

/// How a team does one op of the network.
enum class Share {
  /// All threads, each for itself: it changes nothing that others see.
  Each,
  /// All threads, each for itself, once what it reads is there.
  EachReads,
  /// All threads together.
  Team,
  /// The first thread.
  First,
  /// Cannot be done by a team.
  None
};

} // namespace

static bool sharesWork(func::CallOp call, SymbolTable &symbols) {
  auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
  return callee &&
         callee.walk([](ThreadIdOp) { return WalkResult::interrupt(); })
             .wasInterrupted();
}

static Share getShare(Operation &op, SymbolTable &symbols) {
  if (auto call = dyn_cast<func::CallOp>(op))
    if (sharesWork(call, symbols))
      return Share::Team;
  if (isMemoryEffectFree(&op))
    return Share::Each;
  if (op.getNumResults() == 0)
    return Share::First;
  return hasSingleEffect<MemoryEffects::Read>(&op) ? Share::EachReads
                                                   : Share::None;
}

namespace {

/// Writes the function that all threads of the team run.
class TeamWriter {
public:
  TeamWriter(ImplicitLocOpBuilder &b, SymbolTable &symbols)
      : b(b), symbols(symbols) {}

  /// Copies the ops of `body`, in which arguments are mapped.
  void write(Block &body, IRMapping &mapping);

private:
  void beginTogether();
  OpBuilder beginFirst();

  ImplicitLocOpBuilder &b;
  SymbolTable &symbols;
  Value isFirst;
  /// What the first thread does now, while the others wait.
  scf::IfOp open;
  /// Whether others may still read or write what was there before.
  bool needsBarrier = false;
};

} // namespace

/// All that was written is there for all from here on.
void TeamWriter::beginTogether() {
  if (open || needsBarrier)
    BarrierOp::create(b);
  open = nullptr;
  needsBarrier = false;
}

/// A place among the ops of the first thread.
OpBuilder TeamWriter::beginFirst() {
  if (!open) {
    beginTogether();
    open = scf::IfOp::create(b, isFirst, /*withElseRegion=*/false);
  }
  return open.getThenBodyBuilder();
}

void TeamWriter::write(Block &body, IRMapping &mapping) {
  isFirst = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                  ThreadIdOp::create(b, b.getIndexType()),
                                  arith::ConstantIndexOp::create(b, 0));
  for (Operation &op : body.without_terminator()) {
    switch (getShare(op, symbols)) {
    case Share::Each: {
      // What the first thread does next may need it.
      OpBuilder::InsertionGuard guard(b);
      if (open)
        b.setInsertionPoint(open);
      b.clone(op, mapping);
      break;
    }
    case Share::EachReads:
      beginTogether();
      b.clone(op, mapping);
      break;
    case Share::Team:
      beginTogether();
      b.clone(op, mapping);
      needsBarrier = true;
      break;
    default:
      beginFirst().clone(op, mapping);
      break;
    }
  }
}

//===----------------------------------------------------------------------===//
// The team
//===----------------------------------------------------------------------===//

/// Whether a team of threads has something to do in `entry`, and can do it.
static bool canSpawn(func::FuncOp entry, SymbolTable &symbols) {
  bool hasWork = false;
  for (Operation &op : entry.getBody().front().without_terminator()) {
    Share share = getShare(op, symbols);
    if (share == Share::None)
      return false;
    hasWork |= share == Share::Team;
  }
  return hasWork && entry.getNumResults() == 0;
}

/// Moves the body of `entry` to a function that `threads` threads call.
static void spawnTeam(func::FuncOp entry, SymbolTable &symbols,
                      int64_t threads) {
  ImplicitLocOpBuilder b(entry.getLoc(), entry.getContext());
  b.setInsertionPointAfter(entry);
  auto team = func::FuncOp::create(b, (entry.getName() + ".team").str(),
                                   entry.getFunctionType());
  team.setPrivate();
  symbols.insert(team);
  Block *start = team.addEntryBlock();

  IRMapping mapping;
  mapping.map(entry.getArguments(), team.getArguments());
  b.setInsertionPointToStart(start);
  Block &body = entry.getBody().front();
  TeamWriter(b, symbols).write(body, mapping);
  func::ReturnOp::create(b);

  while (&body.front() != body.getTerminator())
    body.getTerminator()->getPrevNode()->erase();
  b.setInsertionPointToStart(&body);
  omp::ParallelOperands clauses;
  clauses.numThreads = arith::ConstantIntOp::create(b, threads, 32);
  auto parallel = omp::ParallelOp::create(b, clauses);
  b.createBlock(&parallel.getRegion());
  func::CallOp::create(b, team, entry.getArguments());
  omp::TerminatorOp::create(b);
}

/// The function `name` of the OpenMP runtime, which returns an int.
static func::FuncOp declareQuery(ModuleOp module, SymbolTable &symbols,
                                 StringRef name) {
  if (auto function = symbols.lookup<func::FuncOp>(name))
    return function;
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  auto function =
      func::FuncOp::create(builder, module.getLoc(), name,
                           builder.getFunctionType({}, builder.getI32Type()));
  function.setPrivate();
  symbols.insert(function);
  return function;
}

/// Replaces the ops on teams by calls of the OpenMP runtime, or by what they
/// are for a team of one.
static void lowerTeamOps(ModuleOp module, SymbolTable &symbols, bool hasTeam) {
  SmallVector<Operation *> ops;
  module.walk([&](Operation *op) {
    if (isa<ThreadIdOp, NumThreadsOp, BarrierOp>(op))
      ops.push_back(op);
  });
  for (Operation *op : ops) {
    ImplicitLocOpBuilder b(op->getLoc(), op);
    if (isa<BarrierOp>(op)) {
      if (hasTeam)
        omp::BarrierOp::create(b);
    } else if (hasTeam) {
      func::FuncOp query = declareQuery(
          module, symbols,
          isa<ThreadIdOp>(op) ? "omp_get_thread_num" : "omp_get_num_threads");
      Value number = func::CallOp::create(b, query, ValueRange()).getResult(0);
      op->getResult(0).replaceAllUsesWith(
          arith::IndexCastOp::create(b, b.getIndexType(), number));
    } else {
      op->getResult(0).replaceAllUsesWith(
          arith::ConstantIndexOp::create(b, isa<ThreadIdOp>(op) ? 0 : 1));
    }
    op->erase();
  }
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct SpawnTeamPass : lf::impl::SpawnTeamPassBase<SpawnTeamPass> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    int64_t threads = Target::get(module).threads;
    bool hasTeam = false;
    for (auto function :
         llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
      if (threads > 1 && function->hasAttr(attrs::inputs) &&
          canSpawn(function, symbols)) {
        spawnTeam(function, symbols, threads);
        hasTeam = true;
      }
    lowerTeamOps(module, symbols, hasTeam);
  }
};

} // namespace
