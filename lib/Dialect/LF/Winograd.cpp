//===- Winograd.cpp - tiles and transforms ----------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With finite points x_0 … x_n (n + 1 of the n + 2 of a tile of n results) and
// N_i the product of x_i - x_j over all j but i:
//
//   row i of G    1 / N_i * (1, x_i, x_i^2)
//   row i of B^T  the coefficients of the product of x - x_j over all j but i
//   row k of A^T  x_0^k … x_n^k
//
// and for the point at infinity (0, 0, 1), the product over all j, and 1 in the
// last row. (Lavin and Gray, CVPR 2016, section 4, whose matrices are these for
// a = 1, b = 2, but for the order of the points.)
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/Winograd.h"

#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <optional>

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Transforms
//===----------------------------------------------------------------------===//

/// The first `count` points of tiles of `tile` results; none is infinity.
static SmallVector<std::optional<double>, 6> getPoints(int64_t count,
                                                       int64_t tile) {
  // Of the pairs tried with tiles of 4, these have the smallest error, a
  // quarter of that of 1 and 2; their products are as exact as those of powers
  // of two.
  double a = tile == 2 ? 1 : 0.75, b = 1.5;
  SmallVector<std::optional<double>, 6> points = {0.0, a, std::nullopt,
                                                  -a,  b, -b};
  points.truncate(count);
  return points;
}

/// The coefficients of the product of x - p over the finite `points` but number
/// `left`, that of x^0 first.
static SmallVector<double, 6>
getPolynomial(ArrayRef<std::optional<double>> points, size_t left) {
  SmallVector<double, 6> coefficients = {1};
  for (auto [index, point] : llvm::enumerate(points)) {
    if (index == left || !point)
      continue;
    coefficients.push_back(0);
    for (size_t k = coefficients.size() - 1; k > 0; --k)
      coefficients[k] = coefficients[k - 1] - *point * coefficients[k];
    coefficients[0] *= -*point;
  }
  return coefficients;
}

/// N_i for each point; 1 for infinity.
static SmallVector<double, 6> getNorms(int64_t size, int64_t tile) {
  SmallVector<std::optional<double>, 6> points =
      getPoints(getWinogradPoints(size), tile);
  SmallVector<double, 6> norms(points.size(), 1);
  for (auto [i, point] : llvm::enumerate(points))
    for (auto [j, other] : llvm::enumerate(points))
      if (i != j && point && other)
        norms[i] *= *point - *other;
  return norms;
}

WinogradMatrix lf::getWinogradFilterMatrix(int64_t tile) {
  WinogradMatrix matrix;
  SmallVector<double, 6> norms = getNorms(tile, tile);
  for (auto [point, norm] :
       llvm::zip_equal(getPoints(getWinogradPoints(tile), tile), norms)) {
    if (point)
      matrix.push_back({1 / norm, *point / norm, *point * *point / norm});
    else
      matrix.push_back({0, 0, 1});
  }
  return matrix;
}

WinogradMatrix lf::getWinogradInputMatrix(int64_t size, int64_t tile) {
  WinogradMatrix matrix;
  SmallVector<double, 6> norms = getNorms(size, tile);
  SmallVector<double, 6> filterNorms = getNorms(tile, tile);
  SmallVector<std::optional<double>, 6> points =
      getPoints(getWinogradPoints(size), tile);
  for (size_t i = 0; i < points.size(); ++i) {
    SmallVector<double, 6> row = getPolynomial(points, i);
    // The filters have been divided by the norms of the larger tile.
    for (double &coefficient : row)
      coefficient *= filterNorms[i] / norms[i];
    row.resize(points.size());
    matrix.push_back(row);
  }
  return matrix;
}

WinogradMatrix lf::getWinogradOutputMatrix(int64_t size, int64_t tile) {
  WinogradMatrix matrix;
  SmallVector<std::optional<double>, 6> points =
      getPoints(getWinogradPoints(size), tile);
  for (int64_t k = 0; k < size; ++k) {
    SmallVector<double, 6> row;
    for (std::optional<double> point : points)
      row.push_back(point ? std::pow(*point, k) : k == size - 1);
    matrix.push_back(row);
  }
  return matrix;
}

bool lf::isWinogradLayer(LayerOpInterface layer, std::string *why) {
  auto fail = [&](const Twine &reason) {
    if (why)
      *why = reason.str();
    return false;
  };
  auto conv = dyn_cast<Conv2DOp>(layer.getOperation());
  if (!conv)
    return fail("it is no 'lf.conv2d'");
  Window window = layer.getWindow();
  constexpr std::array<int64_t, 2> ones = {1, 1}, threes = {3, 3};
  if (window.kernel != threes)
    return fail("its window is " + Twine(window.kernel[0]) + "x" +
                Twine(window.kernel[1]) + ", not 3x3");
  if (window.strides != ones || window.dilations != ones)
    return fail("it has strides or dilations other than 1");
  if (conv.getGroups() != 1)
    return fail("it has " + Twine(conv.getGroups()) + " groups");
  Type element = layer.getResultType().getElementType();
  if (!element.isF32() && !element.isF64())
    return fail("its elements are neither f32 nor f64");
  return true;
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

WinogradTiles::WinogradTiles(AlgorithmAttr algorithm, int64_t rows,
                             int64_t columns)
    : size({rows, columns}), tile(algorithm.getTile()) {
  for (int axis : {0, 1}) {
    int64_t rest = size[axis] % tile;
    bool isSmall = rest != 0 && rest <= algorithm.getEdge();
    full[axis] = size[axis] / tile + (rest != 0 && !isSmall);
    last[axis] = isSmall ? algorithm.getEdge() : 0;
  }
}

int64_t WinogradTiles::getCount() const {
  int64_t count = 1;
  for (int axis : {0, 1})
    count *= full[axis] + (last[axis] != 0);
  return count;
}

SmallVector<WinogradPart, 4> WinogradTiles::getParts() const {
  // Whether the part has the last, small tiles of rows and of columns.
  const std::pair<bool, bool> order[] = {
      {false, true}, {false, false}, {true, false}, {true, true}};
  SmallVector<WinogradPart, 4> parts;
  int64_t index = 0;
  for (auto [isLastRow, isLastColumn] : order) {
    WinogradPart part;
    for (auto [axis, isLast] :
         {std::pair(0, isLastRow), std::pair(1, isLastColumn)}) {
      part.size[axis] = isLast ? last[axis] : tile;
      part.first[axis] = isLast ? full[axis] * tile : 0;
      part.count[axis] = isLast ? (last[axis] != 0) : full[axis];
    }
    part.index = index;
    int64_t count = part.count[0] * part.count[1];
    if (count != 0)
      parts.push_back(part);
    index += count;
  }
  return parts;
}

SmallVector<std::pair<int64_t, int64_t>, 2>
WinogradTiles::getPointRanges(int axis) const {
  SmallVector<std::pair<int64_t, int64_t>, 2> ranges;
  int64_t begin = 0;
  for (int64_t end : {last[axis] ? getWinogradPoints(last[axis]) : 0,
                      full[axis] ? getPoints() : 0})
    if (end > begin) {
      ranges.push_back({begin, end});
      begin = end;
    }
  return ranges;
}

std::pair<int64_t, int64_t> WinogradTiles::getTilesWith(int64_t i,
                                                        int64_t j) const {
  int64_t first = getCount(), end = 0;
  for (const WinogradPart &part : getParts()) {
    if (i >= getWinogradPoints(part.size[0]) ||
        j >= getWinogradPoints(part.size[1]))
      continue;
    first = std::min(first, part.index);
    end = part.index + part.count[0] * part.count[1];
  }
  return {std::min(first, end), end};
}
