# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Writes a network to an ONNX file: python -m layerfusion.zoo mobilenet_v2 -o m.onnx"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from . import describe, names, save


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command, and returns its exit status: 0, or 1 after an error."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        if options.list:
            _print_list()
            return 0
        if options.network is None:
            parser.error(f"no network given, expected one of {', '.join(names())}")
        path = options.output or f"{options.network}.onnx"
        save(
            options.network,
            path,
            options.batch,
            options.resolution,
            options.classes,
            options.seed,
            not options.fold_batch_norm,
        )
    except (ImportError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{path}: {options.network}, batch {options.batch}, seed {options.seed}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m layerfusion.zoo",
        description="Writes a known network with seeded random weights to an ONNX file.",
    )
    add = parser.add_argument
    add("network", nargs="?", help="its name, see --list")
    add(
        "-o",
        "--output",
        metavar="FILE",
        help="default: the name and .onnx, in this folder",
    )
    add(
        "--batch",
        type=_batch,
        default=1,
        help="a number, or a name to leave it open; default: 1",
    )
    add(
        "--resolution",
        type=_resolution,
        default=224,
        metavar="SIZE",
        help="one number, or HEIGHTxWIDTH; default: 224",
    )
    add("--classes", type=int, default=1000, help="length of the output; default: 1000")
    add("--seed", type=int, default=0, help="determines the weights; default: 0")
    add(
        "--fold-batch-norm",
        action="store_true",
        help="fold batch norms into convolutions",
    )
    add("--list", action="store_true", help="list the networks")
    return parser


def _print_list() -> None:
    width = max(map(len, names()))
    for name in names():
        print(f"{name:{width}}  {describe(name)}")


def _batch(text: str) -> int | str:
    return text if text.isidentifier() else int(text)


def _resolution(text: str) -> int | tuple[int, int]:
    height, cross, width = text.partition("x")
    return (int(height), int(width)) if cross else int(height)


# What argparse calls them in its errors.
_batch.__name__, _resolution.__name__ = "batch", "resolution"


if __name__ == "__main__":
    sys.exit(main())
