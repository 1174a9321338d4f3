//===- Prefetch.h - a filter fetched before it is used ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// While the patches of one panel of channels are computed, the next panel of a
// packed filter, or a panel of the filter that comes next, is fetched into L2,
// a little with each term. In a network filters come from memory, and the first
// patch of each panel would wait.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_VECTORIZETILES_PREFETCH_H
#define LAYERFUSION_LIB_CONVERSION_VECTORIZETILES_PREFETCH_H

#include "TileLoops.h"

namespace mlir::lf {

class FilterPrefetch {
public:
  /// Of `filter`, which is packed, or if it is not null of `next`. Nothing is
  /// fetched where little would be gained: with one panel, small ones, or too
  /// few patches to fetch it with.
  FilterPrefetch(TileLoops &loops, Value filter, Value next);

  /// Says which patch is computed, …
  void startPatch(const Patch &patch);
  /// … that the terms now are those from `first` on, …
  void startTerms(Index first);
  /// … and fetches what goes with one of them, counted from there.
  void fetch(Index term);

private:
  ImplicitLocOpBuilder &b;
  /// All elements of what is fetched in order; null if nothing is.
  Value elements;
  int64_t numPanels = 0, panelSize = 0, panelChannels = 0, width = 0;
  bool hasOther;
  /// How many elements are fetched with each pixel and with each term, and of
  /// how many one is asked for.
  int64_t perPixel = 0, perTerm = 0, perLine = 1;
  /// Where a patch begins at the latest.
  int64_t last = 0;
  /// The first for the patch, and for the terms.
  Index ofPatch, ofTerms;
};

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_VECTORIZETILES_PREFETCH_H
