//===- WinogradWork.cpp - what Winograd's algorithm computes ----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WinogradWork.h"

#include "Generator.h"

#include "LayerFusion/Dialect/LF/Winograd.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

SmallVector<PointProducts, 4>
lf::getPointProducts(AlgorithmAttr algorithm, int64_t rows, int64_t columns) {
  WinogradTiles tiles(algorithm, rows, columns);
  SmallVector<PointProducts, 4> products;
  for (auto [firstRow, endRow] : tiles.getPointRanges(0))
    for (auto [firstColumn, endColumn] : tiles.getPointRanges(1)) {
      auto [first, end] = tiles.getTilesWith(firstRow, firstColumn);
      products.push_back(
          {end - first, (endRow - firstRow) * (endColumn - firstColumn)});
    }
  return products;
}

double lf::getFlopsAtOnce(LayerOpInterface layer, AlgorithmAttr algorithm,
                          int64_t rows) {
  RankedTensorType type = layer.getResultType();
  if (!algorithm.isWinograd())
    return double(layer.getFlops()) * rows / type.getDimSize(1);
  double products = 0;
  for (auto [tiles, points] :
       getPointProducts(algorithm, rows, type.getDimSize(2)))
    products += double(tiles) * points;
  return 2 * products * type.getDimSize(0) * type.getDimSize(3) *
         layer.getInputType().getDimSize(3);
}

int64_t lf::getFilterGrowth(LayerOpInterface layer, AlgorithmAttr algorithm) {
  if (!algorithm.isWinograd())
    return 0;
  auto filter = cast<RankedTensorType>(layer->getOperand(1).getType());
  int64_t points = getWinogradPoints(algorithm.getTile());
  int64_t taps = filter.getDimSize(0) * filter.getDimSize(1);
  return (points * points - taps) * filter.getDimSize(2) *
         filter.getDimSize(3) *
         llvm::divideCeil(filter.getElementTypeBitWidth(), 8);
}

/// The vectors that `type` has at one place.
static double getVectors(RankedTensorType type, const Target &target) {
  int64_t bytes =
      type.getDimSize(3) * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  return llvm::divideCeil(
      bytes, std::min(target.vectorBytes, target.fmaBytesPerCycle));
}

double lf::getTransformCycles(LayerOpInterface layer, AlgorithmAttr algorithm,
                              int64_t rows, const Target &target) {
  using generator::winogradInputCycles;
  using generator::winogradOutputCycles;
  RankedTensorType type = layer.getResultType();
  double inputs = 0, outputs = 0;
  for (const WinogradPart &part :
       WinogradTiles(algorithm, rows, type.getDimSize(2)).getParts()) {
    auto [height, width] = part.size;
    double tiles = double(part.count[0]) * part.count[1];
    // Column by column, then row by row.
    inputs += tiles * (getWinogradPoints(width) * winogradInputCycles[height] +
                       getWinogradPoints(height) * winogradInputCycles[width]);
    outputs +=
        tiles * (getWinogradPoints(width) * winogradOutputCycles[height] +
                 height * winogradOutputCycles[width]);
  }
  return inputs * getVectors(layer.getInputType(), target) +
         outputs * getVectors(type, target);
}
