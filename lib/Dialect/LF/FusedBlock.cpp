//===- FusedBlock.cpp - the block -------------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Syntax and rules of lf.fused_block. A label such as (C3) stands for the
// constraint of that number in the op's description.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Dialect/LF/Chain.h"
#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Dialect/LF/Winograd.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallSet.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Build
//===----------------------------------------------------------------------===//

/// The tensor that the body sees of an operand, which may be a buffer.
static RankedTensorType getBodyType(Type type) {
  auto shaped = cast<ShapedType>(type);
  return RankedTensorType::get(shaped.getShape(), shaped.getElementType());
}

void FusedBlockOp::build(
    OpBuilder &builder, OperationState &state, ValueRange inputs,
    ValueRange outputs,
    function_ref<SmallVector<Value>(OpBuilder &, Location, ValueRange)> body) {
  SmallVector<Type> results;
  for (Type type : outputs.getTypes())
    if (isa<RankedTensorType>(type))
      results.push_back(type);
  build(builder, state, results, inputs, outputs, ScheduleAttr());
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> types = llvm::map_to_vector(
      inputs.getTypes(), [](Type type) -> Type { return getBodyType(type); });
  SmallVector<Location> locs =
      llvm::map_to_vector(inputs, [](Value value) { return value.getLoc(); });
  builder.createBlock(state.regions.front().get(), {}, types, locs);
  SmallVector<Value> yielded = body(
      builder, state.location, state.regions.front()->front().getArguments());
  YieldOp::create(builder, state.location, yielded);
}

//===----------------------------------------------------------------------===//
// Parse and print
//===----------------------------------------------------------------------===//

/// Parses `%arg = %operand : type` and the type that the body sees: that of the
/// operand, or what follows as `as type`.
static ParseResult
parseInput(OpAsmParser &parser,
           SmallVectorImpl<OpAsmParser::Argument> &arguments,
           SmallVectorImpl<OpAsmParser::UnresolvedOperand> &operands,
           SmallVectorImpl<Type> &types) {
  OpAsmParser::Argument &argument = arguments.emplace_back();
  if (parser.parseArgument(argument) || parser.parseEqual() ||
      parser.parseOperand(operands.emplace_back()))
    return failure();
  SMLoc loc;
  Type &type = types.emplace_back();
  if (parser.parseColon() || parser.getCurrentLocation(&loc) ||
      parser.parseType(type))
    return failure();
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped || !shaped.hasRank())
    return parser.emitError(loc)
           << "expected a ranked tensor or memref, got " << type;
  argument.type = getBodyType(type);
  if (succeeded(parser.parseOptionalKeyword("as")))
    return parser.parseType(argument.type);
  return success();
}

ParseResult FusedBlockOp::parse(OpAsmParser &parser, OperationState &state) {
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<OpAsmParser::UnresolvedOperand> inputs, outputs;
  SmallVector<Type> inputTypes, outputTypes;
  SMLoc loc = parser.getCurrentLocation();
  auto parseOne = [&]() {
    return parseInput(parser, arguments, inputs, inputTypes);
  };
  if (parser.parseKeyword("ins") ||
      parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, parseOne) ||
      parser.parseKeyword("outs") || parser.parseLParen() ||
      parser.parseOperandList(outputs) ||
      parser.parseColonTypeList(outputTypes) || parser.parseRParen())
    return failure();
  if (succeeded(parser.parseOptionalKeyword("schedule"))) {
    ScheduleAttr schedule;
    if (parser.parseCustomAttributeWithFallback(schedule))
      return failure();
    state.getOrAddProperties<Properties>().schedule = schedule;
  }
  if (parser.parseOptionalAttrDictWithKeyword(state.attributes) ||
      parser.parseRegion(*state.addRegion(), arguments) ||
      parser.resolveOperands(inputs, inputTypes, loc, state.operands) ||
      parser.resolveOperands(outputs, outputTypes, loc, state.operands))
    return failure();
  state.getOrAddProperties<Properties>().operandSegmentSizes = {
      static_cast<int32_t>(inputs.size()),
      static_cast<int32_t>(outputs.size())};
  for (Type type : outputTypes)
    if (isa<TensorType>(type))
      state.addTypes(type);
  return success();
}

void FusedBlockOp::print(OpAsmPrinter &printer) {
  printer << " ins(";
  llvm::interleaveComma(
      llvm::zip_equal(getBody().getArguments(), getInputs()), printer,
      [&](auto pair) {
        auto [argument, operand] = pair;
        printer.printRegionArgument(argument, {}, /*omitType=*/true);
        printer << " = " << operand << " : " << operand.getType();
        if (argument.getType() != getBodyType(operand.getType()))
          printer << " as " << argument.getType();
      });
  printer << ") outs(" << getOutputs() << " : " << getOutputs().getTypes()
          << ")";
  if (ScheduleAttr schedule = getScheduleAttr()) {
    printer << " schedule ";
    printer.printStrippedAttrOrType(schedule);
  }
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(), {getOperandSegmentSizesAttrName().getValue(),
                            getScheduleAttrName().getValue()});
  printer << " ";
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

/// What an argument is to the layer `user`, of which it is operand `number`.
static StringRef getRole(Operation *user, unsigned number) {
  if (number == 0)
    return "in";
  if (isa<AddOp>(user))
    return "other";
  if (isa<ScaleOp>(user))
    return "gate";
  return number == 1 ? "filter" : "bias";
}

void FusedBlockOp::getAsmBlockArgumentNames(Region &region,
                                            OpAsmSetValueNameFn setName) {
  for (BlockArgument argument : region.getArguments())
    if (!argument.use_empty()) {
      // The uses are listed last first.
      OpOperand *first = nullptr;
      for (OpOperand &use : argument.getUses())
        first = &use;
      setName(argument, getRole(first->getOwner(), first->getOperandNumber()));
    }
}

//===----------------------------------------------------------------------===//
// Verify
//===----------------------------------------------------------------------===//

/// The op that makes `value`, as a diagnostic names it.
static std::string describe(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return ("argument " + Twine(argument.getArgNumber())).str();
  return ("the result of '" + value.getDefiningOp()->getName().getStringRef() +
          "'")
      .str();
}

/// (C1) All operands are tensors or all are buffers.
static LogicalResult verifyOperands(FusedBlockOp op) {
  for (Value operand : op->getOperands()) {
    auto shaped = dyn_cast<ShapedType>(operand.getType());
    if (!shaped || !isa<RankedTensorType, MemRefType>(operand.getType()) ||
        !shaped.hasStaticShape())
      return op.emitOpError()
             << "expected tensors or memrefs of static shape, got "
             << operand.getType();
    if (llvm::is_contained(shaped.getShape(), 0))
      return op.emitOpError()
             << "has an operand with a dimension of size 0: " << shaped;
    if (isa<RankedTensorType>(operand.getType()) != op.hasTensors())
      return op.emitOpError() << "mixes tensors and memrefs";
  }
  size_t expected = op.hasTensors() ? op.getOutputs().size() : 0;
  if (op->getNumResults() != expected)
    return op.emitOpError() << "expected " << expected << " results, got "
                            << op->getNumResults();
  return success();
}

/// Whether `operand` can be what the body's `value` is packed from, by its
/// type.
static bool isPacked(Value operand, Value value) {
  auto filter = dyn_cast<RankedTensorType>(value.getType());
  return filter &&
         getPacking(cast<ShapedType>(operand.getType()), filter).has_value();
}

/// (C2) `values` of the body have the types of the operands `outside`, but for
/// arguments that are packed.
static LogicalResult verifySignature(FusedBlockOp op, StringRef what,
                                     ValueRange values, ValueRange outside) {
  if (values.size() != outside.size())
    return op.emitOpError() << "expected " << outside.size() << " " << what
                            << ", got " << values.size();
  for (auto [index, value, operand] : llvm::enumerate(values, outside))
    if (value.getType() != getBodyType(operand.getType()) &&
        !(isa<BlockArgument>(value) && isPacked(operand, value)))
      return op.emitOpError()
             << "expected " << what << " " << index << " to be "
             << getBodyType(operand.getType()) << ", got " << value.getType();
  return success();
}

/// (C3) to (C6): the body is a chain.
static LogicalResult verifyChain(FusedBlockOp op) {
  Value previous;
  bool hasOps = false;
  llvm::SmallSet<PoolKind, 2> kinds;
  for (Operation &inner : op.getBody().front().without_terminator()) {
    auto layer = dyn_cast<LayerOpInterface>(inner);
    auto pool = dyn_cast<GlobalPoolOp>(inner);
    // (C3)
    if ((!layer && !pool) ||
        cast<RankedTensorType>(inner.getOperand(0).getType()).getRank() != 4)
      return inner.emitOpError("is not a layer and may not stand in a block");
    hasOps = true;
    Value input = layer ? layer.getInput() : pool.getInput();
    // (C4) and (C6)
    if (previous ? input != previous : !isa<BlockArgument>(input)) {
      InFlightDiagnostic diagnostic = inner.emitOpError()
                                      << "breaks the chain: expected as input ";
      if (previous)
        diagnostic << describe(previous);
      else
        diagnostic << "an argument of the block";
      return diagnostic << ", got " << describe(input);
    }
    // (C5)
    for (Value operand : inner.getOperands())
      if (operand != input && !isa<BlockArgument>(operand))
        return inner.emitOpError()
               << "expected its other operands to be arguments of the block, "
                  "got "
               << describe(operand);
    if (layer && !op.getPools().empty() &&
        op.getPools().front()->isBeforeInBlock(layer))
      return inner.emitOpError("stands after a 'lf.global_pool'");
    if (pool && !kinds.insert(pool.getKind()).second)
      return inner.emitOpError() << "is the second of kind '"
                                 << stringifyPoolKind(pool.getKind()) << "'";
    if (layer)
      previous = inner.getResult(0);
  }
  if (!hasOps)
    return op.emitOpError("holds no layers");
  return success();
}

/// (C7) and (C8): what is yielded.
static LogicalResult verifyYield(FusedBlockOp op) {
  llvm::SmallPtrSet<Operation *, 4> yielded;
  for (auto [index, value] : llvm::enumerate(op.getYield().getValues())) {
    Operation *maker = value.getDefiningOp();
    if (!maker)
      return op.emitOpError() << "yields " << describe(value);
    if (!yielded.insert(maker).second)
      return op.emitOpError() << "yields " << describe(value) << " twice";
  }
  for (Operation &inner : op.getBody().front().without_terminator())
    if (inner.use_empty())
      return inner.emitOpError("is neither used nor yielded");
  SmallVector<LayerOpInterface> layers = op.getLayers();
  for (size_t i = 1; i < layers.size(); ++i) {
    if (!yielded.contains(layers[i - 1]))
      continue;
    if (!readsAllRows(layers, i - 1))
      return layers[i].emitOpError()
             << "does not read all " << layers[i].getInputType().getDimSize(1)
             << " rows of a value that is also yielded";
  }
  return success();
}

/// (C13) Packed are filters alone, in the panels in which they are read.
static LogicalResult verifyPackedFilters(FusedBlockOp op) {
  ArrayRef<RegisterTileAttr> tiles = op.getScheduleOrDefault().getTiles();
  SmallVector<LayerOpInterface> layers = op.getLayers();
  for (auto [index, operand] : llvm::enumerate(op.getInputs())) {
    std::optional<FilterPacking> packing = op.getPacking(index);
    if (!packing)
      continue;
    for (OpOperand &use : op.getBody().getArgument(index).getUses()) {
      auto conv = dyn_cast<Conv2DOp>(use.getOwner());
      if (!conv || use.getOperandNumber() != 1 || conv.getGroups() != 1)
        return op.emitOpError()
               << "operand " << index
               << " is packed: expected it to be used as the filter of "
                  "'lf.conv2d' of one group alone, got a use in '"
               << use.getOwner()->getName() << "'";
      size_t layer = llvm::find(layers, use.getOwner()) - layers.begin();
      if (!tiles.empty() && tiles[layer].getPanel() != packing->panel)
        return op.emitOpError()
               << "operand " << index << " is packed in panels of "
               << packing->panel << " channels, the register tile of layer "
               << layer << " has panels of " << tiles[layer].getPanel();
      AlgorithmAttr algorithm = op.getScheduleOrDefault().getAlgorithm(layer);
      if (algorithm.getTile() != packing->winogradTile)
        return op.emitOpError()
               << "operand " << index << " is transformed for tiles of "
               << packing->winogradTile << " (0: not at all), the algorithm of "
               << "layer " << layer << " is " << algorithm;
    }
  }
  return success();
}

/// (C9) One element type.
static LogicalResult verifyElementTypes(FusedBlockOp op) {
  Type expected = getElementTypeOrSelf(op->getOperand(0).getType());
  for (Value operand : op->getOperands()) {
    Type type = getElementTypeOrSelf(operand.getType());
    if (type != expected)
      return op.emitOpError() << "expected operands of one element type, got "
                              << expected << " and " << type;
  }
  return success();
}

/// (C11) and (C12) of the block of channels.
static LogicalResult verifyChannelBlock(FusedBlockOp op,
                                        ScheduleAttr schedule) {
  int64_t block = schedule.getChannelBlock();
  if (schedule.getStructure() != LoopStructure::ChannelBlocked && block == 0)
    return success();
  std::string why;
  FailureOr<BlockedChannels> channels =
      getBlockedChannels(op.getLayers(), &why);
  if (failed(channels))
    return op.emitOpError() << "has no channels to be blocked: " << why;
  if (block > channels->count)
    return op.emitOpError() << "channel_block " << block << " is more than the "
                            << channels->count << " channels there are";
  if (schedule.getTiles().empty() || !channels->producer ||
      block == channels->count)
    return success();
  int64_t panel = schedule.getTiles()[*channels->producer].getPanel();
  if (block % panel != 0)
    return op.emitOpError()
           << "channel_block " << block << " is not a multiple of the panel of "
           << panel << " channels in which layer " << *channels->producer
           << " makes them";
  return success();
}

/// (C14)
static LogicalResult verifyAlgorithms(FusedBlockOp op, ScheduleAttr schedule,
                                      ArrayRef<LayerOpInterface> layers) {
  ArrayRef<AlgorithmAttr> algorithms = schedule.getAlgorithms();
  if (algorithms.empty())
    return success();
  if (algorithms.size() != layers.size())
    return op.emitOpError()
           << "expected an algorithm for each of " << layers.size()
           << " layers, got " << algorithms.size();
  for (auto [index, algorithm] : llvm::enumerate(algorithms)) {
    std::string why;
    if (algorithm.isWinograd() && !isWinogradLayer(layers[index], &why))
      return op.emitOpError()
             << "layer " << index << " cannot be computed by winograd: " << why;
  }
  return success();
}

/// (C10) to (C12) and (C14)
static LogicalResult verifySchedule(FusedBlockOp op) {
  ScheduleAttr schedule = op.getScheduleAttr();
  if (!schedule)
    return success();
  SmallVector<LayerOpInterface> layers = op.getLayers();
  Value last = layers.empty() ? op.getPools().front()->getOperand(0)
                              : layers.back()->getResult(0);
  int64_t rows = cast<RankedTensorType>(last.getType()).getDimSize(1);
  if (schedule.getRowBand() > rows)
    return op.emitOpError()
           << "row_band " << schedule.getRowBand() << " is more than the "
           << rows << " rows there are";
  size_t tiles = schedule.getTiles().size();
  if (tiles != 0 && tiles != layers.size())
    return op.emitOpError() << "expected a register tile for each of "
                            << layers.size() << " layers, got " << tiles;
  if (failed(verifyAlgorithms(op, schedule, layers)))
    return failure();
  return verifyChannelBlock(op, schedule);
}

LogicalResult FusedBlockOp::verify() {
  if (getOutputs().empty())
    return emitOpError("has no outputs");
  if (!isa<YieldOp>(getBody().front().getTerminator()))
    return emitOpError("expected its body to end in 'lf.yield'");
  if (failed(verifyOperands(*this)) ||
      failed(verifySignature(*this, "body arguments", getBody().getArguments(),
                             getInputs())) ||
      failed(verifySignature(*this, "yielded values", getYield().getValues(),
                             getOutputs())) ||
      failed(verifyElementTypes(*this)))
    return failure();
  return success();
}

LogicalResult FusedBlockOp::verifyRegions() {
  if (failed(verifyChain(*this)) || failed(verifyYield(*this)) ||
      failed(verifySchedule(*this)) || failed(verifyPackedFilters(*this)))
    return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Access
//===----------------------------------------------------------------------===//

SmallVector<LayerOpInterface> FusedBlockOp::getLayers() {
  return llvm::to_vector(getBody().front().getOps<LayerOpInterface>());
}

SmallVector<Operation *> FusedBlockOp::getPools() {
  return llvm::to_vector_of<Operation *>(
      getBody().front().getOps<GlobalPoolOp>());
}

YieldOp FusedBlockOp::getYield() {
  return cast<YieldOp>(getBody().front().getTerminator());
}

bool FusedBlockOp::hasTensors() {
  return isa<RankedTensorType>(getOutputs().front().getType());
}

std::optional<FilterPacking> FusedBlockOp::getPacking(unsigned index) {
  auto operand = cast<ShapedType>(getInputs()[index].getType());
  auto value = cast<RankedTensorType>(getBody().getArgument(index).getType());
  if (operand.getShape() == value.getShape())
    return std::nullopt;
  return lf::getPacking(operand, value);
}

ScheduleAttr FusedBlockOp::getScheduleOrDefault() {
  if (ScheduleAttr schedule = getScheduleAttr())
    return schedule;
  return ScheduleAttr::get(getContext(), LoopStructure::RowSliding);
}

void FusedBlockOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  for (OpOperand &operand : getInputsMutable())
    if (isa<MemRefType>(operand.get().getType()))
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  for (OpOperand &operand : getOutputsMutable())
    if (isa<MemRefType>(operand.get().getType()))
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
}
