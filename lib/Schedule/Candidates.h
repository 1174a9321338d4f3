//===- Candidates.h - schedules worth trying --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The schedules among which the cost model chooses.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_SCHEDULE_CANDIDATES_H
#define LAYERFUSION_LIB_SCHEDULE_CANDIDATES_H

#include "LayerFusion/Schedule/Cost.h"

namespace mlir::lf {

/// The schedules of `chain` worth trying, with register tiles, simple ones
/// first.
SmallVector<ScheduleAttr> getSchedules(const Chain &chain, const Target &target,
                                       const ScheduleLimits &limits);

/// Whether layer `index` of `chain` can be computed by Winograd's algorithm,
/// and its filter is a constant that nothing else in the chain reads.
bool canBeWinograd(const Chain &chain, size_t index);

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_SCHEDULE_CANDIDATES_H
