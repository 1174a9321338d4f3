//===- Prefetch.h - a filter fetched before it is used ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// While the patches of one panel of channels are computed, the next panel of a
// packed filter is fetched into L2, a little with each term. In a network
// filters come from memory, and the first patch of each panel would wait.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_CONVERSION_VECTORIZETILES_PREFETCH_H
#define LAYERFUSION_LIB_CONVERSION_VECTORIZETILES_PREFETCH_H

#include "TileLoops.h"

namespace mlir::lf {

class FilterPrefetch {
public:
  /// Of `filter`, which is packed. Nothing is fetched where little would be
  /// gained: with one panel, small ones, or too few patches to fetch it with.
  FilterPrefetch(TileLoops &loops, Value filter);

  /// Says which patch is computed, …
  void startPatch(const Patch &patch);
  /// … that the terms now are those from `first` on, …
  void startTerms(Index first);
  /// … and fetches what goes with one of them, counted from there.
  void fetch(Index term);

private:
  ImplicitLocOpBuilder &b;
  /// All elements of the filter in order; null if nothing is fetched.
  Value elements;
  int64_t numPanels = 0, panelSize = 0, panelChannels = 0, width = 0;
  /// How many elements are fetched with each pixel and with each term.
  int64_t perPixel = 0, perTerm = 0;
  /// How far before the panel it begins, so that it ends with the panel.
  int64_t lead = 0;
  /// The first for the patch, and for the terms.
  Index ofPatch, ofTerms;
};

} // namespace mlir::lf

#endif // LAYERFUSION_LIB_CONVERSION_VECTORIZETILES_PREFETCH_H
