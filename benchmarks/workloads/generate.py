#!/usr/bin/env python3
# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes rows of the workloads, one or a few layers, as MLIR, for tests and benchmarks.

    generate.py                         lists the pairs
    generate.py mv1_1                   prints one
    generate.py --all -o FOLDER         writes FOLDER/mv1_1.mlir and so on
    generate.py --workloads inverted_residuals.csv --all

A pair is a row of fused_pairs.csv (or of --workloads): an input, a depthwise or
dense convolution and a dense one after it, each with bias and ReLU. The rows of
inverted_residuals.csv are two or three layers, and the addition of the input
where the shapes allow it, those of convolutions.csv a single layer. Filters and
biases are arguments of the function, in this order: input, filter, bias, filter,
bias, ...
"""

import argparse
import csv
import sys
from pathlib import Path

WORKLOADS = Path(__file__).resolve().parent / "fused_pairs.csv"


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
    """One layer of a row: its text, and the shapes around it."""

    def __init__(self, shape, depthwise, kernel, stride, channels, activation="relu"):
        n, h, w, c = shape
        self.activation = f" activation {activation}" if activation else ""
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
            f"    {result} = {op} {x}, {w} bias {b}{window}{self.activation}\n"
            f"        : ({tensor(*self.input)}, {tensor(*self.filter)}, "
            f"{tensor(*self.bias)})\n"
            f"          -> {tensor(*self.output)}\n"
        )


def layers(row):
    """The layers of a row."""
    shape = tuple(row[dim] for dim in "nhwc")
    if "wide" in row:
        return inverted_residual(shape, row)
    if "dw1" not in row:
        return [Layer(shape, False, row["k"], 1, row["f"])]
    if row["dw1"] and row["c1"] != row["c"]:
        raise ValueError(f"a depthwise layer of {row['c']} to {row['c1']} channels")
    first = Layer(shape, bool(row["dw1"]), row["k1"], row["s1"], row["c1"])
    return [first, Layer(first.output, False, row["k2"], row["s2"], row["c2"])]


def inverted_residual(shape, row):
    """Expansion, if there is one, depthwise convolution and projection."""
    act = "relu6" if row["relu6"] else "relu"
    chain = []
    if row["wide"] != row["c"]:
        chain.append(Layer(shape, False, 1, 1, row["wide"], act))
        shape = chain[-1].output
    chain.append(Layer(shape, True, row["k"], row["s"], row["wide"], act))
    return [*chain, Layer(chain[-1].output, False, 1, 1, row["f"], activation="")]


def text(name, row):
    """A module with one function that computes the row."""
    chain = layers(row)
    indent = ",\n                  "
    parameters = indent.join(
        f"%w{i}: {tensor(*layer.filter)}, %b{i}: {tensor(*layer.bias)}"
        for i, layer in enumerate(chain)
    )
    body, value = "", "%x"
    for i, layer in enumerate(chain):
        body += layer.text(f"%{i}", value, f"%w{i}", f"%b{i}")
        value = f"%{i}"
    result = tensor(*chain[-1].output)
    if "wide" in row and chain[-1].output == chain[0].input:
        body += f"    %sum = arith.addf {value}, %x : {result}\n"
        value = "%sum"
    # The module's name becomes that of a C function.
    return (
        f"module @{name.replace('-', '_')} {{\n"
        f"  func.func @main(%x: {tensor(*chain[0].input)}{indent}{parameters})\n"
        f"      -> {result} {{\n"
        f"{body}"
        f"    return {value} : {result}\n"
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
