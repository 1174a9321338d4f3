# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""VGG-16 (Simonyan and Zisserman 2015), as in torchvision: 138.36 M parameters, 15.47 GMAC."""

from __future__ import annotations

from .builder import Builder, Tensor

# Channels and number of the 3x3 convolutions before each 2x2 max pooling.
STAGES = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]
HIDDEN = 4096


def build(net: Builder, image: Tensor, classes: int) -> Tensor:
    """The logits [N, classes] of images [N, 3, H, W] of at least 32x32.

    It has no batch norms; convolutions have the weights that folding one into
    them would give, as through this depth He's weights alone would make the
    output depend on the biases more than on the image. torchvision brings other
    resolutions than 224x224 to the 7x7 places that the first fully connected
    layer has weights for; here it has them for as many as come.
    """
    x = image
    for s, (channels, repeats) in enumerate(STAGES, 1):
        with net.scope(f"stage{s}"):
            for i in range(repeats):
                name = f"conv{i + 1}"
                x = net.conv_bn(x, name, channels, 3, activation="relu", folded=True)
            x = net.max_pool(x, "max_pool", kernel=2)
    x = net.flatten(x, "flatten")
    for i in range(2):
        with net.scope(f"hidden{i + 1}"):
            x = net.activate(net.linear(x, "linear", HIDDEN), "relu")
    return net.linear(x, "classifier", classes)
