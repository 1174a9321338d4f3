//===- Kinds.cpp - which chains are asked for -------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names chains by their layers, and holds them against what the options allow:
//
//   kinds=dw-pw,pw-dw-pw max-layers=3
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Transforms/Fusion.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::lf;

/// Layers without a window in one block. Networks have one or two in a row; the
/// bound keeps the number of chains to choose from linear.
static constexpr size_t maxElementwise = 8;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

LayerKind lf::getLayerKind(LayerOpInterface layer) {
  return llvm::TypeSwitch<Operation *, LayerKind>(layer)
      .Case([](Conv2DOp conv) {
        if (conv.getGroups() != 1)
          return LayerKind::Grouped;
        bool isPointwise =
            conv.getWindow().kernel == std::array<int64_t, 2>{1, 1};
        return isPointwise ? LayerKind::Pointwise : LayerKind::Conv;
      })
      .Case([](DepthwiseConv2DOp) { return LayerKind::Depthwise; })
      .Case([](Pool2DOp) { return LayerKind::Pool; })
      .Default([](Operation *) { return LayerKind::Elementwise; });
}

static StringRef getName(LayerOpInterface layer) {
  switch (getLayerKind(layer)) {
  case LayerKind::Depthwise:
    return "dw";
  case LayerKind::Pointwise:
    return "pw";
  case LayerKind::Conv:
    return "conv";
  case LayerKind::Grouped:
    return "grouped";
  case LayerKind::Pool:
    return "pool";
  case LayerKind::Elementwise:
    return layer->getName().stripDialect();
  }
  return {};
}

std::string lf::getChainName(const Chain &chain) {
  SmallVector<StringRef> names = llvm::map_to_vector(chain.layers, getName);
  for (Operation *pool : chain.pools)
    names.push_back(pool->getName().stripDialect());
  return llvm::join(names, "-");
}

//===----------------------------------------------------------------------===//
// Limits
//===----------------------------------------------------------------------===//

LogicalResult
FusionLimits::addKind(StringRef text,
                      function_ref<InFlightDiagnostic()> emitError) {
  SmallVector<LayerKind> &kind = kinds.emplace_back();
  for (StringRef name : llvm::split(text, '-')) {
    if (name == "dw")
      kind.push_back(LayerKind::Depthwise);
    else if (name == "pw")
      kind.push_back(LayerKind::Pointwise);
    else if (name == "conv")
      kind.push_back(LayerKind::Conv);
    else if (name == "grouped")
      kind.push_back(LayerKind::Grouped);
    else
      return emitError() << "expected 'dw', 'pw', 'conv' or 'grouped' in the "
                            "kind '"
                         << text << "', got '" << name << "'";
  }
  return success();
}

/// The convolutions among `layers`.
static SmallVector<LayerKind> getConvs(ArrayRef<LayerOpInterface> layers) {
  SmallVector<LayerKind> convs;
  for (LayerOpInterface layer : layers) {
    LayerKind kind = getLayerKind(layer);
    if (kind != LayerKind::Pool && kind != LayerKind::Elementwise)
      convs.push_back(kind);
  }
  return convs;
}

/// Whether a pooling stands before another layer with a window. It halves what
/// the next layer reads, but has no arithmetic to hide the traffic behind: it
/// is worth most at the end.
static bool hasInnerPool(ArrayRef<LayerOpInterface> layers) {
  bool seen = false;
  for (LayerOpInterface layer : layers) {
    if (seen && isHeavy(layer))
      return true;
    seen |= getLayerKind(layer) == LayerKind::Pool;
  }
  return false;
}

LogicalResult FusionLimits::check(ArrayRef<LayerOpInterface> layers,
                                  std::string *why) const {
  auto refuse = [&](const Twine &text) {
    if (why)
      *why = text.str();
    return failure();
  };
  if (llvm::none_of(layers, isHeavy))
    return refuse("neither computes over a window");
  if (llvm::count_if(layers, isHeavy) == 1)
    return success();
  if (hasInnerPool(layers))
    return refuse("a pooling ends the layers with windows of a block");
  SmallVector<LayerKind> convs = getConvs(layers);
  if (convs.size() > maxLayers)
    return refuse("one block would hold " + Twine(convs.size()) +
                  " convolutions, max-layers is " + Twine(maxLayers));
  if (convs.size() > 1 && !kinds.empty() && !llvm::is_contained(kinds, convs))
    return refuse("not one of the kinds asked for");
  return success();
}

bool FusionLimits::mayBegin(ArrayRef<LayerOpInterface> layers) const {
  SmallVector<LayerKind> convs = getConvs(layers);
  if (hasInnerPool(layers) ||
      layers.size() - llvm::count_if(layers, isHeavy) > maxElementwise)
    return false;
  if (convs.size() <= 1)
    return true;
  auto begins = [&](ArrayRef<LayerKind> kind) {
    return kind.take_front(convs.size()) == ArrayRef(convs);
  };
  return convs.size() <= maxLayers &&
         (kinds.empty() || llvm::any_of(kinds, begins));
}
