//===- PlanWorkspace.cpp - allocations to one workspace ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds when each buffer of the entry function is alive, has planBuffers place
// them, and rewrites
//
//   %b = memref.alloc() : memref<4x8xf32>
//
// to
//
//   %b = memref.view %workspace[%c640][] : memref<4096xi8> to memref<4x8xf32>
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Conversion.h"
#include "LayerFusion/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/Support/MathExtras.h"

#define DEBUG_TYPE "lf-plan-workspace"

namespace mlir::lf {
#define GEN_PASS_DEF_PLANWORKSPACEPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

/// A cache line, and the widest vector of any CPU we know.
static constexpr int64_t workspaceAlignment = 64;

//===----------------------------------------------------------------------===//
// Buffers and their lifetimes
//===----------------------------------------------------------------------===//

bool lf::isAddressable(ShapedType type) {
  constexpr int64_t maxElements = int64_t(1) << 37;
  int64_t elements = 1;
  for (int64_t size : type.getShape())
    if (llvm::MulOverflow(elements, size, elements) || elements > maxElements)
      return llvm::is_contained(type.getShape(), 0);
  return true;
}

static bool isAllocation(Operation *op) {
  return isa<memref::AllocOp, memref::AllocaOp>(op);
}

/// Explains why `alloc` has no place in a workspace, if so.
static LogicalResult checkAllocation(Operation *alloc) {
  auto type = cast<MemRefType>(alloc->getResult(0).getType());
  if (!type.hasStaticShape())
    return alloc->emitOpError() << "has dynamic size: a run must not allocate, "
                                   "so every buffer needs "
                                   "a static shape";
  if (!isAddressable(type))
    return alloc->emitOpError() << "has more than 2^37 elements: " << type;
  if (!type.getLayout().isIdentity())
    return alloc->emitOpError()
           << "has the layout " << type.getLayout()
           << ", a buffer in the workspace must be contiguous";
  if (type.getMemorySpace())
    return alloc->emitOpError()
           << "lies in memory space " << type.getMemorySpace()
           << ", the workspace in the default one";
  auto alignment = alloc->getAttrOfType<IntegerAttr>("alignment");
  if (alignment && alignment.getInt() > workspaceAlignment)
    return alloc->emitOpError()
           << "wants an alignment of " << alignment.getInt()
           << " bytes, the workspace gives " << workspaceAlignment;
  return success();
}

/// The steps (ops of the entry block, counted) at which `alloc` is alive.
static LogicalResult findLifetime(Operation *alloc, Block *body,
                                  const DenseMap<Operation *, int64_t> &steps,
                                  const BufferViewFlowAnalysis &aliases,
                                  PlannedBuffer &buffer) {
  int64_t own = steps.lookup(body->findAncestorOpInBlock(*alloc));
  bool nested = alloc->getBlock() != body;
  // Nested in a loop, the buffer lives as long as the loop runs.
  buffer.first = nested ? own : std::numeric_limits<int64_t>::max();
  buffer.last = own;
  for (Value alias : aliases.resolve(alloc->getResult(0))) {
    for (Operation *user : alias.getUsers()) {
      if (isa<memref::DeallocOp>(user))
        continue;
      if (isa<func::ReturnOp>(user))
        return alloc->emitOpError()
               << "is returned: a result must be an argument of the function";
      if (nested && user->hasTrait<OpTrait::IsTerminator>())
        return alloc->emitOpError()
               << "leaves the region it is in: it cannot be given one place";
      int64_t step = steps.lookup(body->findAncestorOpInBlock(*user));
      buffer.first = std::min(buffer.first, step);
      buffer.last = std::max(buffer.last, step);
    }
  }
  // An unused buffer takes no place to speak of.
  buffer.first = std::min(buffer.first, buffer.last);
  return success();
}

static int64_t getByteSize(MemRefType type, const DataLayout &layout) {
  return type.getNumElements() *
         static_cast<int64_t>(layout.getTypeSize(type.getElementType()));
}

//===----------------------------------------------------------------------===//
// The plan
//===----------------------------------------------------------------------===//

/// Replaces the allocations by views into a new last argument.
static void applyPlan(func::FuncOp entry, ArrayRef<Operation *> allocs,
                      ArrayRef<PlannedBuffer> buffers, int64_t size) {
  OpBuilder builder = OpBuilder::atBlockBegin(&entry.getBody().front());
  auto type = MemRefType::get({size}, builder.getI8Type());
  unsigned index = entry.getNumArguments();
  (void)entry.insertArgument(index, type, {}, entry.getLoc());
  Value workspace = entry.getArgument(index);
  entry->setAttr(attrs::workspaceSize, builder.getI64IntegerAttr(size));

  entry.walk([](memref::DeallocOp dealloc) { dealloc.erase(); });
  for (auto [alloc, buffer] : llvm::zip_equal(allocs, buffers)) {
    builder.setInsertionPoint(alloc);
    Location loc = alloc->getLoc();
    Value offset = arith::ConstantIndexOp::create(builder, loc, buffer.offset);
    Value view =
        memref::ViewOp::create(builder, loc, alloc->getResult(0).getType(),
                               workspace, offset, ValueRange());
    alloc->getResult(0).replaceAllUsesWith(view);
    alloc->erase();
  }
}

static void report(func::FuncOp entry, size_t count, PlanSummary summary) {
  remark::analysis(entry.getLoc(), remark::RemarkOpts::name("workspace")
                                       .category(DEBUG_TYPE)
                                       .function(entry.getName()))
      << remark::metric("buffers", count)
      << remark::metric("workspaceBytes", summary.peak)
      << remark::metric("sideBySideBytes", summary.total)
      << remark::metric("lowerBoundBytes", summary.lowerBound);
}

static LogicalResult planWorkspace(func::FuncOp entry) {
  Block *body = &entry.getBody().front();
  DenseMap<Operation *, int64_t> steps;
  for (auto [step, op] : llvm::enumerate(*body))
    steps[&op] = step;

  SmallVector<Operation *> allocs;
  entry.walk([&](Operation *op) {
    if (isAllocation(op))
      allocs.push_back(op);
  });
  BufferViewFlowAnalysis aliases(entry);
  DataLayout layout = DataLayout::closest(entry);
  SmallVector<PlannedBuffer> buffers(allocs.size());
  for (auto [alloc, buffer] : llvm::zip_equal(allocs, buffers)) {
    if (failed(checkAllocation(alloc)) ||
        failed(findLifetime(alloc, body, steps, aliases, buffer)))
      return failure();
    buffer.size =
        getByteSize(cast<MemRefType>(alloc->getResult(0).getType()), layout);
  }
  PlanSummary summary = planBuffers(buffers, workspaceAlignment);
  applyPlan(entry, allocs, buffers, summary.peak);
  report(entry, buffers.size(), summary);
  return success();
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct PlanWorkspacePass : lf::impl::PlanWorkspacePassBase<PlanWorkspacePass> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
    if (functions.size() != 1 || !functions.front()->hasAttr(attrs::inputs)) {
      module.emitOpError() << "must hold one function that carries '"
                           << attrs::inputs << "', as lf-bufferize leaves it";
      return signalPassFailure();
    }
    func::FuncOp entry = functions.front();
    if (entry->hasAttr(attrs::workspaceSize)) {
      entry.emitOpError() << "has a workspace already";
      return signalPassFailure();
    }
    if (failed(planWorkspace(entry)))
      signalPassFailure();
  }
};

} // namespace
