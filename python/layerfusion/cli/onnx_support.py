# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Runs ONNX's own backend tests and prints, op by op, what passes and what is
excluded for which reason (as Markdown). Takes some minutes."""

from __future__ import annotations

import argparse
import sys

from layerfusion.cli import UserError
from layerfusion.cli.progress import step


def add_parser(commands: argparse._SubParsersAction) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "onnx-support",
        help="run ONNX's own backend tests and print what passes",
        description=__doc__,
    )
    parser.add_argument(
        "--with-excluded",
        action="store_true",
        help="also run what is excluded, and report what of it passes",
    )
    return parser


def main(args: argparse.Namespace) -> int:
    try:
        from layerfusion import onnx_support
    except ImportError as error:
        raise UserError(f"needs the packages onnx and pytest: {error}") from None
    with step("collecting tests"):
        cases = onnx_support.cases()
    outcomes = []
    for number, case in enumerate(cases, 1):
        if case.reason is None or args.with_excluded:
            with step(f"{number} of {len(cases)}: {case.name}"):
                outcomes.append(onnx_support.run(case))
        else:
            outcomes.append(onnx_support.Outcome(case, "not run"))
    print(onnx_support.table(outcomes))
    surprises = onnx_support.surprises(outcomes)
    for line in surprises:
        print(line, file=sys.stderr)
    return 1 if surprises else 0
