# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""MNASNet 1.0 as in torchvision (MnasNet-B1, Tan et al. 2019): 4.38 M parameters, 0.31 GMAC."""

from __future__ import annotations

from .blocks import inverted_residual, separable
from .builder import Builder, Tensor

# Expansion, kernel, output channels, number of blocks and stride of the first of them.
STAGES = [
    (3, 3, 24, 3, 2),
    (3, 5, 40, 3, 2),
    (6, 5, 80, 3, 2),
    (6, 3, 96, 2, 1),
    (6, 5, 192, 4, 2),
    (6, 3, 320, 1, 1),
]


def build(net: Builder, image: Tensor, classes: int) -> Tensor:
    """The logits [N, classes] of images [N, 3, H, W]."""
    x = net.conv_bn(image, "stem", 32, 3, 2, activation="relu")
    x = separable(net, x, "block1", 16, linear=True)
    block = 1
    for expansion, kernel, channels, repeats, first_stride in STAGES:
        for i in range(repeats):
            block += 1
            stride = first_stride if i == 0 else 1
            x = inverted_residual(
                net, x, f"block{block}", channels, expansion, kernel, stride
            )
    x = net.conv_bn(x, "head", 1280, activation="relu")
    # torchvision writes its pooling as a mean over the last two dimensions.
    return net.linear(net.spatial_mean(x, "mean"), "classifier", classes)
