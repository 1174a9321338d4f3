//===- InstrumentBlocks.cpp - a network that takes its own time -*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads a counter before the first op of the entry function that takes time and
// after each:
//
//   call @block0.dw_pw(%x, %y)
//
// becomes
//
//   %0 = llvm.call_intrinsic "llvm.readcyclecounter"() : () -> i64
//   call @block0.dw_pw(%x, %y)
//   %1 = llvm.call_intrinsic "llvm.readcyclecounter"() : () -> i64
//   %2 = arith.subi %1, %0 : i64
//   memref.store %2, %ticks[%c0] : memref<1xi64>
//
// The network runs as it does otherwise: reading the counter takes some 20
// cycles, a block a thousand and more.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Passes.h"
#include "LayerFusion/Dialect/LF/Steps.h"
#include "LayerFusion/Transforms/Fusion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

namespace mlir::lf {
#define GEN_PASS_DEF_INSTRUMENTBLOCKSPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

/// Whether `op` computes or moves anything; the rest are addresses.
static bool takesTime(Operation *op) {
  return isa<CallOpInterface>(op) || op->getNumRegions() != 0 ||
         hasEffect<MemoryEffects::Write>(op);
}

//===----------------------------------------------------------------------===//
// What is known of an op
//===----------------------------------------------------------------------===//

/// The block that `op` calls or is, if any.
static FusedBlockOp getBlock(Operation *op, const SymbolTable &symbols) {
  if (auto block = dyn_cast<FusedBlockOp>(op))
    return block;
  auto call = dyn_cast<func::CallOp>(op);
  auto callee =
      call ? symbols.lookup<func::FuncOp>(call.getCallee()) : func::FuncOp();
  if (!callee || callee.isExternal())
    return {};
  auto blocks = callee.getOps<FusedBlockOp>();
  return blocks.empty() ? FusedBlockOp() : *blocks.begin();
}

/// The nodes of the model that `loc` is of: the name alone, or first and last.
static std::string getName(Location loc) {
  llvm::SetVector<StringRef> names;
  loc->walk([&](Location part) {
    auto name = dyn_cast<NameLoc>(part);
    if (!name)
      return WalkResult::advance();
    names.insert(name.getName());
    return WalkResult::skip();
  });
  if (names.empty())
    return "";
  if (names.size() == 1)
    return names.front().str();
  return (names.front() + " ... " + names.back()).str();
}

/// The arithmetic that `op` does for each element, in order.
static SmallVector<StringRef> getArithmetic(linalg::LinalgOp op) {
  SmallVector<StringRef> names;
  for (Operation &inner : *op.getBlock())
    if (isa<arith::ArithDialect, math::MathDialect>(inner.getDialect()) &&
        inner.hasTrait<OpTrait::SameOperandsAndResultType>() &&
        isa<FloatType>(inner.getResult(0).getType()))
      names.push_back(inner.getName().stripDialect());
  return names;
}

static std::string getKind(Operation *op, FusedBlockOp block) {
  if (block)
    return getChainName(getChain(block));
  auto generic = dyn_cast<linalg::GenericOp>(op);
  SmallVector<StringRef> arithmetic =
      generic ? getArithmetic(generic) : SmallVector<StringRef>();
  if (arithmetic.empty())
    return op->getName().stripDialect().str();
  return llvm::join(arithmetic, "-");
}

static int64_t getFlops(Operation *op, FusedBlockOp block) {
  int64_t flops = 0;
  if (block) {
    for (LayerOpInterface layer : block.getLayers())
      flops += layer.getFlops();
    // One for each element.
    for (Operation *pool : block.getPools())
      flops += cast<ShapedType>(pool->getOperand(0).getType()).getNumElements();
  } else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    flops = getArithmetic(linalgOp).size();
    for (int64_t range : linalgOp.getStaticLoopRanges())
      flops *= ShapedType::isDynamic(range) ? 1 : range;
  }
  return flops;
}

/// Of the buffers that `op` is given, once each.
static int64_t getBytes(Operation *op) {
  llvm::SetVector<Value> operands(op->operand_begin(), op->operand_end());
  int64_t bytes = 0;
  for (Value operand : operands) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (type && type.hasStaticShape() &&
        type.getElementType().isIntOrIndexOrFloat())
      bytes += type.getNumElements() *
               (type.getElementType().isIndex()
                    ? 8
                    : llvm::divideCeil(type.getElementTypeBitWidth(), 8));
  }
  return bytes;
}

static Step describe(Operation *op, const SymbolTable &symbols) {
  FusedBlockOp block = getBlock(op, symbols);
  return {getName(op->getLoc()), getKind(op, block), getFlops(op, block),
          getBytes(op)};
}

//===----------------------------------------------------------------------===//
// Counters
//===----------------------------------------------------------------------===//

/// Adds the output that the ticks go to, behind the others.
static Value addTicks(func::FuncOp entry, int64_t count) {
  MLIRContext *context = entry.getContext();
  auto i64 = IntegerType::get(context, 64);
  SmallVector<Attribute> outputs(
      entry->getAttrOfType<ArrayAttr>(attrs::outputs).getValue());
  outputs.push_back(
      IOAttr::get(context, "ticks", RankedTensorType::get({count}, i64), ""));
  entry->setAttr(attrs::outputs, ArrayAttr::get(context, outputs));
  unsigned index = entry.getNumArguments();
  (void)entry.insertArgument(index, MemRefType::get({count}, i64), {},
                             entry.getLoc());
  return entry.getArgument(index);
}

static void instrument(ArrayRef<Operation *> ops, Value ticks,
                       StringRef counter) {
  OpBuilder builder(ops.front());
  auto read = [&](Location loc) {
    return LLVM::CallIntrinsicOp::create(builder, loc, builder.getI64Type(),
                                         builder.getStringAttr(counter),
                                         ValueRange())
        .getResults();
  };
  Value before = read(ops.front()->getLoc());
  for (auto [index, op] : llvm::enumerate(ops)) {
    Location loc = op->getLoc();
    builder.setInsertionPointAfter(op);
    Value after = read(loc);
    Value difference = arith::SubIOp::create(builder, loc, after, before);
    Value place = arith::ConstantIndexOp::create(builder, loc, index);
    memref::StoreOp::create(builder, loc, difference, ticks, place);
    before = after;
  }
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct InstrumentBlocksPass
    : lf::impl::InstrumentBlocksPassBase<InstrumentBlocksPass> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<func::FuncOp> entries =
        llvm::filter_to_vector(module.getOps<func::FuncOp>(), [](auto f) {
          return f->hasAttr(attrs::inputs) && f->hasAttr(attrs::outputs);
        });
    if (entries.size() != 1 || entries.front()->hasAttr(attrs::steps)) {
      module.emitOpError() << "must hold one entry function without '"
                           << attrs::steps << "', as lf-bufferize leaves it";
      return signalPassFailure();
    }
    func::FuncOp entry = entries.front();
    SmallVector<Operation *> ops;
    for (Operation &op : entry.getBody().front().without_terminator())
      if (takesTime(&op))
        ops.push_back(&op);
    SymbolTable symbols(module);
    SmallVector<Step> steps = llvm::map_to_vector(
        ops, [&](Operation *op) { return describe(op, symbols); });
    entry->setAttr(attrs::steps, getAsAttr(&getContext(), steps));
    Value ticks = addTicks(entry, ops.size());
    if (!ops.empty())
      instrument(ops, ticks, counter);
  }
};

} // namespace
