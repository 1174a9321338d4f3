# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Where the time of a network goes, while it runs as it always does.

Compiled for this, the network reads the processor's counter before and after
each block and each op between blocks, so that a block finds in the caches what
the one before has left there.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from layerfusion._layerfusion import compile
from layerfusion.inputs import random_array

# Runs that count, however long they take.
_LEAST_RUNS = 5


def profile(
    model: Any,
    target: str = "native",
    opt_level: int = 3,
    seconds: float = 1.0,
    threads: int = 1,
    algorithms: str = "auto",
    max_filter_growth: int | None = None,
) -> list[dict[str, Any]]:
    """Runs a network on random inputs for about `seconds` and times its steps.

    All but seconds are those of compile(). Returns a dict for each step, in order:

    name     what the model calls the layers: the first and the last
    kind     a block's layers, such as 'pw-dw-pw-add', or what the op does
    seconds  median of all runs
    flops    floating-point operations, a multiply-add is two
    bytes    of all inputs, filters and outputs, once each
    """
    exe = compile(
        model,
        target=target,
        threads=threads,
        opt_level=opt_level,
        profile=True,
        algorithms=algorithms,
        max_filter_growth=max_filter_growth,
    )
    random = np.random.default_rng(0)
    inputs = [random_array(random, io) for io in exe.inputs]
    for _ in range(2):
        exe(*inputs)
    runs, ticks = [], []
    end = time.perf_counter() + seconds
    while len(runs) < _LEAST_RUNS or time.perf_counter() < end:
        start = time.perf_counter()
        outputs = exe(*inputs)
        runs.append(time.perf_counter() - start)
        ticks.append(outputs[-1] if isinstance(outputs, tuple) else outputs)
    # The clock of the counter is known to nobody: the steps are the run.
    per_tick = np.median(runs) / max(np.median(np.sum(ticks, axis=1)), 1)
    return [
        {**step, "seconds": float(count * per_tick)}
        for step, count in zip(exe.steps, np.median(ticks, axis=0))
    ]
