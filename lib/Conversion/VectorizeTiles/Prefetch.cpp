//===- Prefetch.cpp - a filter fetched before it is used --------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Patches with the same number of pixels fetch parts of the same size. A part
// is a little longer than the patch's share, as each term fetches a whole
// number of elements, and the last patch may have fewer pixels: what would go
// beyond the panel's end is what it begins earlier.
//
//===----------------------------------------------------------------------===//

#include "Prefetch.h"

#include "../Loops.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

FilterPrefetch::FilterPrefetch(TileLoops &loops, Value filter, Value next)
    : b(loops.b), hasOther(next != nullptr) {
  // A smaller panel comes in while the first patch is on its way. In networks
  // panels of 2 KiB still gain 1%.
  constexpr int64_t leastBytes = 2 << 10, lineBytes = 64;
  auto type = cast<MemRefType>(filter.getType());
  auto output = cast<MemRefType>(loops.output.getType());
  if (!output.hasStaticShape() || output.getNumElements() == 0 ||
      type.getNumElements() == 0)
    return;
  if (!next)
    next = filter;
  SmallVector<ReassociationIndices> all(1);
  llvm::append_range(all.front(), llvm::seq<int64_t>(0, type.getRank()));
  if (!memref::CollapseShapeOp::isGuaranteedCollapsible(
          cast<MemRefType>(next.getType()), all))
    return;
  numPanels = type.getDimSize(0);
  panelSize = type.getNumElements() / numPanels;
  panelChannels = type.getShape().back();
  width = output.getDimSize(1);
  int64_t elementBytes = type.getElementTypeBitWidth() / 8;
  int64_t pixels = output.getDimSize(0) * width;
  int64_t tile = std::min(loops.tile.getPixels(), width);
  int64_t terms = panelSize / panelChannels;
  perPixel = llvm::divideCeil(panelSize, pixels);
  perTerm = llvm::divideCeil(panelSize * tile, pixels * terms);
  last = panelSize - terms * perTerm;
  perLine = lineBytes / elementBytes;
  // With more to fetch a term there are too few patches to hide it, but in a
  // stream of filters that are each used once.
  bool isShort = !hasOther && perTerm > perLine;
  if ((!hasOther && numPanels == 1) || panelSize * elementBytes < leastBytes ||
      isShort || last < 0)
    return;
  elements = memref::CollapseShapeOp::create(b, next, all);
}

void FilterPrefetch::startPatch(const Patch &patch) {
  if (!elements)
    return;
  Index panel = divide(b, patch.channel, panelChannels);
  if (!hasOther)
    panel = linearAtMost(b, panel, 1, 1, numPanels - 1);
  Index pixel = addScaled(b, patch.column, patch.row, width);
  ofPatch =
      addScaled(b, linearAtMost(b, pixel, perPixel, 0, last), panel, panelSize);
}

void FilterPrefetch::startTerms(Index first) {
  if (elements)
    ofTerms = addScaled(b, ofPatch, first, perTerm);
}

void FilterPrefetch::fetch(Index term) {
  if (!elements)
    return;
  Index first = addScaled(b, ofTerms, term, perTerm);
  for (int64_t element = 0; element < perTerm; element += perLine)
    memref::PrefetchOp::create(b, elements,
                               asValue(b, linear(b, first, 1, element)),
                               /*isWrite=*/false, /*localityHint=*/2,
                               /*isDataCache=*/true);
}
