# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""ResNet-50 (He et al. 2016), stride in the 3x3 convolutions: 25.56 M parameters, 4.09 GMAC."""

from __future__ import annotations

from .blocks import RESIDUAL_SCALE, classifier
from .builder import Builder, Tensor

# Inner channels, number of blocks and stride of the first of them.
STAGES = [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)]
EXPANSION = 4


def build(net: Builder, image: Tensor, classes: int) -> Tensor:
    """The logits [N, classes] of images [N, 3, H, W]."""
    x = net.conv_bn(image, "stem", 64, 7, 2, activation="relu")
    x = net.max_pool(x, "max_pool")
    for s, (channels, repeats, first_stride) in enumerate(STAGES, 1):
        for i in range(repeats):
            stride = first_stride if i == 0 else 1
            x = bottleneck(net, x, f"stage{s}.block{i + 1}", channels, stride)
    return classifier(net, x, classes)


def bottleneck(
    net: Builder, x: Tensor, name: str, channels: int, stride: int
) -> Tensor:
    """1x1, 3x3 and 1x1 convolution and a shortcut, which is 1x1 where shapes differ."""
    wide = channels * EXPANSION
    with net.scope(name):
        y = net.conv_bn(x, "conv1", channels, activation="relu")
        y = net.conv_bn(y, "conv2", channels, 3, stride, activation="relu")
        y = net.conv_bn(y, "conv3", wide, scale=RESIDUAL_SCALE)
        if stride != 1 or wide != x.channels:
            x = net.conv_bn(x, "shortcut", wide, 1, stride)
        return net.activate(net.add(y, x, "add"), "relu")
