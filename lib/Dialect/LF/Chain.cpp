//===- Chain.cpp - what the layers of a block make together -----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which channels of a chain can be computed a block at a time:
//
//   expand  →  depthwise  →  project        the expanded channels
//   (producer)               (consumer)
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/Chain.h"

using namespace mlir;
using namespace mlir::lf;

Chain lf::getChain(FusedBlockOp block) {
  return {block.getLayers(), block.getPools(),
          llvm::to_vector(block.getYield().getValues())};
}

bool lf::readsAllRows(ArrayRef<LayerOpInterface> layers, unsigned index) {
  return llvm::all_of(layers.drop_front(index + 1), [](LayerOpInterface layer) {
    return layer.getWindow().spansInput(Axis::Height,
                                        layer.getInputType().getDimSize(1),
                                        layer.getResultType().getDimSize(1));
  });
}

static LogicalResult explain(std::string *why, const Twine &text) {
  if (why)
    *why = text.str();
  return failure();
}

FailureOr<BlockedChannels>
lf::getBlockedChannels(ArrayRef<LayerOpInterface> layers, std::string *why) {
  BlockedChannels channels;
  for (unsigned index = 0; index < layers.size(); ++index) {
    LayerOpInterface layer = layers[index];
    if (channels.consumer && !layer.isElementwise())
      return explain(why, "layer " + Twine(index) +
                              " is not elementwise and comes after the one "
                              "that sums over the blocked channels");
    if (layer.isChannelwise())
      continue;
    auto conv = dyn_cast<Conv2DOp>(layer.getOperation());
    if (conv && conv.getGroups() != 1)
      return explain(why, "layer " + Twine(index) + " is grouped");
    if (index == 0)
      channels.producer = index;
    else
      channels.consumer = index;
  }
  if (layers.empty())
    return explain(why, "there are no layers");
  LayerOpInterface maker = layers[channels.producer.value_or(0)];
  channels.count = channels.producer ? maker.getResultType().getDimSize(3)
                                     : maker.getInputType().getDimSize(3);
  return channels;
}
