//===- WinogradTest.cpp - tiles and transforms ------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/Winograd.h"

#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::lf;

namespace {

using Numbers = std::vector<double>;

Numbers multiply(const WinogradMatrix &matrix, const Numbers &numbers) {
  Numbers result;
  for (ArrayRef<double> row : matrix) {
    EXPECT_EQ(row.size(), numbers.size());
    double sum = 0;
    for (auto [factor, number] : llvm::zip(row, numbers))
      sum += factor * number;
    result.push_back(sum);
  }
  return result;
}

// Each size of tile computes a filter of three taps along an axis, with the
// filter's transform for the full tile.
TEST(WinogradTest, TransformsAreAConvolution) {
  const Numbers filter = {0.3, -1.7, 2.9};
  const Numbers input = {1.5, -0.25, 3.75, 0.875, -2.5, 0.625};
  for (int64_t tile : {2, 4})
    for (int64_t size = 1; size <= tile; ++size) {
      SCOPED_TRACE("F(" + std::to_string(size) + ") of F(" +
                   std::to_string(tile) + ")");
      Numbers g = multiply(getWinogradFilterMatrix(tile), filter);
      Numbers window(input.begin(), input.begin() + getWinogradPoints(size));
      Numbers products = multiply(getWinogradInputMatrix(size, tile), window);
      ASSERT_EQ(products.size(), window.size());
      for (size_t i = 0; i < products.size(); ++i)
        products[i] *= g[i];
      Numbers results = multiply(getWinogradOutputMatrix(size, tile), products);
      ASSERT_EQ(static_cast<int64_t>(results.size()), size);
      for (int64_t i = 0; i < size; ++i)
        EXPECT_NEAR(results[i],
                    filter[0] * input[i] + filter[1] * input[i + 1] +
                        filter[2] * input[i + 2],
                    1e-14);
    }
}

// Points in exact numbers: nothing but the norms of the filter is rounded.
TEST(WinogradTest, InputMatrixOfTilesOfTwo) {
  WinogradMatrix expected = {
      {-1, 0, 1, 0}, {0, 1, 1, 0}, {0, -1, 0, 1}, {0, -1, 1, 0}};
  EXPECT_EQ(getWinogradInputMatrix(2, 2), expected);
}

AlgorithmAttr getWinograd(MLIRContext &context, int64_t tile, int64_t edge) {
  return AlgorithmAttr::get(&context, AlgorithmKind::Winograd, tile, edge);
}

// Whatever the sizes, the tiles cover each result once, are counted without
// gaps, and those with a point follow one another.
TEST(WinogradTest, TilesCoverAllResults) {
  MLIRContext context;
  context.loadDialect<LFDialect>();
  for (int64_t tile : {2, 4})
    for (int64_t edge = 0; edge < tile; ++edge)
      for (int64_t rows = 1; rows < 12; ++rows)
        for (int64_t columns = 1; columns < 12; ++columns) {
          WinogradTiles tiles(getWinograd(context, tile, edge), rows, columns);
          std::vector<int> covered(rows * columns);
          int64_t count = 0;
          std::vector<int64_t> points(tiles.getCount());
          for (const WinogradPart &part : tiles.getParts()) {
            EXPECT_EQ(part.index, count);
            for (int64_t y = 0; y < part.count[0]; ++y)
              for (int64_t x = 0; x < part.count[1]; ++x) {
                points[count++] = (part.size[0] + 2) * (part.size[1] + 2);
                for (int64_t i = 0; i < part.size[0] * part.size[1]; ++i) {
                  int64_t row = part.first[0] + y * tile + i / part.size[1];
                  int64_t column = part.first[1] + x * tile + i % part.size[1];
                  if (row < rows && column < columns)
                    ++covered[row * columns + column];
                }
              }
          }
          EXPECT_EQ(count, tiles.getCount());
          EXPECT_TRUE(llvm::all_of(covered, [](int n) { return n == 1; }));
          for (int64_t i = 0; i < tiles.getPoints(); ++i)
            for (int64_t j = 0; j < tiles.getPoints(); ++j) {
              auto [first, end] = tiles.getTilesWith(i, j);
              for (int64_t t = first; t < end; ++t)
                --points[t];
            }
          EXPECT_TRUE(llvm::all_of(points, [](int64_t n) { return n == 0; }))
              << "winograd(" << tile << ", " << edge << ") of " << rows << " x "
              << columns;
        }
}

TEST(WinogradTest, SmallTilesAtTheEdge) {
  MLIRContext context;
  context.loadDialect<LFDialect>();
  // 14 = 3 * 4 + 2, 7 = 3 * 2 + 1
  EXPECT_EQ(WinogradTiles(getWinograd(context, 4, 2), 14, 14).getCount(), 16);
  EXPECT_EQ(WinogradTiles(getWinograd(context, 2, 1), 7, 7).getCount(), 16);
  using Range = std::pair<int64_t, int64_t>;
  WinogradTiles tiles(getWinograd(context, 4, 2), 14, 14);
  EXPECT_EQ(tiles.getTilesWith(0, 0), Range(0, 16));
  EXPECT_EQ(tiles.getTilesWith(0, 5), Range(3, 15));
  EXPECT_EQ(tiles.getTilesWith(5, 0), Range(0, 12));
  EXPECT_EQ(tiles.getTilesWith(5, 5), Range(3, 12));
  // What is left is more than the edge: a full tile that reaches beyond.
  EXPECT_EQ(WinogradTiles(getWinograd(context, 4, 2), 1, 15).getCount(), 4);
}

} // namespace
