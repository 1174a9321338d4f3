# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The roofline of a network: how fast its blocks are, and what they could be.

A step of the network is a point: to the right, how many operations it has for
each byte of its inputs, filters and outputs; upwards, how many it makes in a
second. No point can be above the peak of the processor, nor, if the bytes come
from some cache, above what that cache delivers. Fusing layers moves points to the
right: what lies between the layers is no input or output any more.

Needs matplotlib to draw.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

import layerfusion

# Colours that are told apart without seeing red or green.
_FUSED, _UNFUSED, _ROOF = "#0072b2", "#d55e00", "#444444"


@dataclass(frozen=True)
class Point:
    """A step that computes something."""

    name: str
    # Operations for each byte.
    intensity: float
    # Operations in a second.
    rate: float
    seconds: float


def points(profile: Sequence[Mapping[str, Any]]) -> list[Point]:
    """The steps of layerfusion.profile() that have operations."""
    return [
        Point(
            step["name"] or step["kind"],
            step["flops"] / step["bytes"],
            step["flops"] / step["seconds"],
            step["seconds"],
        )
        for step in profile
        if step["flops"] and step["bytes"] and step["seconds"] > 0
    ]


def measure(
    module: layerfusion.Module, seconds: float = 1.0
) -> tuple[list[Point], list[Point]]:
    """The network as it is compiled, and with each layer in a block of its own."""
    fused = layerfusion.profile(module, seconds=seconds)
    unfused = layerfusion.parse(str(module))
    unfused.run_pipeline("func.func(lf-simplify,lf-fuse-blocks{policy=none})")
    return points(fused), points(layerfusion.profile(unfused, seconds=seconds))


def draw(
    path: str | PathLike[str],
    title: str,
    ceilings: layerfusion.Ceilings,
    fused: Sequence[Point],
    unfused: Sequence[Point],
) -> None:
    """Writes a picture of the kind that the name's ending says.

    Raises ImportError without matplotlib, ValueError for an ending that it does
    not know.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6), layout="constrained")
    axes = figure.subplots()
    axes.set(
        xscale="log",
        yscale="log",
        title=title,
        xlabel="operations a byte of inputs, filters and outputs",
        ylabel="GFLOP/s",
    )
    every = [*fused, *unfused]
    left, right = _range([point.intensity for point in every], 0.25, 64)
    lowest, _ = _range([point.rate / 1e9 for point in every], 4, 4)
    _draw_roofs(axes, ceilings, left, right)
    whole = sum(point.seconds for point in unfused) or 1
    for label, colour, some in (
        (f"a block a layer ({len(unfused)})", _UNFUSED, unfused),
        (f"fused blocks ({len(fused)})", _FUSED, fused),
    ):
        axes.scatter(
            [point.intensity for point in some],
            [point.rate / 1e9 for point in some],
            # The area is the time.
            s=[20 + 2000 * point.seconds / whole for point in some],
            color=colour,
            alpha=0.6,
            label=label,
        )
    axes.set_xlim(left, right)
    axes.set_ylim(lowest, 3 * ceilings.flops_per_second / 1e9)
    axes.grid(which="major", alpha=0.3)
    legend = axes.legend(loc="lower right", title="areas are times")
    for handle in legend.legend_handles:
        handle.set_sizes([60])
    figure.savefig(path, dpi=150)


def _range(values: Sequence[float], low: float, high: float) -> tuple[float, float]:
    """Powers of two around the values and not too close to them, at least from
    `low` to `high`."""
    low, high = min([low, *values]), max([high, *values])
    return 2 ** math.floor(math.log2(low / 1.2)), 2 ** math.ceil(math.log2(high * 1.2))


def _draw_roofs(
    axes: Any, ceilings: layerfusion.Ceilings, left: float, right: float
) -> None:
    peak = ceilings.flops_per_second
    threads = f"{ceilings.threads} thread" + ("s" if ceilings.threads > 1 else "")
    axes.plot([left, right], [peak / 1e9] * 2, color=_ROOF)
    axes.annotate(
        f"peak of {threads}: {peak / 1e9:.0f} GFLOP/s",
        (right, peak / 1e9),
        xytext=(-4, 4),
        textcoords="offset points",
        horizontalalignment="right",
    )
    for place, rate in ceilings.bytes_per_second.items():
        # Where the slope reaches the peak.
        corner = peak / rate
        axes.plot([left, corner], [left * rate / 1e9, peak / 1e9], color=_ROOF, lw=0.8)
        # Slanted above the peak, as some corners lie close together.
        axes.annotate(
            f"{place}: {rate / 1e9:.0f} GB/s",
            (corner, peak / 1e9),
            xytext=(0, 3),
            textcoords="offset points",
            rotation=60,
            rotation_mode="anchor",
            fontsize="small",
            color=_ROOF,
        )
