# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What an engine has to say about itself to be compared with."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike

import numpy as np

# Runs the model once on the inputs it was prepared with.
Run = Callable[[], "list[np.ndarray]"]


@dataclass(frozen=True)
class Model:
    """What an engine is to run: an ONNX file on some inputs."""

    path: str | PathLike[str]
    inputs: Mapping[str, np.ndarray]
    # Names, in the order in which a Run returns them.
    outputs: Sequence[str]
    threads: int


class Unsupported(Exception):
    """An engine cannot run a model, or cannot run it on such inputs."""


@dataclass(frozen=True)
class Peer:
    """An engine: how it gets a model ready, and where it comes from."""

    name: str
    # Raises Unsupported.
    prepare: Callable[[Model], Run]
    # What Python imports; the first one has the version.
    modules: tuple[str, ...] = ()
    # Where that is not `pip install NAME`.
    install: str = ""

    @property
    def installed(self) -> bool:
        return all(map(importlib.util.find_spec, self.modules or [self.name]))

    @property
    def version(self) -> str:
        return importlib.metadata.version((self.modules or [self.name])[0])

    @property
    def install_command(self) -> str:
        return self.install or f"pip install {self.name}"


def convert(command: Sequence[str], folder: str | PathLike[str]) -> None:
    """Runs an engine's converter in a folder. Raises Unsupported if it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        lines = done.stdout.strip().splitlines() or ["it says nothing"]
        raise Unsupported(f"its converter fails: {lines[-1].strip()}")
