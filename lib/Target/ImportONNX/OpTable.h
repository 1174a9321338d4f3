//===- OpTable.h - which importer reads which ONNX op -----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One registration function a file of importers, each filling in the ops it
// knows.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_LIB_TARGET_IMPORTONNX_OPTABLE_H
#define LAYERFUSION_LIB_TARGET_IMPORTONNX_OPTABLE_H

#include "NodeContext.h"
#include "llvm/ADT/StringMap.h"
#include <functional>

namespace mlir::lf::importer {

using ImportFn = std::function<LogicalResult(NodeContext &)>;

/// The number of inputs of ops that take any number.
constexpr unsigned anyNumber = ~0u;

struct OpInfo {
  /// The first opset that has the op; 7 stands for all before as well.
  int64_t since;
  /// The first `required` inputs must be there, more than `allowed` may not.
  unsigned required, allowed;
  ImportFn import;
};

class OpTable {
public:
  /// The table of all ops.
  OpTable();

  void add(llvm::StringRef op, OpInfo info) {
    ops.try_emplace(op, std::move(info));
  }
  /// Null if the op is not supported.
  const OpInfo *find(llvm::StringRef op) const {
    auto it = ops.find(op);
    return it == ops.end() ? nullptr : &it->second;
  }

private:
  llvm::StringMap<OpInfo> ops;
};

void registerActivationOps(OpTable &table);
void registerConstantOps(OpTable &table);
void registerConvOps(OpTable &table);
void registerElementwiseOps(OpTable &table);
void registerFunctionOps(OpTable &table);
void registerGatherOps(OpTable &table);
void registerLayerNormalizationOps(OpTable &table);
void registerMatMulOps(OpTable &table);
void registerNormalizationOps(OpTable &table);
void registerPadOps(OpTable &table);
void registerPoolingOps(OpTable &table);
void registerReductionOps(OpTable &table);
void registerSelectOps(OpTable &table);
void registerShapeOps(OpTable &table);
void registerSliceOps(OpTable &table);
void registerSoftmaxOps(OpTable &table);

} // namespace mlir::lf::importer

#endif // LAYERFUSION_LIB_TARGET_IMPORTONNX_OPTABLE_H
