//===- BufferizableOpInterfaceImpl.cpp - blocks in buffers ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block in buffers writes to its `outs` and has no results; its body stays:
//
//   %y = lf.fused_block ins(%in = %x : tensor<…>) outs(%e : tensor<…>) {…}
//
// becomes
//
//   lf.fused_block ins(%in = %x : memref<…>) outs(%b : memref<…>) {…}
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/BufferizableOpInterfaceImpl.h"

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace mlir::lf;

namespace {

struct FusedBlockBufferization
    : DstBufferizableOpInterfaceExternalModel<FusedBlockBufferization,
                                              FusedBlockOp> {
  /// Not those of the body, whose arguments stay tensors.
  bool hasTensorSemantics(Operation *op) const {
    return cast<FusedBlockOp>(op).hasTensors();
  }

  /// What `outs` held is not read: the sums start in the block.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &state) const {
    return !cast<FusedBlockOp>(op).isDpsInit(&operand);
  }

  // An output never shares a buffer with an input: rows of the input are still
  // read when the first rows of the output are written. That is what the
  // analysis assumes of ops that do not claim to be elementwise.

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto block = cast<FusedBlockOp>(op);
    auto getBuffers = [&](OperandRange tensors, SmallVector<Value> &buffers) {
      for (Value tensor : tensors) {
        FailureOr<Value> buffer = getBuffer(rewriter, tensor, options, state);
        if (failed(buffer))
          return failure();
        buffers.push_back(*buffer);
      }
      return success();
    };
    SmallVector<Value> inputs, outputs;
    rewriter.setInsertionPoint(block);
    if (failed(getBuffers(block.getInputs(), inputs)) ||
        failed(getBuffers(block.getOutputs(), outputs)))
      return failure();
    auto inBuffers =
        FusedBlockOp::create(rewriter, block.getLoc(), TypeRange(), inputs,
                             outputs, block.getScheduleAttr());
    inBuffers->setDiscardableAttrs(block->getDiscardableAttrDictionary());
    rewriter.inlineRegionBefore(block.getBody(), inBuffers.getBody(),
                                inBuffers.getBody().end());
    replaceOpWithBufferizedValues(rewriter, op, outputs);
    return success();
  }
};

} // namespace

void lf::registerBufferizableOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, LFDialect *dialect) {
    FusedBlockOp::attachInterface<FusedBlockBufferization>(*context);
  });
}
