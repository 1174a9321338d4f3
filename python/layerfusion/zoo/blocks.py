# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Blocks that several networks are made of."""

from __future__ import annotations

from .builder import Builder, Tensor

# Size of what a residual branch adds, against the shortcut it is added to.
RESIDUAL_SCALE = 0.5


def separable(
    net: Builder,
    x: Tensor,
    name: str,
    channels: int,
    stride: int = 1,
    activation: str = "relu",
    linear: bool = False,
) -> Tensor:
    """3x3 depthwise and 1x1 convolution; with `linear`, no activation after the second."""
    with net.scope(name):
        x = net.conv_bn(x, "depthwise", x.channels, 3, stride, x.channels, activation)
        return net.conv_bn(
            x, "pointwise", channels, activation=None if linear else activation
        )


def inverted_residual(
    net: Builder,
    x: Tensor,
    name: str,
    channels: int,
    expansion: int,
    kernel: int = 3,
    stride: int = 1,
    activation: str = "relu",
    squeeze: int = 0,
) -> Tensor:
    """Expand by 1x1, filter depthwise, project by 1x1 (Sandler et al. 2018).

    An `expansion` of 1 has no first convolution. The input is added when the
    output has its shape. A `squeeze` above 0 puts a squeeze-excite of so many
    channels before the projection.
    """
    residual = stride == 1 and channels == x.channels
    with net.scope(name):
        y, wide = x, x.channels * expansion
        if expansion != 1:
            y = net.conv_bn(y, "expand", wide, activation=activation)
        y = net.conv_bn(y, "depthwise", wide, kernel, stride, wide, activation)
        if squeeze:
            y = squeeze_excite(net, y, "se", squeeze)
        y = net.conv_bn(
            y, "project", channels, scale=RESIDUAL_SCALE if residual else 1.0
        )
        return net.add(y, x, "add") if residual else y


def squeeze_excite(net: Builder, x: Tensor, name: str, channels: int) -> Tensor:
    """Scales each feature map by a gate computed from all their means (Hu et al. 2018)."""
    with net.scope(name):
        gate = net.global_pool(x, "pool")
        gate = net.conv(gate, "reduce", channels, "relu")
        gate = net.conv(gate, "restore", x.channels, "sigmoid")
        return net.scale(x, gate, "scale")


def classifier(net: Builder, x: Tensor, classes: int) -> Tensor:
    """Global average pooling and a fully connected layer: [N, C, H, W] to [N, classes]."""
    x = net.flatten(net.global_pool(x, "pool"), "flatten")
    return net.linear(x, "classifier", classes)
