//===- Schedule.cpp - a schedule for each block -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives blocks the schedule that the cost model takes the least time with:
//
//   lf.fused_block … outs(%init : …) {
//
// becomes
//
//   lf.fused_block … outs(%init : …)
//       schedule <channel_blocked, channel_block = 32,
//                 tiles = [<pixels = 14, vectors = [16, 16]>, …]> {
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Schedule/Cost.h"
#include "LayerFusion/Schedule/Threads.h"
#include "LayerFusion/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#define DEBUG_TYPE "lf-schedule"

namespace mlir::lf {
#define GEN_PASS_DEF_SCHEDULEPASS
#include "LayerFusion/Transforms/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

static void report(FusedBlockOp block, const Cost &cost, int64_t growth) {
  auto function = block->getParentOfType<FunctionOpInterface>();
  StringRef name = function ? function.getName() : StringRef();
  std::string schedule;
  llvm::raw_string_ostream(schedule) << cost.schedule;
  remark::analysis(
      block.getLoc(),
      remark::RemarkOpts::name("schedule").category(DEBUG_TYPE).function(name))
      << remark::metric("schedule", schedule)
      << remark::metric("seconds", cost.seconds)
      << remark::metric("filterGrowthBytes", growth);
}

/// The bytes by which filters grow in all blocks of `op` together.
static void reportGrowth(Operation *op, int64_t growth) {
  remark::analysis(
      op->getLoc(),
      remark::RemarkOpts::name("filterGrowth").category(DEBUG_TYPE))
      << remark::metric("filterGrowthBytes", growth);
}

namespace {

struct SchedulePass : lf::impl::SchedulePassBase<SchedulePass> {
  using Base::Base;

  void runOnOperation() override {
    Target target = Target::get(getOperation());
    if (threads > 0)
      target.threads = threads;
    // Loops are chosen for one thread's caches, which all threads have.
    Target single = target;
    single.threads = 1;
    ScheduleLimits limits(algorithms, maxFilterGrowth);
    CostTable costs(single, limits);
    int64_t growth = 0;
    getOperation()->walk([&](FusedBlockOp block) {
      if (block.getScheduleAttr())
        return;
      Chain chain = getChain(block);
      Cost cost = costs.getCost(chain);
      // What the blocks before have taken is gone.
      ScheduleLimits left = limits;
      left.filterGrowth -= growth;
      if (getFilterGrowth(chain, cost.schedule) > left.filterGrowth)
        cost = estimateCost(chain, single, left);
      cost.schedule = shareAmongThreads(chain, cost.schedule, target);
      block.setScheduleAttr(cost.schedule);
      int64_t own = getFilterGrowth(chain, cost.schedule);
      growth += own;
      report(block, cost, own);
    });
    if (growth > 0)
      reportGrowth(getOperation(), growth);
  }
};

} // namespace
