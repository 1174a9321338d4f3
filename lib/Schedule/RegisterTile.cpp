//===- RegisterTile.cpp - which results a layer makes together --*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts the cycles of every tile worth trying and takes the best. A row is
// divided into tiles of full and of what is left, panel by panel; a tile takes
// for each term as long as the busiest of
//
//   multiply-adds   pixels * vectors
//   loads           pixels elements of the input, vectors of the filter
//   latency         of one multiply-add, since the next of its sum waits
//
// and for its start and end (bias, activation, store) a little for each sum,
// more if there are many. The numbers that are not properties of the target are
// measured on AMD Zen 4:
//
//   1x1, 784 pixels, 96 channels    terms: 16     32     96   share of the
//      4 x [16, 16, 16]                   96.2   96.2   97.7  peak, percent
//      8 x [16]                           93.4   95.5   97.3
//      8 x [16, 16, 16]                   92.5   94.8   97.3
//     14 x [16, 16]                       90.0   93.9   96.8
//     28 x [16]                           87.3   92.4   96.8
//   24 channels of 24 terms: 8 x [8, 8, 8] 96.5, [16, 8] 88.5, [16, 16] 74,
//     28 x [8] 86
//
// and, of what targets with few registers do otherwise, on AMD Zen 3 (AVX2),
// with `x2`: two terms an iteration:
//
//   1x1, 36 wide, 96 channels        terms: 16     32    128
//      4 x [8, 8]                          90     84     79
//      5 x [8, 8], x2                      79     86     94
//      4 x [8, 8, 8], x2                   78     84     95
//      9 x [8]                             75     69     79
//     12 x [8]                             69     73     79
//     12 x [8], x2, sums on the stack      50     41     47
//   depthwise 3x3                     in L1     in L2
//      4 x [8, 8]                          82       71
//      6 x [8, 8], constants on the stack  86       76
//     14 x [8]                             89       31 to 61
//   mobilenet_v2's and mnasnet_a1's blocks, with one of 5x5 on 28x28
//      4 x [8, 8]                          82       81
//      6 x [8, 8]                          81       74
//     12 x [8]                             81       69
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Schedule/RegisterTile.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace mlir::lf;

/// With so many registers multiply-adds take an element of the input for all
/// their lanes from where it is: with AVX-512 from memory, with NEON from a
/// register. With fewer, all on x86, a load spreads it over a register first.
static constexpr int64_t manyRegisters = 32;

namespace {

/// What is measured of the tiles of sums over channels.
struct DenseTiles {
  /// Cycles until the sum of a multiply-add can be used by the next one: four,
  /// and more as they do not start at an even pace.
  double latency;
  /// How many times as long as in the fewest cycles possible loads take.
  double slowdownOfLoads;
  /// The stores of a tile stand in a queue until its sums are ready. Once the
  /// queue is full, the multiply-adds of the next tile cannot begin. In cycles
  /// of multiply-adds: as many stores find place, each beyond takes that long,
  /// and all of them no longer.
  double storesInQueue, cyclesPerWaitingStore, mostCyclesOfStores;
};

} // namespace

static constexpr DenseTiles withManyRegisters = {5, 1, 12, 5, 50};
static constexpr DenseTiles withFewRegisters = {4.2, 1.25, 4, 10, 50};

/// No core that we know starts more vector operations of a kind a cycle.
static constexpr double operationsPerCycle = 2;

/// What a sum over channels takes at its start and end, as a multiple of a
/// multiply-add, and what a tile takes by itself: its loops begin, its first
/// loads arrive. Without a loop inside the tile the next one begins before this
/// one ends.
static constexpr double operationsPerSum = 0.25;
static constexpr double cyclesPerTile = 4;
static constexpr double cyclesPerChannelwiseTile = 1;

/// Operations in place of multiply-adds where there is nothing to sum: a load,
/// a store.
static constexpr double operationsPerElement = 2;

/// Of loads that multiply-adds hide this share comes on top. It also decides
/// between tiles that are as fast otherwise: for the one with fewer loads.
static constexpr double unhiddenLoads = 0.02;

/// Of the cycles in which data arrives from L2: the filter, if it exceeds L1;
/// the pixels of a tile, if its row does, which come in several streams; and
/// these if they alone exceed L1.
static constexpr double unhiddenFilter = 0.1, unhiddenRow = 0.1,
                        unhiddenPixels = 0.4;

/// By how much more a tile takes whose pixels push each other out of L1.
static constexpr double aliasingFactor = 1.5;

/// Cycles that differ by a smaller share are the same; with more vectors, which
/// keep more of filters and products around at once, by this share.
static constexpr double tolerance = 1e-9, worthOfVectors = 0.01;

static constexpr int64_t mostVectors = 8;

/// Of a cache.
static constexpr int64_t lineBytes = 64;

/// Fewer pixels of a layer that sums over channels are measured 1 to 3% slower
/// than modelled.
static constexpr int64_t worthwhilePixels = 4;

/// Neighbouring pixels of a layer on single channels: in rows longer than L1
/// seven are measured best (98.9%; four 97.6, fourteen 97.1). If its filter is
/// not in registers, it takes four to share what is loaded. Few registers do
/// not hold it in any case, and all are for sums.
static constexpr int64_t mostChannelwisePixels = 7;
static constexpr int64_t pixelsThatShareLoads = 4;

double lf::getCyclesPerSecond(const Target &target) {
  return target.flopsPerSecond / (target.fmaBytesPerCycle / 4.0 * 2);
}

static bool hasFewRegisters(const Target &target) {
  return target.vectorRegisters < manyRegisters;
}

/// Whether half of a few registers take sums over windows of single channels,
/// the rest what is loaded and constants of activations.
static bool halvesRegisters(const TileShape &shape, const Target &target) {
  return hasFewRegisters(target) && shape.kind != TileKind::Conv &&
         shape.kind != TileKind::Elementwise;
}

/// Whether sums are over channels, so that all vectors share an element of the
/// input.
static bool isDense(const TileShape &shape) {
  return shape.kind == TileKind::Conv;
}

int64_t lf::getLanes(const TileShape &shape, const Target &target) {
  return std::max<int64_t>(1, target.vectorBytes / shape.elementBytes);
}

//===----------------------------------------------------------------------===//
// Cycles
//===----------------------------------------------------------------------===//

namespace {

/// What a register tile says, before it is an attribute.
struct TileSize {
  int64_t pixels = 1;
  ArrayRef<int64_t> vectors;

  int64_t getPanel() const {
    return std::accumulate(vectors.begin(), vectors.end(), int64_t(0));
  }
};

/// The vectors of a panel on a target.
struct Panel {
  int64_t vectors = 0, channels = 0;
  /// Vectors that leave a part of their registers unused.
  int64_t shortVectors = 0;
  int64_t bytes = 0;
  /// The cycles of a multiply-add or a load of each vector, added up.
  double cycles = 0;
};

} // namespace

/// The cycles of an operation on `lanes` channels.
static double getVectorCycles(int64_t lanes, const TileShape &shape,
                              const Target &target) {
  return std::max(1 / operationsPerCycle,
                  double(lanes) * shape.elementBytes / target.fmaBytesPerCycle);
}

/// The panel of `tile` of which `channels` are left, the last vector of it as
/// short as that allows.
static Panel getPanel(const TileShape &shape, const TileSize &tile,
                      int64_t channels, const Target &target) {
  Panel panel;
  panel.channels = std::min(channels, tile.getPanel());
  int64_t left = panel.channels;
  for (int64_t size : tile.vectors) {
    if (left <= 0)
      break;
    int64_t lanes =
        std::min<int64_t>(size, llvm::bit_ceil(uint64_t(std::min(size, left))));
    ++panel.vectors;
    panel.shortVectors += lanes < getLanes(shape, target);
    panel.bytes += lanes * shape.elementBytes;
    panel.cycles += getVectorCycles(lanes, shape, target);
    left -= size;
  }
  return panel;
}

/// The share of the peak that sums over channels reach by their vectors. Those
/// of whole registers are steady; for two of them the element of the input is
/// not yet worth a register, but LLVM loads it into one. Where two shorter ones
/// start each cycle, the loads and additions of addresses between them are in
/// the way; the more of them share an element of the input, the less.
static double getShareOfPeak(const Panel &panel) {
  constexpr double wholeRegisters[] = {0.985, 0.965, 0.985}, mixed = 0.9;
  constexpr double shortVectors[] = {0.88, 0.83, 0.95, 0.95};
  if (panel.shortVectors == 0)
    return wholeRegisters[std::min<int64_t>(panel.vectors, 3) - 1];
  if (panel.shortVectors < panel.vectors)
    return mixed;
  return shortVectors[std::min<int64_t>(panel.vectors, 4) - 1];
}

/// The cycles of a tile of so many pixels and the vectors of `panel`.
static double getCyclesOfTile(const TileShape &shape, int64_t pixels,
                              const Panel &panel, const Target &target) {
  double operations = pixels * panel.cycles;
  if (!isDense(shape)) {
    // Narrow panels leave a part of the lines that they load to the next one.
    constexpr double shareOfNarrowPanels = 0.8;
    bool sumsUp = shape.kind != TileKind::Elementwise;
    // Each multiply-add loads an element of the input; beside them, the tile
    // loads a filter that the registers do not hold.
    if (shape.kind == TileKind::Depthwise && hasFewRegisters(target))
      operations += panel.cycles;
    double share = panel.bytes < lineBytes ? shareOfNarrowPanels : 1;
    return operations * (sumsUp ? shape.terms : operationsPerElement) / share +
           cyclesPerChannelwiseTile;
  }
  const DenseTiles &dense =
      hasFewRegisters(target) ? withFewRegisters : withManyRegisters;
  double loads =
      (pixels / operationsPerCycle + panel.cycles) * dense.slowdownOfLoads;
  double busy =
      std::max({operations, loads, dense.latency}) / getShareOfPeak(panel);
  double stores = std::clamp(dense.cyclesPerWaitingStore *
                                 (operations - dense.storesInQueue),
                             0.0, dense.mostCyclesOfStores);
  return shape.terms * (busy + unhiddenLoads * loads) +
         operationsPerSum * operations + stores + cyclesPerTile;
}

/// The cycles in which `bytes` come from L2.
static double getFillCycles(double bytes, const Target &target) {
  return bytes / target.bytesPerSecond[0] * getCyclesPerSecond(target);
}

/// Whether the elements that `pixels` pixels share a term of lie in more lines
/// of one set of L1 than it holds: if the bytes from pixel to pixel are a large
/// power of two, all are in few sets. Transformed tiles are kept apart.
static bool doesAlias(const TileShape &shape, int64_t pixels,
                      const Target &target) {
  constexpr int64_t wayBytes = 4096;
  int64_t channels = shape.terms / (shape.kernel[0] * shape.kernel[1]);
  int64_t stride = channels * shape.elementBytes * shape.strideX;
  int64_t places = wayBytes / std::gcd(stride, wayBytes);
  int64_t ways = std::max<int64_t>(1, target.cacheBytes[0] / wayBytes);
  // One is left for the filter.
  return isDense(shape) && shape.products.empty() &&
         pixels > places * std::max<int64_t>(1, ways - 1);
}

/// The cycles of a tile in a row of `width` pixels and of what it waits for.
static double getCyclesWithFills(const TileShape &shape, int64_t width,
                                 int64_t pixels, const Panel &panel,
                                 const Target &target) {
  double cycles = getCyclesOfTile(shape, pixels, panel, target);
  if (!isDense(shape))
    return cycles;
  if (doesAlias(shape, pixels, target))
    cycles *= aliasingFactor;
  double terms = double(shape.terms) * shape.elementBytes;
  // Neighbouring pixels share columns of the input.
  int64_t columns = std::min(shape.strideX, shape.kernel[1]);
  double pixel = terms * columns / shape.kernel[1];
  double filter = terms * panel.channels, input = pixel * pixels;
  double capacity = target.cacheBytes[0];
  if (filter > capacity)
    cycles += unhiddenFilter * getFillCycles(filter, target);
  if (pixel * width > capacity)
    cycles += (input > capacity ? unhiddenPixels : unhiddenRow) *
              getFillCycles(input, target);
  return cycles;
}

/// The cycles of a row of `width` pixels for one panel.
static double getRowCycles(const TileShape &shape, int64_t width,
                           int64_t pixels, const Panel &panel,
                           const Target &target) {
  int64_t full = width / pixels, left = width % pixels;
  double cycles =
      full * getCyclesWithFills(shape, width, pixels, panel, target);
  if (left > 0)
    cycles += getCyclesWithFills(shape, width, left, panel, target);
  return cycles;
}

/// The cycles of a row, or of all products, for one panel.
static double getPanelCycles(const TileShape &shape, int64_t pixels,
                             const Panel &panel, const Target &target) {
  if (shape.products.empty())
    return getRowCycles(shape, shape.width, pixels, panel, target);
  double cycles = 0;
  for (auto [tiles, points] : shape.products) {
    // In parts that are as equal as can be.
    int64_t parts = llvm::divideCeil(tiles, pixels);
    int64_t part = llvm::divideCeil(tiles, parts);
    cycles += points * getRowCycles(shape, tiles, part, panel, target);
  }
  return cycles;
}

static double getTileCycles(const TileShape &shape, const TileSize &tile,
                            const Target &target) {
  int64_t pixels = std::min(tile.pixels, shape.width);
  auto getCycles = [&](int64_t channels) {
    return getPanelCycles(shape, pixels,
                          getPanel(shape, tile, channels, target), target);
  };
  int64_t panel = tile.getPanel();
  int64_t panels = llvm::divideCeil(shape.channels, panel);
  int64_t channels = std::min(
      shape.channels, int64_t(llvm::divideCeil(panels, shape.threads)) * panel);
  int64_t left = channels % panel;
  double cycles = 0;
  if (channels >= panel)
    cycles += channels / panel * getCycles(panel);
  if (left > 0)
    cycles += getCycles(left);
  return cycles;
}

double lf::getTileCycles(const TileShape &shape, RegisterTileAttr tile,
                         const Target &target) {
  return ::getTileCycles(shape, {tile.getPixels(), tile.getVectors()}, target);
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

static int64_t getRegistersUsed(const TileShape &shape, int64_t pixels,
                                int64_t vectors) {
  // Of layers on single channels, a vector of the input or of the filter.
  return pixels * vectors + (isDense(shape) ? vectors + 1 : 1);
}

int64_t lf::getRegistersUsed(const TileShape &shape, RegisterTileAttr tile) {
  return ::getRegistersUsed(shape, tile.getPixels(), tile.getVectors().size());
}

//===----------------------------------------------------------------------===//
// Choice
//===----------------------------------------------------------------------===//

/// The lengths of vectors worth trying: registers, their halves, and, if all
/// channels fit into less, just that.
static SmallVector<int64_t, 3> getVectorLengths(const TileShape &shape,
                                                const Target &target) {
  int64_t lanes = std::min<int64_t>(64, getLanes(shape, target));
  int64_t needed = llvm::bit_ceil(uint64_t(shape.channels));
  if (needed < lanes)
    return {needed};
  return lanes > 1 ? SmallVector<int64_t, 3>{lanes, lanes / 2}
                   : SmallVector<int64_t, 3>{lanes};
}

/// The most vectors worth trying, of those that all channels need. Of single
/// channels one, but as many as a line has if rows of registers are shorter.
static int64_t getMostVectors(const TileShape &shape, int64_t needed,
                              const Target &target) {
  if (isDense(shape))
    return std::min(needed, mostVectors);
  int64_t line = lineBytes / target.vectorBytes;
  return halvesRegisters(shape, target) ? std::clamp<int64_t>(needed, 1, line)
                                        : 1;
}

/// The most pixels of `vectors` vectors that the registers hold, at most all of
/// a row. Of many registers LLVM takes some to load what comes next ahead of
/// its use, and for constants of the code around: where it lacks one, it moves
/// sums to the stack, which costs 2 to 15% of a block.
static int64_t getMostPixels(const TileShape &shape, int64_t vectors,
                             const Target &target) {
  int64_t registers = target.vectorRegisters;
  bool few = hasFewRegisters(target);
  if (isDense(shape) && !few)
    registers -= 1 + shape.kept;
  if (vectors > 1 && ::getRegistersUsed(shape, 1, vectors) > registers)
    return 0;
  int64_t most = std::min<int64_t>(shape.width, 64);
  if (halvesRegisters(shape, target))
    most = std::clamp<int64_t>(registers / 2 / vectors, 1, most);
  else if (!isDense(shape))
    most = std::min(most, mostChannelwisePixels);
  if (shape.kind == TileKind::Depthwise && !few &&
      registers - shape.terms - 1 >= pixelsThatShareLoads)
    registers -= shape.terms;
  while (most > 1 && ::getRegistersUsed(shape, most, vectors) > registers)
    --most;
  return most;
}

/// Whether the registers hold what LLVM loads ahead for two terms beside the
/// sums: of many, the filter for both. Of few, what there is less of; that is
/// no gain but for some vectors and more pixels.
static bool holdTwoTerms(const TileSize &tile, const Target &target) {
  int64_t vectors = tile.vectors.size();
  if (hasFewRegisters(target))
    return vectors > 1 && vectors < tile.pixels;
  return (tile.pixels + 2) * vectors + 2 <= target.vectorRegisters;
}

/// Two terms an iteration where one takes so few cycles that the loop around it
/// counts; not if one would be left over.
static int64_t chooseUnroll(const TileShape &shape, const TileSize &tile,
                            const Target &target) {
  constexpr double fewCycles = 14;
  double cycles = tile.pixels * tile.vectors.size() *
                  getVectorCycles(tile.vectors.front(), shape, target);
  int64_t channels = shape.terms / (shape.kernel[0] * shape.kernel[1]);
  bool fits = holdTwoTerms(tile, target);
  return isDense(shape) && cycles < fewCycles && channels % 2 == 0 && fits ? 2
                                                                           : 1;
}

RegisterTileAttr lf::chooseRegisterTile(MLIRContext *context,
                                        const TileShape &shape,
                                        const Target &target) {
  SmallVector<int64_t, mostVectors> bestVectors;
  TileSize best;
  double fewest = 0;
  SmallVector<int64_t, 3> lengths = getVectorLengths(shape, target);
  // Of a block that no panel divides, the verifier tells.
  int64_t block = shape.block % lengths.back() == 0 ? shape.block : 0;
  for (int64_t lanes : lengths) {
    int64_t needed = llvm::divideCeil(shape.channels, lanes);
    int64_t most = getMostVectors(shape, needed, target);
    for (int64_t count = 1; count <= most; ++count) {
      if (block % (count * lanes) != 0)
        continue;
      SmallVector<int64_t, mostVectors> vectors(count, lanes);
      int64_t mostPixels = getMostPixels(shape, count, target);
      int64_t fewestPixels =
          isDense(shape) ? std::clamp<int64_t>(mostPixels, 1, worthwhilePixels)
                         : 1;
      for (int64_t pixels = fewestPixels; pixels <= mostPixels; ++pixels) {
        double cycles = ::getTileCycles(shape, {pixels, vectors}, target);
        // Of equals the smallest, which leaves the least over at the end.
        double worth =
            bestVectors.size() < vectors.size() ? worthOfVectors : tolerance;
        if (best.vectors.empty() || cycles < fewest * (1 - worth)) {
          fewest = cycles;
          bestVectors = vectors;
          best = {pixels, bestVectors};
        }
      }
    }
  }
  return RegisterTileAttr::get(context, best.pixels, best.vectors,
                               chooseUnroll(shape, best, target));
}
