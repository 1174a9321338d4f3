# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Compiles a model to an object file, assembly or LLVM IR, and a C header."""

from __future__ import annotations

import argparse
from pathlib import Path

from layerfusion.cli import UserError
from layerfusion.cli.models import (
    add_code,
    add_model,
    code_options,
    load_model,
    size,
)
from layerfusion.cli.progress import step

_KINDS = {".o": "object", ".s": "assembly", ".ll": "llvmir"}


def add_parser(commands: argparse._SubParsersAction) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "compile", help="compile a model to an object file", description=__doc__
    )
    add_model(parser)
    add_code(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="object (.o), assembly (.s) or LLVM IR (.ll) (default: the model's name, .o)",
    )
    parser.add_argument(
        "--header", type=Path, metavar="FILE.h", help="also write the C header"
    )
    parser.add_argument(
        "--triple",
        default="",
        help="another kind of computer, such as aarch64-linux-gnu",
    )
    return parser


def main(args: argparse.Namespace) -> int:
    output = args.output or Path(args.model.with_suffix(".o").name)
    kind = _KINDS.get(output.suffix)
    if kind is None:
        raise UserError(
            f"{output}: the ending must be one of " + ", ".join(sorted(_KINDS))
        )
    # The host's processor is of no use on another kind of computer.
    target = "" if args.triple and args.target == "native" else args.target
    module = load_model(args)
    with step(f"compiling {args.model.name}"):
        code = module.emit_code(
            kind, target, args.triple, name=args.name, **code_options(args)
        )
        header = module.emit_header(target, args.triple, args.name)
    _write(output, code)
    if args.header:
        _write(args.header, header.encode())
    return 0


def _write(path: Path, contents: bytes) -> None:
    path.write_bytes(contents)
    print(f"wrote {path} ({size(len(contents))})")
