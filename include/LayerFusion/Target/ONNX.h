//===- ONNX.h - import of ONNX models ---------------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The front door: an ONNX file becomes a module with one function `@main` on
// tensors. Convolutions become `lf.conv2d` and `lf.depthwise_conv2d`, clamps
// and other activations `lf.activate`, all else upstream ops. Activations are
// NHWC inside; shapes are static; weights are dense resources; arithmetic on
// shapes is folded away.
//
// Read are the operator sets 7 to 28 of the default domain, each with its own
// semantics. A tensor may take 64 GiB at most, all tensors of a model 1 TiB,
// and a constant computed during import 1 GiB, so that a damaged file cannot
// exhaust the memory.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TARGET_ONNX_H
#define LAYERFUSION_TARGET_ONNX_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace mlir::lf {

/// How rank-4 inputs and outputs are laid out at the function boundary.
enum class IOLayout {
  /// As in the ONNX file (NCHW), converted once on entry and exit.
  Model,
  /// Channels last (NHWC), as inside: no conversion.
  NHWC,
};

struct ImportONNXOptions {
  /// The batch size: the value of an input's first dimension where the file
  /// leaves it symbolic. Must equal the first dimension where it is fixed.
  std::optional<int64_t> batch;
  IOLayout ioLayout = IOLayout::Model;
};

/// Reads the ONNX file at `path`. Weights kept outside it are looked up in its
/// folder and below. Emits an error and returns null if the file cannot be
/// read, is no ONNX model or uses something unsupported; the error names node,
/// op, opset and file. The dialects needed are loaded into `context`.
OwningOpRef<ModuleOp> importONNX(llvm::StringRef path, MLIRContext *context,
                                 const ImportONNXOptions &options = {});

/// The same from memory. `path` names the model in messages and locations, and
/// its folder is where external weights are looked up.
OwningOpRef<ModuleOp> importONNXBuffer(llvm::StringRef contents,
                                       llvm::StringRef path,
                                       MLIRContext *context,
                                       const ImportONNXOptions &options = {});

} // namespace mlir::lf

#endif // LAYERFUSION_TARGET_ONNX_H
