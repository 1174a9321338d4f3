//===- Bufferize.cpp - tensors to buffers, results to arguments -*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One-Shot Bufferize for the entry function, and the calling convention of a
// compiled network on top of it:
//
//   func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
//     %y = math.tanh %x : tensor<8xf32>
//     return %y : tensor<8xf32>
//   }
//
// becomes
//
//   func.func @main(%x: memref<8xf32>, %y: memref<8xf32>)
//       attributes {lf.inputs = […], lf.outputs = […]} {
//     linalg.generic ins(%x) outs(%y) { tanh }
//     return
//   }
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Conversion.h"
#include "LayerFusion/Conversion/Passes.h"
#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::lf {
#define GEN_PASS_DEF_BUFFERIZEPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// What can be an entry
//===----------------------------------------------------------------------===//

static bool isSupportedElement(Type type) {
  if (type.isF16() || type.isBF16() || type.isF32() || type.isF64())
    return true;
  return type.isSignlessInteger() &&
         llvm::is_contained({1u, 8u, 16u, 32u, 64u},
                            type.getIntOrFloatBitWidth());
}

static LogicalResult checkBoundaryType(func::FuncOp entry, StringRef what,
                                       unsigned index, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape())
    return entry.emitOpError()
           << what << " " << index << " must be a tensor of static shape, got "
           << type;
  if (!isSupportedElement(tensor.getElementType()))
    return entry.emitOpError()
           << what << " " << index << " has elements of type "
           << tensor.getElementType()
           << ", expected one of f16, bf16, f32, f64, i1, i8, i16, i32, i64";
  return success();
}

/// Offsets in bytes into larger tensors could overflow.
static LogicalResult checkSizes(func::FuncOp entry) {
  auto isTooLarge = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.hasStaticShape() && !isAddressable(tensor);
  };
  for (auto [index, type] : llvm::enumerate(entry.getArgumentTypes()))
    if (isTooLarge(type))
      return entry.emitOpError() << "argument " << index
                                 << " has more than 2^37 elements: " << type;
  WalkResult walk = entry.walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      if (isTooLarge(type)) {
        op->emitOpError() << "makes a tensor of more than 2^37 elements: "
                          << type;
        return WalkResult::interrupt();
      }
    return WalkResult::advance();
  });
  return failure(walk.wasInterrupted());
}

/// The module's one function, if it can be compiled; else explains why not.
static FailureOr<func::FuncOp> findEntry(ModuleOp module) {
  SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
  if (functions.size() != 1 || functions.front().isExternal() ||
      !functions.front().isPublic()) {
    InFlightDiagnostic diagnostic =
        module.emitOpError()
        << "must hold one function, public and with a body, got "
        << functions.size() << " functions";
    for (func::FuncOp function : functions)
      diagnostic.attachNote(function.getLoc())
          << "'" << function.getName() << "' is "
          << (function.isPublic() ? "public" : "private")
          << (function.isExternal() ? " without a body" : "");
    return diagnostic;
  }
  func::FuncOp entry = functions.front();
  if (!entry.getBody().hasOneBlock())
    return entry.emitOpError()
           << "must have a body of one block, got "
           << entry.getBody().getBlocks().size() << " blocks";
  WalkResult calls = entry.walk([](CallOpInterface call) {
    call->emitOpError() << "must be inlined first: a network is one function";
    return WalkResult::interrupt();
  });
  if (calls.wasInterrupted())
    return failure();
  for (auto [index, type] : llvm::enumerate(entry.getArgumentTypes()))
    if (failed(checkBoundaryType(entry, "argument", index, type)))
      return failure();
  for (auto [index, type] : llvm::enumerate(entry.getResultTypes()))
    if (failed(checkBoundaryType(entry, "result", index, type)))
      return failure();
  if (failed(checkSizes(entry)))
    return failure();
  return entry;
}

//===----------------------------------------------------------------------===//
// Description of the boundary
//===----------------------------------------------------------------------===//

/// The #lf.io of a boundary value whose attributes are `attributes`.
static Attribute describe(Type type, DictionaryAttr attributes,
                          StringRef fallback, unsigned index) {
  std::string name = (fallback + Twine(index)).str();
  std::string layout;
  if (attributes) {
    if (auto attr = attributes.getAs<StringAttr>(attrs::name))
      name = attr.str();
    if (auto attr = attributes.getAs<StringAttr>(attrs::layout))
      layout = attr.str();
  }
  return IOAttr::get(type.getContext(), name, cast<RankedTensorType>(type),
                     layout);
}

/// Records `lf.inputs` and `lf.outputs`, and clears what they were made from.
static void describeBoundary(func::FuncOp entry) {
  Builder builder(entry.getContext());
  SmallVector<Attribute> inputs, outputs;
  for (unsigned i = 0, e = entry.getNumArguments(); i < e; ++i) {
    inputs.push_back(describe(entry.getArgument(i).getType(),
                              entry.getArgAttrDict(i), "input", i));
    entry.removeArgAttr(i, StringRef(attrs::name));
    entry.removeArgAttr(i, StringRef(attrs::layout));
  }
  for (unsigned i = 0, e = entry.getNumResults(); i < e; ++i) {
    outputs.push_back(describe(entry.getResultTypes()[i],
                               entry.getResultAttrDict(i), "output", i));
    entry.removeResultAttr(i, builder.getStringAttr(attrs::name));
    entry.removeResultAttr(i, builder.getStringAttr(attrs::layout));
  }
  entry->setAttr(attrs::inputs, builder.getArrayAttr(inputs));
  entry->setAttr(attrs::outputs, builder.getArrayAttr(outputs));
}

//===----------------------------------------------------------------------===//
// Bufferization
//===----------------------------------------------------------------------===//

/// The operand of an elementwise op that its result can take the place of: one
/// of the same shape and type, of no other use. (One-Shot Bufferize makes sure
/// that this is right, but does not look for it.)
static OpOperand *findReusableInput(linalg::GenericOp op) {
  if (op.getNumDpsInits() != 1 || op.getNumParallelLoops() != op.getNumLoops())
    return nullptr;
  OpOperand *output = op.getDpsInitOperand(0);
  if (!output->get().getDefiningOp<tensor::EmptyOp>())
    return nullptr;
  for (OpOperand *input : op.getDpsInputOperands()) {
    Operation *producer = input->get().getDefiningOp();
    if (producer && !producer->hasTrait<OpTrait::ConstantLike>() &&
        input->get().hasOneUse() &&
        input->get().getType() == output->get().getType() &&
        op.getMatchingIndexingMap(input).isIdentity() &&
        op.getMatchingIndexingMap(output).isIdentity())
      return input;
  }
  return nullptr;
}

/// Lets elementwise ops, activations above all, compute in place.
static void computeInPlace(func::FuncOp entry) {
  entry.walk([](linalg::GenericOp op) {
    if (OpOperand *input = findReusableInput(op))
      op.getDpsInitOperand(0)->set(input->get());
  });
}

/// Lets ops whose result is inserted into a larger tensor compute it there.
static LogicalResult
writeIntoWholes(ModuleOp module,
                const bufferization::OneShotBufferizationOptions &options) {
  bufferization::OneShotAnalysisState state(module, options);
  if (failed(bufferization::analyzeModuleOp(module, state)))
    return failure();
  IRRewriter rewriter(module.getContext());
  return bufferization::eliminateEmptyTensors(rewriter, module, state);
}

static LogicalResult bufferize(ModuleOp module, func::FuncOp entry) {
  // The caller's inputs are not ours to write.
  Builder builder(module.getContext());
  for (unsigned i = 0, e = entry.getNumArguments(); i < e; ++i)
    entry.setArgAttr(i, bufferization::BufferizationDialect::kWritableAttrName,
                     builder.getBoolAttr(false));

  bufferization::OneShotBufferizationOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.setFunctionBoundaryTypeConversion(
      bufferization::LayoutMapOption::IdentityLayoutMap);
  // A block is bufferized as one op: its body stays on tensors.
  options.opFilter.denyOperation([](Operation *op) {
    return isa_and_present<FusedBlockOp>(op->getParentOp());
  });
  if (failed(writeIntoWholes(module, options)))
    return failure();
  bufferization::BufferizationState state;
  if (failed(bufferization::runOneShotModuleBufferize(module, options, state)))
    return failure();
  bufferization::removeBufferizationAttributesInModule(module);
  return success();
}

/// What a buffer without elements is passed as: a bare pointer, as which
/// arguments are lowered, cannot stand for all shapes such as 2x0x3.
static MemRefType getEmptyType(MemRefType type) {
  return MemRefType::get({0}, type.getElementType());
}

/// Gives arguments without elements, which nothing reads, the simplest type.
static void simplifyEmptyArguments(func::FuncOp entry) {
  for (BlockArgument argument : entry.getArguments()) {
    auto type = cast<MemRefType>(argument.getType());
    if (type.getNumElements() == 0 && argument.use_empty())
      argument.setType(getEmptyType(type));
  }
  entry.setType(FunctionType::get(entry.getContext(),
                                  entry.getBody().getArgumentTypes(),
                                  entry.getResultTypes()));
}

/// Appends an argument for each result: a returned allocation is replaced by
/// it, anything else is copied into it. A result without elements is left out
/// of both.
static void turnResultsIntoArguments(func::FuncOp entry) {
  auto ret = cast<func::ReturnOp>(entry.getBody().front().getTerminator());
  OpBuilder builder(ret);
  for (unsigned i = 0, e = ret.getNumOperands(); i < e; ++i) {
    Value result = ret.getOperand(i);
    auto type = cast<MemRefType>(result.getType());
    unsigned index = entry.getNumArguments();
    if (type.getNumElements() == 0) {
      (void)entry.insertArgument(index, getEmptyType(type), {},
                                 result.getLoc());
      continue;
    }
    (void)entry.insertArgument(index, type, {}, result.getLoc());
    Value argument = entry.getArgument(index);
    auto alloc = result.getDefiningOp<memref::AllocOp>();
    if (alloc && alloc->getBlock() == ret->getBlock()) {
      alloc.getResult().replaceAllUsesWith(argument);
      alloc.erase();
    } else {
      memref::CopyOp::create(builder, ret.getLoc(), result, argument);
    }
  }
  ret->setOperands({});
  BitVector all(entry.getNumResults(), true);
  (void)entry.eraseResults(all);
}

/// Whether the two are the same elements of one buffer.
static bool areSamePlace(Value a, Value b) {
  auto first = a.getDefiningOp<memref::SubViewOp>();
  auto second = b.getDefiningOp<memref::SubViewOp>();
  return a == b ||
         (first && second &&
          OperationEquivalence::isEquivalentTo(
              first, second, OperationEquivalence::Flags::IgnoreLocations));
}

/// What was computed in its place in a larger buffer need not be copied there.
static void eraseSelfCopies(func::FuncOp entry) {
  entry.walk([](memref::CopyOp copy) {
    if (areSamePlace(copy.getSource(), copy.getTarget()))
      copy.erase();
  });
}

/// A memref.copy that is not one contiguous block would need MLIR's runtime
/// library; a linalg.copy becomes loops.
static void replaceStridedCopies(func::FuncOp entry) {
  auto isContiguous = [](Value buffer) {
    return cast<MemRefType>(buffer.getType()).getLayout().isIdentity();
  };
  entry.walk([&](memref::CopyOp copy) {
    if (isContiguous(copy.getSource()) && isContiguous(copy.getTarget()))
      return;
    OpBuilder builder(copy);
    linalg::CopyOp::create(builder, copy.getLoc(), copy.getSource(),
                           copy.getTarget());
    copy.erase();
  });
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct BufferizePass : lf::impl::BufferizePassBase<BufferizePass> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<func::FuncOp> entry = findEntry(module);
    if (failed(entry))
      return signalPassFailure();
    describeBoundary(*entry);
    computeInPlace(*entry);
    if (failed(bufferize(module, *entry)))
      return signalPassFailure();
    turnResultsIntoArguments(*entry);
    simplifyEmptyArguments(*entry);
    eraseSelfCopies(*entry);
    replaceStridedCopies(*entry);
  }
};

} // namespace
