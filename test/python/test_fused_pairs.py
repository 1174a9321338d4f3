# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The pairs of layers of benchmarks/workloads: each fuses, and computes the same
in both loop structures."""

import importlib.util
import re

import layerfusion
import numpy as np
import pytest
from conftest import ROOT, relative_error

_spec = importlib.util.spec_from_file_location(
    "generate", ROOT / "benchmarks" / "workloads" / "generate.py"
)
generate = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(generate)
PAIRS = generate.read(generate.WORKLOADS)


def fused(text):
    """The pair as one block, as text."""
    module = layerfusion.parse(text)
    module.run_pipeline("func.func(lf-fuse-blocks{policy=all})")
    return str(module)


def with_schedule(text, schedule):
    scheduled, count = re.subn(
        r"( outs\([^)]*\)) \{", rf"\1 schedule <{schedule}> {{", text
    )
    assert count == 1
    return scheduled


def schedules(row):
    """Both structures, whole and in bands and blocks that do not divide."""
    first, second = generate.layers(row)
    rows, channels = second.output[1], first.output[3]
    band, block = min(rows, 3), min(channels, 21)
    return [
        "row_sliding",
        f"row_sliding, row_band = {band}",
        f"channel_blocked, channel_block = {block}",
        f"channel_blocked, row_band = {band}, channel_block = {block}",
    ]


@pytest.mark.parametrize("name", PAIRS)
def test_fuses(name):
    text = fused(generate.text(name, PAIRS[name]))
    assert text.count("lf.fused_block") == 1
    outside = text[: text.index("lf.fused_block")] + text[text.index("lf.yield") :]
    assert "conv2d" not in outside


@pytest.mark.parametrize("name", PAIRS)
def test_both_structures_agree_with_the_reference(name):
    row = PAIRS[name]
    text = generate.text(name, row)
    reference = layerfusion.parse(text)
    reference.run_pipeline("lf-reference-pipeline")
    exe = layerfusion.compile(reference)
    rng = np.random.default_rng(0)
    inputs = [rng.standard_normal(io.shape).astype("f4") for io in exe.inputs]
    expected = exe(*inputs)
    for schedule in schedules(row):
        block = layerfusion.parse(with_schedule(fused(text), schedule))
        y = layerfusion.compile(block, opt_level=2)(*inputs)
        assert relative_error(y, expected) < 2e-6, schedule


def test_lists_prints_and_writes(tmp_path):
    import subprocess
    import sys

    script = [sys.executable, generate.__file__]

    def run(*args, code=0):
        done = subprocess.run(
            [*script, *map(str, args)], capture_output=True, text=True, check=False
        )
        assert done.returncode == code and "Traceback" not in done.stderr
        return done.stdout + done.stderr

    assert run().split() == list(PAIRS)
    assert run("mv1_2") == generate.text("mv1_2", PAIRS["mv1_2"])
    run("--all", "-o", tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == set(PAIRS)
    assert "no pair 'mv9'" in run("mv9", code=1)
    assert "is not a table of pairs" in run("--workloads", ROOT / "README.md", code=1)
