# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""MnasNet-A1, with squeeze-excite (Tan et al. 2019): 3.89 M parameters, 0.31 GMAC."""

from __future__ import annotations

from .blocks import classifier, inverted_residual, separable
from .builder import Builder, Tensor

# Expansion, kernel, output channels, number of blocks, stride of the first of
# them, and whether they have a squeeze-excite: Figure 7 of the paper.
STAGES = [
    (6, 3, 24, 2, 2, False),
    (3, 5, 40, 3, 2, True),
    (6, 3, 80, 4, 2, False),
    (6, 3, 112, 2, 1, True),
    (6, 5, 160, 3, 2, True),
    (6, 3, 320, 1, 1, False),
]


def build(net: Builder, image: Tensor, classes: int) -> Tensor:
    """The logits [N, classes] of images [N, 3, H, W]."""
    x = net.conv_bn(image, "stem", 32, 3, 2, activation="relu")
    x = separable(net, x, "block1", 16, linear=True)
    block = 1
    for expansion, kernel, channels, repeats, first_stride, excite in STAGES:
        for i in range(repeats):
            block += 1
            stride = first_stride if i == 0 else 1
            # The ratio of 0.25 is of the block's input, not of its expanded channels.
            squeeze = x.channels // 4 if excite else 0
            name = f"block{block}"
            x = inverted_residual(
                net, x, name, channels, expansion, kernel, stride, squeeze=squeeze
            )
    x = net.conv_bn(x, "head", 1280, activation="relu")
    return classifier(net, x, classes)
