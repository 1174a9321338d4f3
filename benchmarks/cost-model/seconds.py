#!/usr/bin/env python3
# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compares the modelled seconds of blocks with those they take here.

    seconds.py BUILD-FOLDER [NAME...] [--file kernels.mlir]

Compiles each function of blocks.mlir beside this script (or of another file),
as a block and with its layers one by one, and times both in a loop; the model is
asked about a target with this machine's caches. With kernels.mlir the speeds are
what lib/Schedule/Generator.h is made from.
"""

import argparse
import tempfile
from pathlib import Path

from compiled import HERE, compile_program, model, read_blocks, run


def time(build, source, folder):
    return float(run(compile_program(build, source, "time.c", folder)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=Path, help="the build folder")
    parser.add_argument("names", nargs="*", help="functions of the file")
    parser.add_argument("--file", type=Path, default=HERE / "blocks.mlir")
    options = parser.parse_intermixed_args()
    print(
        f"{'microseconds':20} {'model':>9} {'measured':>9}  one by one:"
        f" {'model':>7} {'measured':>9} {'GFLOP/s':>9}"
    )
    for name, text in read_blocks(options.file, options.names).items():
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            source, layers = folder / "block.mlir", folder / "layers.mlir"
            source.write_text(text)
            metrics = model(
                options.build, source, "--lf-attach-target", "--lf-analyze-traffic"
            )
            run(
                options.build / "bin/lf-opt",
                source,
                "--lf-lower-to-linalg",
                "-o",
                layers,
            )
            fused = time(options.build, source, folder)
            single = time(options.build, layers, folder)
            print(
                f"{name:20} {float(metrics['seconds']) * 1e6:9.2f} {fused * 1e6:9.2f}"
                f" {float(metrics['unfusedSeconds']) * 1e6:19.2f} {single * 1e6:9.2f}"
                f" {int(metrics['flops']) / fused * 1e-9:9.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
