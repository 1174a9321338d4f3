//===- Report.cpp - what was measured, for reading --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "peers/OneDNN.h"

#include "llvm/Support/Chrono.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Host.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

using namespace lfbench;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

namespace {

/// The columns that means are taken of.
struct Figures {
  std::optional<double> fusedShare, unfusedShare;
  double oneDNNShare = 0;
  /// How many times as long as the fused block the others take.
  std::optional<double> unfusedRatio, oneDNNRatio;
};

} // namespace

static std::optional<double> getShare(const Result &result,
                                      std::optional<double> seconds) {
  if (!seconds)
    return std::nullopt;
  return result.flops / *seconds / result.peak;
}

static Figures getFigures(const Result &result) {
  Figures figures;
  figures.fusedShare = getShare(result, result.fused);
  figures.unfusedShare = getShare(result, result.unfused);
  figures.oneDNNShare = *getShare(result, result.oneDNN);
  if (result.fused) {
    figures.oneDNNRatio = result.oneDNN / *result.fused;
    figures.unfusedRatio = *result.unfused / *result.fused;
  }
  return figures;
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

/// Microseconds, GFLOP/s and share of peak; dashes where there is no code.
static void printTime(llvm::raw_ostream &os, const Result &result,
                      std::optional<double> seconds) {
  if (seconds)
    os << llvm::format(" %8.1f %7.1f %4.0f%%", *seconds * 1e6,
                       result.flops / *seconds * 1e-9,
                       *getShare(result, seconds) * 100);
  else
    os << llvm::format(" %8s %7s %5s", "-", "-", "-");
}

static void printRatio(llvm::raw_ostream &os, std::optional<double> ratio) {
  if (ratio)
    os << llvm::format(" %7.2f", *ratio);
  else
    os << llvm::format(" %7s", "-");
}

void lfbench::printResult(llvm::raw_ostream &os, const Result &result) {
  os << llvm::format("%-11s %-7s %7u", result.name.c_str(),
                     getCaches(result).data(), result.threads);
  printTime(os, result, result.fused);
  printTime(os, result, result.unfused);
  printTime(os, result, result.oneDNN);
  Figures figures = getFigures(result);
  os << " ";
  printRatio(os, figures.unfusedRatio);
  printRatio(os, figures.oneDNNRatio);
  os << "\n";
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
  void add(std::optional<double> value) {
    if (!value)
      return;
    logarithms += std::log(*value);
    least = std::min(least, *value);
    ++count;
  }

  std::optional<double> getMean() const {
    if (count == 0)
      return std::nullopt;
    return std::exp(logarithms / count);
  }
  std::optional<double> getLeast() const {
    if (count == 0)
      return std::nullopt;
    return least;
  }

private:
  double logarithms = 0, least = INFINITY;
  unsigned count = 0;
};

struct Means {
  unsigned rows = 0;
  Column fusedShare, unfusedShare, oneDNNShare, unfusedRatio, oneDNNRatio;

  void add(const Figures &figures) {
    ++rows;
    fusedShare.add(figures.fusedShare);
    unfusedShare.add(figures.unfusedShare);
    oneDNNShare.add(figures.oneDNNShare);
    unfusedRatio.add(figures.unfusedRatio);
    oneDNNRatio.add(figures.oneDNNRatio);
  }
};

} // namespace

static std::map<Key, Means> getMeans(llvm::ArrayRef<Result> results) {
  std::map<Key, Means> means;
  for (const Result &result : results)
    means[{result.group, result.threads, result.flushed}].add(
        getFigures(result));
  return means;
}

static void printShare(llvm::raw_ostream &os, std::optional<double> share) {
  if (share)
    os << llvm::format("%17s %4.0f%%", "", *share * 100);
  else
    os << llvm::format("%17s %5s", "", "-");
}

void lfbench::printMeans(llvm::raw_ostream &os,
                         llvm::ArrayRef<Result> results) {
  os << rule;
  for (const auto &entry : getMeans(results)) {
    const auto &[group, threads, flushed] = entry.first;
    const Means &means = entry.second;
    os << group << ", " << means.rows << " rows, " << threads
       << (threads == 1 ? " thread, " : " threads, ")
       << (flushed ? "flushed" : "hot") << "\n";
    auto line = [&](const char *name, auto get) {
      os << llvm::format("  %-25s", name);
      for (const Column *column :
           {&means.fusedShare, &means.unfusedShare, &means.oneDNNShare})
        printShare(os, get(*column));
      os << " ";
      printRatio(os, get(means.unfusedRatio));
      printRatio(os, get(means.oneDNNRatio));
      os << "\n";
    };
    line("geomean", [](const Column &column) { return column.getMean(); });
    line("least", [](const Column &column) { return column.getLeast(); });
  }
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

/// The processor's name as the system has it, and LLVM's.
static std::string getProcessor() {
  std::string name;
  // As a stream: files of the system do not know their size.
  if (auto file = llvm::MemoryBuffer::getFileAsStream("/proc/cpuinfo")) {
    StringRef text = (*file)->getBuffer();
    StringRef line = text.substr(text.find("model name")).split('\n').first;
    name = line.split(':').second.trim().str();
  }
  std::string known = llvm::sys::getHostCPUName().str();
  return name.empty() ? known : name + " (" + known + ")";
}

static llvm::json::Value orNull(std::optional<double> value) {
  return value ? llvm::json::Value(*value) : llvm::json::Value(nullptr);
}

static llvm::json::Value toJSON(const Result &result) {
  return llvm::json::Object{
      {"name", result.name},
      {"group", result.group},
      {"threads", result.threads},
      {"caches", getCaches(result)},
      {"flops", result.flops},
      {"peak_flops_per_second", result.peak},
      {"fused_seconds", orNull(result.fused)},
      {"unfused_seconds", orNull(result.unfused)},
      {"onednn_seconds", result.oneDNN},
      {"onednn_kernels", llvm::json::Array(result.kernels)}};
}

llvm::json::Value lfbench::toJSON(llvm::ArrayRef<Result> results) {
  llvm::json::Array rows;
  for (const Result &result : results)
    rows.push_back(::toJSON(result));
  return llvm::json::Object{
      {"benchmark", "fused-pairs"},
      {"date",
       llvm::formatv("{0:%Y-%m-%d}", std::chrono::system_clock::now()).str()},
      {"processor", getProcessor()},
      {"onednn", OneDNN::getVersion()},
      {"rows", std::move(rows)}};
}
