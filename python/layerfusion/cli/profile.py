# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Says where a model's time goes: a line for each block, and for each op between
blocks, timed while the whole model runs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import layerfusion
from layerfusion.cli import UserError
from layerfusion.cli.models import add_code, add_model, code_options, load_model
from layerfusion.cli.progress import step


def add_parser(commands: argparse._SubParsersAction) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "profile", help="say where a model's time goes", description=__doc__
    )
    add_model(parser)
    add_code(parser, name=False)
    parser.add_argument(
        "--seconds",
        type=float,
        default=1.0,
        metavar="S",
        help="how long to run the model (default: 1)",
    )
    parser.add_argument(
        "--threads",
        type=int,
        default=1,
        metavar="N",
        help="threads that compute a run together (default: 1)",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the figures to a file"
    )
    return parser


def main(args: argparse.Namespace) -> int:
    if args.seconds <= 0:
        raise UserError(f"--seconds must be positive, got {args.seconds:g}")
    module = load_model(args)
    if args.threads <= 0:
        raise UserError(f"--threads must be positive, got {args.threads}")
    with step("measuring the processor"):
        peak = layerfusion.measure_ceilings(args.threads, seconds=0.3).flops_per_second
    with step(f"profiling {args.model.name}"):
        rows = layerfusion.profile(
            module,
            target=args.target,
            seconds=args.seconds,
            threads=args.threads,
            **code_options(args),
        )
    for row in rows:
        row["share_of_peak"] = _rate(row) / peak
    if args.json:
        report = {
            "model": args.model.name,
            "threads": args.threads,
            "peak_flops_per_second": peak,
            "steps": rows,
        }
        args.json.write_text(json.dumps(report, indent=2) + "\n")
    for line in _table(rows, peak):
        print(line)
    return 0


def _rate(row: dict[str, Any]) -> float:
    """Operations in a second."""
    return row["flops"] / row["seconds"] if row["seconds"] else 0.0


def _table(rows: list[dict[str, Any]], peak: float) -> list[str]:
    total = {
        key: sum(row[key] for row in rows) for key in ("seconds", "flops", "bytes")
    }
    width = max([len(row["kind"]) for row in rows] + [len("kind")])
    lines = [
        f"{'ms':>8}  {'time':>6}  {'GFLOP/s':>7}  {'peak':>5}  {'MB':>7}  "
        f"{'kind':{width}}  name"
    ]
    for row in [*rows, {**total, "kind": "total", "name": ""}]:
        time = row["seconds"] / total["seconds"] if total["seconds"] else 0.0
        rate = _rate(row)
        speed = f"{rate / 1e9:7.1f}  {rate / peak:5.0%}" if rate else " " * 14
        lines.append(
            f"{1e3 * row['seconds']:8.3f}  {time:6.1%}  {speed}  "
            f"{row['bytes'] / 1e6:7.2f}  {row['kind']:{width}}  {row['name']}".rstrip()
        )
    return lines
