# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Options and steps that all commands on a model share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import layerfusion
from layerfusion.cli import UserError
from layerfusion.cli.progress import step


def add_model(parser: argparse.ArgumentParser) -> None:
    """Declares the model and how it is imported."""
    parser.add_argument("model", type=Path, help="an ONNX file, or IR: .mlir, .mlirbc")
    add_batch(parser)
    parser.add_argument(
        "--io-layout",
        choices=("model", "nhwc"),
        default="model",
        help="layout of inputs and outputs: the model's own, or channels last",
    )


def add_batch(parser: argparse.ArgumentParser) -> None:
    """Declares the batch size of a model that leaves it open."""
    parser.add_argument(
        "--batch",
        type=int,
        metavar="N",
        help="batch size, where the model leaves it open",
    )


def add_code(parser: argparse.ArgumentParser, name: bool = True) -> None:
    """Declares what code is made; `name` of its function, where users see it."""
    parser.add_argument(
        "--target",
        default="native",
        metavar="CPU",
        help="processor, as LLVM calls it (default: this computer's)",
    )
    parser.add_argument(
        "-O",
        dest="opt_level",
        type=int,
        choices=range(4),
        default=3,
        help="optimization level (default: 3)",
    )
    parser.add_argument(
        "--algorithms",
        choices=("auto", "direct"),
        default="auto",
        help="how layers are computed: by the fastest algorithm, or by the definition, "
        "never by Winograd's algorithm (default: auto)",
    )
    parser.add_argument(
        "--max-filter-growth",
        type=int,
        metavar="MIB",
        help="by how much filters may become larger for Winograd's algorithm "
        "(default: any)",
    )
    if name:
        parser.add_argument(
            "--name",
            help="name of the function in the object (default: from the model's)",
        )


def code_options(args: argparse.Namespace) -> dict[str, Any]:
    """What `add_code` declares but the target and the name, for compile()."""
    return {
        "opt_level": args.opt_level,
        "algorithms": args.algorithms,
        "max_filter_growth": args.max_filter_growth,
    }


def load_model(args: argparse.Namespace) -> layerfusion.Module:
    """Imports or loads what `add_model` was given."""
    with step(f"importing {args.model.name}"):
        if args.model.suffix not in (".mlir", ".mlirbc"):
            try:
                return layerfusion.import_onnx(args.model, args.batch, args.io_layout)
            except ValueError as error:
                raise UserError(error) from None
        if args.batch is not None or args.io_layout != "model":
            raise UserError(
                f"{args.model}: --batch and --io-layout are for ONNX files, not for IR"
            )
        return layerfusion.Module.load(args.model)


def describe(io: layerfusion.IO) -> str:
    """`input float32 1x3x224x224 NCHW`"""
    shape = "x".join(map(str, io.shape)) or "scalar"
    return " ".join(filter(None, [io.name, io.dtype, shape, io.layout]))


def size(count: float) -> str:
    """A number of bytes for reading."""
    for unit in ("bytes", "KB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}" if unit != "bytes" else f"{count:.0f} bytes"
        count /= 1000
    return f"{count:.3g} GB"
