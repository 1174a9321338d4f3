//===- Remarks.h - what fusion says of its choices --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Remarks of the category lf-fuse-blocks. All of these do nothing unless
// someone listens.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TRANSFORMS_FUSION_REMARKS_H
#define LAYERFUSION_LIB_TRANSFORMS_FUSION_REMARKS_H

#include "LayerFusion/Transforms/Fusion.h"

namespace mlir::lf {

/// Why each block of `partition`, chosen for `block`, does not go on to the
/// layers and poolings that read it, and what all of them cost. To be called
/// before blocks are formed.
void explainChoice(Block &block, const Partition &partition,
                   const FusionLimits &limits, const Target &target);

/// What a block of several layers gains.
void reportBlock(FusedBlockOp block, const Target &target,
                 const ScheduleLimits &limits);

/// That a block ends before `layer`, and why.
void reportRefused(Operation *layer, StringRef why);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_TRANSFORMS_FUSION_REMARKS_H
