# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Lists the layers of a model: what they are, their shapes, and what they cost."""

from __future__ import annotations

import argparse
import shutil
import sys

import layerfusion
from layerfusion.cli.models import add_model, describe, load_model
from layerfusion.cli.progress import step


def add_parser(commands: argparse._SubParsersAction) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "inspect",
        help="list the layers of a model with shapes, work and weights",
        description=__doc__,
    )
    add_model(parser)
    parser.add_argument(
        "--as-imported",
        action="store_true",
        help="do not fold batch norms, activations and pads into the layers first",
    )
    return parser


def main(args: argparse.Namespace) -> int:
    module = load_model(args)
    if not args.as_imported:
        with step(f"simplifying {args.model.name}"):
            module.run_pipeline("lf-simplify")
    for io in module.inputs:
        print(f"input   {describe(io)}")
    for io in module.outputs:
        print(f"output  {describe(io)}")
    print()
    layers = module.layers()
    print(table(layers))
    return 0


_HEAD = ("layer", "op", "input", "filter", "output", "MACs", "parameters")


def table(layers: list[layerfusion.Layer]) -> str:
    """The layers as aligned columns with a line of totals. Shapes are N x H x W x C
    for activations, KH x KW x C x F for filters."""
    rows = [
        (
            layer.name or "-",
            layer.op,
            " ".join(_shape(shape) for shape in layer.inputs),
            _shape(layer.filter) if layer.filter else "",
            _shape(layer.output),
            f"{layer.macs:,}" if layer.macs else "",
            f"{layer.parameters:,}" if layer.parameters else "",
        )
        for layer in layers
    ]
    total = (
        f"{len(layers)} ops",
        *[""] * 4,
        f"{sum(layer.macs for layer in layers):,}",
        f"{sum(layer.parameters for layer in layers):,}",
    )
    return "\n".join(_align([_HEAD, *rows, total]))


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "scalar"


def _align(rows: list[tuple[str, ...]]) -> list[str]:
    """Columns as wide as needed; on a terminal too narrow, names lose their start."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    if sys.stdout.isatty():
        room = shutil.get_terminal_size().columns - sum(widths[1:]) - 2 * len(widths)
        widths[0] = min(widths[0], max(room, 12))
    lines = []
    for row in rows:
        name = row[0] if len(row[0]) <= widths[0] else "~" + row[0][1 - widths[0] :]
        cells = [name.ljust(widths[0])]
        for index, (cell, width) in enumerate(zip(row[1:], widths[1:])):
            cells.append(cell.rjust(width) if index >= 4 else cell.ljust(width))
        lines.append("  ".join(cells).rstrip())
    rule = "-" * max(map(len, lines))
    return [lines[0], rule, *lines[1:-1], rule, lines[-1]]
