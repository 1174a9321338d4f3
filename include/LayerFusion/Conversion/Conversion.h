//===- Conversion.h - what the conversion passes are made of ----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions behind the conversion passes, for other passes, tools and unit
// tests.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_CONVERSION_CONVERSION_H
#define LAYERFUSION_CONVERSION_CONVERSION_H

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::lf {

//===----------------------------------------------------------------------===//
// Lowering to linalg
//===----------------------------------------------------------------------===//

/// Patterns that replace every lf op by linalg, tensor, arith and math ops.
void populateLowerToLinalgPatterns(RewritePatternSet &patterns);

/// The value of `activation` at `x`, a scalar float, exactly as the table of
/// #lf.activation says. A NaN stays a NaN.
Value emitActivation(OpBuilder &builder, Location loc,
                     ActivationAttr activation, Value x);

/// Puts the body of `op`, which must be on tensors, in its place. No filter may
/// be transformed for Winograd's algorithm.
void inlineBlock(RewriterBase &rewriter, FusedBlockOp op);

/// What a pooling of that kind starts from and pads with: minus infinity or
/// zero.
TypedAttr getPoolIdentity(PoolKind kind, FloatType type);

/// One step of a pooling: the maximum or sum of what there is and `x`, scalars.
Value emitPoolStep(OpBuilder &builder, Location loc, PoolKind kind, Value sum,
                   Value x);

//===----------------------------------------------------------------------===//
// Planning memory
//===----------------------------------------------------------------------===//

/// Whether a tensor or buffer of this static shape has at most 2^37 elements (a
/// TiB of the widest), so that no size or offset in bytes can overflow.
bool isAddressable(ShapedType type);

/// Where a buffer lies in the workspace, and when it must.
struct PlannedBuffer {
  /// Bytes needed.
  int64_t size = 0;
  /// The first and the last step at which the buffer is used, both included.
  int64_t first = 0, last = 0;
  /// The place found for it, in bytes from the start of the workspace.
  int64_t offset = 0;
};

/// What a plan came to, in bytes.
struct PlanSummary {
  /// The workspace: the end of the last buffer.
  int64_t peak = 0;
  /// All buffers side by side.
  int64_t total = 0;
  /// The most that is alive at one step: no plan can be smaller.
  int64_t lowerBound = 0;
};

/// Gives each buffer an offset that is a multiple of `alignment`, such that no
/// two buffers overlap both in time and in space. Sizes count rounded up to
/// `alignment`.
PlanSummary planBuffers(MutableArrayRef<PlannedBuffer> buffers,
                        int64_t alignment);

} // namespace mlir::lf

#endif // LAYERFUSION_CONVERSION_CONVERSION_H
