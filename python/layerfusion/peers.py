# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Other inference engines on the same ONNX file, set up as their careful users
would: float32 on the CPU, for latency, buffers reused where that can be said."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike

import numpy as np

Inputs = Mapping[str, np.ndarray]
# Runs the model once on the inputs it was prepared with.
Run = Callable[[], "list[np.ndarray]"]


@dataclass(frozen=True)
class Peer:
    """An engine: what it is called on PyPI, and how it gets a model ready."""

    name: str
    prepare: Callable[[str | PathLike[str], Inputs, int], Run]

    @property
    def installed(self) -> bool:
        return importlib.util.find_spec(self.name) is not None

    @property
    def version(self) -> str:
        return importlib.metadata.version(self.name)

    @property
    def install_command(self) -> str:
        return f"pip install {self.name}"


def _onnxruntime(path: str | PathLike[str], inputs: Inputs, threads: int) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"]
    )
    feed = dict(inputs)
    return lambda: session.run(None, feed)


def _openvino(path: str | PathLike[str], inputs: Inputs, threads: int) -> Run:
    import openvino

    core = openvino.Core()
    model = core.read_model(str(path))
    if model.is_dynamic():
        model.reshape({name: array.shape for name, array in inputs.items()})
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "PERFORMANCE_HINT": "LATENCY",
        # It would choose bf16 where the processor has it.
        "INFERENCE_PRECISION_HINT": "f32",
    }
    compiled = core.compile_model(model, "CPU", settings)
    request = compiled.create_infer_request()
    for name, array in inputs.items():
        request.set_tensor(name, openvino.Tensor(array, shared_memory=True))
    outputs = range(len(compiled.outputs))

    def run() -> list[np.ndarray]:
        request.infer()
        return [request.get_output_tensor(index).data for index in outputs]

    return run


PEERS = {
    peer.name: peer
    for peer in (Peer("onnxruntime", _onnxruntime), Peer("openvino", _openvino))
}
