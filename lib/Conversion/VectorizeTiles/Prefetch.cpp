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

FilterPrefetch::FilterPrefetch(TileLoops &loops, Value filter) : b(loops.b) {
  // A smaller panel comes in while the first patch is on its way.
  constexpr int64_t leastBytes = 8 << 10, lineBytes = 64;
  auto type = cast<MemRefType>(filter.getType());
  auto output = cast<MemRefType>(loops.output.getType());
  if (!output.hasStaticShape() || output.getNumElements() == 0 ||
      type.getNumElements() == 0 || !type.getLayout().isIdentity())
    return;
  numPanels = type.getDimSize(0);
  panelSize = type.getNumElements() / numPanels;
  panelChannels = type.getShape().back();
  width = output.getDimSize(1);
  int64_t elementBytes = type.getElementTypeBitWidth() / 8;
  int64_t pixels = output.getDimSize(0) * width;
  int64_t tile = std::min(loops.tile.getPixels(), width);
  int64_t last = width % tile == 0 ? tile : width % tile;
  int64_t terms = panelSize / panelChannels;
  perPixel = llvm::divideCeil(panelSize, pixels);
  perTerm = llvm::divideCeil(perPixel * tile, terms);
  lead = std::max<int64_t>(0, (pixels - last) * perPixel + terms * perTerm -
                                  panelSize);
  if (numPanels == 1 || panelSize * elementBytes < leastBytes ||
      perTerm * elementBytes > lineBytes || lead > panelSize)
    return;
  SmallVector<ReassociationIndices> all(1);
  llvm::append_range(all.front(), llvm::seq<int64_t>(0, type.getRank()));
  elements = memref::CollapseShapeOp::create(b, filter, all);
}

void FilterPrefetch::startPatch(const Patch &patch) {
  if (!elements)
    return;
  Index panel = divide(b, patch.channel, panelChannels);
  Index next = linearAtMost(b, panel, 1, 1, numPanels - 1);
  Index pixel = addScaled(b, patch.column, patch.row, width);
  ofPatch = addScaled(b, linear(b, next, panelSize, -lead), pixel, perPixel);
}

void FilterPrefetch::startTerms(Index first) {
  if (elements)
    ofTerms = addScaled(b, ofPatch, first, perTerm);
}

void FilterPrefetch::fetch(Index term) {
  if (!elements)
    return;
  Value element = asValue(b, addScaled(b, ofTerms, term, perTerm));
  memref::PrefetchOp::create(b, elements, element, /*isWrite=*/false,
                             /*localityHint=*/2, /*isDataCache=*/true);
}
