#!/usr/bin/env python3
# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""How many times as fast as on one thread the networks of the zoo are on several.

    scaling.py                                   all of them, two threads
    scaling.py mnasnet_a1 --rounds 60

The processors of a virtual machine may be two threads of one core, cores that
share an L3 cache, or others, and be moved from one to the other within a second.
So rounds are told apart by how long a cache line takes from one thread to another
and back, before and after; those in which that changed do not count.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import layerfusion
import numpy as np
from layerfusion import zoo
from layerfusion.inputs import random_array

# Nanoseconds of a round trip, and where the two threads then are.
PLACES = {80: "one core", 250: "shared L3", float("inf"): "apart"}

# Until worker threads no longer wait for work on the processors.
PAUSE = 0.25


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "networks",
        nargs="*",
        metavar="NETWORK",
        help=f"of the zoo (default: all): {', '.join(zoo.names())}",
    )
    for name, kind, default, text in (
        ("threads", int, 2, "how many"),
        ("rounds", int, 40, "turns of one thread and of several"),
        ("seconds", float, 0.2, "of a turn"),
        ("resolution", int, 224, "of the images"),
    ):
        parser.add_argument(
            f"--{name}", type=kind, default=default, help=f"{text} (default: {default})"
        )
    arguments = parser.parse_args()
    for name in arguments.networks:
        if name not in zoo.names():
            parser.error(f"no network '{name}': there are {', '.join(zoo.names())}")
    for name in ("threads", "rounds"):
        if getattr(arguments, name) < 1:
            parser.error(f"--{name} must be positive")
    return arguments


def get_place():
    trip = 1e9 * layerfusion.measure_round_trip()
    return next(place for most, place in PLACES.items() if trip <= most)


def prepare(path, threads):
    """A function that runs the network once."""
    exe = layerfusion.compile(layerfusion.import_onnx(path), threads=threads)
    random = np.random.default_rng(0)
    inputs = [random_array(random, io) for io in exe.inputs]
    outputs = [np.empty(io.shape, io.dtype) for io in exe.outputs]
    return lambda: exe(*inputs, out=outputs)


def take_turn(run, seconds):
    """The seconds of the runs of a turn but the first one, which brings back into
    the caches what others drove out."""
    run()
    times = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return times


def measure(path, arguments):
    """By where the threads were, of each contestant the times of all runs."""
    numbers = (1, arguments.threads)
    peaks = [layerfusion.PeakLoop(threads).run for threads in numbers]
    networks = [prepare(path, threads) for threads in numbers]
    places = {}
    for _ in range(arguments.rounds):
        before = get_place()
        turns = [take_turn(run, arguments.seconds) for run in (*peaks, *networks)]
        time.sleep(PAUSE)
        if get_place() == before:
            places.setdefault(before, []).append(turns)
    return places


def print_network(name, places, threads):
    if not places:
        print(f"{name:<14} moved in each round", flush=True)
    for place, rounds in sorted(places.items(), key=lambda item: -len(item[1])):
        peak, peaks, one, many = (
            statistics.median(t for turns in rounds for t in turns[contestant])
            for contestant in range(4)
        )
        print(
            f"{name:<14} {place:<10} {len(rounds):6} {1e3 * one:12.3f} "
            f"{1e3 * many:12.3f} {one / many:14.2f} {threads * peak / peaks:9.2f}",
            flush=True,
        )


def main():
    arguments = parse_arguments()
    print(
        "network        threads    rounds  ms, 1 thread"
        f"{f'ms, {arguments.threads}':>13}  times as fast  the peak"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.networks or zoo.names():
            path = Path(folder) / f"{name}.onnx"
            zoo.save(name, path, batch=1, resolution=arguments.resolution)
            print_network(name, measure(path, arguments), arguments.threads)


if __name__ == "__main__":
    main()
