# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""OpenVINO."""

from __future__ import annotations

import numpy as np

from .peer import Model, Peer, Run


def _prepare(model: Model) -> Run:
    import openvino

    core = openvino.Core()
    network = core.read_model(str(model.path))
    if network.is_dynamic():
        network.reshape({name: array.shape for name, array in model.inputs.items()})
    settings = {
        "INFERENCE_NUM_THREADS": model.threads,
        "PERFORMANCE_HINT": "LATENCY",
        # It would choose bf16 where the processor has it.
        "INFERENCE_PRECISION_HINT": "f32",
    }
    compiled = core.compile_model(network, "CPU", settings)
    request = compiled.create_infer_request()
    for name, array in model.inputs.items():
        request.set_tensor(name, openvino.Tensor(array, shared_memory=True))
    outputs = range(len(compiled.outputs))

    def run() -> list[np.ndarray]:
        request.infer()
        return [request.get_output_tensor(index).data for index in outputs]

    return run


PEER = Peer("openvino", _prepare)
