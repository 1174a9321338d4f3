# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""ResNet-18 (He et al. 2016): 11.69 M parameters, 1.81 GMAC."""

from __future__ import annotations

from .blocks import RESIDUAL_SCALE, classifier
from .builder import Builder, Tensor

# Channels, number of blocks and stride of the first of them.
STAGES = [(64, 2, 1), (128, 2, 2), (256, 2, 2), (512, 2, 2)]


def build(net: Builder, image: Tensor, classes: int) -> Tensor:
    """The logits [N, classes] of images [N, 3, H, W]."""
    x = net.conv_bn(image, "stem", 64, 7, 2, activation="relu")
    x = net.max_pool(x, "max_pool")
    for s, (channels, repeats, first_stride) in enumerate(STAGES, 1):
        for i in range(repeats):
            stride = first_stride if i == 0 else 1
            x = basic_block(net, x, f"stage{s}.block{i + 1}", channels, stride)
    return classifier(net, x, classes)


def basic_block(
    net: Builder, x: Tensor, name: str, channels: int, stride: int
) -> Tensor:
    """Two 3x3 convolutions and a shortcut, which is a 1x1 convolution where shapes differ."""
    with net.scope(name):
        y = net.conv_bn(x, "conv1", channels, 3, stride, activation="relu")
        y = net.conv_bn(y, "conv2", channels, 3, scale=RESIDUAL_SCALE)
        if stride != 1 or channels != x.channels:
            x = net.conv_bn(x, "shortcut", channels, 1, stride)
        return net.activate(net.add(y, x, "add"), "relu")
