# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Seeded numbers that are the same, bit for bit, on every platform.

NumPy may change how it makes a normal or uniform number out of random bits, and
the ones that call libm differ between platforms; so only raw bits are taken
from it. Each array has a stream of its own, made from the seed and the array's
name: a weight does not change when a layer is added before it.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence

import numpy as np


def uniform(
    seed: int, name: str, shape: Sequence[int], low: float, high: float
) -> np.ndarray:
    """Uniform float32 numbers in [low, high), in 65536 steps, of the given shape."""
    stream = np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))
    # Two random bytes a number, read as a signed integer in [-2^15, 2^15).
    raw = np.frombuffer(stream.bytes(2 * math.prod(shape)), np.dtype("<i2"))
    half = (high - low) / 2
    values = raw.astype(np.float64) * (half / 2**15) + (low + half)
    return values.astype(np.float32).reshape(shape)


def he(seed: int, name: str, shape: Sequence[int], gain: float = 2.0) -> np.ndarray:
    """Weights [F, fan-in…] of mean 0 and variance gain / fan-in.

    A gain of 2 keeps the size of activations through a ReLU (He et al. 2015), 1
    through a linear layer.
    """
    bound = math.sqrt(3 * gain / math.prod(shape[1:]))
    return uniform(seed, name, shape, -bound, bound)


def image(seed: int, shape: Sequence[int]) -> np.ndarray:
    """A float32 input [N, C, H, W] of mean 0 and variance 1: coarse patches plus noise.

    Patches make it more like a photograph than noise alone, which a network
    averages away.
    """
    n, c, h, w = shape
    unit = math.sqrt(1.5)  # uniform in [-unit, unit) has variance 1/2
    patches = uniform(seed, "patches", (n, c, 8, 8), -unit, unit)
    rows, columns = np.arange(h) * 8 // h, np.arange(w) * 8 // w
    noise = uniform(seed, "noise", shape, -unit, unit)
    return patches[:, :, rows][:, :, :, columns] + noise
