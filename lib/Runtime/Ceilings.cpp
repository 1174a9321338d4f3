//===- Ceilings.cpp - what no code on this machine can exceed ---*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two loops, written as text. Of multiply-adds, with as many accumulators as
// hide the latency of an instruction and fit the registers:
//
//   do { acc0 = fma(a, acc0, b); acc1 = fma(a, acc1, b); ... } while (--steps)
//
// and of loads, over a piece of memory again and again:
//
//   do { do { acc0 ^= p[0]; acc1 ^= p[1]; ... } while (p != end) } while
//   (--steps)
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/Runtime/Ceilings.h"

#include "LayerFusion/Dialect/LF/LF.h"
#include "LayerFusion/Schedule/Target.h"
#include "Threads.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// `text(0), text(1), ..., text(count - 1)`, with what stands between them.
static std::string repeat(int64_t count,
                          llvm::function_ref<std::string(int64_t)> text,
                          StringRef separator = ", ") {
  std::string all;
  for (int64_t index = 0; index < count; ++index)
    all += (index ? separator : "").str() + text(index);
  return all;
}

/// `%name0, %name1, ...`, and `%name0: type, ...` with a type.
static std::string list(StringRef name, int64_t count, StringRef type = "") {
  return repeat(count, [&](int64_t index) {
    return ("%" + name + Twine(index) + (type.empty() ? "" : ": ") + type)
        .str();
  });
}

static std::string list(int64_t count, StringRef text) {
  return repeat(count, [&](int64_t) { return text.str(); });
}

/// A module with the entry point `loop(sizes, data, result)` around `body`,
/// which gets two numbers, the pointer to the data and constants to start the
/// accumulators with, and branches to ^done with the accumulators.
static std::string getModule(int64_t count, StringRef vector, StringRef start,
                             StringRef body) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "llvm.func @loop(%sizes: !llvm.ptr, %data: !llvm.ptr, %y: !llvm.ptr, "
        "%workspace: !llvm.ptr) -> i32 attributes {\n"
        "    lf.inputs = [#lf.io<name = \"sizes\", type = tensor<2xi64>>,\n"
        "                 #lf.io<name = \"data\", type = tensor<1xi64>>],\n"
        "    lf.outputs = [#lf.io<name = \"y\", type = tensor<1xf32>>]} {\n"
        "  %c0 = llvm.mlir.constant(0 : i64) : i64\n"
        "  %c1 = llvm.mlir.constant(1 : i64) : i64\n"
        "  %status = llvm.mlir.constant(0 : i32) : i32\n"
        "  %size0 = llvm.load %sizes : !llvm.ptr -> i64\n"
        "  %second = llvm.getelementptr %sizes[1] : (!llvm.ptr) -> !llvm.ptr, "
        "i64\n"
        "  %size1 = llvm.load %second : !llvm.ptr -> i64\n";
  // All different, or LLVM would see that one accumulator is enough.
  for (int64_t index = 0; index < count; ++index)
    os << "  %start" << index << " = llvm.mlir.constant(dense<" << index
       << start << "> : " << vector << ") : " << vector << "\n";
  os << body << "^done(" << list("sum", count, vector) << "):\n";
  for (int64_t index = 0; index < count; ++index)
    os << "  llvm.store volatile %sum" << index << ", %y {alignment = 4 : i64}"
       << " : " << vector << ", !llvm.ptr\n";
  os << "  llvm.return %status : i32\n}\n"
        "llvm.func @loop_packed(%all: !llvm.ptr) -> i32 {\n";
  for (int64_t index = 0; index < 4; ++index)
    os << "  %at" << index << " = llvm.getelementptr %all[" << index
       << "] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr\n  %arg" << index
       << " = llvm.load %at" << index << " : !llvm.ptr -> !llvm.ptr\n";
  os << "  %status = llvm.call @loop(%arg0, %arg1, %arg2, %arg3) : ("
     << list(4, "!llvm.ptr") << ") -> i32\n  llvm.return %status : i32\n}\n";
  return text;
}

static std::string getVector(int64_t bytes, StringRef element) {
  return ("vector<" + Twine(bytes / 4) + "x" + element + ">").str();
}

static std::string getPeakLoop(int64_t vectorBytes, int64_t count) {
  std::string vector = getVector(vectorBytes, "f32");
  std::string text;
  llvm::raw_string_ostream os(text);
  // Accumulators end at 2: neither overflow nor denormal numbers.
  os << "  %a = llvm.mlir.constant(dense<0.5> : " << vector << ") : " << vector
     << "\n  %b = llvm.mlir.constant(dense<1.0> : " << vector
     << ") : " << vector << "\n  llvm.br ^loop(%size0, " << list("start", count)
     << " : i64, " << list(count, vector) << ")\n^loop(%left: i64, "
     << list("acc", count, vector) << "):\n";
  for (int64_t index = 0; index < count; ++index)
    os << "  %next" << index << " = llvm.intr.fma(%a, %acc" << index
       << ", %b) : (" << list(3, vector) << ") -> " << vector << "\n";
  os << "  %less = llvm.sub %left, %c1 : i64\n"
        "  %more = llvm.icmp \"ne\" %less, %c0 : i64\n"
        "  llvm.cond_br %more, ^loop(%less, "
     << list("next", count) << " : i64, " << list(count, vector) << "), ^done("
     << list("next", count) << " : " << list(count, vector) << ")\n";
  return getModule(count, vector, ".0", text);
}

/// Loads in one iteration of the loop below.
static constexpr int64_t loadsAtOnce = 8;

static std::string getReadLoop(int64_t vectorBytes) {
  constexpr int64_t count = loadsAtOnce;
  std::string vector = getVector(vectorBytes, "i32");
  std::string types = list(count, vector);
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "  %step = llvm.mlir.constant(" << count * vectorBytes
     << " : i64) : i64\n  llvm.br ^sweep(%size0, " << list("start", count)
     << " : i64, " << types << ")\n^sweep(%left: i64, "
     << list("outer", count, vector) << "):\n  llvm.br ^loop(%c0, "
     << list("outer", count) << " : i64, " << types << ")\n^loop(%offset: i64, "
     << list("acc", count, vector)
     << "):\n  %p = llvm.getelementptr %data[%offset] : (!llvm.ptr, i64) -> "
        "!llvm.ptr, i8\n";
  for (int64_t index = 0; index < count; ++index)
    os << "  %p" << index << " = llvm.getelementptr %p[" << index
       << "] : (!llvm.ptr) -> !llvm.ptr, " << vector << "\n  %x" << index
       << " = llvm.load %p" << index
       << " {alignment = 64 : i64} : !llvm.ptr -> " << vector << "\n  %next"
       << index << " = llvm.xor %acc" << index << ", %x" << index << " : "
       << vector << "\n";
  os << "  %further = llvm.add %offset, %step : i64\n"
        "  %inside = llvm.icmp \"ult\" %further, %size1 : i64\n"
        "  llvm.cond_br %inside, ^loop(%further, "
     << list("next", count) << " : i64, " << types << "), ^swept\n"
     << "^swept:\n  %less = llvm.sub %left, %c1 : i64\n"
        "  %more = llvm.icmp \"ne\" %less, %c0 : i64\n"
        "  llvm.cond_br %more, ^sweep(%less, "
     << list("next", count) << " : i64, " << types << "), ^done("
     << list("next", count) << " : " << types << ")\n";
  return getModule(count, vector, "", text);
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

static FailureOr<std::unique_ptr<Executable>>
compileLoop(MLIRContext *context, const std::string &text) {
  context->loadDialect<LFDialect, LLVM::LLVMDialect>();
  auto module =
      parseSourceString<ModuleOp>(text, ParserConfig(context), "<ceilings>");
  if (!module)
    return failure();
  return Executable::compile(*module);
}

/// Runs a loop with its two sizes.
static void runLoop(const Executable &code, int64_t size0, int64_t size1,
                    const void *data) {
  alignas(64) float result[64];
  int64_t sizes[] = {size0, size1};
  // It cannot fail: there are two inputs and an output.
  llvm::cantFail(code.run({sizes, data}, {result}));
}

static FailureOr<Target> getHost(MLIRContext *context) {
  return Target::getProcessor(
      "host", [&] { return emitError(UnknownLoc::get(context)); });
}

//===----------------------------------------------------------------------===//
// Multiply-adds
//===----------------------------------------------------------------------===//

FailureOr<PeakLoop> PeakLoop::compile(MLIRContext *context, int64_t vectorBytes,
                                      int64_t accumulators) {
  FailureOr<std::unique_ptr<Executable>> code =
      compileLoop(context, getPeakLoop(vectorBytes, accumulators));
  if (failed(code))
    return failure();
  PeakLoop loop;
  loop.code = std::move(*code);
  loop.vectorBytes = vectorBytes;
  double flopsPerStep = 2.0 * accumulators * (vectorBytes / 4);
  auto setSteps = [&](int64_t steps) {
    loop.steps = std::max<int64_t>(steps, 1);
    loop.flops = flopsPerStep * loop.steps;
  };
  setSteps(100'000);
  loop.run();
  setSteps(static_cast<int64_t>(100'000 * 3e-3 / loop.run()));
  return loop;
}

FailureOr<PeakLoop> PeakLoop::compile(MLIRContext *context) {
  FailureOr<Target> host = getHost(context);
  if (failed(host))
    return failure();
  // The rest is for the factor and the summand.
  int64_t accumulators = host->vectorRegisters * 3 / 4;
  std::optional<PeakLoop> best;
  double bestRate = 0;
  for (int64_t bytes = 16; bytes <= host->vectorBytes; bytes *= 2) {
    FailureOr<PeakLoop> loop = compile(context, bytes, accumulators);
    if (failed(loop))
      return failure();
    for (int run = 0; run < 5; ++run) {
      double rate = loop->getFlops() / loop->run();
      // Ties are for the wider: it is noise that decides them.
      if (rate < bestRate * (bytes == 16 ? 1 : 0.99))
        continue;
      bestRate = std::max(rate, bestRate);
      best = *loop;
    }
  }
  return *best;
}

double PeakLoop::run(unsigned threads) const {
  return runOnThreads(threads,
                      [&](unsigned) { runLoop(*code, steps, 0, &steps); });
}

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

namespace {

/// Memory for each of several threads to read, each its own.
class Pieces {
public:
  Pieces(unsigned threads, int64_t bytes)
      : bytes(bytes), words(threads * bytes / sizeof(int64_t) + 8, 1) {}

  const void *get(unsigned thread) const {
    uintptr_t start =
        llvm::alignTo(reinterpret_cast<uintptr_t>(words.data()), 64);
    return reinterpret_cast<const char *>(start) + thread * bytes;
  }

private:
  int64_t bytes;
  std::vector<int64_t> words;
};

} // namespace

/// The best rate at which `threads` threads read `bytes` each, in `seconds`.
static double measureReading(const Executable &code, unsigned threads,
                             int64_t bytes, double seconds) {
  Pieces pieces(threads, bytes);
  auto run = [&](int64_t sweeps) {
    return runOnThreads(threads, [&](unsigned thread) {
      runLoop(code, sweeps, bytes, pieces.get(thread));
    });
  };
  run(1);
  // Ten measurements, each of as many sweeps as there is time for.
  int64_t sweeps = std::max<int64_t>(1, seconds / 10 / run(1));
  double best = 0;
  for (int measurement = 0; measurement < 10; ++measurement)
    best = std::max(best, 1.0 * threads * bytes * sweeps / run(sweeps));
  return best;
}

/// Sizes that lie in one cache and not in the one before, and one that lies in
/// none.
static std::vector<Bandwidth> getPlaces(const Target &host, int64_t step) {
  std::vector<Bandwidth> places;
  for (auto [level, bytes] : llvm::enumerate(host.cacheBytes))
    places.push_back({("L" + Twine(level + 1)).str(), bytes / 2});
  // A core's share of L3 may be little more than its L2.
  places[2].bytes = std::max(places[2].bytes, 2 * host.cacheBytes[1]);
  places.push_back(
      {"memory", std::max<int64_t>(64 << 20, 8 * host.cacheBytes[2])});
  for (Bandwidth &place : places)
    place.bytes = llvm::alignDown(place.bytes, step);
  return places;
}

FailureOr<Ceilings> lf::measureCeilings(MLIRContext *context, unsigned threads,
                                        double seconds) {
  FailureOr<Target> host = getHost(context);
  FailureOr<PeakLoop> peak = PeakLoop::compile(context);
  if (failed(host) || failed(peak))
    return failure();
  FailureOr<std::unique_ptr<Executable>> reading =
      compileLoop(context, getReadLoop(host->vectorBytes));
  if (failed(reading))
    return failure();
  Ceilings ceilings;
  ceilings.threads = threads;
  ceilings.bandwidths = getPlaces(*host, loadsAtOnce * host->vectorBytes);
  double share = seconds / (1 + ceilings.bandwidths.size());
  for (double spent = 0; spent == 0 || spent < share;) {
    double time = peak->run(threads);
    spent += time;
    ceilings.flopsPerSecond =
        std::max(ceilings.flopsPerSecond, threads * peak->getFlops() / time);
  }
  for (Bandwidth &place : ceilings.bandwidths)
    place.bytesPerSecond =
        measureReading(**reading, threads, place.bytes, share);
  return ceilings;
}

double lf::measureRoundTrip() {
  constexpr int trips = 10'000;
  // Each in a line of its own, and not in the one that is fetched with it.
  alignas(128) std::atomic<int> there = 0;
  alignas(128) std::atomic<int> back = 0;
  auto await = [](const std::atomic<int> &line, int trip) {
    // Both may have to share one processor.
    for (int looks = 1; line.load(std::memory_order_acquire) != trip; ++looks)
      if (looks % 1024 == 0)
        std::this_thread::yield();
  };
  double seconds = runOnThreads(2, [&](unsigned thread) {
    for (int trip = 1; trip <= trips; ++trip) {
      if (thread == 0)
        there.store(trip, std::memory_order_release);
      await(thread == 0 ? back : there, trip);
      if (thread == 1)
        back.store(trip, std::memory_order_release);
    }
  });
  return seconds / trips;
}
