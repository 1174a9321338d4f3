//===- Element.h - element types of ONNX ------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The types that the import knows, and single elements of them in memory.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_IMPORTONNX_ELEMENT_H
#define LAYERFUSION_LIB_TARGET_IMPORTONNX_ELEMENT_H

#include "mlir/IR/Types.h"
#include "mlir/Support/LLVM.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

namespace mlir::lf::importer {

/// The element types of ONNX that the import knows.
enum class ElementKind : uint8_t {
  Bool,
  I8,
  U8,
  I16,
  U16,
  I32,
  U32,
  I64,
  U64,
  F16,
  BF16,
  F32,
  F64,
};

/// The name in messages: "float32", "int64", …
llvm::StringRef toString(ElementKind kind);
/// The ONNX type of this number (TensorProto.DataType), if it is known here.
std::optional<ElementKind> elementKindFromONNX(int32_t dataType);
/// The name of any ONNX type: also of those not supported.
std::string onnxTypeName(int32_t dataType);
/// Bytes of an element in memory; a bool takes one.
size_t byteSize(ElementKind kind);
bool isFloat(ElementKind kind);
bool isUnsigned(ElementKind kind);
/// Integers are signless in the IR; bool is i1.
Type toMLIRType(ElementKind kind, MLIRContext *context);

/// A number in a message: "0.5".
std::string numberString(double number);

/// Element `i` of a buffer of `kind`, converted. Numbers out of range and NaN
/// become the nearest integer and 0.
double loadNumber(ElementKind kind, const char *buffer, int64_t i);
int64_t loadInteger(ElementKind kind, const char *buffer, int64_t i);

/// Writes element `i` of a buffer of `kind`, rounding as a C cast does.
void storeNumber(ElementKind kind, char *buffer, int64_t i, double value);
void storeInteger(ElementKind kind, char *buffer, int64_t i, int64_t value);

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_ELEMENT_H
