#!/usr/bin/env python3
# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes pairs of layers as MLIR, for tests and benchmarks.

    generate.py                         lists the pairs
    generate.py mv1_1                   prints one
    generate.py --all -o FOLDER         writes FOLDER/mv1_1.mlir and so on

A pair is a row of workloads/fused_pairs.csv (or of --workloads): an input, a
depthwise or dense convolution and a dense one after it, each with bias and
ReLU. Filters and biases are arguments of the function, in this order: input,
filter, bias, filter, bias.
"""

import argparse
import csv
import sys
from pathlib import Path

WORKLOADS = Path(__file__).resolve().parents[1] / "workloads" / "fused_pairs.csv"


def read(path):
    """The rows of a workload file: a name, and numbers by column."""
    with open(path, newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    return {
        row.pop("name"): {column: int(value) for column, value in row.items()}
        for row in csv.DictReader(lines)
    }


def tensor(*shape):
    return f"tensor<{'x'.join(map(str, shape))}xf32>"


def output_size(size, kernel, stride):
    return (size + 2 * (kernel // 2) - kernel) // stride + 1


class Layer:
    """One layer of a pair: its text, and the shapes around it."""

    def __init__(self, shape, depthwise, kernel, stride, channels):
        n, h, w, c = shape
        self.depthwise, self.kernel, self.stride = depthwise, kernel, stride
        self.input = shape
        self.filter = (kernel, kernel, c) + (() if depthwise else (channels,))
        self.bias = (channels,)
        self.output = (
            n,
            output_size(h, kernel, stride),
            output_size(w, kernel, stride),
            channels,
        )

    def text(self, result, x, w, b):
        op = "lf.depthwise_conv2d" if self.depthwise else "lf.conv2d"
        pad = self.kernel // 2
        window = f" strides [{self.stride}, {self.stride}]" if self.stride > 1 else ""
        window += f" pads [{pad}, {pad}, {pad}, {pad}]" if pad else ""
        return (
            f"    {result} = {op} {x}, {w} bias {b}{window} activation relu\n"
            f"        : ({tensor(*self.input)}, {tensor(*self.filter)}, "
            f"{tensor(*self.bias)})\n"
            f"          -> {tensor(*self.output)}\n"
        )


def layers(row):
    """The two layers of a row."""
    shape = tuple(row[dim] for dim in "nhwc")
    if row["dw1"] and row["c1"] != row["c"]:
        raise ValueError(f"a depthwise layer of {row['c']} to {row['c1']} channels")
    first = Layer(shape, bool(row["dw1"]), row["k1"], row["s1"], row["c1"])
    return first, Layer(first.output, False, row["k2"], row["s2"], row["c2"])


def text(name, row):
    """A module with one function that computes the pair."""
    a, b = layers(row)
    # The module's name becomes that of a C function.
    return (
        f"module @{name.replace('-', '_')} {{\n"
        f"  func.func @main(%x: {tensor(*a.input)},\n"
        f"                  %w0: {tensor(*a.filter)}, %b0: {tensor(*a.bias)},\n"
        f"                  %w1: {tensor(*b.filter)}, %b1: {tensor(*b.bias)})\n"
        f"      -> {tensor(*b.output)} {{\n"
        f"{a.text('%0', '%x', '%w0', '%b0')}"
        f"{b.text('%1', '%0', '%w1', '%b1')}"
        f"    return %1 : {tensor(*b.output)}\n"
        "  }\n"
        "}\n"
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0],
        epilog="Without a name and without --all, lists the pairs.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a pair to write")
    parser.add_argument("--all", action="store_true", help="write every pair")
    parser.add_argument("-o", metavar="FOLDER", help="write to files in it")
    parser.add_argument("--workloads", metavar="CSV", default=WORKLOADS)
    arguments = parser.parse_args()
    try:
        rows = read(arguments.workloads)
        chosen = list(rows) if arguments.all else arguments.names
        if not chosen:
            print("\n".join(rows))
        for name in chosen:
            if name not in rows:
                sys.exit(f"error: no pair '{name}' in {arguments.workloads}")
            if arguments.o:
                folder = Path(arguments.o)
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{name}.mlir").write_text(text(name, rows[name]))
            else:
                print(text(name, rows[name]), end="")
    except (KeyError, ValueError, TypeError) as error:
        sys.exit(f"error: {arguments.workloads} is not a table of pairs: {error}")
    except OSError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
