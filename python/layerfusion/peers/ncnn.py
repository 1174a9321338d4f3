# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""ncnn, on its own format, which pnnx makes."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path

import numpy as np

from .peer import Model, Peer, Run, Unsupported, convert

# What pnnx writes besides.
_UNUSED = ["pnnxparam", "pnnxbin", "pnnxpy", "pnnxonnx", "ncnnpy"]


def _prepare(model: Model) -> Run:
    import ncnn

    net = ncnn.Net()
    net.opt.num_threads = model.threads
    # Winograd's algorithm where it chooses so, as by default, but float32.
    for what in ("fp16", "bf16"):
        for use in ("packed", "storage", "arithmetic"):
            if hasattr(net.opt, f"use_{what}_{use}"):
                setattr(net.opt, f"use_{what}_{use}", False)
    with tempfile.TemporaryDirectory() as folder:
        _convert(model, Path(folder))
        for load, suffix in ((net.load_param, "param"), (net.load_model, "bin")):
            if load(f"{folder}/model.ncnn.{suffix}"):
                raise Unsupported("it does not load what its converter makes")
    # Names of its own, in the order of the ONNX file.
    inputs = [
        (f"in{index}", _mat(array)) for index, array in enumerate(model.inputs.values())
    ]
    outputs = [f"out{index}" for index in range(len(model.outputs))]

    def run() -> list[np.ndarray]:
        # It keeps what it has computed: each run needs another one.
        extractor = net.create_extractor()
        for name, mat in inputs:
            extractor.input(name, mat)
        results = [extractor.extract(name) for name in outputs]
        if any(status for status, _ in results):
            raise Unsupported("it fails to run the model")
        return [mat.numpy(batch_index=0) for _, mat in results]

    return run


def _mat(array: np.ndarray):
    """The tensor, whose first dimension is the batch, without a copy."""
    import ncnn

    if array.dtype != np.float32:
        raise Unsupported(f"inputs of {array.dtype}")
    try:
        return ncnn.Mat(array, batch_index=0)
    except TypeError:
        raise Unsupported("this version knows no batches") from None


def _convert(model: Model, folder: Path) -> None:
    """Makes model.ncnn.param and model.ncnn.bin in the folder."""
    # pnnx writes beside the file it is given.
    (folder / "model.onnx").symlink_to(Path(model.path).resolve())
    shapes = ",".join(
        f"[{','.join(map(str, array.shape))}]" for array in model.inputs.values()
    )
    options = [f"inputshape={shapes}", "fp16=0", *(f"{n}=/dev/null" for n in _UNUSED)]
    convert([_converter(), "model.onnx", *options], folder)


def _converter() -> str:
    """The program inside the package pnnx, whose Python part needs PyTorch."""
    spec = importlib.util.find_spec("pnnx")
    return str(Path(spec.submodule_search_locations[0]) / "pnnx")


PEER = Peer(
    "ncnn",
    _prepare,
    modules=("ncnn", "pnnx"),
    # Only a program inside it is used, which does without PyTorch.
    install="pip install ncnn && pip install --no-deps pnnx",
)
