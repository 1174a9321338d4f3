# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The command line: `python -m layerfusion --help`."""

from __future__ import annotations

import argparse
import os
import sys

from layerfusion.cli import (
    UserError,
    bench,
    compile,
    inspect,
    onnx_support,
    profile,
    roofline,
    run,
)
from layerfusion.errors import CompileError

_COMMANDS = (run, inspect, compile, bench, profile, roofline, onnx_support)


def _parser() -> argparse.ArgumentParser:
    in_scripts = os.path.basename(sys.argv[0]) == "layerfusion"
    parser = argparse.ArgumentParser(
        prog="layerfusion" if in_scripts else "python -m layerfusion",
        description="Convolutional networks from ONNX to native code.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.add_parser(commands).set_defaults(command=command.main)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Runs a command; returns the exit code."""
    args = _parser().parse_args(argv)
    try:
        code = args.command(args)
        sys.stdout.flush()
        return code
    except (CompileError, UserError) as error:
        message = str(error)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            # Nobody reads on: `... | head`. Python must not flush into it either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        message = f"{error.filename}: {error.strerror}" if error.filename else error
    except KeyboardInterrupt:
        return 130
    print("error: " + "; ".join(str(message).split("\n")), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
