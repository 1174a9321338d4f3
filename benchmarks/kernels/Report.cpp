//===- Report.cpp - what was measured, for reading --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "common/Machine.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/Format.h"

#include <cmath>

using namespace lfbench;
using llvm::ArrayRef;

/// The same layer on as many threads, computed directly; null if that was not
/// measured.
static const Result *findDirect(ArrayRef<Result> results, const Result &like) {
  for (const Result &result : results)
    if (result.asked == "direct" && result.failure.empty() &&
        result.name == like.name && result.threads == like.threads)
      return &result;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

static constexpr const char *rule =
    "--------------------------------------------------------------------------"
    "--------------------\n";

void lfbench::printHead(llvm::raw_ostream &os) {
  os << "                                            median us    hot/   times "
        "as fast  filters\n"
        "layer         threads  schedule            hot     cold  limit   hot  "
        "   cold      MiB    error\n"
     << rule;
}

static void printResult(llvm::raw_ostream &os, const Result &result,
                        const Result *direct) {
  os << llvm::format("%-13s %7u  %-15s", result.name.c_str(), result.threads,
                     result.asked.c_str());
  if (!result.failure.empty()) {
    os << " is not measured: " << result.failure << "\n";
    return;
  }
  os << llvm::format(" %8.1f %8.1f %6.2f", result.hot * 1e6, result.cold * 1e6,
                     result.hot / result.getDirectLimit());
  if (direct)
    os << llvm::format(" %6.2f %8.2f", direct->hot / result.hot,
                       direct->cold / result.cold);
  else
    os << llvm::format(" %6s %8s", "", "");
  os << llvm::format(" %8.2f  %7.1e\n",
                     static_cast<double>(result.filterBytes) / (1 << 20),
                     result.error);
}

void lfbench::printResults(llvm::raw_ostream &os, ArrayRef<Result> results) {
  for (const Result &result : results)
    printResult(os, result, findDirect(results, result));
}

//===----------------------------------------------------------------------===//
// Means
//===----------------------------------------------------------------------===//

void lfbench::printMeans(llvm::raw_ostream &os, ArrayRef<Result> results) {
  struct Logarithms {
    double hot = 0, cold = 0;
    unsigned count = 0;
  };
  llvm::MapVector<std::pair<unsigned, llvm::StringRef>, Logarithms> groups;
  for (const Result &result : results) {
    const Result *direct = findDirect(results, result);
    if (!direct || direct == &result || !result.failure.empty())
      continue;
    Logarithms &group = groups[{result.threads, result.asked}];
    group.hot += std::log(direct->hot / result.hot);
    group.cold += std::log(direct->cold / result.cold);
    ++group.count;
  }
  os << rule;
  for (const auto &[key, group] : groups)
    if (group.count > 1)
      os << llvm::format("%-13s %7u  %-15s %24s %6.2f %8.2f\n",
                         ("geomean of " + std::to_string(group.count)).c_str(),
                         key.first, key.second.str().c_str(), "",
                         std::exp(group.hot / group.count),
                         std::exp(group.cold / group.count));
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static llvm::json::Value toJSON(const Result &result) {
  llvm::json::Object row{{"name", result.name},
                         {"threads", result.threads},
                         {"asked", result.asked},
                         {"flops", result.flops},
                         {"peak_flops_per_second", result.peak}};
  if (!result.failure.empty()) {
    row["failure"] = result.failure;
    return row;
  }
  row["schedule"] = result.schedule;
  row["hot_seconds"] = result.hot;
  row["cold_seconds"] = result.cold;
  row["filter_bytes"] = result.filterBytes;
  row["max_error"] = result.error;
  return row;
}

llvm::json::Value lfbench::toJSON(ArrayRef<Result> results) {
  llvm::json::Array rows;
  for (const Result &result : results)
    rows.push_back(::toJSON(result));
  llvm::json::Object all = describeRun("kernels");
  all["rows"] = std::move(rows);
  return all;
}
