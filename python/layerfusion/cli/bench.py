# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Times a model here and in other engines, in turns and on the same input."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from layerfusion import bench
from layerfusion.cli import UserError
from layerfusion.cli.models import add_batch
from layerfusion.cli.progress import step
from layerfusion.peers import PEERS


def add_parser(commands: argparse._SubParsersAction) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "bench",
        help="time a model here and in other inference engines",
        description=__doc__,
    )
    parser.add_argument("model", type=Path, help="an ONNX file")
    add_batch(parser)
    add_timing(parser)
    return parser


def add_timing(parser: argparse.ArgumentParser) -> None:
    """Declares what to compare with, how to time it and where the results go."""
    parser.add_argument(
        "--peers",
        type=names,
        default=list(PEERS),
        metavar="NAME,...",
        help=f"engines to compare with, or 'none' (default: {','.join(PEERS)})",
    )
    parser.add_argument(
        "--threads",
        type=numbers,
        default=[1],
        metavar="N,...",
        help="numbers of threads (default: 1)",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=10,
        metavar="N",
        help="turns of each engine (default: 10)",
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=0.3,
        metavar="S",
        help="length of a turn (default: 0.3)",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="also write the results as JSON"
    )


def names(text: str) -> list[str]:
    """The engines in a list such as `onnxruntime,openvino`."""
    chosen = [] if text == "none" else text.split(",")
    for name in chosen:
        if name not in PEERS:
            raise argparse.ArgumentTypeError(
                f"no engine is called '{name}'; there are: {', '.join(PEERS)}"
            )
    return chosen


def numbers(text: str) -> list[int]:
    """The numbers in a list such as `1,2`."""
    try:
        values = [int(part) for part in text.split(",")]
    except ValueError:
        values = []
    if not values or min(values) < 1:
        raise argparse.ArgumentTypeError(f"expected numbers above 0, got '{text}'")
    return values


def main(args: argparse.Namespace) -> int:
    if args.rounds < 1:
        raise UserError(f"--rounds must be positive, got {args.rounds}")
    if args.model.suffix in (".mlir", ".mlirbc"):
        raise UserError(f"{args.model}: engines are compared on ONNX files")
    missing = [peer for peer in args.peers if not PEERS[peer].installed]
    peers = [peer for peer in args.peers if peer not in missing]
    results = []
    for threads in args.threads:
        with step(f"timing {args.model.name}"):
            results.append(_measure(args, peers, threads))
    print(bench.table(results, missing))
    if args.json:
        args.json.write_text(json.dumps(bench.to_json(results), indent=2) + "\n")
    return 0


def _measure(args: argparse.Namespace, peers: list[str], threads: int) -> bench.Result:
    try:
        return bench.measure(
            args.model, peers, threads, args.batch, args.rounds, args.seconds
        )
    except (bench.Disagreement, ValueError) as error:
        raise UserError(error) from None
