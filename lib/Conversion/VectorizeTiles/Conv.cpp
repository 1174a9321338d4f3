//===- Conv.cpp - sums over channels ----------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A convolution as matrix products. For a patch of P pixels and a panel of
// vectors w0, w1, … and each row ky of the window,
//
//   %a = memref.subview %source[…]   // pixels x terms, each pixel's in order
//   %w = memref.subview %filter[…]   // terms x panel
//   scf.for %k = 0 to terms iter_args(the P * vectors sums)
//     memref.prefetch of the next panel   // if that helps: Prefetch.h
//     %w0 = vector.load %w[%k, 0]
//     %w1 = vector.load %w[%k, 16]
//     for each pixel i                // unrolled
//       %x = vector.broadcast of %a[%i, %k]
//       vector.fma %x, %w0, …
//       vector.fma %x, %w1, …
//
// The terms of a row of the window are its places times the channels: where
// these lie side by side in the source and in the filter, they are one loop.
//
//===----------------------------------------------------------------------===//

#include "Prefetch.h"
#include "TileLoops.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

class ConvWriter {
public:
  explicit ConvWriter(TileLoops &loops);

  void write();

private:
  void writePatch(const Patch &patch, Index group);
  SmallVector<Value> addRow(const Patch &patch, Index group, Index ky,
                            Value source, Index row, ValueRange sums);
  SmallVector<Value> addProducts(Value pixels, Value terms, const Patch &patch,
                                 ValueRange sums);
  void addTerm(Value pixels, Value weights, Index term, const Patch &patch,
               MutableArrayRef<Value> sums);
  Value getPixels(Value source, Index row, Index column, Index channel,
                  int64_t count);
  Value getWeights(const Patch &patch, Index ky, Index kx);
  bool canJoinColumns() const;

  TileLoops &loops;
  ImplicitLocOpBuilder &b;
  /// KH x KW x C x F, or panels of it; with joined columns, KW x C is one.
  Value filter;
  bool isPacked;
  /// Whether the places of a row of the window are one long sum.
  bool joinsColumns;
  /// The terms of a sum in one loop.
  int64_t numTerms;
  std::optional<FilterPrefetch> prefetch;
};

} // namespace

static MemRefType getType(Value buffer) {
  return cast<MemRefType>(buffer.getType());
}

/// The filter's dimensions with KW and C as one.
static SmallVector<ReassociationIndices> getJoinedColumns(bool isPacked) {
  if (isPacked)
    return {{0}, {1}, {2, 3}, {4}};
  return {{0}, {1, 2}, {3}};
}

ConvWriter::ConvWriter(TileLoops &loops)
    : loops(loops), b(loops.b), filter(loops.op.getFilter()),
      isPacked(loops.op.hasPackedFilter()), joinsColumns(canJoinColumns()) {
  // The last three dimensions are KW, C and F or the panel.
  ArrayRef<int64_t> shape = getType(filter).getShape();
  numTerms = shape[shape.size() - 2];
  if (isPacked && !loops.op.hasRowSources())
    prefetch.emplace(loops, filter, loops.op.getNext());
  if (!joinsColumns)
    return;
  numTerms *= shape[shape.size() - 3];
  filter =
      memref::CollapseShapeOp::create(b, filter, getJoinedColumns(isPacked));
}

bool ConvWriter::canJoinColumns() const {
  TileOp op = loops.op;
  if (loops.window.getKernel(Axis::Width) > 1) {
    int64_t offset;
    SmallVector<int64_t> strides;
    MemRefType source = op.getSourceType();
    (void)source.getStridesAndOffset(strides, offset);
    if (loops.window.getDilation(Axis::Width) != 1 || op.getGroups() != 1 ||
        strides[1] != source.getDimSize(2))
      return false;
  }
  return memref::CollapseShapeOp::isGuaranteedCollapsible(
      getType(filter), getJoinedColumns(isPacked));
}

void ConvWriter::write() {
  int64_t groups = loops.op.getGroups();
  int64_t channels = loops.op.getOutputType().getDimSize(2) / groups;
  forEach(b, b.getIndexAttr(0), b.getIndexAttr(groups), 1, [&](Index group) {
    loops.forEachPatch(linear(b, group, channels, 0), channels,
                       [&](const Patch &patch) { writePatch(patch, group); });
  });
}

void ConvWriter::writePatch(const Patch &patch, Index group) {
  SmallVector<Value> sums = loops.getStart(patch);
  if (prefetch)
    prefetch->startPatch(patch);
  int64_t kernelRows = loops.window.getKernel(Axis::Height);
  if (loops.op.hasRowSources()) {
    for (int64_t ky = 0; ky < kernelRows; ++ky)
      sums = addRow(patch, group, b.getIndexAttr(ky), loops.sources[ky],
                    b.getIndexAttr(0), sums);
  } else {
    Index first = linear(b, patch.row, loops.window.getStride(Axis::Height), 0);
    sums = carry(b, kernelRows, 1, sums, [&](Index ky, ValueRange sums) {
      Index row =
          addScaled(b, first, ky, loops.window.getDilation(Axis::Height));
      return addRow(patch, group, ky, loops.sources.front(), row, sums);
    });
  }
  loops.finish(patch, sums);
}

/// Adds the products with row `ky` of the window, which is `row` of `source`.
SmallVector<Value> ConvWriter::addRow(const Patch &patch, Index group, Index ky,
                                      Value source, Index row,
                                      ValueRange sums) {
  Index column =
      linear(b, patch.column, loops.window.getStride(Axis::Width), 0);
  int64_t depth = loops.op.getSourceType().getDimSize(2) / loops.op.getGroups();
  Index channel = linear(b, group, depth, 0);
  int64_t columns = joinsColumns ? 1 : loops.window.getKernel(Axis::Width);
  auto add = [&](Index kx, ValueRange sums) {
    Index place =
        addScaled(b, column, kx, loops.window.getDilation(Axis::Width));
    if (prefetch)
      prefetch->startTerms(
          linear(b, addScaled(b, kx, ky, columns), numTerms, 0));
    return addProducts(getPixels(source, row, place, channel, patch.pixels),
                       getWeights(patch, ky, kx), patch, sums);
  };
  return carry(b, columns, 1, sums, add);
}

/// The terms that `count` pixels take from the source, pixels x terms: views
/// that overlap if the window is wider than the stride.
Value ConvWriter::getPixels(Value source, Index row, Index column,
                            Index channel, int64_t count) {
  int64_t stride = loops.window.getStride(Axis::Width);
  MemRefType type = getType(source);
  // A first place, and from there what lies behind it.
  Value place = takePart(b, source, {row, column, channel}, {1, 1, 1}, 2);
  auto metadata = memref::ExtractStridedMetadataOp::create(b, place);
  int64_t offset;
  SmallVector<int64_t> strides;
  (void)type.getStridesAndOffset(strides, offset);
  int64_t shape[] = {count, numTerms};
  int64_t steps[] = {stride * strides[1], 1};
  auto layout =
      StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic, steps);
  auto viewType = MemRefType::get(shape, type.getElementType(), layout,
                                  type.getMemorySpace());
  return memref::ReinterpretCastOp::create(
      b, viewType, metadata.getBaseBuffer(), metadata.getOffset(),
      getAsIndexOpFoldResult(b.getContext(), shape),
      getAsIndexOpFoldResult(b.getContext(), steps));
}

/// The filter's part for a patch, terms x channels. A panel of a packed filter
/// is complete even where the patch is not.
Value ConvWriter::getWeights(const Patch &patch, Index ky, Index kx) {
  SmallVector<Index> offsets = {ky};
  SmallVector<int64_t> sizes = {1};
  if (!joinsColumns) {
    offsets.push_back(kx);
    sizes.push_back(1);
  }
  offsets.push_back(b.getIndexAttr(0));
  sizes.push_back(numTerms);
  if (isPacked) {
    int64_t panel = getType(filter).getShape().back();
    offsets.insert(offsets.begin(), divide(b, patch.channel, panel));
    sizes.insert(sizes.begin(), 1);
    offsets.push_back(b.getIndexAttr(0));
    sizes.push_back(panel);
  } else {
    offsets.push_back(patch.channel);
    sizes.push_back(patch.getChannels());
  }
  return takePart(b, filter, offsets, sizes, sizes.size() - 2);
}

/// sums[i][j] += pixels[i, k] * weights[k, j] over all k.
SmallVector<Value> ConvWriter::addProducts(Value pixels, Value weights,
                                           const Patch &patch,
                                           ValueRange sums) {
  int64_t unroll = std::min(loops.tile.getUnroll(), numTerms);
  int64_t rest = numTerms % unroll;
  auto addTerms = [&](Index first, int64_t count, ValueRange sums) {
    SmallVector<Value> next(sums);
    for (int64_t k = 0; k < count; ++k) {
      Index term = linear(b, first, 1, k);
      if (prefetch)
        prefetch->fetch(term);
      addTerm(pixels, weights, term, patch, next);
    }
    return next;
  };
  SmallVector<Value> result = carry(b, numTerms - rest, unroll, sums,
                                    [&](Index first, ValueRange sums) {
                                      return addTerms(first, unroll, sums);
                                    });
  if (rest != 0)
    result = addTerms(b.getIndexAttr(numTerms - rest), rest, result);
  return result;
}

void ConvWriter::addTerm(Value pixels, Value weights, Index term,
                         const Patch &patch, MutableArrayRef<Value> sums) {
  Value k = asValue(b, term);
  SmallVector<Value> vectors;
  for (Lanes lanes : patch.lanes) {
    if (isPacked)
      lanes.valid = lanes.size;
    vectors.push_back(
        loadVector(b, weights, {k, loops.getConstant(lanes.offset)}, lanes));
  }
  for (int64_t pixel = 0; pixel < patch.pixels; ++pixel) {
    Value x = memref::LoadOp::create(b, pixels,
                                     ValueRange{loops.getConstant(pixel), k});
    Value spread;
    for (auto [index, lanes] : llvm::enumerate(patch.lanes)) {
      if (!spread ||
          cast<VectorType>(spread.getType()).getDimSize(0) != lanes.size)
        spread = broadcastTo(b, x, lanes);
      Value &sum = sums[pixel * patch.lanes.size() + index];
      sum = vector::FMAOp::create(b, spread, vectors[index], sum);
    }
  }
}

void lf::writeConv(TileLoops &loops) { ConvWriter(loops).write(); }
