//===- Row.h - a chain of layers to be timed --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rows are written in MLIR by workloads/generate.py. What every contestant
// gets of them is this: shapes, weights, an input.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_BENCHMARKS_COMMON_ROW_H
#define LAYERFUSION_BENCHMARKS_COMMON_ROW_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace lfbench {

/// A convolution with bias and activation, as oneDNN and others count it:
/// activations lie N x H x W x C, dense filters KH x KW x C x F, depthwise ones
/// KH x KW x C.
struct Layer {
  bool depthwise = false;
  std::array<int64_t, 4> input, output;
  std::array<int64_t, 2> kernel, strides;
  /// Top, left, bottom, right.
  std::array<int64_t, 4> pads;
  enum Activation { None, ReLU, ReLU6 } activation = None;
  std::vector<float> filter, bias;
};

struct Row {
  std::string name;
  /// What geometric means are taken over: "convolutions", which are single
  /// layers, "depthwise pairs", "dense pairs" or "inverted residuals", which
  /// end without an activation.
  std::string group;
  std::vector<Layer> layers;
  /// Whether the input is added to the last layer's output.
  bool addsInput = false;
  std::vector<float> input;
  int64_t outputSize = 0;
  /// Of one run; a multiply-add is two.
  int64_t flops = 0;
  /// One function of the input alone: the weights are constants.
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

/// Reads the function of `module`, whose arguments are the input, a filter, a
/// bias, and so on, and gives them random values. Emits an error for anything
/// but a chain of convolutions, perhaps with the addition of the input.
mlir::FailureOr<Row> readRow(mlir::ModuleOp module);

/// Calls `use` with each row of the files whose name matches the regular
/// expression `names`.
mlir::LogicalResult
forEachRow(mlir::MLIRContext &context, llvm::ArrayRef<std::string> files,
           llvm::StringRef names,
           llvm::function_ref<mlir::LogicalResult(Row)> use);

} // namespace lfbench

#endif // LAYERFUSION_BENCHMARKS_COMMON_ROW_H
