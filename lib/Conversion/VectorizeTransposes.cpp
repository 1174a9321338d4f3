//===- VectorizeTransposes.cpp - transpositions in registers ----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Copies whose source and result are contiguous along different loops. Loops
// that move through both alike become one; then, in the plane of the two
// contiguous loops, vectors are read along the one and written along the other,
// shuffled in between:
//
//   linalg.transpose ins(%x : memref<3x50xf32>) outs(%y : memref<50x3xf32>)
//
// becomes
//
//   for %i = 0 to 50 step 16 {            // the last from 34
//     %r = vector.load %x[%i], %g = vector.load %x[%i + 50], %b = …
//     vector.store (r0 g0 b0 r1 …), %y[3 * %i]
//     vector.store …, %y[3 * %i + 16]
//     vector.store …, %y[3 * %i + 32]
//   }
//
// Where both loops are long, a square of vectors is transposed at a time. What
// is left of a loop is covered by a last step that does some elements again:
// nothing is read that was written.
//
//===----------------------------------------------------------------------===//

#include "LinalgLoops.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lf;

/// Rows of a square; as many vectors, and about as many results of shuffles,
/// are alive at a time.
static constexpr int64_t maxLanes = 16;

/// The longest pixel that is put together from vectors of one channel each, in
/// fewer shuffles than squares take.
static constexpr int64_t maxInterleaved = 7;

namespace {

/// A loop of a copy: how often, and how many elements further in the source and
/// in the result each time.
struct CopyLoop {
  int64_t size, from, to;
};

} // namespace

//===----------------------------------------------------------------------===//
// The loops
//===----------------------------------------------------------------------===//

/// The strides that the loops of `op` have in `operand`; nothing where an index
/// is not one loop of its own.
static std::optional<SmallVector<int64_t>> getStrides(linalg::LinalgOp op,
                                                      OpOperand &operand) {
  auto type = dyn_cast<MemRefType>(operand.get().getType());
  AffineMap map = op.getMatchingIndexingMap(&operand);
  int64_t offset;
  SmallVector<int64_t> strides;
  if (!type || !map.isPermutation() ||
      failed(type.getStridesAndOffset(strides, offset)) ||
      llvm::any_of(strides, ShapedType::isDynamic))
    return std::nullopt;
  SmallVector<int64_t> result(strides.size());
  for (auto [index, stride] : llvm::enumerate(strides))
    result[map.getDimPosition(index)] = stride;
  return result;
}

/// The fewest loops that visit the same elements, in the order of the result.
static SmallVector<CopyLoop> join(SmallVector<CopyLoop> loops) {
  llvm::erase_if(loops, [](const CopyLoop &loop) { return loop.size == 1; });
  llvm::stable_sort(
      loops, [](const CopyLoop &a, const CopyLoop &b) { return a.to > b.to; });
  SmallVector<CopyLoop> joined;
  for (const CopyLoop &loop : loops) {
    if (!joined.empty() && joined.back().from == loop.size * loop.from &&
        joined.back().to == loop.size * loop.to)
      joined.back() = {joined.back().size * loop.size, loop.from, loop.to};
    else
      joined.push_back(loop);
  }
  return joined;
}

/// The loops of `op` if it moves elements of static places and does nothing
/// else.
static std::optional<SmallVector<CopyLoop>> getCopyLoops(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() != 1 || op.getNumDpsInits() != 1 ||
      !op.hasPureBufferSemantics() || op.hasDynamicShape())
    return std::nullopt;
  Block &body = *op.getBlock();
  if (!llvm::hasSingleElement(body) ||
      body.getTerminator()->getOperand(0) != body.getArgument(0))
    return std::nullopt;
  auto from = getStrides(op, *op.getDpsInputOperand(0));
  auto to = getStrides(op, *op.getDpsInitOperand(0));
  if (!from || !to)
    return std::nullopt;
  SmallVector<CopyLoop> loops;
  for (auto [size, source, result] :
       llvm::zip_equal(op.getStaticLoopRanges(), *from, *to))
    loops.push_back({size, source, result});
  return join(std::move(loops));
}

//===----------------------------------------------------------------------===//
// Shuffles
//===----------------------------------------------------------------------===//

namespace {

/// An element of one of several vectors of the same type.
struct Pick {
  int64_t vector, lane;
};

} // namespace

/// The vector of `picks` from `vectors`: one shuffle for the first two that are
/// needed, and one for each other. All from one are that vector.
static Value gather(ImplicitLocOpBuilder &b, ArrayRef<Value> vectors,
                    ArrayRef<Pick> picks) {
  int64_t lanes = picks.size();
  Value result;
  SmallVector<int64_t> mask(lanes, vector::ShuffleOp::kPoisonIndex);
  for (auto [index, vector] : llvm::enumerate(vectors)) {
    bool isNeeded = false;
    for (auto [lane, pick] : llvm::enumerate(picks)) {
      if (pick.vector != static_cast<int64_t>(index))
        continue;
      mask[lane] = result ? lanes + pick.lane : pick.lane;
      isNeeded = true;
    }
    if (!isNeeded)
      continue;
    if (!result) {
      result = vector;
      continue;
    }
    result = vector::ShuffleOp::create(b, result, vector, mask);
    // What is there now stays where it is.
    for (auto [lane, place] : llvm::enumerate(mask))
      if (place != vector::ShuffleOp::kPoisonIndex)
        place = lane;
  }
  return result;
}

/// The first halves of each `group` elements of `x` and `y`, `unit` elements of
/// each in turn, and the second halves likewise.
static std::pair<Value, Value> zip(ImplicitLocOpBuilder &b, Value x, Value y,
                                   int64_t group, int64_t unit) {
  int64_t lanes = cast<VectorType>(x.getType()).getDimSize(0);
  SmallVector<int64_t> low(lanes), high(lanes);
  for (int64_t lane = 0; lane < lanes; ++lane) {
    int64_t place = lane % group;
    int64_t source = lane - place + place / (2 * unit) * unit + place % unit;
    if (place / unit % 2 == 1)
      source += lanes;
    low[lane] = source;
    high[lane] = source + group / 2;
  }
  return {vector::ShuffleOp::create(b, x, y, low),
          vector::ShuffleOp::create(b, x, y, high)};
}

/// Transposes as many vectors as each has elements. Blocks of four elements are
/// exchanged first, then elements within: each shuffle is one that processors
/// have an instruction for.
static void transposeSquare(ImplicitLocOpBuilder &b,
                            MutableArrayRef<Value> rows) {
  int64_t size = rows.size();
  auto exchange = [&](int64_t i, int64_t j, int64_t group, int64_t unit) {
    std::tie(rows[i], rows[j]) = zip(b, rows[i], rows[j], group, unit);
  };
  for (int64_t distance = size / 2; distance >= 4; distance /= 2)
    for (int64_t i = 0; i < size; ++i)
      if ((i & distance) == 0)
        exchange(i, i + distance, 2 * distance, distance);
  if (size == 2)
    exchange(0, 1, 2, 1);
  for (int64_t i = 0; i + 4 <= size; i += 4) {
    exchange(i, i + 1, 4, 1);
    exchange(i + 2, i + 3, 4, 1);
    exchange(i, i + 2, 4, 2);
    exchange(i + 1, i + 3, 4, 2);
    std::swap(rows[i + 1], rows[i + 2]);
  }
}

//===----------------------------------------------------------------------===//
// Writing the loops
//===----------------------------------------------------------------------===//

namespace {

/// Replaces a transposition by loops around vectors of at most `lanes`
/// elements.
class TransposeWriter {
public:
  TransposeWriter(RewriterBase &rewriter, linalg::LinalgOp op,
                  ArrayRef<CopyLoop> loops, int64_t lanes);

  void write();

private:
  /// Elements from the beginning of source and result.
  struct Place {
    Value from, to;
  };

  Value flatten(Value buffer, int64_t size);
  void forEachStep(const CopyLoop &loop, int64_t step, Place place,
                   function_ref<void(Place)> body);
  Place move(Place place, const CopyLoop &loop, Value count);
  Value add(Value x, Value count, int64_t factor);
  void writeOuter(ArrayRef<CopyLoop> outer, Place place);
  void writePlane(Place place);
  void interleave(Place place, int64_t lanes);
  void separate(Place place, int64_t lanes);
  void writeSquare(Place place, int64_t size);
  Value load(Place place, int64_t offset, int64_t lanes);
  void store(Value vector, Place place, int64_t offset);

  /// What of `loop` is covered by one vector.
  int64_t getLanes(const CopyLoop &loop) const {
    return std::min<int64_t>(llvm::bit_floor<uint64_t>(loop.size), lanes);
  }

  ImplicitLocOpBuilder b;
  SmallVector<CopyLoop> outer;
  /// The loops along which the source and the result are contiguous. Where that
  /// is one loop, it copies pixels of one channel.
  CopyLoop read = {1, 1, 1}, written;
  int64_t lanes;
  Value source, result;
};

} // namespace

/// The number of elements from the first that `loops` visit to the last.
static int64_t getSpan(ArrayRef<CopyLoop> loops, int64_t CopyLoop::*stride) {
  int64_t span = 1;
  for (const CopyLoop &loop : loops)
    span += (loop.size - 1) * loop.*stride;
  return span;
}

TransposeWriter::TransposeWriter(RewriterBase &rewriter, linalg::LinalgOp op,
                                 ArrayRef<CopyLoop> loops, int64_t lanes)
    : b(op.getLoc(), rewriter), lanes(lanes) {
  for (const CopyLoop &loop : loops) {
    if (loop.to == 1)
      written = loop;
    else if (loop.from == 1)
      read = loop;
    else
      outer.push_back(loop);
  }
  source =
      flatten(op.getDpsInputOperand(0)->get(), getSpan(loops, &CopyLoop::from));
  result =
      flatten(op.getDpsInitOperand(0)->get(), getSpan(loops, &CopyLoop::to));
}

/// `buffer` as a row of elements, gaps included.
Value TransposeWriter::flatten(Value buffer, int64_t size) {
  auto type = cast<MemRefType>(buffer.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  OpFoldResult start = b.getIndexAttr(offset);
  if (ShapedType::isDynamic(offset))
    start = memref::ExtractStridedMetadataOp::create(b, buffer).getOffset();
  auto flat = MemRefType::get(
      size, type.getElementType(),
      StridedLayoutAttr::get(b.getContext(), offset, /*strides=*/1),
      type.getMemorySpace());
  OpFoldResult sizes = b.getIndexAttr(size), one = b.getIndexAttr(1);
  return memref::ReinterpretCastOp::create(b, flat, buffer, start, sizes, one);
}

void TransposeWriter::write() {
  Value zero = arith::ConstantIndexOp::create(b, 0);
  writeOuter(outer, {zero, zero});
}

Value TransposeWriter::add(Value x, Value count, int64_t factor) {
  AffineExpr d0 = b.getAffineDimExpr(0), d1 = b.getAffineDimExpr(1);
  return affine::AffineApplyOp::create(
      b, AffineMap::get(2, 0, d0 + d1 * factor), ValueRange{x, count});
}

TransposeWriter::Place TransposeWriter::move(Place place, const CopyLoop &loop,
                                             Value count) {
  return {add(place.from, count, loop.from), add(place.to, count, loop.to)};
}

/// Calls `body` for each `step` iterations of `loop`; what is left of them is
/// done with some of those before.
void TransposeWriter::forEachStep(const CopyLoop &loop, int64_t step,
                                  Place place, function_ref<void(Place)> body) {
  int64_t whole = loop.size / step * step;
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  auto forOp = scf::ForOp::create(b, index(0), index(whole), index(step));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(forOp.getBody());
    body(move(place, loop, forOp.getInductionVar()));
  }
  if (whole != loop.size)
    body(move(place, loop, index(loop.size - step)));
}

void TransposeWriter::writeOuter(ArrayRef<CopyLoop> outer, Place place) {
  if (outer.empty())
    return writePlane(place);
  forEachStep(outer.front(), 1, place,
              [&](Place inner) { writeOuter(outer.drop_front(), inner); });
}

/// Chooses how the plane of the two contiguous loops is covered.
void TransposeWriter::writePlane(Place place) {
  if (written.size <= maxInterleaved && read.to == written.size) {
    int64_t lanes = getLanes(read);
    return forEachStep(read, lanes, place,
                       [&](Place inner) { interleave(inner, lanes); });
  }
  if (read.size <= maxInterleaved && written.from == read.size) {
    int64_t lanes = getLanes(written);
    return forEachStep(written, lanes, place,
                       [&](Place inner) { separate(inner, lanes); });
  }
  int64_t size = std::min(getLanes(read), getLanes(written));
  forEachStep(read, size, place, [&](Place row) {
    forEachStep(written, size, row,
                [&](Place inner) { writeSquare(inner, size); });
  });
}

Value TransposeWriter::load(Place place, int64_t offset, int64_t lanes) {
  Type element = cast<MemRefType>(source.getType()).getElementType();
  Value index = add(place.from, arith::ConstantIndexOp::create(b, offset), 1);
  return vector::LoadOp::create(b, VectorType::get(lanes, element), source,
                                index);
}

void TransposeWriter::store(Value vector, Place place, int64_t offset) {
  Value index = add(place.to, arith::ConstantIndexOp::create(b, offset), 1);
  vector::StoreOp::create(b, vector, result, index);
}

/// Reads a vector of each channel and writes the pixels one after the other.
void TransposeWriter::interleave(Place place, int64_t lanes) {
  int64_t channels = written.size;
  SmallVector<Value> vectors;
  for (int64_t channel = 0; channel < channels; ++channel)
    vectors.push_back(load(place, channel * written.from, lanes));
  for (int64_t part = 0; part < channels; ++part) {
    SmallVector<Pick> picks;
    for (int64_t i = part * lanes, e = i + lanes; i < e; ++i)
      picks.push_back({i % channels, i / channels});
    store(gather(b, vectors, picks), place, part * lanes);
  }
}

/// Reads pixels one after the other and writes a vector of each channel.
void TransposeWriter::separate(Place place, int64_t lanes) {
  int64_t channels = read.size;
  SmallVector<Value> vectors;
  for (int64_t part = 0; part < channels; ++part)
    vectors.push_back(load(place, part * lanes, lanes));
  for (int64_t channel = 0; channel < channels; ++channel) {
    SmallVector<Pick> picks;
    for (int64_t pixel = 0; pixel < lanes; ++pixel) {
      int64_t i = pixel * channels + channel;
      picks.push_back({i / lanes, i % lanes});
    }
    store(gather(b, vectors, picks), place, channel * read.to);
  }
}

void TransposeWriter::writeSquare(Place place, int64_t size) {
  SmallVector<Value> rows;
  for (int64_t row = 0; row < size; ++row)
    rows.push_back(load(place, row * written.from, size));
  transposeSquare(b, rows);
  for (int64_t row = 0; row < size; ++row)
    store(rows[row], place, row * read.to);
}

LogicalResult lf::vectorizeTranspose(RewriterBase &rewriter,
                                     linalg::LinalgOp op, int64_t vectorBytes) {
  std::optional<SmallVector<CopyLoop>> loops = getCopyLoops(op);
  if (!loops)
    return failure();
  auto isRead = [](const CopyLoop &loop) { return loop.from == 1; };
  auto isWritten = [](const CopyLoop &loop) { return loop.to == 1; };
  if (llvm::count_if(*loops, isRead) != 1 ||
      llvm::count_if(*loops, isWritten) != 1)
    return failure();
  Type element = getElementTypeOrSelf(op.getDpsInitOperand(0)->get().getType());
  int64_t lanes = vectorBytes * 8 / element.getIntOrFloatBitWidth();
  rewriter.setInsertionPoint(op);
  TransposeWriter(rewriter, op, *loops, std::min(lanes, maxLanes)).write();
  rewriter.eraseOp(op);
  return success();
}
