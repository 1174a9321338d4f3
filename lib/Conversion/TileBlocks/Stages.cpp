//===- Stages.cpp - what a block computes in one place ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stages.h"

#include "LayerFusion/Conversion/Conversion.h"
#include "LayerFusion/Dialect/LF/Crop.h"

using namespace mlir;
using namespace mlir::lf;

SmallVector<Stage> lf::getStages(FusedBlockOp block) {
  SmallVector<Stage> stages;
  ScheduleAttr schedule = block.getScheduleOrDefault();
  for (auto [index, op] : llvm::enumerate(block.getLayers())) {
    LayerOpInterface layer = op;
    AlgorithmAttr algorithm = schedule.getAlgorithm(index);
    bool joins = layer.isElementwise();
    bool readsInPlace =
        stages.empty() && (isCroppable(layer) || algorithm.isWinograd());
    if (stages.empty() &&
        (joins || (layer.getWindow().hasPadding() && !readsInPlace)))
      stages.push_back({/*head=*/nullptr, /*tail=*/{}, layer.getInput(),
                        /*readsInPlace=*/false, /*algorithm=*/{}});
    if (joins)
      stages.back().tail.push_back(layer);
    else
      stages.push_back(
          {layer, /*tail=*/{}, /*result=*/{}, readsInPlace, algorithm});
    stages.back().result = layer->getResult(0);
  }
  return stages;
}

TypedAttr lf::getNeutralValue(LayerOpInterface layer) {
  auto element = cast<FloatType>(layer.getInputType().getElementType());
  auto pool = dyn_cast<Pool2DOp>(layer.getOperation());
  return getPoolIdentity(pool ? pool.getKind() : PoolKind::Sum, element);
}
