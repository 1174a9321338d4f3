//===- Report.cpp - what was measured, for reading --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "common/Machine.h"
#include "peers/OneDNN.h"

#include "llvm/Support/Format.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

using namespace lfbench;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

static double getShare(const Result &result, double seconds) {
  return result.flops / seconds / result.peak;
}

static StringRef getCaches(const Result &result) {
  return result.flushed ? "flushed" : "hot";
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

static constexpr const char *rule =
    "--------------------------------------------------------------------------"
    "-"
    "--------------------------------------------------\n";

void lfbench::printHead(llvm::raw_ostream &os) {
  os << "                                fused block            a block a "
        "layer  "
        "       oneDNN                  times as long\n"
        "row         caches  threads     us GFLOP/s  peak       us GFLOP/s  "
        "peak       us GFLOP/s  peak  unfused  oneDNN\n"
     << rule;
}

/// Microseconds, GFLOP/s and share of peak.
static void printTime(llvm::raw_ostream &os, const Result &result,
                      double seconds) {
  os << llvm::format(" %8.1f %7.1f %4.0f%%", seconds * 1e6,
                     result.flops / seconds * 1e-9,
                     getShare(result, seconds) * 100);
}

void lfbench::printResult(llvm::raw_ostream &os, const Result &result) {
  os << llvm::format("%-11s %-7s %7u", result.name.c_str(),
                     getCaches(result).data(), result.threads);
  printTime(os, result, result.fused);
  printTime(os, result, result.unfused);
  printTime(os, result, result.oneDNN);
  os << llvm::format("  %7.2f %7.2f\n", result.unfused / result.fused,
                     result.oneDNN / result.fused);
}

//===----------------------------------------------------------------------===//
// Means
//===----------------------------------------------------------------------===//

namespace {

/// Rows that are comparable.
using Key = std::tuple<std::string, unsigned, bool>;

/// The mean and the least of one column.
class Column {
public:
  void add(double value) {
    logarithms += std::log(value);
    least = std::min(least, value);
    ++count;
  }

  double getMean() const { return std::exp(logarithms / count); }
  double getLeast() const { return least; }

private:
  double logarithms = 0, least = INFINITY;
  unsigned count = 0;
};

struct Means {
  unsigned rows = 0;
  Column fusedShare, unfusedShare, oneDNNShare, unfusedRatio, oneDNNRatio;

  void add(const Result &result) {
    ++rows;
    fusedShare.add(getShare(result, result.fused));
    unfusedShare.add(getShare(result, result.unfused));
    oneDNNShare.add(getShare(result, result.oneDNN));
    unfusedRatio.add(result.unfused / result.fused);
    oneDNNRatio.add(result.oneDNN / result.fused);
  }
};

} // namespace

static std::map<Key, Means> getMeans(llvm::ArrayRef<Result> results) {
  std::map<Key, Means> means;
  for (const Result &result : results)
    means[{result.group, result.threads, result.flushed}].add(result);
  return means;
}

/// One figure of each column, below the table's.
static void printMeansLine(llvm::raw_ostream &os, const char *name,
                           const Means &means, double (Column::*get)() const) {
  os << llvm::format("  %-25s", name);
  for (const Column *column :
       {&means.fusedShare, &means.unfusedShare, &means.oneDNNShare})
    os << llvm::format("%17s %4.0f%%", "", (column->*get)() * 100);
  os << llvm::format("  %7.2f %7.2f\n", (means.unfusedRatio.*get)(),
                     (means.oneDNNRatio.*get)());
}

void lfbench::printMeans(llvm::raw_ostream &os,
                         llvm::ArrayRef<Result> results) {
  os << rule;
  for (const auto &[key, means] : getMeans(results)) {
    const auto &[group, threads, flushed] = key;
    os << group << ", " << means.rows << " rows, " << threads
       << (threads == 1 ? " thread, " : " threads, ")
       << (flushed ? "flushed" : "hot") << "\n";
    printMeansLine(os, "geomean", means, &Column::getMean);
    printMeansLine(os, "least", means, &Column::getLeast);
  }
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static llvm::json::Value toJSON(const Result &result) {
  return llvm::json::Object{
      {"name", result.name},
      {"group", result.group},
      {"threads", result.threads},
      {"caches", getCaches(result)},
      {"flops", result.flops},
      {"peak_flops_per_second", result.peak},
      {"fused_seconds", result.fused},
      {"unfused_seconds", result.unfused},
      {"onednn_seconds", result.oneDNN},
      {"onednn_kernels", llvm::json::Array(result.kernels)}};
}

llvm::json::Value lfbench::toJSON(llvm::ArrayRef<Result> results) {
  llvm::json::Array rows;
  for (const Result &result : results)
    rows.push_back(::toJSON(result));
  llvm::json::Object all = describeRun("fused-pairs");
  all["onednn"] = OneDNN::getVersion();
  all["rows"] = std::move(rows);
  return all;
}
