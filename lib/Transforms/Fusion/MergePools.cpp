//===- MergePools.cpp - one pooling of a kind -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block computes a pooling of its last layer once, however many read it:
//
//   %1 = lf.global_pool sum %0
//   %2 = lf.global_pool sum %0        ==> %1
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Transforms/Layers.h"

#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace mlir::lf;

void lf::mergePools(RewriterBase &rewriter, Block &block) {
  llvm::DenseMap<std::pair<Value, PoolKind>, GlobalPoolOp> first;
  for (auto pool : llvm::make_early_inc_range(block.getOps<GlobalPoolOp>())) {
    auto [found, isFirst] =
        first.try_emplace({pool.getInput(), pool.getKind()}, pool);
    if (!isFirst)
      rewriter.replaceOp(pool, found->second);
  }
}
