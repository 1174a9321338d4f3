# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Inputs for networks that are run for their speed, or to see them run."""

from __future__ import annotations

import numpy as np

from layerfusion._layerfusion import IO


def random_array(random: np.random.Generator, io: IO) -> np.ndarray:
    """Normally distributed numbers of the input's shape; of integers, 0 and 1."""
    dtype = np.dtype(io.dtype)
    if dtype.kind == "f":
        return random.standard_normal(io.shape).astype(dtype)
    return random.integers(0, 2, io.shape).astype(dtype)
