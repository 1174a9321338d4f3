# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Times networks here and in other engines, on the same file and input.

    from layerfusion import bench

    result = bench.measure("model.onnx", peers=["onnxruntime"], threads=1)
    print(bench.table([result]))

The engines take turns, as the clock of a processor drifts and other programs
come and go; outputs are compared before anything is timed.
"""

from __future__ import annotations

import datetime
import platform
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

import layerfusion
from layerfusion.inputs import random_array
from layerfusion.peers import PEERS, Model, Run, Unsupported

OURS = "layerfusion"

# Largest difference between the outputs of two engines, as a share of the
# largest value, that passes for rounding.
TOLERANCE = 1e-3

# Worker threads of one engine wait for work on the processors for up to a fifth
# of a second, in LLVM's OpenMP: the next one's turn comes after.
_PAUSE = 0.25


@dataclass
class Timing:
    """An engine's runs of one network, in seconds."""

    version: str
    times: list[float] = field(default_factory=list)
    error: float = 0.0

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def shortest(self) -> float:
        return min(self.times)


@dataclass
class Result:
    """One network at one batch size and number of threads."""

    model: str
    batch: int
    threads: int
    macs: int
    # Operations a second of so many threads, a multiply-add being two: the median
    # of what a PeakLoop reached in turns between those of the engines.
    peak: float
    # By engine, ours first.
    timings: dict[str, Timing]
    # Seconds in which a cache line went to another thread and back, before each
    # round; none with one thread.
    round_trips: list[float] = field(default_factory=list)
    # Engines that were not timed, and why.
    refused: dict[str, str] = field(default_factory=dict)

    def share(self, engine: str) -> float:
        """The share of the peak that the multiplications alone amount to."""
        return 2 * self.macs / self.timings[engine].median / self.peak

    def ratio(self, engine: str) -> float:
        """How many times as long as we an engine takes."""
        return self.timings[engine].median / self.timings[OURS].median

    def best_peer(self) -> str | None:
        """The fastest of the other engines."""
        peers = [engine for engine in self.timings if engine != OURS]
        return min(peers, key=lambda e: self.timings[e].median, default=None)

    def to_json(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "batch": self.batch,
            "threads": self.threads,
            "macs": self.macs,
            "peak_flops_per_second": self.peak,
            "round_trip_seconds": self.round_trips,
            "engines": {
                engine: {
                    "version": timing.version,
                    "median_seconds": timing.median,
                    "shortest_seconds": timing.shortest,
                    "runs": len(timing.times),
                    "max_error": timing.error,
                }
                for engine, timing in self.timings.items()
            },
            "refused": self.refused,
        }


class Disagreement(Exception):
    """No other engine computes what we do."""


# --- Measuring -----------------------------------------------------------------


def measure(
    model: str | PathLike[str],
    peers: Sequence[str] = (),
    threads: int = 1,
    batch: int | None = None,
    rounds: int = 10,
    seconds: float = 0.3,
    seed: int = 0,
) -> Result:
    """Times an ONNX file in turns of `seconds` here and in `peers`, which must be
    installed.

    A peer that cannot run the model, or has an output that differs by more than
    TOLERANCE of its largest value, is not timed. Raises Disagreement if the
    outputs of all of them differ, and what import_onnx() and compile() raise.
    """
    module = layerfusion.import_onnx(model, batch)
    module.run_pipeline("lf-simplify")
    random = np.random.default_rng(seed)
    inputs = {io.name: random_array(random, io) for io in module.inputs}
    outputs = [io.name for io in module.outputs]
    work = Model(model, inputs, outputs, threads)
    runs = {OURS: _prepare_ours(module, inputs, threads)}
    timings, refused = {OURS: Timing(_our_version())}, {}
    expected = [np.array(output, copy=True) for output in runs[OURS]()]
    for peer in peers:
        try:
            run = PEERS[peer].prepare(work)
            error = _compare(run(), expected)
        except Unsupported as reason:
            refused[peer] = f"not supported: {reason}"
        except Disagreement as reason:
            refused[peer] = f"differs: {reason}"
        else:
            runs[peer], timings[peer] = run, Timing(PEERS[peer].version, error=error)
    _require_agreement(runs, refused)
    peak, round_trips = _take_turns(runs, timings, rounds, seconds, threads)
    return Result(
        model=Path(model).stem,
        batch=module.inputs[0].shape[0] if module.inputs[0].shape else 1,
        threads=threads,
        macs=sum(layer.macs for layer in module.layers()),
        peak=peak,
        timings=timings,
        round_trips=round_trips,
        refused=refused,
    )


def _prepare_ours(
    module: layerfusion.Module, inputs: dict[str, np.ndarray], threads: int
) -> Run:
    exe = layerfusion.compile(module, threads=threads)
    arrays = list(inputs.values())
    outputs = [np.empty(io.shape, io.dtype) for io in exe.outputs]

    def run() -> list[np.ndarray]:
        exe(*arrays, out=outputs)
        return outputs

    return run


def _our_version() -> str:
    import importlib.metadata

    try:
        return importlib.metadata.version("layerfusion")
    except importlib.metadata.PackageNotFoundError:
        return "checkout"


def _compare(outputs: list[np.ndarray], expected: list[np.ndarray]) -> float:
    """The largest error among them. Raises Disagreement where it is no rounding."""
    largest = 0.0
    for index, (y, wanted) in enumerate(zip(outputs, expected)):
        if np.size(y) != wanted.size:
            raise Disagreement(f"output {index} has {np.size(y)} values")
        error = _relative_error(np.reshape(y, wanted.shape), wanted)
        # Not-a-number compares as false.
        if not error <= TOLERANCE:
            raise Disagreement(f"output {index} by {error:.2g} of the largest value")
        largest = max(largest, error)
    return largest


def _require_agreement(runs: dict[str, Run], refused: dict[str, str]) -> None:
    """Where no peer computes what we do, it may be we who are wrong."""
    differing = {e: r for e, r in refused.items() if r.startswith("differs")}
    if differing and list(runs) == [OURS]:
        reasons = "; ".join(f"{e} {reason}" for e, reason in differing.items())
        raise Disagreement(f"no engine has the outputs of {OURS}: {reasons}")


def _relative_error(y: np.ndarray, expected: np.ndarray) -> float:
    if expected.size == 0:
        return 0.0
    largest = float(np.abs(expected).max())
    error = float(np.abs(np.asarray(y, np.float64) - expected).max())
    return error / largest if largest else error


def _take_turns(
    runs: dict[str, Run],
    timings: dict[str, Timing],
    rounds: int,
    seconds: float,
    threads: int,
) -> tuple[float, list[float]]:
    """Adds to the timings. Returns the operations a second that were possible
    meanwhile, as clocks drift, and how far threads were from each other."""
    pause = _PAUSE if threads > 1 else 0
    loop = layerfusion.PeakLoop(threads)
    peak_times, round_trips = [], []
    for _ in range(rounds):
        if threads > 1:
            time.sleep(pause)
            round_trips.append(layerfusion.measure_round_trip())
        for engine, run in runs.items():
            time.sleep(pause)
            end = time.perf_counter() + seconds
            # Brings back into the caches what the other engines drove out.
            run()
            while True:
                start = time.perf_counter()
                run()
                now = time.perf_counter()
                timings[engine].times.append(now - start)
                if now >= end:
                    break
        time.sleep(pause)
        end = time.perf_counter() + seconds / 3
        while not peak_times or time.perf_counter() < end:
            peak_times.append(loop.run())
    return loop.flops / statistics.median(peak_times), round_trips


# --- Reporting -----------------------------------------------------------------


def table(results: Sequence[Result], missing: Sequence[str] = ()) -> str:
    """The results for reading, and which engines are not installed."""
    lines = []
    for result in results:
        threads = f"{result.threads} thread" + ("s" if result.threads > 1 else "")
        lines += [
            f"{result.model}, batch {result.batch}, {threads}: "
            f"{result.macs / 1e9:.3f} billion multiply-adds; "
            f"measured peak {result.peak / 1e9:.1f} GFLOP/s"
            + _describe(result.round_trips),
            "engine       version          median ms  shortest ms   runs  "
            "GFLOP/s  of peak  times ours    error",
        ]
        for engine, timing in result.timings.items():
            lines.append(
                f"{engine:<12} {timing.version[:16]:<16} {1e3 * timing.median:9.3f}  "
                f"{1e3 * timing.shortest:11.3f} {len(timing.times):6} "
                f"{2 * result.macs / timing.median / 1e9:8.1f} "
                f"{100 * result.share(engine):7.1f}%  "
                f"{result.ratio(engine):10.2f}  {timing.error:7.1e}"
            )
        for engine, reason in result.refused.items():
            lines.append(f"{engine:<12} is not timed: {reason}")
        lines.append("")
    for peer in missing:
        command = PEERS[peer].install_command
        lines.append(f"{peer:<12} is not installed: {command}")
    return "\n".join(lines).rstrip()


def _describe(round_trips: Sequence[float]) -> str:
    if not round_trips:
        return ""
    least, most = 1e9 * min(round_trips), 1e9 * max(round_trips)
    median = 1e9 * statistics.median(round_trips)
    return (
        f"; a cache line took {median:.0f} ns to another thread and back "
        f"({least:.0f} to {most:.0f})"
    )


def processor() -> str:
    """The processor's name, as the system has it."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def to_json(results: Sequence[Result]) -> dict[str, Any]:
    """All of it, with the date and the processor."""
    return {
        "benchmark": "networks",
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "rows": [result.to_json() for result in results],
    }
