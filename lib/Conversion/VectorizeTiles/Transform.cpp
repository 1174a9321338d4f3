//===- Transform.cpp - small matrices times vectors -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rows of B^T for points p and -p agree in the coefficients of even powers
// and differ in the sign of the odd ones:
//
//   even = x4 - b^2 * x2, odd = x3 - b^2 * x1
//   row of a = even + a * odd, row of -a = even - a * odd
//
// The columns of A^T for p and -p agree in even rows and differ in odd ones:
//
//   sum = x_a + x_-a, difference = x_a - x_-a
//   row 0 = … + sum, row 1 = … + a * difference
//
//===----------------------------------------------------------------------===//

#include "Transform.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <cmath>

using namespace mlir;
using namespace mlir::lf;

using Row = SmallVector<double, 6>;

//===----------------------------------------------------------------------===//
// Sums of products
//===----------------------------------------------------------------------===//

static Value createConstant(ImplicitLocOpBuilder &b, Type type, double value) {
  auto vector = cast<VectorType>(type);
  auto element = b.getFloatAttr(vector.getElementType(), value);
  return arith::ConstantOp::create(b, DenseElementsAttr::get(vector, element));
}

/// sum + factor * x; either may be null.
static Value addScaled(ImplicitLocOpBuilder &b, Value sum, double factor,
                       Value x) {
  if (!x || factor == 0)
    return sum;
  if (!sum && factor == 1)
    return x;
  if (!sum)
    return arith::MulFOp::create(b, x, createConstant(b, x.getType(), factor));
  if (factor == 1)
    return arith::AddFOp::create(b, sum, x);
  if (factor == -1)
    return arith::SubFOp::create(b, sum, x);
  return vector::FMAOp::create(b, x, createConstant(b, x.getType(), factor),
                               sum);
}

/// The sum of row[k] * values[k], from a value that needs no product on if
/// there is one.
static Value addProducts(ImplicitLocOpBuilder &b, ArrayRef<double> row,
                         ArrayRef<Value> values) {
  size_t start = 0;
  while (start < row.size() && !(row[start] == 1 && values[start]))
    ++start;
  Value sum = start < row.size() ? values[start] : Value();
  for (size_t k = 0; k < row.size(); ++k)
    if (k != start)
      sum = addScaled(b, sum, row[k], values[k]);
  return sum;
}

//===----------------------------------------------------------------------===//
// Pairs
//===----------------------------------------------------------------------===//

namespace {

/// What two rows have in common: row = same + opposite, and the other row is
/// same - opposite.
struct RowPair {
  Row same, opposite;
};

} // namespace

/// None if the rows differ in more than signs, or in none.
static std::optional<RowPair> getPair(const Row &row, const Row &other) {
  RowPair pair = {Row(row.size(), 0), Row(row.size(), 0)};
  bool isOpposite = false;
  for (size_t k = 0; k < row.size(); ++k) {
    if (row[k] != other[k] && row[k] != -other[k])
      return std::nullopt;
    bool differs = row[k] != other[k];
    (differs ? pair.opposite : pair.same)[k] = row[k];
    isOpposite |= differs;
  }
  if (!isOpposite)
    return std::nullopt;
  return pair;
}

static WinogradMatrix transpose(const WinogradMatrix &matrix) {
  WinogradMatrix result(matrix.front().size(), Row(matrix.size()));
  for (size_t i = 0; i < matrix.size(); ++i)
    for (size_t k = 0; k < matrix[i].size(); ++k)
      result[k][i] = matrix[i][k];
  return result;
}

/// Replaces two values whose columns differ in signs alone by their sum and
/// difference.
static void joinColumns(ImplicitLocOpBuilder &b, WinogradMatrix &matrix,
                        SmallVectorImpl<Value> &values) {
  WinogradMatrix columns = transpose(matrix);
  for (size_t k = 0; k < columns.size(); ++k)
    for (size_t other = k + 1; other < columns.size(); ++other) {
      std::optional<RowPair> pair = getPair(columns[k], columns[other]);
      if (!pair || !values[k] || !values[other])
        continue;
      Value sum = arith::AddFOp::create(b, values[k], values[other]);
      Value difference = arith::SubFOp::create(b, values[k], values[other]);
      values[k] = sum;
      values[other] = difference;
      columns[k] = pair->same;
      columns[other] = pair->opposite;
    }
  matrix = transpose(columns);
}

/// same + factor * opposite and same - factor * opposite, of which the last
/// coefficient of the opposite part becomes the factor.
static std::pair<Value, Value>
multiplyPair(ImplicitLocOpBuilder &b, RowPair pair, ArrayRef<Value> values) {
  double factor = 1;
  for (auto [coefficient, value] : llvm::zip_equal(pair.opposite, values))
    if (coefficient != 0 && value)
      factor = coefficient;
  for (double &coefficient : pair.opposite)
    coefficient /= factor;
  Value same = addProducts(b, pair.same, values);
  Value opposite = addProducts(b, pair.opposite, values);
  return {addScaled(b, same, factor, opposite),
          addScaled(b, same, -factor, opposite)};
}

SmallVector<Value, 6> lf::multiply(ImplicitLocOpBuilder &b,
                                   const WinogradMatrix &original,
                                   ArrayRef<Value> operands) {
  WinogradMatrix matrix = original;
  SmallVector<Value> values(operands);
  joinColumns(b, matrix, values);
  SmallVector<Value, 6> results(matrix.size());
  SmallVector<bool, 6> isDone(matrix.size(), false);
  for (size_t i = 0; i < matrix.size(); ++i) {
    if (isDone[i])
      continue;
    isDone[i] = true;
    bool isPaired = false;
    for (size_t j = i + 1; j < matrix.size() && !isPaired; ++j) {
      std::optional<RowPair> pair = getPair(matrix[i], matrix[j]);
      if (isDone[j] || !pair)
        continue;
      std::tie(results[i], results[j]) = multiplyPair(b, *pair, values);
      isDone[j] = isPaired = true;
    }
    if (!isPaired)
      results[i] = addProducts(b, matrix[i], values);
  }
  return results;
}

ValueMatrix lf::multiply(ImplicitLocOpBuilder &b, const WinogradMatrix &left,
                         const ValueMatrix &values,
                         const WinogradMatrix &right) {
  ValueMatrix columns(left.size());
  for (size_t column = 0; column < values.front().size(); ++column) {
    SmallVector<Value, 6> parts;
    for (ArrayRef<Value> row : values)
      parts.push_back(row[column]);
    for (auto [row, value] : llvm::zip_equal(columns, multiply(b, left, parts)))
      row.push_back(value);
  }
  ValueMatrix results;
  for (ArrayRef<Value> row : columns)
    results.push_back(multiply(b, right, row));
  return results;
}
