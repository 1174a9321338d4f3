//===- ParsedBlock.cpp - a block from its text ------------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ParsedBlock.h"

#include "LayerFusion/Dialect/LF/LF.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::lf;
using namespace lftest;

static std::string getType(const NamedValue &value) {
  return "tensor<" + value.shape + "xf32>";
}

static std::string getTypes(const std::vector<NamedValue> &values) {
  return llvm::join(llvm::map_range(values, getType), ", ");
}

static std::string getNames(const std::vector<NamedValue> &values) {
  return llvm::join(
      llvm::map_range(values,
                      [](const NamedValue &value) { return "%" + value.name; }),
      ", ");
}

std::string lftest::getLayerText(const NamedValue &result,
                                 const std::string &op,
                                 const std::vector<NamedValue> &operands,
                                 const std::string &attributes) {
  return "%" + result.name + " = lf." + op + " " + getNames(operands) + " " +
         attributes + " : (" + getTypes(operands) + ") -> " + getType(result) +
         "\n";
}

ParsedBlock::ParsedBlock(const std::vector<NamedValue> &arguments,
                         const std::string &layers,
                         const std::vector<NamedValue> &results) {
  context.loadDialect<LFDialect, arith::ArithDialect, func::FuncDialect>();
  std::string signature, constants, ins, outs;
  for (const NamedValue &argument : arguments) {
    if (argument.isConstant)
      constants += "  %" + argument.name +
                   "_ = arith.constant dense<0.1> : " + getType(argument) +
                   "\n";
    else
      signature += "%" + argument.name + "_: " + getType(argument) + ", ";
    ins += (ins.empty() ? "%" : ", %") + argument.name + " = %" +
           argument.name + "_ : " + getType(argument);
  }
  for (const NamedValue &result : results) {
    signature +=
        (outs.empty() ? "%" : ", %") + result.name + "_: " + getType(result);
    outs += (outs.empty() ? "%" : ", %") + result.name + "_";
  }
  size_t count = results.size();
  std::string text = "func.func @f(" + signature + ") {\n" + constants +
                     "  %r:" + std::to_string(count) +
                     " = lf.fused_block ins(" + ins + ") outs(" + outs + " : " +
                     getTypes(results) + ") {\n" + layers + "lf.yield " +
                     getNames(results) + " : " + getTypes(results) +
                     "\n}\nreturn\n}";
  module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    llvm::report_fatal_error(llvm::StringRef("cannot parse\n" + text));
  module->walk([&](FusedBlockOp block) { chain = lf::getChain(block); });
}

ScheduleAttr ParsedBlock::getRowSliding(int64_t band) {
  return ScheduleAttr::get(&context, LoopStructure::RowSliding, band);
}

ScheduleAttr ParsedBlock::getWholeTile(int64_t band) {
  return ScheduleAttr::get(&context, LoopStructure::WholeTile, band);
}

ScheduleAttr ParsedBlock::getWinograd(const std::string &algorithms,
                                      int64_t band) {
  std::string rows = band ? "row_band = " + std::to_string(band) + ", " : "";
  return cast<ScheduleAttr>(parseAttribute(
      "#lf.schedule<whole_tile, " + rows + "algorithms = [" + algorithms + "]>",
      &context));
}

ScheduleAttr ParsedBlock::getChannelBlocked(int64_t band, int64_t block) {
  return ScheduleAttr::get(&context, LoopStructure::ChannelBlocked, band,
                           block);
}
