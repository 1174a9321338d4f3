# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Runs a model once or more, and says how long it took and what came out."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import layerfusion
from layerfusion.cli import UserError
from layerfusion.cli.models import (
    add_code,
    add_model,
    code_options,
    describe,
    load_model,
)
from layerfusion.cli.progress import step
from layerfusion.inputs import random_array

# Largest difference that --check lets pass, as a share of the largest value.
TOLERANCE = 1e-4


def add_parser(commands: argparse._SubParsersAction) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "run", help="compile a model for this computer and run it", description=__doc__
    )
    add_model(parser)
    add_code(parser)
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="[NAME=]X.npy",
        help="an input, in the model's order or by name (default: random)",
    )
    parser.add_argument(
        "--check",
        action="append",
        default=[],
        type=Path,
        metavar="Y.npy",
        help="compare an output with this one; fail if they differ by more than "
        f"{TOLERANCE:g} of the largest value",
    )
    parser.add_argument(
        "--output",
        action="append",
        default=[],
        type=Path,
        metavar="Y.npy",
        help="write an output",
    )
    parser.add_argument(
        "--repeat", type=int, default=1, metavar="N", help="run N times (default: 1)"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="of random inputs (default: 0)"
    )
    return parser


def main(args: argparse.Namespace) -> int:
    if args.repeat < 1:
        raise UserError(f"--repeat must be positive, got {args.repeat}")
    start = time.perf_counter()
    module = load_model(args)
    imported = time.perf_counter()
    _check_counts(args, module)
    inputs = _inputs(args, module.inputs)
    expected = [_load(path) for path in args.check]
    compiling = time.perf_counter()
    with step(f"compiling {args.model.name}"):
        exe = layerfusion.compile(
            module, target=args.target, name=args.name, **code_options(args)
        )
    compiled = time.perf_counter()
    print(
        f"import    {imported - start:.2f} s, compile {compiled - compiling:.2f} s",
        flush=True,
    )
    outputs = _run(exe, inputs, args.repeat)
    for io, y in zip(exe.outputs, outputs):
        print(f"output    {describe(io)}")
        for line in _summary(y):
            print(f"          {line}")
    for path, y in zip(args.output, outputs):
        with open(path, "wb") as file:
            np.save(file, y)
    good = [_check(*pair) for pair in zip(args.check, expected, outputs)]
    return 0 if all(good) else 1


def _check_counts(args: argparse.Namespace, module: layerfusion.Module) -> None:
    for option in ("check", "output"):
        given, most = len(getattr(args, option)), len(module.outputs)
        if given > most:
            raise UserError(
                f"--{option} is given {given} times, the model has {most} outputs"
            )


def _load(path: str | Path) -> np.ndarray:
    try:
        array = np.load(path, allow_pickle=False)
    except (ValueError, EOFError):
        raise UserError(f"{path}: not a NumPy array file (.npy)") from None
    if not isinstance(array, np.ndarray):
        raise UserError(f"{path}: holds several arrays (.npz), expected one (.npy)")
    return array


def _inputs(args: argparse.Namespace, ios: list[layerfusion.IO]) -> list[np.ndarray]:
    """An array for each input: from the files, else random."""
    arrays: dict[str, np.ndarray] = {}
    names = [io.name for io in ios]
    unnamed = iter(names)
    for text in args.input:
        name, path = _named(text, names, unnamed)
        if name in arrays:
            raise UserError(f"--input {text}: input '{name}' is given twice")
        arrays[name] = _fit(path, _load(path), ios[names.index(name)])
        print(f"input     {describe(ios[names.index(name)])} from {path}")
    random = np.random.default_rng(args.seed)
    for io in ios:
        if io.name not in arrays:
            arrays[io.name] = random_array(random, io)
            print(f"input     {describe(io)}: random, seed {args.seed}")
    return [arrays[name] for name in names]


def _named(text: str, names: list[str], unnamed: Iterator[str]) -> tuple[str, str]:
    """Splits NAME=FILE; a file alone takes the next name."""
    name, equals, path = text.partition("=")
    if equals and name in names:
        return name, path
    if equals and not Path(text).exists():
        raise UserError(
            f"--input {text}: no input is called '{name}'; there are: "
            + ", ".join(names)
        )
    try:
        return next(unnamed), text
    except StopIteration:
        raise UserError(f"--input {text}: the model has {len(names)} inputs") from None


def _fit(path: str, array: np.ndarray, io: layerfusion.IO) -> np.ndarray:
    if array.dtype != io.dtype or array.shape != io.shape:
        shape = "x".join(map(str, array.shape)) or "scalar"
        raise UserError(f"{path}: holds {array.dtype} {shape}, expected {describe(io)}")
    return np.ascontiguousarray(array)


def _run(
    exe: layerfusion.Executable, inputs: list[np.ndarray], repeat: int
) -> tuple[np.ndarray, ...]:
    times = []
    with step(f"running {exe.name}"):
        for _ in range(repeat):
            start = time.perf_counter()
            outputs = exe(*inputs)
            times.append(time.perf_counter() - start)
    line = f"run       {1e3 * min(times):.2f} ms"
    if repeat > 1:
        median = 1e3 * sorted(times)[repeat // 2]
        line += f" at best, {median:.2f} ms in the median of {repeat}"
    print(line)
    return outputs if isinstance(outputs, tuple) else (outputs,)


def _summary(y: np.ndarray) -> list[str]:
    """The five largest classes of the first images, else the range of values."""
    if y.ndim == 2 and y.shape[1] >= 5 and y.dtype.kind == "f":
        lines = []
        for row in y[:4]:
            best = np.argsort(-row, kind="stable")[:5]
            lines.append("top 5: " + ", ".join(f"{i} ({row[i]:.4g})" for i in best))
        if len(y) > 4:
            lines.append(f"and {len(y) - 4} more")
        return lines
    if y.size == 0:
        return ["no elements"]
    if y.dtype.kind != "f":
        return [f"from {y.min()} to {y.max()}"]
    return [f"from {y.min():.4g} to {y.max():.4g}, mean {y.mean():.4g}"]


def _check(path: Path, expected: np.ndarray, y: np.ndarray) -> bool:
    if expected.shape != y.shape:
        raise UserError(
            f"{path}: holds shape {expected.shape}, the output has {y.shape}"
        )
    if y.size == 0:
        return True
    largest = float(np.abs(expected).max())
    error = float(np.abs(y.astype(np.float64) - expected).max())
    relative = error / largest if largest else error
    # Not-a-number compares as false.
    good = relative <= TOLERANCE
    print(
        f"check     {path}: max error {relative:.2g} of the largest value {largest:.4g}: "
        + ("ok" if good else f"FAILED, allowed is {TOLERANCE:g}")
    )
    return good
