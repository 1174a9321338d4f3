//===- PlanWorkspace.cpp - allocations to one workspace ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds when each buffer of a function is alive, has planBuffers place them,
// and rewrites
//
//   %b = memref.alloc() : memref<4x8xf32>
//
// to
//
//   %b = memref.view %workspace[%c640][] : memref<4096xi8> to memref<4x8xf32>
//
// Functions come after those they call. To a caller, what a function needs for
// its buffers is one more buffer, used by the call alone.
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

static MemRefType getWorkspaceType(MLIRContext *context, int64_t size) {
  return MemRefType::get({size}, IntegerType::get(context, 8));
}

/// Replaces the allocations by views into a new last argument.
static void applyPlan(func::FuncOp function, ArrayRef<Operation *> allocs,
                      ArrayRef<PlannedBuffer> buffers, int64_t size) {
  unsigned index = function.getNumArguments();
  (void)function.insertArgument(index,
                                getWorkspaceType(function.getContext(), size),
                                {}, function.getLoc());
  Value workspace = function.getArgument(index);

  OpBuilder builder(function.getContext());
  function.walk([](memref::DeallocOp dealloc) { dealloc.erase(); });
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

static void report(func::FuncOp function, size_t count, PlanSummary summary) {
  remark::analysis(function.getLoc(), remark::RemarkOpts::name("workspace")
                                          .category(DEBUG_TYPE)
                                          .function(function.getName()))
      << remark::metric("buffers", count)
      << remark::metric("workspaceBytes", summary.peak)
      << remark::metric("sideBySideBytes", summary.total)
      << remark::metric("lowerBoundBytes", summary.lowerBound);
}

/// Places the buffers of `function` in a new argument, if it has any or is the
/// entry, whose callers expect it. Returns the bytes they take.
static FailureOr<int64_t> planWorkspace(func::FuncOp function) {
  Block *body = &function.getBody().front();
  DenseMap<Operation *, int64_t> steps;
  for (auto [step, op] : llvm::enumerate(*body))
    steps[&op] = step;

  SmallVector<Operation *> allocs;
  function.walk([&](Operation *op) {
    if (isAllocation(op))
      allocs.push_back(op);
  });
  bool isEntry = function->hasAttr(attrs::inputs);
  if (allocs.empty() && !isEntry)
    return 0;
  BufferViewFlowAnalysis aliases(function);
  DataLayout layout = DataLayout::closest(function);
  SmallVector<PlannedBuffer> buffers(allocs.size());
  for (auto [alloc, buffer] : llvm::zip_equal(allocs, buffers)) {
    if (failed(checkAllocation(alloc)) ||
        failed(findLifetime(alloc, body, steps, aliases, buffer)))
      return failure();
    buffer.size =
        getByteSize(cast<MemRefType>(alloc->getResult(0).getType()), layout);
  }
  PlanSummary summary = planBuffers(buffers, workspaceAlignment);
  applyPlan(function, allocs, buffers, summary.peak);
  report(function, buffers.size(), summary);
  return summary.peak;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

namespace {

/// Plans the functions of a module, each after those it calls.
class Planner {
public:
  explicit Planner(ModuleOp module) : symbols(module) {}

  /// Plans `function` unless that is done. Returns the bytes it takes.
  FailureOr<int64_t> plan(func::FuncOp function);

private:
  /// Plans what `call` calls and gives it a buffer for that, to be placed as
  /// any other.
  LogicalResult allocateForCall(func::CallOp call);

  SymbolTable symbols;
  /// What functions take; nothing is known while one is being planned.
  DenseMap<Operation *, std::optional<int64_t>> sizes;
};

} // namespace

FailureOr<int64_t> Planner::plan(func::FuncOp function) {
  if (function.isExternal())
    return 0;
  auto [known, isNew] = sizes.try_emplace(function, std::nullopt);
  if (!isNew && !known->second)
    return function.emitOpError()
           << "calls itself: its buffers cannot be given one place";
  if (!isNew)
    return *known->second;
  WalkResult calls = function.walk(
      [&](func::CallOp call) { return WalkResult(allocateForCall(call)); });
  if (calls.wasInterrupted())
    return failure();
  FailureOr<int64_t> size = planWorkspace(function);
  if (succeeded(size))
    sizes[function] = *size;
  return size;
}

LogicalResult Planner::allocateForCall(func::CallOp call) {
  FailureOr<int64_t> size =
      plan(symbols.lookup<func::FuncOp>(call.getCallee()));
  if (failed(size))
    return failure();
  if (*size == 0)
    return success();
  OpBuilder builder(call);
  Value workspace = memref::AllocOp::create(
      builder, call.getLoc(), getWorkspaceType(call.getContext(), *size));
  call.getOperandsMutable().append(workspace);
  return success();
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct PlanWorkspacePass : lf::impl::PlanWorkspacePassBase<PlanWorkspacePass> {
  using Base::Base;

  /// The entry function, if all others serve it alone.
  FailureOr<func::FuncOp> findEntry() {
    ModuleOp module = getOperation();
    SmallVector<func::FuncOp> entries, others;
    for (auto function : module.getOps<func::FuncOp>())
      (function->hasAttr(attrs::inputs) ? entries : others).push_back(function);
    if (entries.size() != 1)
      return module.emitOpError()
             << "must hold one function that carries '" << attrs::inputs
             << "', as lf-bufferize leaves it";
    for (func::FuncOp function : others)
      if (function.isPublic())
        return function.emitOpError()
               << "must be private: callers outside of the module would not "
                  "give it a workspace";
    if (entries.front()->hasAttr(attrs::workspaceSize))
      return entries.front().emitOpError() << "has a workspace already";
    return entries.front();
  }

  void runOnOperation() override {
    FailureOr<func::FuncOp> entry = findEntry();
    if (failed(entry))
      return signalPassFailure();
    FailureOr<int64_t> size = Planner(getOperation()).plan(*entry);
    if (failed(size))
      return signalPassFailure();
    (*entry)->setAttr(attrs::workspaceSize,
                      Builder(&getContext()).getI64IntegerAttr(*size));
  }
};

} // namespace
