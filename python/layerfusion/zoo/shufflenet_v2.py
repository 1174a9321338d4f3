# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""ShuffleNetV2 x1.0 (Ma et al. 2018): 2.28 M parameters, 0.14 GMAC."""

from __future__ import annotations

from .builder import Builder, Tensor

# Output channels and number of units; the first unit of a stage has stride 2.
STAGES = [(116, 4), (232, 8), (464, 4)]


def build(net: Builder, image: Tensor, classes: int) -> Tensor:
    """The logits [N, classes] of images [N, 3, H, W]."""
    x = net.conv_bn(image, "stem", 24, 3, 2, activation="relu")
    x = net.max_pool(x, "max_pool")
    for s, (channels, repeats) in enumerate(STAGES, 2):
        for i in range(repeats):
            name = f"stage{s}.unit{i + 1}"
            x = unit(net, x, name) if i else down_unit(net, x, name, channels)
    x = net.conv_bn(x, "head", 1024, activation="relu")
    # Its authors and torchvision pool by a mean over the last two dimensions.
    return net.linear(net.spatial_mean(x, "mean"), "classifier", classes)


def unit(net: Builder, x: Tensor, name: str) -> Tensor:
    """Half of the channels pass unchanged, the other half through a branch; then all mix."""
    with net.scope(name):
        left, right = net.halves(x, "split")
        right = branch(net, right, "right", right.channels, stride=1)
        return net.shuffle(net.concat(left, right, "concat"), "shuffle", groups=2)


def down_unit(net: Builder, x: Tensor, name: str, channels: int) -> Tensor:
    """Both halves of the output are computed from the whole input, at stride 2."""
    with net.scope(name):
        with net.scope("left"):
            left = net.conv_bn(x, "depthwise", x.channels, 3, 2, x.channels)
            left = net.conv_bn(left, "pointwise", channels // 2, activation="relu")
        right = branch(net, x, "right", channels // 2, stride=2)
        return net.shuffle(net.concat(left, right, "concat"), "shuffle", groups=2)


def branch(net: Builder, x: Tensor, name: str, channels: int, stride: int) -> Tensor:
    """1x1, 3x3 depthwise without activation, and 1x1 convolution."""
    with net.scope(name):
        x = net.conv_bn(x, "pointwise1", channels, activation="relu")
        x = net.conv_bn(x, "depthwise", channels, 3, stride, channels)
        return net.conv_bn(x, "pointwise2", channels, activation="relu")
