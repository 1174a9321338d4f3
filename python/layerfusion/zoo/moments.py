# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What to expect of a tensor's values, channel by channel.

A batch norm of a trained network carries the mean and the variance that its
input really has. A network with random weights has no training set to measure
them on, so they are computed: each tensor of the graph under construction has
a mean and a variance a channel, and each layer maps the moments of its input to
those of its output, taking values for normal and independent. That is rough,
and enough to keep activations near unit size through any depth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

# Results are rounded to multiples of this, so that they do not depend on the
# last bits of a platform's sums, erf and exp.
GRID = 2.0**-12

# Neighbouring values of a feature map are alike; a mean over all of them has
# about the variance of a mean over so many independent ones.
INDEPENDENT_PIXELS = 16

# The largest value of a window lies about so many standard deviations above the
# mean, by the window's size.
MAX_OF_WINDOW = {2: 1.0, 3: 1.5}

_erf = np.vectorize(math.erf, otypes=[np.float64])


@dataclass(frozen=True)
class Moments:
    """Mean and variance of each channel: two float64 arrays of shape [C]."""

    mean: np.ndarray
    var: np.ndarray

    @staticmethod
    def rounded(mean: np.ndarray, var: np.ndarray) -> Moments:
        """Moments on the grid; a variance is at least one grid step."""
        mean = np.round(np.asarray(mean, np.float64) / GRID) * GRID
        var = np.round(np.asarray(var, np.float64) / GRID) * GRID
        return Moments(mean, np.maximum(var, GRID))

    def conv(
        self, filters: np.ndarray, bias: np.ndarray | None, groups: int
    ) -> Moments:
        """After a convolution with `filters` [F, C/groups, KH, KW] and `bias` [F]."""
        wide = filters.astype(np.float64)
        sums, squares = wide.sum(axis=(2, 3)), np.square(wide).sum(axis=(2, 3))
        # One row of input channels for each filter: [F, C/groups].
        per_group = len(filters) // groups
        mean = np.repeat(self.mean.reshape(groups, -1), per_group, axis=0)
        var = np.repeat(self.var.reshape(groups, -1), per_group, axis=0)
        out = (sums * mean).sum(axis=1)
        return self.rounded(
            out if bias is None else out + bias, (squares * var).sum(axis=1)
        )

    def linear(self, weight: np.ndarray, bias: np.ndarray) -> Moments:
        """After a fully connected layer of `weight` [F, C] and `bias` [F]."""
        wide = weight.astype(np.float64)
        mean = wide @ self.mean + bias
        return self.rounded(mean, np.square(wide, out=wide) @ self.var)

    def relu(self) -> Moments:
        """After max(x, 0), for a normal x; also used for ReLU6, whose upper bound is rarely met."""
        std = np.sqrt(self.var)
        t = self.mean / std
        below = 0.5 * (1 + _erf(t / math.sqrt(2)))
        density = np.exp(-0.5 * t * t) / math.sqrt(2 * math.pi)
        mean = self.mean * below + std * density
        square = (self.mean**2 + self.var) * below + self.mean * std * density
        return self.rounded(mean, square - mean**2)

    def sigmoid(self) -> Moments:
        """After 1 / (1 + exp(-x)), to first order."""
        gate = 1 / (1 + np.exp(-self.mean))
        return self.rounded(gate, (gate * (1 - gate)) ** 2 * self.var)

    def max_pool(self, kernel: int) -> Moments:
        """After the maximum of a 2x2 or 3x3 window."""
        above = MAX_OF_WINDOW[kernel] * np.sqrt(self.var)
        return self.rounded(self.mean + above, self.var)

    def average(self) -> Moments:
        """After the mean over a whole feature map."""
        return self.rounded(self.mean, self.var / INDEPENDENT_PIXELS)

    def add(self, other: Moments) -> Moments:
        """Of the sum of two independent tensors."""
        return self.rounded(self.mean + other.mean, self.var + other.var)

    def mul(self, other: Moments) -> Moments:
        """Of the product of two independent tensors."""
        var = self.var * other.var + self.var * other.mean**2 + other.var * self.mean**2
        return self.rounded(self.mean * other.mean, var)

    def take(self, channels: np.ndarray) -> Moments:
        """Of the given channels, in the given order."""
        return Moments(self.mean[channels], self.var[channels])

    def concat(self, other: Moments) -> Moments:
        """Of the channels of both."""
        return Moments(
            np.concatenate([self.mean, other.mean]),
            np.concatenate([self.var, other.var]),
        )
