//===- Measuring.cpp - a row by every contestant ----------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Measuring.h"

#include "common/Compiled.h"
#include "common/Machine.h"
#include "peers/OneDNN.h"

#include "LayerFusion/Dialect/LF/LF.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <optional>

using namespace mlir;
using namespace lfbench;

//===----------------------------------------------------------------------===//
// Contestants
//===----------------------------------------------------------------------===//

namespace {

/// All that compute a row on so many threads; oneDNN's depthwise post-op is
/// null where it does not apply.
struct Contestants {
  std::unique_ptr<Compiled> fused, unfused;
  std::unique_ptr<OneDNN> kernels, postOp;
};

} // namespace

/// Whether both are the same but for rounding: oneDNN may use Winograd's
/// algorithm, which loses some digits.
static bool agree(ArrayRef<float> values, ArrayRef<float> expected) {
  constexpr float tolerance = 1e-4f;
  float largest = 0, difference = 0;
  for (auto [value, wanted] : llvm::zip_equal(values, expected)) {
    largest = std::max(largest, std::abs(wanted));
    // Not-a-number is no maximum.
    if (!(std::abs(value - wanted) <= difference))
      difference = std::abs(value - wanted);
  }
  return difference <= tolerance * largest;
}

/// Compares all outputs with those of oneDNN's separate kernels.
static LogicalResult compare(const Row &row, Contestants &contestants) {
  std::vector<float> expected = contestants.kernels->compute();
  auto check = [&](auto &contestant, StringRef what) -> LogicalResult {
    if (!contestant || agree(contestant->compute(), expected))
      return success();
    return row.module.get().emitError(what)
           << " computes other values than oneDNN's separate kernels";
  };
  return success(succeeded(check(contestants.fused, "the fused block")) &&
                 succeeded(check(contestants.unfused, "a block a layer")) &&
                 succeeded(check(contestants.postOp, "the depthwise post-op")));
}

/// All layers in one block, or each in a block of its own. What comes after,
/// the schedule among it, is the compiler's own choice, as in any network.
static FailureOr<std::unique_ptr<Compiled>>
compile(const Row &row, lf::FusionPolicy policy, unsigned threads) {
  OwningOpRef<ModuleOp> module = row.module.get().clone();
  if (failed(formBlocks(*module, policy)))
    return failure();
  int64_t count = 0;
  module->walk([&](lf::FusedBlockOp) { ++count; });
  if (policy == lf::FusionPolicy::All && count != 1)
    return module->emitError("expected one block, got ") << count;
  return Compiled::compile(row, *module, threads);
}

static FailureOr<Contestants> makeContestants(const Row &row,
                                              unsigned threads) {
  Contestants contestants;
  OneDNN::setThreads(threads);
  contestants.kernels = OneDNN::create(row, DepthwiseFusion::None);
  if (!contestants.kernels)
    return row.module.get().emitError("oneDNN has no kernel for a layer");
  contestants.postOp = OneDNN::create(row, DepthwiseFusion::PostOp);
  auto fused = compile(row, lf::FusionPolicy::All, threads);
  auto unfused = compile(row, lf::FusionPolicy::None, threads);
  if (failed(fused) || failed(unfused))
    return failure();
  contestants.fused = std::move(*fused);
  contestants.unfused = std::move(*unfused);
  if (failed(compare(row, contestants)))
    return failure();
  return contestants;
}

//===----------------------------------------------------------------------===//
// Timing
//===----------------------------------------------------------------------===//

static Result measure(const Row &row, const Contestants &contestants,
                      const lf::PeakLoop &peak, unsigned threads,
                      const lf::MeasureOptions &options) {
  std::vector<lf::TimedRun> functions;
  auto add = [&](const auto &contestant) {
    if (contestant)
      functions.push_back(
          lf::timed([runner = contestant.get()] { runner->run(); }));
  };
  add(contestants.fused);
  add(contestants.unfused);
  add(contestants.kernels);
  add(contestants.postOp);
  functions.push_back(timePeak(peak, threads));
  std::vector<lf::Measurement> measured = measureInTurns(functions, options);

  Result result;
  result.name = row.name;
  result.group = row.group;
  result.flops = row.flops;
  result.threads = threads;
  result.flushed = options.flusher;
  result.peak = getPeakRate(peak, threads, measured.back());
  result.fused = measured[0].median;
  result.unfused = measured[1].median;
  result.oneDNN = measured[2].median;
  result.kernels = contestants.kernels->getKernels();
  if (contestants.postOp && measured[3].median < result.oneDNN) {
    result.oneDNN = measured[3].median;
    result.kernels = contestants.postOp->getKernels();
  }
  return result;
}

FailureOr<std::vector<Result>> lfbench::measureRow(const Row &row,
                                                   const lf::PeakLoop &peak,
                                                   const Settings &settings) {
  std::vector<Result> results;
  for (unsigned threads : settings.threads) {
    FailureOr<Contestants> contestants = makeContestants(row, threads);
    if (failed(contestants))
      return failure();
    for (bool flushed : {false, true}) {
      if (!(flushed ? settings.flushed : settings.hot))
        continue;
      lf::MeasureOptions options;
      options.rounds = settings.rounds;
      options.secondsPerTurn = settings.secondsPerTurn;
      std::optional<lf::CacheFlusher> flusher;
      if (flushed)
        options.flusher = &flusher.emplace(threads);
      results.push_back(measure(row, *contestants, peak, threads, options));
    }
  }
  return results;
}
