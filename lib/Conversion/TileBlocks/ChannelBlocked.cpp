//===- ChannelBlocked.cpp - a block by blocks of channels -------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopStructures.h"

using namespace mlir;
using namespace mlir::lf;

int64_t lf::writeChannelBlocked(ImplicitLocOpBuilder &b, FusedBlockOp block) {
  return writeRowSliding(b, block);
}
