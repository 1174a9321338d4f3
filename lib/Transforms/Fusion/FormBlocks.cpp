//===- FormBlocks.cpp - chains to blocks ------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Moves the layers of a chain into the body of a block:
//
//   %0 = lf.depthwise_conv2d %x, %w0      %y = lf.fused_block
//   %y = lf.conv2d %0, %w1                    ins(%in = %x, .. %w0, .. %w1)
//                                             outs(%init) { .. lf.yield %1 }
//
// What depends on the chain's first layers and stands before its last is moved
// behind the block.
//
//===----------------------------------------------------------------------===//

#include "Remarks.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::lf;

/// The layers and poolings of `chain`, in order.
static SmallVector<Operation *> getOps(const Chain &chain) {
  SmallVector<Operation *> ops(chain.layers.begin(), chain.layers.end());
  llvm::append_range(ops, chain.pools);
  return ops;
}

/// What `ops` read of others, in order and once each.
static SetVector<Value> getInputs(ArrayRef<Operation *> ops) {
  SetVector<Value> inputs;
  for (Operation *op : ops)
    for (Value operand : op->getOperands())
      if (!llvm::is_contained(ops, operand.getDefiningOp()))
        inputs.insert(operand);
  return inputs;
}

FusedBlockOp lf::formBlock(RewriterBase &rewriter, const Chain &chain) {
  SmallVector<Operation *> ops = getOps(chain);
  Operation *place = ops.front();
  if (!chain.layers.empty()) {
    place = chain.layers.back();
    Operation *previous = place;
    SmallVector<Operation *> after = *getOpsAfterBlock(chain.layers);
    for (Operation *op : after) {
      rewriter.moveOpAfter(op, previous);
      previous = op;
    }
  }

  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(place);
  Location loc = rewriter.getFusedLoc(
      llvm::map_to_vector(ops, [](Operation *op) { return op->getLoc(); }));
  SmallVector<Value> outputs;
  for (Value value : chain.yielded) {
    auto type = cast<RankedTensorType>(value.getType());
    outputs.push_back(tensor::EmptyOp::create(rewriter, loc, type.getShape(),
                                              type.getElementType()));
  }
  SetVector<Value> inputs = getInputs(ops);
  auto body = [&](OpBuilder &builder, Location, ValueRange arguments) {
    IRMapping mapping;
    mapping.map(inputs.getArrayRef(), arguments);
    for (Operation *op : ops)
      builder.clone(*op, mapping);
    return llvm::map_to_vector(
        chain.yielded, [&](Value value) { return mapping.lookup(value); });
  };
  auto block =
      FusedBlockOp::create(rewriter, loc, inputs.getArrayRef(), outputs, body);
  for (auto [value, result] :
       llvm::zip_equal(chain.yielded, block.getResults()))
    rewriter.replaceAllUsesWith(value, result);
  for (Operation *op : llvm::reverse(ops))
    rewriter.eraseOp(op);
  return block;
}

/// The most of `layers`, from the first on, that may be a block now.
static size_t getLegalLength(ArrayRef<LayerOpInterface> layers) {
  size_t length = layers.size();
  std::string why;
  while (length > 1 && failed(checkLegal(layers.take_front(length), &why)))
    --length;
  if (length < layers.size())
    reportRefused(layers[length], why + ", now that other blocks are formed");
  return length;
}

SmallVector<FusedBlockOp> lf::formBlocks(RewriterBase &rewriter,
                                         const Partition &partition) {
  SmallVector<FusedBlockOp> blocks;
  for (const Chain &chain : partition.blocks) {
    ArrayRef<LayerOpInterface> rest = chain.layers;
    while (!rest.empty()) {
      size_t length = getLegalLength(rest);
      bool isLast = length == rest.size();
      ArrayRef<LayerOpInterface> layers = rest.take_front(length);
      rest = rest.drop_front(length);
      SmallVector<Operation *> pools;
      if (isLast)
        pools = chain.pools;
      if (llvm::any_of(layers, isHeavy))
        blocks.push_back(formBlock(rewriter, makeChain(layers, pools)));
      else if (!pools.empty())
        blocks.push_back(formBlock(rewriter, makeChain({}, pools)));
    }
    if (chain.layers.empty())
      blocks.push_back(formBlock(rewriter, chain));
  }
  return blocks;
}
