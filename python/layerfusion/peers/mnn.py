# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""MNN, on its own format, which a converter of the same package makes."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .peer import Model, Peer, Run, Unsupported, convert

# What the program mnnconvert calls. The program itself also tells MNN's makers
# of each use, and installs what it needs for that with whatever pip it finds.
_CONVERT = "import sys, _tools; sys.exit(not _tools.mnnconvert(sys.argv))"


def _prepare(model: Model) -> Run:
    with _silence():
        import MNN

        # Winograd's algorithm where it chooses so, as by default; `high`
        # precision is float32 throughout.
        settings = {"backend": "CPU", "numThread": model.threads, "precision": "high"}
        with tempfile.TemporaryDirectory() as folder:
            interpreter = MNN.Interpreter(_convert(model.path, folder))
        session = interpreter.createSession(settings)
        _resize(interpreter, session, model)

    def host_tensor(array: np.ndarray) -> MNN.Tensor:
        types = {
            "float32": MNN.Halide_Type_Float,
            "int32": MNN.Halide_Type_Int,
            "int64": MNN.Halide_Type_Int64,
            "uint8": MNN.Halide_Type_Uint8,
        }
        if array.dtype.name not in types:
            raise Unsupported(f"tensors of {array.dtype.name}")
        layout = MNN.Tensor_DimensionType_Caffe  # N x C x H x W
        return MNN.Tensor(array.shape, types[array.dtype.name], array, layout)

    inputs = [
        (interpreter.getSessionInput(session, name), host_tensor(array))
        for name, array in model.inputs.items()
    ]
    outputs = []
    for name in model.outputs:
        tensor = interpreter.getSessionOutput(session, name)
        dtype = "i4" if tensor.getDataType() == MNN.Halide_Type_Int else "f4"
        outputs.append((tensor, host_tensor(np.empty(tensor.getShape(), dtype))))

    def run() -> list[np.ndarray]:
        for tensor, values in inputs:
            tensor.copyFrom(values)
        interpreter.runSession(session)
        for tensor, values in outputs:
            tensor.copyToHostTensor(values)
        return [values.getNumpyData() for _, values in outputs]

    return run


def _convert(path: str | os.PathLike[str], folder: str) -> str:
    """The file of the model in MNN's format."""
    source, target = str(Path(path).resolve()), str(Path(folder) / "model.mnn")
    options = ["-f", "ONNX", "--modelFile", source, "--MNNModel", target]
    convert([sys.executable, "-c", _CONVERT, *options, "--bizCode", "bench"], folder)
    return target


def _resize(interpreter, session, model: Model) -> None:
    """Gives the inputs the shapes of `model`, which may leave its batch open."""
    tensors = interpreter.getSessionInputAll(session)
    shapes = {name: array.shape for name, array in model.inputs.items()}
    changed = [n for n, shape in shapes.items() if tensors[n].getShape() != shape]
    for name in changed:
        interpreter.resizeTensor(tensors[name], shapes[name])
    if changed:
        interpreter.resizeSession(session)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keeps away what MNN prints about the processor while it is loaded."""
    libc = ctypes.CDLL(None)
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        yield
    finally:
        libc.fflush(None)
        os.dup2(kept, 1)
        os.close(kept)


PEER = Peer("mnn", _prepare, modules=("MNN",), install="pip install MNN")
