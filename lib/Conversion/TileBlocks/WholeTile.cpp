//===- WholeTile.cpp - a block layer by layer -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For a 3x3 depthwise convolution (pads 1) between two 1x1 convolutions:
//
//   %expanded = memref.alloc() : memref<band+2 x W+2 x E>
//   %filtered = memref.alloc() : memref<band x W x E>
//   for each image and band of rows
//     expand the rows of the band and its halo
//     depthwise
//     project
//
// each of them one tile of all rows.
//
//===----------------------------------------------------------------------===//

#include "BandLoops.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

class WholeTile : public BandLoops {
public:
  using BandLoops::BandLoops;

private:
  void writeStages() override {
    for (unsigned index = 0; index < stages.size(); ++index)
      writeStage(index, getInputChannels(index),
                 getAll(stages[index].getChannels()));
    addRowsToPools(getAll(resultType.getDimSize(3)));
  }
};

} // namespace

int64_t lf::writeWholeTile(ImplicitLocOpBuilder &b, FusedBlockOp block) {
  return WholeTile(b, block).write();
}
