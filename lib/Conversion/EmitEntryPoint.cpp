//===- EmitEntryPoint.cpp - the C function of a network ---------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Adds the two C functions of a compiled network to a module in the LLVM
// dialect. The first, in C:
//
//   static char workspace_[N] __attribute__((aligned(64)));
//   static _Atomic char busy;
//
//   int32_t name(const float *in0, float *out0, void *workspace) {
//     bool own = workspace == NULL;
//     if (own) {
//       if (atomic_exchange(&busy, 1))
//         return 1;
//       workspace = workspace_;
//     }
//     run(in0, out0, workspace);
//     if (own)
//       busy = 0;
//     return 0;
//   }
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Conversion/Passes.h"
#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Dialect/LF/Steps.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::lf {
#define GEN_PASS_DEF_EMITENTRYPOINTPASS
#include "LayerFusion/Conversion/Passes.h.inc"
} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

/// What a call answers when the object's own workspace is taken.
static constexpr int32_t busyStatus = 1;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// Words of C and C++ that cannot name a function, and `main`, which would
/// take the place of the caller's.
static bool isTaken(StringRef name) {
  static const llvm::StringSet<> words = {
      "alignas",   "alignof",  "and",          "asm",       "auto",
      "bool",      "break",    "case",         "catch",     "char",
      "class",     "const",    "constexpr",    "continue",  "decltype",
      "default",   "delete",   "do",           "double",    "else",
      "enum",      "explicit", "export",       "extern",    "false",
      "float",     "for",      "friend",       "goto",      "if",
      "inline",    "int",      "long",         "main",      "mutable",
      "namespace", "new",      "noexcept",     "not",       "nullptr",
      "operator",  "or",       "private",      "protected", "public",
      "register",  "restrict", "return",       "short",     "signed",
      "sizeof",    "static",   "struct",       "switch",    "template",
      "this",      "throw",    "true",         "try",       "typedef",
      "typeid",    "typename", "union",        "unsigned",  "using",
      "virtual",   "void",     "volatile",     "wchar_t",   "while",
      "xor",       "typeof",   "static_assert"};
  return words.contains(name);
}

static bool isIdentifier(StringRef name) {
  if (name.empty() || llvm::isDigit(name.front()))
    return false;
  return llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

//===----------------------------------------------------------------------===//
// The entry function
//===----------------------------------------------------------------------===//

/// The function that lf-bufferize and lf-plan-workspace described.
static FailureOr<LLVM::LLVMFuncOp> findEntry(ModuleOp module) {
  SmallVector<LLVM::LLVMFuncOp> entries;
  for (auto function : module.getOps<LLVM::LLVMFuncOp>())
    if (function->hasAttr(attrs::inputs))
      entries.push_back(function);
  if (entries.size() != 1)
    return module.emitOpError() << "must hold one llvm.func that carries '"
                                << attrs::inputs << "', got " << entries.size();
  LLVM::LLVMFuncOp entry = entries.front();
  auto inputs = entry->getAttrOfType<ArrayAttr>(attrs::inputs);
  auto outputs = entry->getAttrOfType<ArrayAttr>(attrs::outputs);
  if (!outputs || !entry->hasAttr(attrs::workspaceSize))
    return entry.emitOpError() << "carries no '" << attrs::outputs
                               << "' or no '" << attrs::workspaceSize << "'";
  LLVM::LLVMFunctionType type = entry.getFunctionType();
  auto pointer = LLVM::LLVMPointerType::get(module.getContext());
  if (!isa<LLVM::LLVMVoidType>(type.getReturnType()) ||
      type.getNumParams() != inputs.size() + outputs.size() + 1 ||
      !llvm::all_of(type.getParams(), [&](Type t) { return t == pointer; }))
    return entry.emitOpError()
           << "must take a pointer for each of " << inputs.size() << " inputs, "
           << outputs.size()
           << " outputs and the workspace, and return nothing, got " << type;
  return entry;
}

/// Hides every definition of the module from other objects.
static void makeInternal(ModuleOp module, LLVM::LLVMFuncOp entry) {
  for (auto function : module.getOps<LLVM::LLVMFuncOp>())
    if (!function.isExternal())
      function.setLinkage(LLVM::Linkage::Internal);
  for (auto global : module.getOps<LLVM::GlobalOp>())
    if (global.getLinkage() == LLVM::Linkage::External &&
        (global.getValueAttr() || !global.getInitializerRegion().empty()))
      global.setLinkage(LLVM::Linkage::Internal);
  // Buffers do not overlap: see the pass's description.
  for (unsigned i = 0, e = entry.getNumArguments(); i < e; ++i)
    entry.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                     UnitAttr::get(module.getContext()));
}

//===----------------------------------------------------------------------===//
// The C functions
//===----------------------------------------------------------------------===//

namespace {

/// Writes both functions at the end of a module.
class EntryPoint {
public:
  EntryPoint(ModuleOp module, LLVM::LLVMFuncOp entry, StringRef name)
      : builder(entry.getLoc(), module.getContext()), module(module),
        entry(entry), name(name),
        pointer(LLVM::LLVMPointerType::get(module.getContext())),
        i32(builder.getI32Type()), i8(builder.getI8Type()) {
    builder.setInsertionPointToEnd(module.getBody());
  }

  LLVM::LLVMFuncOp emitPlain();
  void emitPacked(LLVM::LLVMFuncOp plain);

private:
  LLVM::LLVMFuncOp createFunction(StringRef name, unsigned arguments);
  LLVM::GlobalOp createGlobal(StringRef suffix, Type type, uint64_t alignment);
  void emitCallWithOwnWorkspace(LLVM::LLVMFuncOp function, int64_t size);
  Value getConstant(Type type, int64_t value) {
    return LLVM::ConstantOp::create(builder, type,
                                    builder.getIntegerAttr(type, value));
  }
  void createReturn(int32_t status) {
    LLVM::ReturnOp::create(builder, getConstant(i32, status));
  }
  void callEntry(ValueRange buffers, Value workspace) {
    SmallVector<Value> arguments(buffers);
    arguments.push_back(workspace);
    LLVM::CallOp::create(builder, entry, arguments);
  }

  ImplicitLocOpBuilder builder;
  ModuleOp module;
  LLVM::LLVMFuncOp entry;
  StringRef name;
  Type pointer, i32, i8;
};

} // namespace

LLVM::LLVMFuncOp EntryPoint::createFunction(StringRef name,
                                            unsigned arguments) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(module.getBody());
  SmallVector<Type> types(arguments, pointer);
  return LLVM::LLVMFuncOp::create(builder, name,
                                  LLVM::LLVMFunctionType::get(i32, types));
}

/// A variable of this object, all zeros.
LLVM::GlobalOp EntryPoint::createGlobal(StringRef suffix, Type type,
                                        uint64_t alignment) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(module.getBody());
  return LLVM::GlobalOp::create(builder, type, /*isConstant=*/false,
                                LLVM::Linkage::Internal, (name + suffix).str(),
                                LLVM::ZeroAttr::get(module.getContext()),
                                alignment);
}

LLVM::LLVMFuncOp EntryPoint::emitPlain() {
  LLVM::LLVMFuncOp function = createFunction(name, entry.getNumArguments());
  int64_t size =
      entry->getAttrOfType<IntegerAttr>(attrs::workspaceSize).getInt();
  for (StringRef attr :
       {attrs::inputs, attrs::outputs, attrs::workspaceSize, attrs::steps})
    if (Attribute value = entry->removeAttr(attr))
      function->setAttr(attr, value);

  OpBuilder::InsertionGuard guard(builder);
  Block *block = function.addEntryBlock(builder);
  builder.setInsertionPointToStart(block);
  if (size == 0) {
    callEntry(block->getArguments().drop_back(), block->getArguments().back());
    createReturn(0);
  } else {
    emitCallWithOwnWorkspace(function, size);
  }
  return function;
}

/// The body shown at the head of this file; starts in the entry block.
void EntryPoint::emitCallWithOwnWorkspace(LLVM::LLVMFuncOp function,
                                          int64_t size) {
  LLVM::GlobalOp workspace =
      createGlobal("_workspace", LLVM::LLVMArrayType::get(i8, size), 64);
  LLVM::GlobalOp busy = createGlobal("_busy", i8, 1);
  Region &body = function.getBody();
  auto addBlock = [&]() { return builder.createBlock(&body, body.end()); };
  Block *start = &body.front();
  Block *acquire = addBlock(), *taken = addBlock(), *run = addBlock(),
        *release = addBlock(), *done = addBlock();
  Value chosen = run->addArgument(pointer, builder.getLoc());
  ValueRange buffers = start->getArguments().drop_back();
  Value given = start->getArguments().back();

  builder.setInsertionPointToStart(start);
  Value null = LLVM::ZeroOp::create(builder, pointer);
  Value own =
      LLVM::ICmpOp::create(builder, LLVM::ICmpPredicate::eq, given, null);
  LLVM::CondBrOp::create(builder, own, acquire, ValueRange(), run, given);

  builder.setInsertionPointToStart(acquire);
  Value flag = LLVM::AddressOfOp::create(builder, busy);
  Value old = LLVM::AtomicRMWOp::create(builder, LLVM::AtomicBinOp::xchg, flag,
                                        getConstant(i8, 1),
                                        LLVM::AtomicOrdering::acquire);
  Value isTaken = LLVM::ICmpOp::create(builder, LLVM::ICmpPredicate::ne, old,
                                       getConstant(i8, 0));
  Value address = LLVM::AddressOfOp::create(builder, workspace);
  LLVM::CondBrOp::create(builder, isTaken, taken, ValueRange(), run, address);

  builder.setInsertionPointToStart(taken);
  createReturn(busyStatus);

  builder.setInsertionPointToStart(run);
  callEntry(buffers, chosen);
  LLVM::CondBrOp::create(builder, own, release, done);

  builder.setInsertionPointToStart(release);
  flag = LLVM::AddressOfOp::create(builder, busy);
  LLVM::StoreOp::create(builder, getConstant(i8, 0), flag, /*alignment=*/1,
                        /*isVolatile=*/false, /*isNonTemporal=*/false,
                        /*isInvariantGroup=*/false,
                        LLVM::AtomicOrdering::release);
  LLVM::BrOp::create(builder, done);

  builder.setInsertionPointToStart(done);
  createReturn(0);
}

void EntryPoint::emitPacked(LLVM::LLVMFuncOp plain) {
  LLVM::LLVMFuncOp function = createFunction((name + "_packed").str(), 1);
  OpBuilder::InsertionGuard guard(builder);
  Block *block = function.addEntryBlock(builder);
  builder.setInsertionPointToStart(block);
  SmallVector<Value> arguments;
  for (int32_t i = 0, e = plain.getNumArguments(); i < e; ++i) {
    Value slot =
        LLVM::GEPOp::create(builder, pointer, pointer, block->getArgument(0),
                            ArrayRef<LLVM::GEPArg>{i});
    arguments.push_back(LLVM::LoadOp::create(builder, pointer, slot));
  }
  Value status = LLVM::CallOp::create(builder, plain, arguments).getResult();
  LLVM::ReturnOp::create(builder, status);
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct EmitEntryPointPass
    : lf::impl::EmitEntryPointPassBase<EmitEntryPointPass> {
  using Base::Base;

  /// The name asked for, if it can name a C function.
  FailureOr<std::string> chooseName() {
    ModuleOp module = getOperation();
    std::string result = name;
    if (result.empty())
      result = module.getName().value_or("network").str();
    if (!isIdentifier(result))
      return module.emitOpError()
             << "cannot name its C function '" << result
             << "': expected letters, digits and _, no digit first";
    if (isTaken(result))
      return module.emitOpError() << "cannot name its C function '" << result
                                  << "': the name has a meaning in C or C++";
    return result;
  }

  /// Moves the entry function out of the way, and checks that no other symbol
  /// is in it.
  LogicalResult makeRoom(LLVM::LLVMFuncOp entry, StringRef name) {
    SymbolTable symbols(getOperation());
    for (StringRef suffix : {"", "_packed", "_run", "_workspace", "_busy"}) {
      Operation *other = symbols.lookup((name + suffix).str());
      if (other && other != entry)
        return other->emitOpError()
               << "has the name '" << name << suffix
               << "', which the C function of the network needs";
    }
    return symbols.rename(entry, (name + "_run").str());
  }

  void runOnOperation() override {
    FailureOr<LLVM::LLVMFuncOp> entry = findEntry(getOperation());
    if (failed(entry))
      return signalPassFailure();
    FailureOr<std::string> symbol = chooseName();
    if (failed(symbol) || failed(makeRoom(*entry, *symbol)))
      return signalPassFailure();
    makeInternal(getOperation(), *entry);
    EntryPoint point(getOperation(), *entry, *symbol);
    point.emitPacked(point.emitPlain());
  }
};

} // namespace
