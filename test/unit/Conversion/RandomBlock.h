//===- RandomBlock.h - blocks of all kinds ----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Draws an lf.fused_block: up to four layers with windows, and elementwise
// layers, poolings over all places and yielded intermediates around them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TEST_UNIT_CONVERSION_RANDOMBLOCK_H
#define LAYERFUSION_TEST_UNIT_CONVERSION_RANDOMBLOCK_H

#include "Network.h"

#include <string>
#include <vector>

namespace lftest {

struct RandomBlock {
  /// A tensor that the function takes.
  struct Input {
    std::vector<int64_t> shape;
    /// Its numbers are drawn from [-scale, scale).
    float scale;
  };

  std::vector<Input> inputs;
  std::vector<std::vector<int64_t>> outputs;
  /// A function @main of one block without a schedule.
  std::string text;
};

int64_t countElements(const std::vector<int64_t> &shape);

/// A block of about `maxProducts` multiply-adds or fewer.
RandomBlock chooseBlock(Random &random, int64_t maxProducts);

} // namespace lftest

#endif // LAYERFUSION_TEST_UNIT_CONVERSION_RANDOMBLOCK_H
