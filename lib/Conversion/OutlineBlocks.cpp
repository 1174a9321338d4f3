//===- OutlineBlocks.cpp - a function for each block ------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Moves blocks out of the network,
//
//   lf.fused_block ins(%in = %x : memref<…>) outs(%y : memref<…>) {…}
//
// becomes
//
//   call @block0.dw_pw(%x, %y) : (memref<…>, memref<…>) -> ()
//
// so that passes work on several at a time, each on a function of bounded size,
// and equal ones once. What the block knows of its operands stands in their
// types, which the function's arguments keep.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Passes.h"
#include "LayerFusion/Transforms/Fusion.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"

#include <algorithm>

namespace mlir::lf {
#define GEN_PASS_DEF_OUTLINEBLOCKSPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

/// Whether a pointer says all that the type leaves open of such a buffer: that
/// is how functions take it later on.
static bool isBarePointer(Type type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  return succeeded(
             cast<MemRefType>(type).getStridesAndOffset(strides, offset)) &&
         ShapedType::isStatic(offset) &&
         llvm::all_of(strides, ShapedType::isStatic);
}

/// Whether the two compute the same in the same way, each on its own operands.
static bool areEqual(FusedBlockOp a, FusedBlockOp b) {
  return a->getOperandTypes() == b->getOperandTypes() &&
         a.getScheduleAttr() == b.getScheduleAttr() &&
         a->getDiscardableAttrDictionary() ==
             b->getDiscardableAttrDictionary() &&
         OperationEquivalence::isRegionEquivalentTo(
             &a.getBody(), &b.getBody(),
             OperationEquivalence::Flags::IgnoreLocations);
}

namespace {

/// Makes the functions, behind the others of a module.
class Outliner {
public:
  explicit Outliner(ModuleOp module)
      : symbols(module), builder(module.getBodyRegion()) {
    builder.setInsertionPointToEnd(module.getBody());
  }

  /// Replaces `block` by a call.
  void outline(FusedBlockOp block);

private:
  struct Outlined {
    FusedBlockOp block; // in the function
    func::FuncOp function;
  };

  /// A function that computes what `block` does.
  func::FuncOp createFunction(FusedBlockOp block);

  SymbolTable symbols;
  OpBuilder builder;
  SmallVector<Outlined> functions;
};

} // namespace

func::FuncOp Outliner::createFunction(FusedBlockOp block) {
  OpBuilder::InsertionGuard guard(builder);
  // A dot keeps the name apart from those of C, where the network's is.
  std::string name = "block" + std::to_string(functions.size()) + "." +
                     getChainName(getChain(block));
  std::replace(name.begin(), name.end(), '-', '_');
  auto function = func::FuncOp::create(
      builder, block.getLoc(), name,
      builder.getFunctionType(TypeRange(block->getOperandTypes()), {}));
  function.setPrivate();
  // One body for all calls, and a line of its own in profiles. The first is for
  // MLIR, the second reaches LLVM.
  function.setNoInline(true);
  function->setAttr("passthrough", builder.getStrArrayAttr({"noinline"}));
  symbols.insert(function);

  builder.setInsertionPointToStart(function.addEntryBlock());
  IRMapping mapping;
  mapping.map(block->getOperands(), function.getArguments());
  auto body = cast<FusedBlockOp>(builder.clone(*block, mapping));
  func::ReturnOp::create(builder, block.getLoc());
  functions.push_back({body, function});
  return function;
}

void Outliner::outline(FusedBlockOp block) {
  auto *found = llvm::find_if(functions, [&](const Outlined &other) {
    return areEqual(other.block, block);
  });
  func::FuncOp function =
      found == functions.end() ? createFunction(block) : found->function;
  OpBuilder atBlock(block);
  func::CallOp::create(atBlock, block.getLoc(), function, block->getOperands());
  block.erase();
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct OutlineBlocksPass : lf::impl::OutlineBlocksPassBase<OutlineBlocksPass> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<FusedBlockOp> blocks;
    getOperation()->walk([&](FusedBlockOp block) {
      if (!block.hasTensors() &&
          llvm::all_of(block->getOperandTypes(), isBarePointer))
        blocks.push_back(block);
    });
    Outliner outliner(getOperation());
    for (FusedBlockOp block : blocks)
      outliner.outline(block);
  }
};

} // namespace
