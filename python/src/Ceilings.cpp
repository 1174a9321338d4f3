//===- Ceilings.cpp - the machine's limits, for Python ----------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bindings.h"

#include "LayerFusion/Runtime/Ceilings.h"

#include <nanobind/stl/string.h>

using namespace mlir;
using namespace mlir::lf::python;
namespace nb = nanobind;

static int checkThreads(int threads) {
  if (threads < 1)
    throw nb::value_error(
        ("threads must be positive, got " + std::to_string(threads)).c_str());
  return threads;
}

static lf::Ceilings measure(int threads, double seconds) {
  checkThreads(threads);
  nb::gil_scoped_release released;
  Context context;
  Diagnostics diagnostics(&context.mlir);
  FailureOr<lf::Ceilings> ceilings =
      lf::measureCeilings(&context.mlir, threads, seconds);
  if (failed(ceilings))
    diagnostics.raise("the machine's limits cannot be measured");
  return *ceilings;
}

namespace {

/// The loop on a number of threads.
struct SharedPeakLoop {
  explicit SharedPeakLoop(int threads);

  double getFlops() const { return threads * loop.getFlops(); }
  double run() const { return loop.run(threads); }

  unsigned threads;
  lf::PeakLoop loop;
};

} // namespace

static lf::PeakLoop compilePeakLoop() {
  nb::gil_scoped_release released;
  Context context;
  Diagnostics diagnostics(&context.mlir);
  FailureOr<lf::PeakLoop> loop = lf::PeakLoop::compile(&context.mlir);
  if (failed(loop))
    diagnostics.raise("this processor's peak cannot be measured");
  return *loop;
}

SharedPeakLoop::SharedPeakLoop(int threads)
    : threads(checkThreads(threads)), loop(compilePeakLoop()) {}

void lf::python::bindCeilings(nb::module_ &m) {
  nb::class_<SharedPeakLoop>(
      m, "PeakLoop",
      R"(A loop of float32 multiply-adds on registers and nothing else, to be timed
beside other code: what is possible while a processor's clock drifts.)")
      .def(nb::init<int>(), nb::arg("threads") = 1,
           "Raises ValueError for fewer than one thread.")
      .def_prop_ro(
          "flops", &SharedPeakLoop::getFlops,
          "Operations of a run, on all threads; a multiply-add is two.")
      .def("run", &SharedPeakLoop::run,
           nb::call_guard<nb::gil_scoped_release>(),
           "Runs it once, for some milliseconds; the seconds that it took.");
  nb::class_<lf::Ceilings>(m, "Ceilings",
                           "What no code on this machine can exceed, measured.")
      .def_ro("threads", &lf::Ceilings::threads, "Of so many threads together.")
      .def_ro("flops_per_second", &lf::Ceilings::flopsPerSecond,
              "Operations in float32; a multiply-add is two.")
      .def_prop_ro(
          "bytes_per_second",
          [](const lf::Ceilings &self) {
            nb::dict rates;
            for (const lf::Bandwidth &place : self.bandwidths)
              rates[place.name.c_str()] = place.bytesPerSecond;
            return rates;
          },
          nb::sig("def bytes_per_second(self) -> dict[str, float]"),
          "What can be read from 'L1', 'L2', 'L3' and 'memory'.");
  m.def("measure_ceilings", &measure, nb::arg("threads") = 1,
        nb::arg("seconds") = 1.0,
        R"(Measures what limits any code on this machine, in about `seconds`.

Raises ValueError for fewer than one thread.)");
  m.def(
      "measure_round_trip", &lf::measureRoundTrip,
      nb::call_guard<nb::gil_scoped_release>(),
      R"(The seconds in which a cache line goes from one of two threads to the other
and back, from some milliseconds of it.

On Zen 4 40 ns if both are on one core, 120 ns if their cores share an L3 cache,
and else 560 ns: a virtual machine's processors may be each of these in turn.)");
}
