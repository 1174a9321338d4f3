# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Other inference engines on the same ONNX file, set up as their careful users
would: float32 on the CPU, for latency, buffers reused where that can be said.
One module an engine."""

from __future__ import annotations

from . import mnn, ncnn, onnxruntime, openvino
from .peer import Model, Peer, Run, Unsupported

__all__ = ["PEERS", "Model", "Peer", "Run", "Unsupported"]

PEERS = {
    peer.name: peer for peer in (onnxruntime.PEER, openvino.PEER, mnn.PEER, ncnn.PEER)
}
