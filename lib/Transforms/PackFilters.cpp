//===- PackFilters.cpp - filters in the order they are read -----*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lays constant filters of scheduled blocks out for their register tiles, here
// of 16 channels:
//
//   %w = arith.constant … : tensor<1x1x24x144xf32>
//   lf.fused_block ins(…, %filter = %w : tensor<1x1x24x144xf32>)
//
// becomes
//
//   %w = arith.constant … : tensor<9x1x1x24x16xf32>
//   lf.fused_block ins(…, %filter = %w : tensor<9x1x1x24x16xf32>
//                                     as tensor<1x1x24x144xf32>)
//
// and transforms those of layers that Winograd's algorithm computes.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Dialect/LF/PackedFilter.h"
#include "LayerFusion/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::lf {
#define GEN_PASS_DEF_PACKFILTERSPASS
#include "LayerFusion/Transforms/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

/// How the layers of `block` read the filter that comes in as input `index`;
/// none if it is packed already or they disagree, or if it is used for
/// something else.
static std::optional<FilterPacking> getPackingOfReaders(FusedBlockOp block,
                                                        unsigned index) {
  ScheduleAttr schedule = block.getScheduleOrDefault();
  SmallVector<LayerOpInterface> layers = block.getLayers();
  std::optional<FilterPacking> packing;
  if (schedule.getTiles().empty() || block.getPacking(index))
    return std::nullopt;
  for (OpOperand &use : block.getBody().getArgument(index).getUses()) {
    auto conv = dyn_cast<Conv2DOp>(use.getOwner());
    if (!conv || use.getOperandNumber() != 1 || conv.getGroups() != 1)
      return std::nullopt;
    size_t layer = llvm::find(layers, use.getOwner()) - layers.begin();
    FilterPacking wanted = {schedule.getTiles()[layer].getPanel(),
                            schedule.getAlgorithm(layer).getTile()};
    if (packing && !(*packing == wanted))
      return std::nullopt;
    packing = wanted;
  }
  return packing;
}

namespace {

/// Packs constants, each once for each way of packing.
class FilterPacker {
public:
  explicit FilterPacker(IRRewriter &rewriter) : rewriter(rewriter) {}

  void pack(FusedBlockOp block);

  /// Erases the constants that only packed readers had.
  void eraseUnused();

private:
  Value getPacked(arith::ConstantOp filter, FilterPacking packing);

  IRRewriter &rewriter;
  /// Equal constants, such as those of two functions, share their data.
  llvm::DenseMap<std::tuple<Attribute, int64_t, int64_t>, TypedAttr> attrs;
  llvm::MapVector<std::tuple<Operation *, int64_t, int64_t>, Value> values;
};

} // namespace

Value FilterPacker::getPacked(arith::ConstantOp filter, FilterPacking packing) {
  auto [panel, tile] = packing;
  Value &value = values[{filter, panel, tile}];
  if (value)
    return value;
  auto [attr, isNew] = attrs.try_emplace({filter.getValue(), panel, tile});
  if (isNew)
    attr->second = packFilter(filter.getValue(), packing);
  if (!attr->second)
    return {};
  rewriter.setInsertionPointAfter(filter);
  value = arith::ConstantOp::create(rewriter, filter.getLoc(), attr->second);
  return value;
}

void FilterPacker::pack(FusedBlockOp block) {
  for (unsigned index = 0; index < block.getInputs().size(); ++index) {
    auto filter = block.getInputs()[index].getDefiningOp<arith::ConstantOp>();
    std::optional<FilterPacking> packing = getPackingOfReaders(block, index);
    if (!filter || !packing)
      continue;
    if (Value packed = getPacked(filter, *packing))
      rewriter.modifyOpInPlace(
          block, [&]() { block.getInputsMutable()[index].set(packed); });
  }
}

void FilterPacker::eraseUnused() {
  llvm::SmallPtrSet<Operation *, 8> erased;
  for (auto &[key, value] : values)
    if (Operation *filter = std::get<0>(key);
        filter->use_empty() && erased.insert(filter).second)
      rewriter.eraseOp(filter);
}

namespace {

struct PackFiltersPass : lf::impl::PackFiltersPassBase<PackFiltersPass> {
  using Base::Base;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    FilterPacker packer(rewriter);
    getOperation()->walk([&](FusedBlockOp block) {
      if (block.hasTensors())
        packer.pack(block);
    });
    packer.eraseUnused();
  }
};

} // namespace
