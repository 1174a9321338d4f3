//===- Winograd.cpp - transforms of tiles to vectors ------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops over tiles and, in each, over vectors of channels:
//
//   for tile row, tile column
//     for vector of channels
//       load all places, transform, store all points
//
// Which columns of a window lie outside of the source is known, and tiles that
// differ in that have loops of their own. Of rows it may depend on where the
// source begins; then a tile whose rows are not all there looks at each.
//
//===----------------------------------------------------------------------===//

#include "TileLoops.h"
#include "Transform.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

static MemRefType getType(Value buffer) {
  return cast<MemRefType>(buffer.getType());
}

//===----------------------------------------------------------------------===//
// Tiles along an axis
//===----------------------------------------------------------------------===//

namespace {

/// Neighbouring tiles of which the same places are inside.
struct TileRun {
  int64_t first, count;
  /// Which of a tile's places are inside; empty if that is not known.
  SmallVector<bool, 6> inside;

  int64_t getEnd() const { return first + count; }
};

} // namespace

/// `count` tiles, of which the first begins at `position`, each a tile's `size`
/// after the other with `places` places. Inside are those from 0 below `end`.
static SmallVector<TileRun> getRuns(int64_t count,
                                    std::optional<int64_t> position,
                                    int64_t size, int64_t places, int64_t end) {
  if (!position || ShapedType::isDynamic(end))
    return {{0, count, {}}};
  SmallVector<TileRun> runs;
  for (int64_t tile = 0; tile < count; ++tile) {
    SmallVector<bool, 6> inside;
    for (int64_t place = 0; place < places; ++place) {
      int64_t at = *position + tile * size + place;
      inside.push_back(at >= 0 && at < end);
    }
    if (!runs.empty() && runs.back().inside == inside)
      ++runs.back().count;
    else
      runs.push_back({tile, 1, inside});
  }
  return runs;
}

//===----------------------------------------------------------------------===//
// Both transforms
//===----------------------------------------------------------------------===//

namespace {

/// A tile: where it begins, and its number among all.
struct TilePlace {
  /// The first place, in rows and columns, of the buffer that is not planes.
  Index row, column;
  Index number;
  /// Which of its rows and columns are inside; no rows if it is not known.
  ArrayRef<bool> rows, columns;
};

class WinogradWriter {
public:
  WinogradWriter(ImplicitLocOpBuilder &b, AlgorithmAttr algorithm, int64_t rows,
                 int64_t columns, Value planes, Value buffer,
                 int64_t vectorBytes)
      : b(b), tile(algorithm.getTile()), tiles(algorithm, rows, columns),
        planes(planes), buffer(buffer), channels(getType(buffer).getDimSize(2)),
        lanes(std::max<int64_t>(
            1, vectorBytes * 8 / getType(buffer).getElementTypeBitWidth())) {}
  virtual ~WinogradWriter() = default;

protected:
  /// Calls writeTile for each tile, of which the first begins at `row` and
  /// `column` and has `border` places more than results.
  void writeTiles(Index row, int64_t column, int64_t border);

  /// Writes a tile of `size` results for a vector of channels. Unless
  /// `isInside`, rows of which that is not known have to be looked at.
  virtual void writeTile(const TilePlace &place, std::array<int64_t, 2> size,
                         Value channel, const Lanes &vector, bool isInside) = 0;

  Value getConstant(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value getSum(Index x, int64_t offset) {
    return asValue(b, linear(b, x, 1, offset));
  }
  Value isRowInside(const TilePlace &place, int64_t row);
  Value load(Value from, ArrayRef<Value> place, const Lanes &vector) {
    return loadVector(b, from, place, vector);
  }

  ImplicitLocOpBuilder &b;
  int64_t tile;
  WinogradTiles tiles;
  Value planes, buffer;

private:
  void writePart(const WinogradPart &part, Index row, int64_t column,
                 int64_t border);
  void writeChannels(const TilePlace &place, std::array<int64_t, 2> size,
                     bool isInside);
  void writeChecked(const TilePlace &place, std::array<int64_t, 2> size,
                    int64_t border);

  int64_t channels, lanes;
};

} // namespace

Value WinogradWriter::isRowInside(const TilePlace &place, int64_t row) {
  Value rows = asValue(b, memref::getMixedSize(b, b.getLoc(), buffer, 0));
  // Below zero is a large number.
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                               getSum(place.row, row), rows);
}

void WinogradWriter::writeChannels(const TilePlace &place,
                                   std::array<int64_t, 2> size, bool isInside) {
  auto write = [&](Index channel, int64_t valid) {
    int64_t shortest = static_cast<int64_t>(llvm::PowerOf2Ceil(valid));
    writeTile(place, size, asValue(b, channel),
              {0, std::min(lanes, shortest), valid}, isInside);
  };
  int64_t rest = channels % lanes;
  forEach(b, b.getIndexAttr(0), b.getIndexAttr(channels - rest), lanes,
          [&](Index channel) { write(channel, lanes); });
  if (rest != 0)
    write(b.getIndexAttr(channels - rest), rest);
}

/// Writes a tile of which it is not known which of its rows are inside.
void WinogradWriter::writeChecked(const TilePlace &place,
                                  std::array<int64_t, 2> size, int64_t border) {
  Value first = isRowInside(place, 0);
  Value last = isRowInside(place, size[0] + border - 1);
  Value isInside = arith::AndIOp::create(b, first, last);
  auto branch = scf::IfOp::create(b, isInside, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  writeChannels(place, size, /*isInside=*/true);
  b.setInsertionPointToStart(branch.elseBlock());
  writeChannels(place, size, /*isInside=*/false);
}

void WinogradWriter::writeTiles(Index row, int64_t column, int64_t border) {
  for (const WinogradPart &part : tiles.getParts())
    writePart(part, linear(b, row, 1, part.first[0]), column + part.first[1],
              border);
}

/// The tiles of `part`, of which the first begins at `row` and `column`.
void WinogradWriter::writePart(const WinogradPart &part, Index row,
                               int64_t column, int64_t border) {
  ArrayRef<int64_t> shape = getType(buffer).getShape();
  auto writeRuns = [&](const TileRun &rows, const TileRun &columns) {
    auto write = [&](Index y, Index x) {
      TilePlace place;
      place.row = addScaled(b, row, y, tile);
      place.column = linear(b, x, tile, column);
      place.number =
          addScaled(b, linear(b, x, 1, part.index), y, part.count[1]);
      place.rows = rows.inside;
      place.columns = columns.inside;
      if (rows.inside.empty())
        writeChecked(place, part.size, border);
      else
        writeChannels(place, part.size, /*isInside=*/true);
    };
    forEach(b, b.getIndexAttr(rows.first), b.getIndexAttr(rows.getEnd()), 1,
            [&](Index y) {
              forEach(b, b.getIndexAttr(columns.first),
                      b.getIndexAttr(columns.getEnd()), 1,
                      [&](Index x) { write(y, x); });
            });
  };
  for (const TileRun &rows : getRuns(part.count[0], getConstantIntValue(row),
                                     tile, part.size[0] + border, shape[0]))
    for (const TileRun &columns :
         getRuns(part.count[1], column, tile, part.size[1] + border, shape[1]))
      writeRuns(rows, columns);
}

//===----------------------------------------------------------------------===//
// Input
//===----------------------------------------------------------------------===//

namespace {

class InputWriter : public WinogradWriter {
public:
  InputWriter(ImplicitLocOpBuilder &b, WinogradInputOp op, int64_t vectorBytes)
      : WinogradWriter(b, op.getAlgorithm(), op.getRows(), op.getColumns(),
                       op.getPlanes(), op.getSource(), vectorBytes),
        op(op) {}

  void write() {
    // A window has two places more than its tile has results.
    writeTiles(getAsOpFoldResult(op.getRow()), op.getColumn(), /*border=*/2);
  }

private:
  void writeTile(const TilePlace &place, std::array<int64_t, 2> size,
                 Value channel, const Lanes &vector, bool isInside) override;
  SmallVector<Value, 6> loadRow(const TilePlace &place, int64_t row,
                                Value channel, const Lanes &vector,
                                bool isInside);

  WinogradInputOp op;
};

} // namespace

/// The places of a row, null for those outside.
SmallVector<Value, 6> InputWriter::loadRow(const TilePlace &place, int64_t row,
                                           Value channel, const Lanes &vector,
                                           bool isInside) {
  SmallVector<Value, 6> values(place.columns.size());
  if (!place.rows.empty() && !place.rows[row])
    return values;
  SmallVector<int64_t> columns;
  for (auto [column, inside] : llvm::enumerate(place.columns))
    if (inside)
      columns.push_back(column);
  auto loadAll = [&]() {
    Value at = getSum(place.row, row);
    return llvm::map_to_vector(columns, [&](int64_t column) {
      return load(buffer, {at, getSum(place.column, column), channel}, vector);
    });
  };
  SmallVector<Value> loaded;
  if (isInside || columns.empty()) {
    loaded = loadAll();
  } else {
    Value condition = isRowInside(place, row);
    auto type = VectorType::get(vector.size, getType(buffer).getElementType());
    SmallVector<Type> types(columns.size(), type);
    auto branch = scf::IfOp::create(b, types, condition, /*addThenBlock=*/true,
                                    /*addElseBlock=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    scf::YieldOp::create(b, loadAll());
    b.setInsertionPointToStart(branch.elseBlock());
    Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
    scf::YieldOp::create(b, SmallVector<Value>(columns.size(), zero));
    loaded = llvm::to_vector_of<Value>(branch.getResults());
  }
  for (auto [column, value] : llvm::zip_equal(columns, loaded))
    values[column] = value;
  return values;
}

void InputWriter::writeTile(const TilePlace &place, std::array<int64_t, 2> size,
                            Value channel, const Lanes &vector, bool isInside) {
  ValueMatrix windows;
  for (int64_t row = 0; row < getWinogradPoints(size[0]); ++row)
    windows.push_back(loadRow(place, row, channel, vector, isInside));
  ValueMatrix points = multiply(b, getWinogradInputMatrix(size[0], tile),
                                windows, getWinogradInputMatrix(size[1], tile));
  auto type = VectorType::get(vector.size, getType(buffer).getElementType());
  Value number = asValue(b, place.number);
  for (auto [i, row] : llvm::enumerate(points))
    for (auto [j, value] : llvm::enumerate(row)) {
      if (!value)
        value = arith::ConstantOp::create(b, b.getZeroAttr(type));
      storeVector(b, value, planes,
                  {getConstant(i), getConstant(j), number, channel}, vector);
    }
}

void lf::writeWinogradInput(ImplicitLocOpBuilder &b, WinogradInputOp op,
                            int64_t vectorBytes) {
  InputWriter(b, op, vectorBytes).write();
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

namespace {

class OutputWriter : public WinogradWriter {
public:
  OutputWriter(ImplicitLocOpBuilder &b, WinogradOutputOp op,
               int64_t vectorBytes)
      : WinogradWriter(b, op.getAlgorithm(), op.getRows(),
                       getType(op.getOutput()).getDimSize(1), op.getPlanes(),
                       op.getOutput(), vectorBytes),
        op(op) {}

  void write() { writeTiles(b.getIndexAttr(0), 0, /*border=*/0); }

private:
  void writeTile(const TilePlace &place, std::array<int64_t, 2> size,
                 Value channel, const Lanes &vector, bool isInside) override;
  void storeRow(const TilePlace &place, int64_t row, ArrayRef<Value> values,
                Value channel, const Lanes &vector);

  WinogradOutputOp op;
};

} // namespace

void OutputWriter::storeRow(const TilePlace &place, int64_t row,
                            ArrayRef<Value> values, Value channel,
                            const Lanes &vector) {
  Value at = getSum(place.row, row);
  for (auto [column, value] : llvm::enumerate(values)) {
    if (!place.columns[column])
      continue;
    Value position[] = {at, getSum(place.column, column), channel};
    SmallVector<Value> arguments = {value};
    if (!op.getEpilogue().empty()) {
      for (Value side : op.getSides()) {
        bool isVector = getType(side).getRank() == 1;
        arguments.push_back(load(
            side, isVector ? ArrayRef(channel) : ArrayRef(position), vector));
      }
      arguments = {applyToVectors(b, op.getEpilogue(), arguments)};
    }
    storeVector(b, arguments.front(), buffer, position, vector);
  }
}

void OutputWriter::writeTile(const TilePlace &place,
                             std::array<int64_t, 2> size, Value channel,
                             const Lanes &vector, bool isInside) {
  Value number = asValue(b, place.number);
  ValueMatrix products;
  for (int64_t i = 0; i < getWinogradPoints(size[0]); ++i) {
    products.emplace_back();
    for (int64_t j = 0; j < getWinogradPoints(size[1]); ++j)
      products.back().push_back(load(
          planes, {getConstant(i), getConstant(j), number, channel}, vector));
  }
  ValueMatrix sums = multiply(b, getWinogradOutputMatrix(size[0], tile),
                              products, getWinogradOutputMatrix(size[1], tile));
  if (op.getBias()) {
    Value bias = load(op.getBias(), channel, vector);
    for (SmallVector<Value, 6> &row : sums)
      for (Value &sum : row)
        sum = arith::AddFOp::create(b, sum, bias);
  }
  for (auto [row, values] : llvm::enumerate(sums)) {
    if (!place.rows.empty() && !place.rows[row])
      continue;
    if (isInside) {
      storeRow(place, row, values, channel, vector);
      continue;
    }
    auto branch = scf::IfOp::create(b, isRowInside(place, row));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    storeRow(place, row, values, channel, vector);
  }
}

void lf::writeWinogradOutput(ImplicitLocOpBuilder &b, WinogradOutputOp op,
                             int64_t vectorBytes) {
  OutputWriter(b, op, vectorBytes).write();
}
