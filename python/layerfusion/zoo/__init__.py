# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks to try the compiler on, as ONNX models with seeded random weights.

    from layerfusion import zoo

    model = zoo.build("mobilenet_v2", batch=1, resolution=224)
    zoo.save("resnet_18", "resnet_18.onnx", batch="N")
    x = zoo.test_input(model)

Architectures and sizes are those of the papers (or of torchvision, where it
says so); the weights are random, but keep activations near unit size through
the whole depth, so that outputs are worth comparing. A network's weights depend
on its name, the seed and the number of classes of its last layer only: they are
the same at any batch and resolution, and on any platform. The exception is
vgg16, whose first fully connected layer has a weight for each place of its
input.

Importing this package needs nothing; all but `names` needs the onnx package.
"""

from __future__ import annotations

import importlib
import os
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import onnx

__all__ = ["build", "describe", "names", "save", "test_input"]

_NAMES = (
    "mobilenet_v1",
    "mobilenet_v2",
    "mnasnet_a1",
    "mnasnet1_0",
    "resnet_18",
    "resnet_50",
    "shufflenet_v2",
    "vgg16",
)


def names() -> list[str]:
    """The networks that `build` knows."""
    return list(_NAMES)


def describe(name: str) -> str:
    """One line about a network: its origin, and its size for 1000 classes at 224x224."""
    return (_network(name).__doc__ or "").strip().splitlines()[0]


def build(
    name: str,
    batch: int | str = 1,
    resolution: int | tuple[int, int] = 224,
    classes: int = 1000,
    seed: int = 0,
    batch_norm: bool = True,
) -> onnx.ModelProto:
    """A model from images `input` [batch, 3, height, width] to `logits` [batch, classes].

    `batch` is a number or, for a batch left open, a name such as "N";
    `resolution` one number or (height, width). With `batch_norm` false, batch
    norms are folded into the convolutions. Raises ValueError for an unknown
    name or a size below 1, ImportError without the onnx package.
    """
    network = _network(name)
    height, width = (
        (resolution, resolution) if isinstance(resolution, int) else resolution
    )
    sizes = {"height": height, "width": width, "classes": classes}
    if not isinstance(batch, str):
        sizes["batch"] = batch
    elif not batch.isidentifier():
        raise ValueError(f"batch is a number or a name, not {batch!r}")
    for what, size in sizes.items():
        if size < 1:
            raise ValueError(f"{what} must be at least 1, got {size}")
    if seed < 0:
        raise ValueError(f"seed must be at least 0, got {seed}")

    from .builder import Builder

    net = Builder(name, seed, batch_norm)
    image = net.input("input", (batch, 3, height, width))
    doc = f"{describe(name)} Random weights of seed {seed}."
    return net.model(network.build(net, image, classes), "logits", doc)


def save(
    name: str,
    path: str | os.PathLike[str],
    batch: int | str = 1,
    resolution: int | tuple[int, int] = 224,
    classes: int = 1000,
    seed: int = 0,
    batch_norm: bool = True,
) -> None:
    """Builds a network, and writes it to an ONNX file."""
    model = build(name, batch, resolution, classes, seed, batch_norm)
    with open(path, "wb") as file:
        file.write(model.SerializeToString())


def test_input(model: onnx.ModelProto, seed: int = 0, batch: int = 1) -> np.ndarray:
    """An input for a model: float32 [N, C, H, W] of mean 0 and variance 1, determined by `seed`.

    `batch` is used where the model leaves its batch open.
    """
    from . import draw

    dims = model.graph.input[0].type.tensor_type.shape.dim
    return draw.image(seed, [d.dim_value or batch for d in dims])


# The name does not make it a test.
test_input.__test__ = False  # type: ignore[attr-defined]


def _network(name: str) -> ModuleType:
    """The module that builds the network."""
    if name not in _NAMES:
        raise ValueError(
            f"unknown network {name!r}, expected one of {', '.join(_NAMES)}"
        )
    try:
        return importlib.import_module(f".{name}", __package__)
    except ModuleNotFoundError as error:
        if error.name not in ("onnx", "numpy"):
            raise
        raise ImportError(
            f"building a network needs the {error.name} package: "
            "pip install layerfusion[zoo], or pip install onnx"
        ) from error
