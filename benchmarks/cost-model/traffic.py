#!/usr/bin/env python3
# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares the modelled traffic of blocks with a simulator of caches.

    traffic.py BUILD-FOLDER [NAME...] [--kib L1 L2 L3]

Compiles each function of blocks.mlir beside this script (or those named) for a
processor that valgrind knows, runs it once under callgrind, and prints bytes
into each cache and out of it: what --lf-analyze-traffic says, what the simulator
counted, and the quotient. A run of no calls is subtracted. Takes two minutes.
"""

import argparse
import re
import tempfile
from pathlib import Path

from compiled import HERE, compile_program, model, read_blocks, run

LINE = 64
# The last one valgrind 3.19 can run: AVX2 and FMA.
CPU = "haswell"
# The same vectors, and with them register tiles, by the name the model knows.
MODEL = "x86-64-v3"
# The boundaries, with the fact that says how large the cache before it is, and
# the ways that the simulated one has.
BOUNDARIES = {
    "L1L2": ("L1_cache_size_in_bytes", 8),
    "L2L3": ("L2_cache_size_in_bytes", 8),
    "L3Memory": ("L3_cache_share_in_bytes", 16),
}
# In front of the simulated cache, so that what is counted are lines, not bytes.
LINE_BUFFER = (256, 4)


def simulate(program, calls, cache, before):
    """Lines into `cache` and changed lines out of it, with `before` in front."""
    text = run(
        "valgrind", "--tool=callgrind", "--cache-sim=yes", "--simulate-wb=yes",
        "--callgrind-out-file=/dev/null", f"--I1=32768,8,{LINE}",
        f"--D1={before[0]},{before[1]},{LINE}", f"--LL={cache[0]},{cache[1]},{LINE}",
        program, calls,
    )  # fmt: skip
    events = re.search(r"Events *: (.*)", text)[1].split()
    counts = dict(
        zip(events, map(int, re.search(r"Collected *: (.*)", text)[1].split()))
    )
    fills = counts.get("DLmr", 0) + counts.get("DLmw", 0)
    # Events that never happened are left out.
    return fills, sum(counts.get(event, 0) for event in ("ILdmr", "DLdmr", "DLdmw"))


def measure(program, boundary, kib):
    """Bytes into the cache before the boundary, and out of it, in one call."""
    caches = [(size << 10, ways) for (_, ways), size in zip(BOUNDARIES.values(), kib)]
    index = list(BOUNDARIES).index(boundary)
    cache, before = caches[index], caches[0] if index else LINE_BUFFER
    none, one = (simulate(program, calls, cache, before) for calls in (0, 1))
    return [LINE * (after - start) for start, after in zip(none, one)]


def compare(metrics, program, boundary, kib):
    """A line of the table."""
    fills = int(metrics["fills" + boundary])
    modelled = [fills, int(metrics["bytes" + boundary]) - fills]
    line = f"  {boundary:9}"
    for expected, counted in zip(modelled, measure(program, boundary, kib)):
        quotient = f"{expected / counted:.2f}" if counted else "-"
        line += f" {expected / 1024:9.0f} {counted / 1024:9.0f} {quotient:>6}"
    return line


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=Path, help="the build folder")
    parser.add_argument("names", nargs="*", help="functions of blocks.mlir")
    parser.add_argument(
        "--kib", nargs=3, type=int, default=(32, 1024, 4096), metavar=("L1", "L2", "L3"),
        help="sizes of the caches, powers of two",
    )  # fmt: skip
    options = parser.parse_intermixed_args()
    facts = ",".join(
        f"{fact}={size << 10}"
        for (fact, _), size in zip(BOUNDARIES.values(), options.kib)
    )
    print("KiB: model simulated quotient, of bytes into the cache, then out of it")
    for name, text in read_blocks(HERE / "blocks.mlir", options.names).items():
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "block.mlir"
            source.write_text(text)
            metrics = model(
                options.build, source, f"--lf-attach-target=mcpu={MODEL} facts={facts}",
                "--lf-analyze-traffic=cold=true",
            )  # fmt: skip
            program = compile_program(
                options.build, source, "simulate.c", Path(folder), f"--mcpu={CPU}"
            )
            print(f"{name}: {metrics['kind']}")
            for boundary in BOUNDARIES:
                print(compare(metrics, program, boundary, options.kib), flush=True)


if __name__ == "__main__":
    main()
