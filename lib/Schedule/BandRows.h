//===- BandRows.h - rows that bands need ----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which rows of each layer are computed for bands of rows of a chain's result.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_SCHEDULE_BANDROWS_H
#define LAYERFUSION_LIB_SCHEDULE_BANDROWS_H

#include "LayerFusion/Dialect/LF/Chain.h"

namespace mlir::lf {

/// The result that the last layer, or the input that the poolings, stand on.
RankedTensorType getLastType(const Chain &chain);

/// The rows of one image that `chain` works on, in all bands of `band` rows of
/// its result together (0: in one band): those of its input that it reads, then
/// those of each layer's result that it computes. Rows between those that a
/// dilated kernel reads are computed too.
SmallVector<int64_t> countRows(const Chain &chain, int64_t band);

/// The rows of the value before layer `index` of `chain` that a band of `band`
/// rows of its result (0: all) needs, at most; behind the last layer the band.
int64_t getRowsOfBand(const Chain &chain, int64_t band, size_t index);

/// The rows of the result of layer `index` that one thread computes at once
/// under `schedule`, if that is whole_tile: at most, and if Winograd's
/// algorithm computes them, always.
int64_t getRowsAtOnce(const Chain &chain, ScheduleAttr schedule, size_t index);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_SCHEDULE_BANDROWS_H
