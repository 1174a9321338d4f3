//===- LFAttrs.cpp - attributes of the lf dialect --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The text form and the rules of `#lf.activation`, `#lf.io`,
// `#lf.register_tile` and `#lf.schedule`.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>
#include <numeric>

using namespace mlir;
using namespace mlir::lf;

#include "LayerFusion/Dialect/LF/LFEnums.cpp.inc"

static FailureOr<SmallVector<RegisterTileAttr>> parseTiles(AsmParser &parser);
static void printTiles(AsmPrinter &printer, ArrayRef<RegisterTileAttr> tiles);
static FailureOr<SmallVector<AlgorithmAttr>> parseAlgorithms(AsmParser &parser);
static void printAlgorithms(AsmPrinter &printer,
                            ArrayRef<AlgorithmAttr> algorithms);

#define GET_ATTRDEF_CLASSES
#include "LayerFusion/Dialect/LF/LFAttrs.cpp.inc"

void LFDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "LayerFusion/Dialect/LF/LFAttrs.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Attributes that stand alone in ops and other attributes
//===----------------------------------------------------------------------===//

template <typename AttrT> static Attribute parseInBrackets(AsmParser &parser) {
  if (parser.parseLess())
    return {};
  FailureOr<AttrT> attr = AttrT::parseBare(parser);
  if (failed(attr) || parser.parseGreater())
    return {};
  return *attr;
}

template <typename AttrT>
static void printInBrackets(AsmPrinter &printer, AttrT attr) {
  printer << '<';
  attr.printBare(printer);
  printer << '>';
}

//===----------------------------------------------------------------------===//
// ActivationAttr
//===----------------------------------------------------------------------===//

/// How many numbers stand behind the name of `kind`.
static size_t getNumParams(ActivationKind kind) {
  switch (kind) {
  case ActivationKind::Clip:
  case ActivationKind::HardSigmoid:
    return 2;
  case ActivationKind::LeakyRelu:
    return 1;
  default:
    return 0;
  }
}

LogicalResult
ActivationAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                       ActivationKind kind, DenseF64ArrayAttr params) {
  // (C1) As many parameters as the kind has.
  ArrayRef<double> values = params.asArrayRef();
  if (values.size() != getNumParams(kind))
    return emitError() << "activation '" << stringifyActivationKind(kind)
                       << "' takes " << getNumParams(kind)
                       << " parameters, got " << values.size();
  if (llvm::any_of(values, [](double v) { return std::isnan(v); }))
    return emitError() << "activation '" << stringifyActivationKind(kind)
                       << "' has a parameter that is not a number";
  // (C2) The bounds are in order.
  if (kind == ActivationKind::Clip && values[0] > values[1])
    return emitError() << "clip's lower bound " << values[0]
                       << " is above its upper bound " << values[1];
  return success();
}

FailureOr<ActivationAttr> ActivationAttr::parseBare(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  StringRef name;
  if (parser.parseKeyword(&name))
    return failure();
  std::optional<ActivationKind> kind = symbolizeActivationKind(name);
  if (!kind)
    return parser.emitError(loc) << "unknown activation '" << name << "'";

  SmallVector<double, 2> params;
  auto parseParam = [&]() { return parser.parseFloat(params.emplace_back()); };
  if (succeeded(parser.parseOptionalLParen()))
    if (parser.parseCommaSeparatedList(parseParam) || parser.parseRParen())
      return failure();

  auto emitError = [&]() { return parser.emitError(loc); };
  MLIRContext *context = parser.getContext();
  auto attr = ActivationAttr::getChecked(
      emitError, context, *kind, DenseF64ArrayAttr::get(context, params));
  if (!attr)
    return failure();
  return attr;
}

void ActivationAttr::printBare(AsmPrinter &printer) const {
  printer << stringifyActivationKind(getKind());
  ArrayRef<double> params = getParams().asArrayRef();
  if (params.empty())
    return;
  printer << '(';
  llvm::interleaveComma(params, printer, [&](double param) {
    printer.printFloat(APFloat(param));
  });
  printer << ')';
}

Attribute ActivationAttr::parse(AsmParser &parser, Type) {
  return parseInBrackets<ActivationAttr>(parser);
}

void ActivationAttr::print(AsmPrinter &printer) const {
  printInBrackets(printer, *this);
}

ActivationAttr ActivationAttr::getClip(MLIRContext *context, double lo,
                                       double hi) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (lo == -infinity && hi == infinity)
    return get(context, ActivationKind::None);
  if (lo == 0.0 && hi == infinity)
    return get(context, ActivationKind::Relu);
  if (lo == 0.0 && hi == 6.0)
    return get(context, ActivationKind::Relu6);
  return get(context, ActivationKind::Clip, {lo, hi});
}

std::optional<std::pair<double, double>> ActivationAttr::getClipBounds() const {
  switch (getKind()) {
  case ActivationKind::Relu:
    return std::make_pair(0.0, std::numeric_limits<double>::infinity());
  case ActivationKind::Relu6:
    return std::make_pair(0.0, 6.0);
  case ActivationKind::Clip:
    return std::make_pair(getParams()[0], getParams()[1]);
  default:
    return std::nullopt;
  }
}

//===----------------------------------------------------------------------===//
// IOAttr
//===----------------------------------------------------------------------===//

LogicalResult IOAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                             StringRef name, RankedTensorType type,
                             StringRef layout) {
  // (C1) A static shape.
  if (!type.hasStaticShape())
    return emitError() << "expected a static shape, got " << type;
  // (C2) A letter a dimension.
  if (!layout.empty() && static_cast<int64_t>(layout.size()) != type.getRank())
    return emitError() << "expected a layout of " << type.getRank()
                       << " letters, one a dimension, got '" << layout << "'";
  return success();
}

//===----------------------------------------------------------------------===//
// RegisterTileAttr
//===----------------------------------------------------------------------===//

Attribute RegisterTileAttr::parse(AsmParser &parser, Type) {
  int64_t pixels = 0, unroll = 1;
  SmallVector<int64_t> vectors;
  auto parseVector = [&]() {
    return parser.parseInteger(vectors.emplace_back());
  };
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseKeyword("pixels") ||
      parser.parseEqual() || parser.parseInteger(pixels) ||
      parser.parseComma() || parser.parseKeyword("vectors") ||
      parser.parseEqual() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseVector))
    return {};
  if (succeeded(parser.parseOptionalComma()) &&
      (parser.parseKeyword("unroll") || parser.parseEqual() ||
       parser.parseInteger(unroll)))
    return {};
  if (parser.parseGreater())
    return {};
  return getChecked([&]() { return parser.emitError(loc); },
                    parser.getContext(), pixels, vectors, unroll);
}

void RegisterTileAttr::print(AsmPrinter &printer) const {
  printer << "<pixels = " << getPixels() << ", vectors = [";
  llvm::interleaveComma(getVectors(), printer.getStream());
  printer << "]";
  if (getUnroll() != 1)
    printer << ", unroll = " << getUnroll();
  printer << ">";
}

LogicalResult
RegisterTileAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                         int64_t pixels, ArrayRef<int64_t> vectors,
                         int64_t unroll) {
  constexpr int64_t most = 64, mostVectors = 16;
  auto isSize = [](int64_t value) { return value >= 1 && value <= most; };
  // (C1)
  if (!isSize(pixels))
    return emitError() << "expected 1 to " << most << " pixels, got " << pixels;
  if (!isSize(unroll))
    return emitError() << "expected unroll of 1 to " << most << ", got "
                       << unroll;
  // (C2)
  if (vectors.empty() || vectors.size() > mostVectors)
    return emitError() << "expected 1 to " << mostVectors << " vectors, got "
                       << vectors.size();
  for (int64_t channels : vectors)
    if (!isSize(channels))
      return emitError() << "expected vectors of 1 to " << most
                         << " channels, got " << channels;
  return success();
}

int64_t RegisterTileAttr::getPanel() const {
  return std::accumulate(getVectors().begin(), getVectors().end(), int64_t(0));
}

//===----------------------------------------------------------------------===//
// AlgorithmAttr
//===----------------------------------------------------------------------===//

LogicalResult
AlgorithmAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      AlgorithmKind kind, int64_t tile, int64_t edge) {
  // (C1)
  if (kind == AlgorithmKind::Direct && (tile != 0 || edge != 0))
    return emitError() << "algorithm 'direct' takes no tile";
  if (kind == AlgorithmKind::Winograd && tile != 2 && tile != 4)
    return emitError() << "expected a winograd tile of 2 or 4, got " << tile;
  if (kind == AlgorithmKind::Winograd && (edge < 0 || edge >= tile))
    return emitError() << "expected a winograd edge below the tile of " << tile
                       << ", got " << edge;
  return success();
}

FailureOr<AlgorithmAttr> AlgorithmAttr::parseBare(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  StringRef name;
  if (parser.parseKeyword(&name))
    return failure();
  std::optional<AlgorithmKind> kind = symbolizeAlgorithmKind(name);
  if (!kind)
    return parser.emitError(loc) << "unknown algorithm '" << name << "'";
  int64_t tile = 0, edge = 0;
  if (succeeded(parser.parseOptionalLParen())) {
    if (parser.parseInteger(tile))
      return failure();
    if (succeeded(parser.parseOptionalComma()) && parser.parseInteger(edge))
      return failure();
    if (parser.parseRParen())
      return failure();
  }
  auto emitError = [&]() { return parser.emitError(loc); };
  auto attr = getChecked(emitError, parser.getContext(), *kind, tile, edge);
  if (!attr)
    return failure();
  return attr;
}

void AlgorithmAttr::printBare(AsmPrinter &printer) const {
  printer << stringifyAlgorithmKind(getKind());
  if (!isWinograd())
    return;
  printer << '(' << getTile();
  if (getEdge() != 0)
    printer << ", " << getEdge();
  printer << ')';
}

Attribute AlgorithmAttr::parse(AsmParser &parser, Type) {
  return parseInBrackets<AlgorithmAttr>(parser);
}

void AlgorithmAttr::print(AsmPrinter &printer) const {
  printInBrackets(printer, *this);
}

//===----------------------------------------------------------------------===//
// ScheduleAttr
//===----------------------------------------------------------------------===//

static FailureOr<SmallVector<RegisterTileAttr>> parseTiles(AsmParser &parser) {
  SmallVector<RegisterTileAttr> tiles;
  auto parseTile = [&]() {
    return parser.parseCustomAttributeWithFallback(tiles.emplace_back());
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseTile))
    return failure();
  return tiles;
}

static void printTiles(AsmPrinter &printer, ArrayRef<RegisterTileAttr> tiles) {
  printer << '[';
  llvm::interleaveComma(tiles, printer, [&](RegisterTileAttr tile) {
    printer.printStrippedAttrOrType(tile);
  });
  printer << ']';
}

static FailureOr<SmallVector<AlgorithmAttr>>
parseAlgorithms(AsmParser &parser) {
  SmallVector<AlgorithmAttr> algorithms;
  auto parseOne = [&]() -> ParseResult {
    FailureOr<AlgorithmAttr> algorithm = AlgorithmAttr::parseBare(parser);
    if (failed(algorithm))
      return failure();
    algorithms.push_back(*algorithm);
    return success();
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseOne))
    return failure();
  return algorithms;
}

static void printAlgorithms(AsmPrinter &printer,
                            ArrayRef<AlgorithmAttr> algorithms) {
  printer << '[';
  llvm::interleaveComma(algorithms, printer, [&](AlgorithmAttr algorithm) {
    algorithm.printBare(printer);
  });
  printer << ']';
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   LoopStructure structure, int64_t rowBand,
                                   int64_t channelBlock,
                                   ArrayRef<RegisterTileAttr> tiles,
                                   int64_t threads, ParallelDim parallel,
                                   ArrayRef<AlgorithmAttr> algorithms) {
  // (C1)
  if (rowBand < 0)
    return emitError() << "expected row_band of at least 0, got " << rowBand;
  // (C2)
  if (channelBlock < 0)
    return emitError() << "expected channel_block of at least 0, got "
                       << channelBlock;
  if (structure == LoopStructure::WholeTile && channelBlock != 0)
    return emitError() << "whole_tile takes no channel_block, got "
                       << channelBlock;
  // (C3)
  constexpr int64_t mostThreads = 1024;
  if (threads < 1 || threads > mostThreads)
    return emitError() << "expected 1 to " << mostThreads << " threads, got "
                       << threads;
  if (structure == LoopStructure::RowSliding &&
      parallel == ParallelDim::Channels)
    return emitError() << "threads of row_sliding share rows or images, not "
                          "channels";
  // (C4)
  if (structure != LoopStructure::WholeTile)
    for (AlgorithmAttr algorithm : algorithms)
      if (algorithm.isWinograd())
        return emitError() << "layers are computed by winograd in whole_tile "
                              "only, got "
                           << stringifyLoopStructure(structure);
  return success();
}

ScheduleAttr ScheduleAttr::withTiles(ArrayRef<RegisterTileAttr> tiles) const {
  return get(getContext(), getStructure(), getRowBand(), getChannelBlock(),
             tiles, getThreads(), getParallel(), getAlgorithms());
}

ScheduleAttr ScheduleAttr::withThreads(int64_t threads,
                                       ParallelDim parallel) const {
  return get(getContext(), getStructure(), getRowBand(), getChannelBlock(),
             getTiles(), threads, parallel, getAlgorithms());
}

AlgorithmAttr ScheduleAttr::getAlgorithm(size_t index) const {
  if (getAlgorithms().empty())
    return AlgorithmAttr::get(getContext(), AlgorithmKind::Direct);
  return getAlgorithms()[index];
}
