//===- ParsedBlock.h - a block from its text --------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_TEST_UNIT_SCHEDULE_PARSEDBLOCK_H
#define LAYERFUSION_TEST_UNIT_SCHEDULE_PARSEDBLOCK_H

#include "LayerFusion/Dialect/LF/Chain.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>
#include <vector>

namespace lftest {

/// A value of a block's text: its name without '%', and its shape, "1x8x8x16";
/// as an argument it may be a constant.
struct NamedValue {
  std::string name, shape;
  bool isConstant = false;
};

class ParsedBlock {
public:
  /// The block on `arguments` (f32) whose body is `layers` and yields
  /// `results`.
  ParsedBlock(const std::vector<NamedValue> &arguments,
              const std::string &layers,
              const std::vector<NamedValue> &results);

  const mlir::lf::Chain &getChain() const { return chain; }
  mlir::lf::ScheduleAttr getRowSliding(int64_t band = 0);
  mlir::lf::ScheduleAttr getWholeTile(int64_t band = 0);
  /// whole_tile with these algorithms, as in "direct, winograd(4, 2)".
  mlir::lf::ScheduleAttr getWinograd(const std::string &algorithms,
                                     int64_t band = 0);
  mlir::lf::ScheduleAttr getChannelBlocked(int64_t band, int64_t block);

private:
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::lf::Chain chain;
};

/// The line of a layer: `%result = lf.op %operands attributes : types`.
std::string getLayerText(const NamedValue &result, const std::string &op,
                         const std::vector<NamedValue> &operands,
                         const std::string &attributes = "");

} // namespace lftest

#endif // LAYERFUSION_TEST_UNIT_SCHEDULE_PARSEDBLOCK_H
