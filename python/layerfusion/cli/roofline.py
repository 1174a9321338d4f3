# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Draws how fast each block of a model is, fused and layer by layer, below what
the machine can do."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path

import layerfusion
from layerfusion import roofline
from layerfusion.cli import UserError
from layerfusion.cli.models import add_model, load_model
from layerfusion.cli.progress import step


def add_parser(commands: argparse._SubParsersAction) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "roofline",
        help="draw the blocks of a model below the limits of this machine",
        description=__doc__,
    )
    add_model(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("roofline.png"),
        metavar="FILE",
        help="the picture: .png, .svg or .pdf (default: roofline.png)",
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=1.0,
        metavar="S",
        help="how long to run each of the two (default: 1)",
    )
    return parser


def main(args: argparse.Namespace) -> int:
    # Before anything is measured.
    if importlib.util.find_spec("matplotlib") is None:
        raise UserError("drawing needs matplotlib: pip install matplotlib")
    if args.output.suffix not in (".png", ".svg", ".pdf"):
        raise UserError(f"{args.output}: the ending must be one of .pdf, .png, .svg")
    if args.seconds <= 0:
        raise UserError(f"--seconds must be positive, got {args.seconds:g}")
    module = load_model(args)
    with step("measuring the processor"):
        ceilings = layerfusion.measure_ceilings()
    with step(f"profiling {args.model.name}"):
        fused, unfused = roofline.measure(module, args.seconds)
    roofline.draw(args.output, args.model.name, ceilings, fused, unfused)
    print(
        f"wrote {args.output} ({len(fused)} fused blocks, {len(unfused)} single layers)"
    )
    return 0
