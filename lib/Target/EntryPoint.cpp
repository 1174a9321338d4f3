//===- EntryPoint.cpp - how compiled code is called -------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the description of the entry function, and chooses its name.
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Target/EntryPoint.h"

#include "CNames.h"
#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Data types
//===----------------------------------------------------------------------===//

namespace {

struct DataTypeInfo {
  StringLiteral name;
  StringLiteral cType;
  unsigned size;
};

} // namespace

static const DataTypeInfo &getInfo(DataType type) {
  // In the order of the enumeration.
  static constexpr DataTypeInfo infos[] = {
      {"i1", "uint8_t", 1},    {"i8", "int8_t", 1},     {"i16", "int16_t", 2},
      {"i32", "int32_t", 4},   {"i64", "int64_t", 8},   {"ui8", "uint8_t", 1},
      {"ui16", "uint16_t", 2}, {"ui32", "uint32_t", 4}, {"ui64", "uint64_t", 8},
      {"f16", "uint16_t", 2},  {"bf16", "uint16_t", 2}, {"f32", "float", 4},
      {"f64", "double", 8}};
  return infos[static_cast<unsigned>(type)];
}

StringRef lf::getName(DataType type) { return getInfo(type).name; }
StringRef lf::getCType(DataType type) { return getInfo(type).cType; }
unsigned lf::getSizeInBytes(DataType type) { return getInfo(type).size; }

std::optional<DataType> lf::getDataType(Type type) {
  if (type.isF16())
    return DataType::F16;
  if (type.isBF16())
    return DataType::BF16;
  if (type.isF32())
    return DataType::F32;
  if (type.isF64())
    return DataType::F64;
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return std::nullopt;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return DataType::I1;
  case 8:
    return isUnsigned ? DataType::U8 : DataType::I8;
  case 16:
    return isUnsigned ? DataType::U16 : DataType::I16;
  case 32:
    return isUnsigned ? DataType::U32 : DataType::I32;
  case 64:
    return isUnsigned ? DataType::U64 : DataType::I64;
  default:
    return std::nullopt;
  }
}

int64_t IO::getNumElements() const { return ShapedType::getNumElements(shape); }

int64_t IO::getSizeInBytes() const {
  return getNumElements() * lf::getSizeInBytes(elementType);
}

//===----------------------------------------------------------------------===//
// The entry function
//===----------------------------------------------------------------------===//

/// Reads `lf.inputs` or `lf.outputs` of the entry function.
static LogicalResult readIOs(LLVM::LLVMFuncOp function, StringRef attrName,
                             std::vector<IO> &ios) {
  auto array = function->getAttrOfType<ArrayAttr>(attrName);
  if (!array)
    return function.emitOpError()
           << "is an entry point without '" << attrName << "'";
  for (auto io : array.getAsRange<IOAttr>()) {
    RankedTensorType type = io.getType();
    std::optional<DataType> elementType = getDataType(type.getElementType());
    if (!elementType)
      return function.emitOpError()
             << "has '" << io.getName() << "' of " << type
             << ": expected elements of f16, bf16, f32, f64, i1, or integers "
                "of 8 to 64 bits";
    ios.push_back({io.getName().str(), *elementType,
                   llvm::to_vector(type.getShape()), io.getLayout().str()});
  }
  return success();
}

FailureOr<EntryPoint> EntryPoint::get(ModuleOp module) {
  LLVM::LLVMFuncOp function;
  for (auto candidate : module.getOps<LLVM::LLVMFuncOp>())
    if (candidate.getLinkage() == LLVM::Linkage::External &&
        !candidate.isExternal() && candidate->hasAttr(attrs::inputs))
      function = candidate;
  if (!function)
    return emitError(module.getLoc())
           << "module has no entry point: expected a public "
              "function with the attributes '"
           << attrs::inputs << "' and '" << attrs::outputs << "'";
  EntryPoint entry;
  entry.name = function.getName().str();
  if (failed(readIOs(function, attrs::inputs, entry.inputs)) ||
      failed(readIOs(function, attrs::outputs, entry.outputs)))
    return failure();
  if (auto size = function->getAttrOfType<IntegerAttr>(attrs::workspaceSize))
    entry.workspaceSize = size.getInt();
  if (Attribute steps = function->getAttr(attrs::steps))
    entry.steps = readSteps(steps).value_or(SmallVector<Step>());
  entry.usesThreads =
      module.walk([](omp::ParallelOp) { return WalkResult::interrupt(); })
          .wasInterrupted();
  return entry;
}

FailureOr<std::string> lf::getEntryName(ModuleOp module, StringRef requested) {
  if (!requested.empty()) {
    if (!isCIdentifier(requested))
      return emitError(UnknownLoc::get(module.getContext()))
             << "cannot compile under the name '" << requested
             << "': expected a letter, then letters, digits and underscores";
    if (isReservedInC(requested))
      return emitError(UnknownLoc::get(module.getContext()))
             << "cannot compile under the name '" << requested
             << "': it has a meaning in C, C++ or the C library";
    return requested.str();
  }
  std::string name = toCIdentifier(module.getName().value_or(""));
  if (name.empty())
    return std::string("network");
  // A digit first, as in 'mnist-8' cut short, or a name like 'exp'.
  if (!llvm::isAlpha(name.front()) || isReservedInC(name))
    name = "network_" + name;
  return name;
}
