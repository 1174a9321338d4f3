# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The machine's limits: that they are measured, not what they are."""

import layerfusion
import pytest


def test_measures_ceilings():
    ceilings = layerfusion.measure_ceilings(threads=2, seconds=0.1)
    assert ceilings.threads == 2
    assert list(ceilings.bytes_per_second) == ["L1", "L2", "L3", "memory"]
    for rate in (ceilings.flops_per_second, *ceilings.bytes_per_second.values()):
        assert 1e8 < rate < 1e14


def test_peak_loop():
    one, two = layerfusion.PeakLoop(), layerfusion.PeakLoop(threads=2)
    assert two.flops > one.flops > 1e6
    # As fast as the ceiling says, or slower where another program runs.
    peak = layerfusion.measure_ceilings(seconds=0.1).flops_per_second
    rate = max(one.flops / one.run() for _ in range(20))
    assert 0.2 * peak < rate < 1.5 * peak


def test_peak_loop_needs_a_thread():
    with pytest.raises(ValueError, match="threads must be positive, got -1"):
        layerfusion.PeakLoop(-1)


def test_needs_a_thread():
    with pytest.raises(ValueError, match="threads must be positive, got 0"):
        layerfusion.measure_ceilings(threads=0)


def test_round_trip():
    assert 1e-9 < layerfusion.measure_round_trip() < 1e-2
