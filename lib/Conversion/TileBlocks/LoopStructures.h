//===- LoopStructures.h - the loops around the layers -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function for each structure of #lf.schedule. Each writes the loops that
// compute a block on memrefs at the builder's place, before the block, and
// returns the bytes of memory that the block's intermediate rows take.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_LOOPSTRUCTURES_H
#define LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_LOOPSTRUCTURES_H

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::lf {

int64_t writeRowSliding(ImplicitLocOpBuilder &b, FusedBlockOp block);
int64_t writeChannelBlocked(ImplicitLocOpBuilder &b, FusedBlockOp block);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_TILEBLOCKS_LOOPSTRUCTURES_H
