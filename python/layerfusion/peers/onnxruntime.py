# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""ONNX Runtime."""

from __future__ import annotations

from .peer import Model, Peer, Run


def _prepare(model: Model) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = model.threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(model.path), options, providers=["CPUExecutionProvider"]
    )
    feed = dict(model.inputs)
    return lambda: session.run(None, feed)


PEER = Peer("onnxruntime", _prepare)
