//===- Legality.cpp - which chains may be a block ---------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A chain may be computed as one if nothing between its layers has to come in
// between:
//
//   %0 = lf.depthwise_conv2d %x, %w0          may not be one block: the gate
//   %1 = lf.global_pool sum %0                depends on all of %0
//   %2 = lf.scale %0, %1
//
// and if what comes out in the middle is computed completely. Static shapes and
// one element type are rules of the layers themselves.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Transforms/Fusion.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace mlir::lf;

/// Rows that a window may span: enough for kernels of 7 with dilation 2. With
/// more, ring buffers hold most of an image, and bands of rows compute most of
/// it again.
static constexpr int64_t maxHaloRows = 16;

static LogicalResult refuse(std::string *why, const Twine &text) {
  if (why)
    *why = text.str();
  return failure();
}

//===----------------------------------------------------------------------===//
// Chains
//===----------------------------------------------------------------------===//

bool lf::canStandInBlock(Operation *op) {
  if (!isa<LayerOpInterface, GlobalPoolOp>(op) ||
      cast<RankedTensorType>(op->getOperand(0).getType()).getRank() != 4)
    return false;
  auto isPlain = [](Type type) {
    auto tensor = cast<RankedTensorType>(type);
    return !tensor.getEncoding() && !llvm::is_contained(tensor.getShape(), 0);
  };
  return llvm::all_of(op->getOperandTypes(), isPlain) &&
         llvm::all_of(op->getResultTypes(), isPlain);
}

/// Whether someone reads `value` but `reader`.
static bool hasOtherReaders(Value value, Operation *reader) {
  return llvm::any_of(value.getUsers(),
                      [&](Operation *user) { return user != reader; });
}

Chain lf::makeChain(ArrayRef<LayerOpInterface> layers,
                    ArrayRef<Operation *> pools) {
  Chain chain{llvm::to_vector(layers), llvm::to_vector(pools), {}};
  for (size_t i = 1; i < layers.size(); ++i) {
    Value value = layers[i - 1]->getResult(0);
    if (hasOtherReaders(value, layers[i]))
      chain.yielded.push_back(value);
  }
  if (!layers.empty()) {
    Value last = layers.back()->getResult(0);
    bool isRead = llvm::any_of(last.getUsers(), [&](Operation *user) {
      return !llvm::is_contained(pools, user);
    });
    if (isRead || pools.empty())
      chain.yielded.push_back(last);
  }
  for (Operation *pool : pools)
    chain.yielded.push_back(pool->getResult(0));
  return chain;
}

SmallVector<Operation *> lf::getGlobalPools(Value value, Block *block) {
  SmallVector<Operation *> pools;
  for (Operation *user : value.getUsers())
    if (isa<GlobalPoolOp>(user) && user->getBlock() == block &&
        canStandInBlock(user))
      pools.push_back(user);
  llvm::sort(pools,
             [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return pools;
}

//===----------------------------------------------------------------------===//
// Dependences
//===----------------------------------------------------------------------===//

/// Whether `op`, with what is nested in it, reads a result of `others`.
static bool readsResultOf(Operation *op,
                          const SmallPtrSetImpl<Operation *> &others) {
  WalkResult result = op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      if (Operation *maker = operand.getDefiningOp())
        if (others.contains(maker))
          return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return result.wasInterrupted();
}

FailureOr<SmallVector<Operation *>>
lf::getOpsAfterBlock(ArrayRef<LayerOpInterface> layers, std::string *why) {
  SmallVector<Operation *> after;
  SmallPtrSet<Operation *, 8> members, dependent;
  for (LayerOpInterface layer : layers)
    members.insert(layer);
  Operation *last = layers.back();
  for (Operation *op = layers.front(); op != last; op = op->getNextNode()) {
    if (members.contains(op)) {
      dependent.insert(op);
      continue;
    }
    if (!readsResultOf(op, dependent))
      continue;
    if (!isMemoryEffectFree(op))
      return refuse(why, "'" + op->getName().getStringRef() +
                             "' reads a layer and has effects, so it stays "
                             "before the layers after it");
    dependent.insert(op);
    after.push_back(op);
  }
  SmallPtrSet<Operation *, 8> outside(after.begin(), after.end());
  for (LayerOpInterface layer : layers)
    if (readsResultOf(layer, outside))
      return refuse(why, "'" + layer->getName().getStringRef() +
                             "' needs, from outside, a value that depends on a "
                             "layer before it in the block");
  return after;
}

//===----------------------------------------------------------------------===//
// Pairs of layers
//===----------------------------------------------------------------------===//

/// Whether `next` may read the rows of the layer before it one by one.
static LogicalResult checkPair(LayerOpInterface layer, LayerOpInterface next,
                               std::string *why) {
  Value value = layer->getResult(0);
  if (layer->getBlock() != next->getBlock())
    return refuse(why, "the layers stand in different regions");
  if (llvm::count(next->getOperands(), value) != 1)
    return refuse(why, "'" + next->getName().getStringRef() +
                           "' reads the value from the side as well");
  Window window = next.getWindow();
  if (window.getExtent(Axis::Height) > maxHaloRows)
    return refuse(why, "the window spans " +
                           Twine(window.getExtent(Axis::Height)) +
                           " rows, more than " + Twine(maxHaloRows));
  return success();
}

/// Whether `layer` reads none of `earlier` but as its input: their rows would
/// have to stay in their buffers until then.
static LogicalResult checkSides(ArrayRef<LayerOpInterface> earlier,
                                LayerOpInterface layer, std::string *why) {
  for (Value operand : layer->getOperands())
    if (operand != layer.getInput() &&
        llvm::is_contained(earlier, operand.getDefiningOp()))
      return refuse(why, "'" + layer->getName().getStringRef() +
                             "' reads an earlier layer from the side");
  return success();
}

LogicalResult lf::checkLegal(ArrayRef<LayerOpInterface> layers,
                             std::string *why) {
  for (size_t i = 1; i < layers.size(); ++i) {
    if (failed(checkPair(layers[i - 1], layers[i], why)) ||
        failed(checkSides(layers.take_front(i), layers[i], why)))
      return failure();
    if (hasOtherReaders(layers[i - 1]->getResult(0), layers[i]) &&
        !readsAllRows(layers, i - 1))
      return refuse(why, "a value has other readers, and the layers after it "
                         "do not need all of its rows");
  }
  return getOpsAfterBlock(layers, why);
}
