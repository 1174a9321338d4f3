//===- Winograd.h - tiles and transforms ------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Winograd's minimal filtering for windows of 3x3: the matrices, and how the
// results of a layer are divided into tiles. docs/winograd.md explains both.
//
// Points come in the order 0, a, infinity, -a, b, -b. A tile of n results has
// the first n + 2 of them, so the points of a small tile are points of a large
// one as well, and both can read the same transformed filter.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_WINOGRAD_H
#define LAYERFUSION_DIALECT_LF_WINOGRAD_H

#include "LayerFusion/Dialect/LF/LF.h"

#include <string>

namespace mlir::lf {

//===----------------------------------------------------------------------===//
// Transforms
//===----------------------------------------------------------------------===//

/// The rows of a small matrix.
using WinogradMatrix = SmallVector<SmallVector<double, 6>, 6>;

/// The points of a tile of `size` results along one axis.
constexpr int64_t getWinogradPoints(int64_t size) { return size + 2; }

/// G, points x 3, of tiles of `tile` results: a filter g becomes G g G^T.
WinogradMatrix getWinogradFilterMatrix(int64_t tile);

/// B^T, points x points, of tiles of `size` results whose filters are those of
/// tiles of `tile`: inputs d become B^T d B.
WinogradMatrix getWinogradInputMatrix(int64_t size, int64_t tile);

/// A^T, size x points, for points that are those of tiles of `tile`: products m
/// become A^T m A.
WinogradMatrix getWinogradOutputMatrix(int64_t size, int64_t tile);

/// Whether `layer` can be computed by `winograd`: a convolution of one group
/// with a window of 3x3, strides and dilations of 1 and elements of f32 or f64.
/// Else says why not, if asked.
bool isWinogradLayer(LayerOpInterface layer, std::string *why = nullptr);

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

/// Tiles of one size: some rows and columns of tiles.
struct WinogradPart {
  /// The results of a tile, rows x columns.
  std::array<int64_t, 2> size;
  /// The first result of the first tile, and the number of tiles, in rows and
  /// columns. The last of them may reach beyond the results.
  std::array<int64_t, 2> first, count;
  /// Where the first tile stands among all; they are counted row by row.
  int64_t index;
};

/// The tiles that rows x columns results are divided into.
class WinogradTiles {
public:
  WinogradTiles(AlgorithmAttr algorithm, int64_t rows, int64_t columns);

  /// How many there are.
  int64_t getCount() const;

  /// Points of a full tile, along one axis.
  int64_t getPoints() const { return getWinogradPoints(tile); }

  /// Parts without tiles are left out. They are in such an order that the tiles
  /// that have a point follow one another.
  SmallVector<WinogradPart, 4> getParts() const;

  /// The points along an axis, 0 for rows, in ranges of which the same tiles
  /// have all: the first, and the one behind the last.
  SmallVector<std::pair<int64_t, int64_t>, 2> getPointRanges(int axis) const;

  /// The first tile that has point (i, j), and the one behind the last.
  std::pair<int64_t, int64_t> getTilesWith(int64_t i, int64_t j) const;

  /// The results, rows x columns.
  std::array<int64_t, 2> getSize() const { return size; }

private:
  std::array<int64_t, 2> size;
  int64_t tile;
  /// Along each axis, the number of full tiles and the size of a smaller last
  /// one, 0 if there is none.
  std::array<int64_t, 2> full, last;
};

} // namespace mlir::lf

#endif // LAYERFUSION_DIALECT_LF_WINOGRAD_H
