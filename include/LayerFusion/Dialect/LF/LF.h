//===- LF.h - the lf dialect --------------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one header to include for the lf dialect: its ops, attributes and enums.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_LF_H
#define LAYERFUSION_DIALECT_LF_LF_H

#include "LayerFusion/Dialect/LF/Window.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <optional>
#include <utility>

#include "LayerFusion/Dialect/LF/PackedFilter.h"

#include "LayerFusion/Dialect/LF/LFDialect.h.inc"
#include "LayerFusion/Dialect/LF/LFEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "LayerFusion/Dialect/LF/LFAttrs.h.inc"

#include "LayerFusion/Dialect/LF/LFInterfaces.h.inc"

#define GET_OP_CLASSES
#include "LayerFusion/Dialect/LF/LFOps.h.inc"

namespace mlir::lf {

/// Names of the discardable attributes that describe an entry function; the
/// dialect's description says where each stands.
namespace attrs {
constexpr llvm::StringLiteral name = "lf.name";
constexpr llvm::StringLiteral layout = "lf.layout";
constexpr llvm::StringLiteral inputs = "lf.inputs";
constexpr llvm::StringLiteral outputs = "lf.outputs";
constexpr llvm::StringLiteral workspaceSize = "lf.workspace_size";
} // namespace attrs

} // namespace mlir::lf

#endif // LAYERFUSION_DIALECT_LF_LF_H
