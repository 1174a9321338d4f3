# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""MobileNetV1 1.0 (Howard et al. 2017), with ReLU6: 4.23 M parameters, 0.57 GMAC."""

from __future__ import annotations

from .blocks import classifier, separable
from .builder import Builder, Tensor

# Output channels and stride of each block.
BLOCKS = [
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    *[(512, 1)] * 5,
    (1024, 2),
    (1024, 1),
]


def build(net: Builder, image: Tensor, classes: int) -> Tensor:
    """The logits [N, classes] of images [N, 3, H, W]."""
    x = net.conv_bn(image, "stem", 32, 3, 2, activation="relu6")
    for i, (channels, stride) in enumerate(BLOCKS, 1):
        x = separable(net, x, f"block{i}", channels, stride, "relu6")
    return classifier(net, x, classes)
