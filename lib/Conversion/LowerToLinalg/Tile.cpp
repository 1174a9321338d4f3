//===- Tile.cpp - rows of a layer to linalg ---------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An lf.tile as what its formula says, on buffers:
//
//   lf.tile conv ins(%x) filter(%w) bias(%b) outs(%y) kernel [3, 3] epilogue
//   {…}
//
// becomes
//
//   linalg.broadcast ins(%b) outs(%y) dimensions = [0, 1]
//   scf.for %ky = 0 to 3 {
//     linalg.conv_1d_nwc_wcf ins(%x[rows from %ky on], %w[%ky]) outs(%y)
//   }
//   linalg.generic outs(%y) {…}
//
// The terms of each sum come in the order of the layer on tensors: ky, kx,
// channel.
//
//===----------------------------------------------------------------------===//

#include "../Loops.h"
#include "PopulatePatterns.h"

#include "LayerFusion/Conversion/Conversion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

class TileLowering {
public:
  TileLowering(PatternRewriter &rewriter, TileOp tile)
      : b(tile.getLoc(), rewriter), rewriter(rewriter), tile(tile),
        output(tile.getOutput()), window(tile.getWindow()) {}

  void write();

private:
  void start();
  void accumulateConv(Index ky);
  void accumulateDepthwise(Index ky);
  void accumulatePool(Index ky);
  void accumulateGroups(Value source, Value filter);
  void finish(Value source);
  Value getSource(Index ky, const Slice &columns);
  Value getSpan(Index ky);

  /// All of dimension `dim` of `buffer`.
  Slice getAll(Value buffer, int64_t dim) {
    return {getIndex(b, 0), memref::getMixedSize(b, b.getLoc(), buffer, dim)};
  }

  ImplicitLocOpBuilder b;
  PatternRewriter &rewriter;
  TileOp tile;
  Value output;
  Window window;
};

} // namespace

static ArrayRef<int64_t> getShape(Value buffer) {
  return cast<MemRefType>(buffer.getType()).getShape();
}

void TileLowering::write() {
  if (tile.getKind() == TileKind::Elementwise)
    return finish(tile.getSources().front());
  start();
  auto accumulate = [&](Index ky) {
    switch (tile.getKind()) {
    case TileKind::Conv:
      return accumulateConv(ky);
    case TileKind::Depthwise:
      return accumulateDepthwise(ky);
    default:
      return accumulatePool(ky);
    }
  };
  int64_t kernelRows = window.getKernel(Axis::Height);
  if (tile.hasRowSources())
    for (int64_t ky = 0; ky < kernelRows; ++ky)
      accumulate(getIndex(b, ky));
  else
    forEach(b, getIndex(b, 0), getIndex(b, kernelRows), 1, accumulate);
  if (!tile.getEpilogue().empty())
    finish(output);
}

//===----------------------------------------------------------------------===//
// Sums and maxima over windows
//===----------------------------------------------------------------------===//

/// What a sum or maximum starts from; nothing if it goes on from what is there.
void TileLowering::start() {
  if (tile.getAccumulate())
    return;
  if (Value bias = tile.getBias()) {
    linalg::BroadcastOp::create(b, bias, output, ArrayRef<int64_t>{0, 1});
    return;
  }
  PoolKind kind =
      tile.getKind() == TileKind::Max ? PoolKind::Max : PoolKind::Sum;
  auto element = cast<FloatType>(tile.getOutputType().getElementType());
  Value neutral = arith::ConstantOp::create(b, getPoolIdentity(kind, element));
  linalg::FillOp::create(b, neutral, output);
}

/// The `columns` of the row of the source that row `ky` of the window reads,
/// for each row of the output.
Value TileLowering::getSource(Index ky, const Slice &columns) {
  if (tile.hasRowSources()) {
    Value source = tile.getSources()[*getConstantIntValue(ky)];
    return getView(b, source, {getAll(output, 0), columns, getAll(source, 2)});
  }
  Value source = tile.getSources().front();
  Slice rows = {linear(b, ky, window.getDilation(Axis::Height), 0),
                getAll(output, 0).size, window.getStride(Axis::Height)};
  return getView(b, source, {rows, columns, getAll(source, 2)});
}

/// All columns that the window reads.
Value TileLowering::getSpan(Index ky) {
  int64_t width = window.getInputSpan(Axis::Width, getShape(output)[1]);
  return getSource(ky, {getIndex(b, 0), getIndex(b, width)});
}

/// A named op that adds to `output` what a row of `window` makes of `inputs`.
template <typename OpTy>
static void createWindowOp(ImplicitLocOpBuilder &b, ValueRange inputs,
                           Value output, const Window &window) {
  OpTy::create(b, TypeRange(), inputs, output,
               b.getI64TensorAttr(window.getStride(Axis::Width)),
               b.getI64TensorAttr(window.getDilation(Axis::Width)));
}

void TileLowering::accumulateConv(Index ky) {
  Value source = getSpan(ky), filter = tile.getFilter();
  Slice row = {ky, getIndex(b, 1)};
  if (!tile.hasPackedFilter()) {
    Value taps =
        getView(b, filter,
                {row, getAll(filter, 1), getAll(filter, 2), getAll(filter, 3)},
                /*dropped=*/0);
    if (tile.getGroups() != 1)
      return accumulateGroups(source, taps);
    return createWindowOp<linalg::Conv1DNwcWcfOp>(b, {source, taps}, output,
                                                  window);
  }
  int64_t panel = getShape(filter).back(), channels = getShape(output)[2];
  auto accumulatePanel = [&](Index number, int64_t size) {
    Value taps = getView(b, filter,
                         {{number, getIndex(b, 1)},
                          row,
                          getAll(filter, 2),
                          getAll(filter, 3),
                          {getIndex(b, 0), getIndex(b, size)}},
                         /*dropped=*/{0, 1});
    Slice own = {linear(b, number, panel, 0), getIndex(b, size)};
    Value sums =
        getView(b, output, {getAll(output, 0), getAll(output, 1), own});
    createWindowOp<linalg::Conv1DNwcWcfOp>(b, {source, taps}, sums, window);
  };
  Index full = getIndex(b, channels / panel);
  forEach(b, getIndex(b, 0), full, 1,
          [&](Index number) { accumulatePanel(number, panel); });
  if (int64_t rest = channels % panel)
    accumulatePanel(full, rest);
}

/// A view with the last dimension of `buffer` split into `groups` and the rest.
static Value splitGroups(ImplicitLocOpBuilder &b, Value buffer,
                         int64_t groups) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<Index> shape = memref::getMixedSizes(b, b.getLoc(), buffer);
  SmallVector<ReassociationIndices> reassociation;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    reassociation.push_back({dim});
  reassociation.back().push_back(type.getRank());
  shape.back() = getIndex(b, groups);
  shape.push_back(getIndex(b, type.getShape().back() / groups));
  SmallVector<int64_t> sizes;
  for (Index size : shape)
    sizes.push_back(getConstantIntValue(size).value_or(ShapedType::kDynamic));
  return memref::ExpandShapeOp::create(b, sizes, buffer, reassociation, shape);
}

/// y[r, x, g, f] += sum over kx, c of
///     source[r, x * sw + kx * dw, g, c] * filter[kx, c, g, f]
void TileLowering::accumulateGroups(Value source, Value filter) {
  int64_t groups = tile.getGroups();
  Value inputs[] = {splitGroups(b, source, groups),
                    splitGroups(b, filter, groups)};
  Value sums = splitGroups(b, output, groups);
  MLIRContext *context = b.getContext();
  AffineExpr r, x, g, f, kx, c;
  bindDims(context, r, x, g, f, kx, c);
  AffineExpr column =
      x * window.getStride(Axis::Width) + kx * window.getDilation(Axis::Width);
  AffineMap maps[] = {AffineMap::get(6, 0, {r, column, g, c}, context),
                      AffineMap::get(6, 0, {kx, c, g, f}, context),
                      AffineMap::get(6, 0, {r, x, g, f}, context)};
  SmallVector<utils::IteratorType> iterators(6, utils::IteratorType::parallel);
  iterators[4] = iterators[5] = utils::IteratorType::reduction;
  linalg::GenericOp::create(
      b, ValueRange(inputs), sums, maps, iterators,
      [](OpBuilder &b, Location loc, ValueRange args) {
        Value product = arith::MulFOp::create(b, loc, args[0], args[1]);
        linalg::YieldOp::create(
            b, loc, Value(arith::AddFOp::create(b, loc, args[2], product)));
      });
}

void TileLowering::accumulateDepthwise(Index ky) {
  Value source = getSpan(ky), filter = tile.getFilter();
  Value taps = getView(
      b, filter, {{ky, getIndex(b, 1)}, getAll(filter, 1), getAll(filter, 2)},
      /*dropped=*/0);
  createWindowOp<linalg::DepthwiseConv1DNwcWcOp>(b, {source, taps}, output,
                                                 window);
}

/// A place of the window after the other. linalg's own poolings take the width
/// of the window from a buffer that is not read, which would need memory.
void TileLowering::accumulatePool(Index ky) {
  PoolKind kind =
      tile.getKind() == TileKind::Max ? PoolKind::Max : PoolKind::Sum;
  SmallVector<AffineMap> maps(2, b.getMultiDimIdentityMap(3));
  SmallVector<utils::IteratorType> iterators(3, utils::IteratorType::parallel);
  Index places = getIndex(b, window.getKernel(Axis::Width));
  forEach(b, getIndex(b, 0), places, 1, [&](Index kx) {
    Slice columns = {linear(b, kx, window.getDilation(Axis::Width), 0),
                     getAll(output, 1).size, window.getStride(Axis::Width)};
    linalg::GenericOp::create(
        b, getSource(ky, columns), output, maps, iterators,
        [&](OpBuilder &b, Location loc, ValueRange args) {
          linalg::YieldOp::create(b, loc,
                                  emitPoolStep(b, loc, kind, args[1], args[0]));
        });
  });
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

/// output = epilogue(source, sides), in place if they are the same.
void TileLowering::finish(Value source) {
  Region &epilogue = tile.getEpilogue();
  if (epilogue.empty()) {
    if (source != output)
      linalg::CopyOp::create(b, source, output);
    return;
  }
  AffineMap everywhere = b.getMultiDimIdentityMap(3);
  AffineMap perChannel =
      AffineMap::get(3, 0, b.getAffineDimExpr(2), b.getContext());
  bool inPlace = source == output;
  SmallVector<Value> operands;
  SmallVector<AffineMap> maps;
  if (!inPlace) {
    operands.push_back(getSource(getIndex(b, 0), getAll(output, 1)));
    maps.push_back(everywhere);
  }
  for (Value side : tile.getSides()) {
    operands.push_back(side);
    maps.push_back(getShape(side).size() == 1 ? perChannel : everywhere);
  }
  maps.push_back(everywhere);
  SmallVector<utils::IteratorType> iterators(3, utils::IteratorType::parallel);
  auto generic =
      linalg::GenericOp::create(b, operands, output, maps, iterators);
  // The arguments of the epilogue, s first, in the order of linalg: the output
  // comes last.
  rewriter.inlineRegionBefore(epilogue, generic.getRegion(),
                              generic.getRegion().begin());
  Block &body = generic.getRegion().front();
  Type element = body.getArgument(0).getType();
  BlockArgument last = body.addArgument(element, tile.getLoc());
  if (inPlace) {
    rewriter.replaceAllUsesWith(body.getArgument(0), last);
    body.eraseArgument(0);
  }
  auto yield = cast<YieldOp>(body.getTerminator());
  rewriter.setInsertionPoint(yield);
  rewriter.replaceOpWithNewOp<linalg::YieldOp>(yield, yield.getValues());
}

//===----------------------------------------------------------------------===//
// Pattern
//===----------------------------------------------------------------------===//

namespace {

struct LowerTile : OpRewritePattern<TileOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(TileOp tile,
                                PatternRewriter &rewriter) const override {
    TileLowering(rewriter, tile).write();
    rewriter.eraseOp(tile);
    return success();
  }
};

} // namespace

void lf::populateTilePatterns(RewritePatternSet &patterns) {
  patterns.add<LowerTile>(patterns.getContext());
}
