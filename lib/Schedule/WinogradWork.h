//===- WinogradWork.h - what Winograd's algorithm computes ------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The products and transforms of a layer that is computed by Winograd's
// algorithm, counted for rows that are computed at once.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_SCHEDULE_WINOGRADWORK_H
#define LAYERFUSION_LIB_SCHEDULE_WINOGRADWORK_H

#include "LayerFusion/Schedule/RegisterTile.h"

namespace mlir::lf {

/// The products of the tiles of `rows` x `columns` results.
SmallVector<PointProducts, 4> getPointProducts(AlgorithmAttr algorithm,
                                               int64_t rows, int64_t columns);

/// The operations of `layer` for `rows` rows of each image that are computed at
/// once: of Winograd's algorithm those of the products alone, with what is left
/// over in the last tiles.
double getFlopsAtOnce(LayerOpInterface layer, AlgorithmAttr algorithm,
                      int64_t rows);

/// The bytes by which the filter of `layer` becomes larger when it is
/// transformed for `algorithm`.
int64_t getFilterGrowth(LayerOpInterface layer, AlgorithmAttr algorithm);

/// The cycles in which the inputs of `rows` rows of one image are transformed
/// and their products transformed back.
double getTransformCycles(LayerOpInterface layer, AlgorithmAttr algorithm,
                          int64_t rows, const Target &target);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_SCHEDULE_WINOGRADWORK_H
