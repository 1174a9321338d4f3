//===- LinalgLoops.h - the loops of a linalg op -----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_LINALGLOOPS_H
#define LAYERFUSION_LIB_CONVERSION_LINALGLOOPS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <optional>

namespace mlir::lf {

/// The loop along which `op` reads and writes memory in order: the one over
/// the last dimension of its only result, if it is parallel and each operand is
/// contiguous along it or does not vary with it.
std::optional<unsigned> findContiguousLoop(linalg::LinalgOp op);

/// Replaces `op` by loops over vectors if it copies elements to static places,
/// contiguous along some loop in the source and along some loop in the result.
/// Vectors have at most `vectorBytes` bytes.
LogicalResult vectorizeTranspose(RewriterBase &rewriter, linalg::LinalgOp op,
                                 int64_t vectorBytes);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_LINALGLOOPS_H
