//===- Measuring.cpp - a layer with every schedule --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Measuring.h"

#include "Candidate.h"
#include "Reference.h"
#include "common/Machine.h"

#include "LayerFusion/Runtime/Measure.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

using namespace mlir;
using namespace lfbench;

/// Errors above this are no rounding.
static constexpr double tolerance = 1e-4;

/// Copies of the filters take at least so much, more than the caches of one
/// processor hold.
static constexpr int64_t bytesOfCopies = 96 << 20;
/// But there are not more of them: filters this small take no time to read.
static constexpr int64_t mostCopies = 256;

namespace {

/// A candidate, and copies of it whose filters are in no cache when their turn
/// comes.
struct Contestant {
  Candidate candidate;
  std::vector<std::unique_ptr<lf::Executable>> copies;
  size_t next = 0;
  /// Where its times go.
  size_t result = 0;

  void runHot() { candidate.compiled->run(); }
  void runCold() {
    candidate.compiled->run(*copies[next]);
    next = (next + 1) % copies.size();
  }
};

} // namespace

static int64_t getConstantBytes(StringRef code) {
  auto object = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(code, "object"));
  if (!object) {
    llvm::consumeError(object.takeError());
    return 0;
  }
  int64_t bytes = 0;
  for (const llvm::object::SectionRef &section : (*object)->sections())
    if (section.isData())
      bytes += section.getSize();
  return bytes;
}

static LogicalResult addCopies(Contestant &contestant, int64_t filterBytes,
                               Location loc) {
  int64_t count = bytesOfCopies / std::max<int64_t>(filterBytes, 1) + 2;
  for (int64_t copy = 0; copy < std::min(count, mostCopies); ++copy) {
    auto code = contestant.candidate.compiled->getCode().copy();
    if (!code)
      return emitError(loc) << llvm::toString(code.takeError());
    contestant.copies.push_back(std::move(*code));
  }
  return success();
}

/// Compiles and checks a candidate. What goes wrong is noted in `result`.
static std::optional<Contestant>
prepare(const Row &row, ArrayRef<double> expected, Result &result) {
  ScopedDiagnosticHandler handler(
      row.module.get().getContext(), [&](Diagnostic &diagnostic) {
        // Notes repeat the module.
        if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
          result.failure +=
              (result.failure.empty() ? "" : "; ") + diagnostic.str();
        return success();
      });
  FailureOr<Candidate> candidate =
      makeCandidate(row, result.asked, result.threads);
  if (failed(candidate)) {
    if (result.failure.empty())
      result.failure = "no reason is given";
    return std::nullopt;
  }
  result.schedule = candidate->schedule;
  result.filterBytes =
      getConstantBytes(candidate->compiled->getCode().object());
  result.error = getError(candidate->compiled->compute(), expected);
  if (!(result.error <= tolerance)) {
    result.failure = llvm::formatv("computes other values: the largest error "
                                   "is {0:e1} of the largest one",
                                   result.error);
    return std::nullopt;
  }
  Contestant contestant;
  contestant.candidate = std::move(*candidate);
  if (failed(
          addCopies(contestant, result.filterBytes, row.module.get().getLoc())))
    return std::nullopt;
  return contestant;
}

/// Times all in turns, hot and cold, and fills in their results.
static void measure(std::vector<Contestant> &contestants,
                    const lf::PeakLoop &peak, unsigned threads,
                    const Settings &settings, std::vector<Result> &results) {
  std::vector<lf::TimedRun> functions;
  for (Contestant &contestant : contestants) {
    functions.push_back(lf::timed([&] { contestant.runHot(); }));
    functions.push_back(lf::timed([&] { contestant.runCold(); }));
  }
  functions.push_back(timePeak(peak, threads));
  lf::MeasureOptions options;
  options.rounds = settings.rounds;
  options.secondsPerTurn = settings.secondsPerTurn;
  std::vector<lf::Measurement> measured = measureInTurns(functions, options);
  for (size_t index = 0; index < contestants.size(); ++index) {
    Result &result = results[contestants[index].result];
    result.peak = getPeakRate(peak, threads, measured.back());
    result.hot = measured[2 * index].median;
    result.cold = measured[2 * index + 1].median;
  }
}

FailureOr<std::vector<Result>> lfbench::measureRow(const Row &row,
                                                   const lf::PeakLoop &peak,
                                                   const Settings &settings) {
  if (row.layers.size() != 1 || row.layers.front().depthwise || row.addsInput)
    return row.module.get().emitError("is not one dense convolution");
  std::vector<double> expected = computeReference(row);
  std::vector<std::string> schedules = settings.schedules;
  if (schedules.empty())
    schedules = getDefaultSchedules(row.layers.front());
  std::vector<Result> results;
  for (unsigned threads : settings.threads) {
    std::vector<Contestant> contestants;
    for (const std::string &schedule : schedules) {
      Result result;
      result.name = row.name;
      result.asked = schedule;
      result.threads = threads;
      result.flops = row.flops;
      if (auto contestant = prepare(row, expected, result)) {
        contestant->result = results.size();
        contestants.push_back(std::move(*contestant));
      }
      results.push_back(std::move(result));
    }
    measure(contestants, peak, threads, settings, results);
  }
  return results;
}
