# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""MobileNetV2 1.0 (Sandler et al. 2018): 3.50 M parameters, 0.30 GMAC."""

from __future__ import annotations

from .blocks import classifier, inverted_residual
from .builder import Builder, Tensor

# Expansion, output channels, number of blocks and stride of the first of them.
STAGES = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]


def build(net: Builder, image: Tensor, classes: int) -> Tensor:
    """The logits [N, classes] of images [N, 3, H, W]."""
    x = net.conv_bn(image, "stem", 32, 3, 2, activation="relu6")
    block = 0
    for expansion, channels, repeats, first_stride in STAGES:
        for i in range(repeats):
            block += 1
            stride = first_stride if i == 0 else 1
            name = f"block{block}"
            x = inverted_residual(
                net, x, name, channels, expansion, stride=stride, activation="relu6"
            )
    x = net.conv_bn(x, "head", 1280, activation="relu6")
    return classifier(net, x, classes)
