# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""layerfusion.profile and python -m layerfusion profile."""

import json
import time

import layerfusion
import numpy as np
import pytest
from conftest import CONV_TEXT
from layerfusion import zoo


@pytest.fixture
def network(tmp_path):
    zoo.save("mobilenet_v2", tmp_path / "net.onnx", resolution=64)
    return tmp_path / "net.onnx"


def test_a_row_for_each_step(network):
    rows = layerfusion.profile(network, seconds=0.1)
    kinds = [row["kind"] for row in rows]
    # The input is transposed on its way into the first block.
    assert kinds[0] == "conv-dw-pw"
    assert any(kind.startswith("pw-dw") for kind in kinds)
    assert all(row["seconds"] >= 0 and row["bytes"] > 0 for row in rows)
    blocks = [row for row in rows if row["flops"]]
    assert all(row["name"] for row in blocks)
    # The layers' multiply-adds, and what little else there is.
    macs = sum(
        layer.macs for layer in layerfusion.import_onnx(network).layers() if layer.macs
    )
    assert 2 * macs <= sum(row["flops"] for row in rows) <= 2.2 * macs


def test_the_steps_are_the_run(network):
    total = sum(row["seconds"] for row in layerfusion.profile(network, seconds=0.2))
    exe = layerfusion.compile(network)
    x = np.zeros(exe.inputs[0].shape, "f4")
    runs = []
    for _ in range(20):
        start = time.perf_counter()
        exe(x)
        runs.append(time.perf_counter() - start)
    # Others may use the processor now and then.
    assert total == pytest.approx(np.median(runs), rel=0.8)


def test_what_is_computed_is_the_same(network):
    plain = layerfusion.compile(network)
    profiled = layerfusion.compile(network, profile=True)
    x = np.random.default_rng(0).standard_normal(plain.inputs[0].shape).astype("f4")
    y, ticks = profiled(x)
    np.testing.assert_array_equal(y, plain(x))
    assert plain.steps == []
    assert ticks.shape == (len(profiled.steps),)
    assert profiled.outputs[-1].name == "ticks"


def test_a_network_of_nothing():
    module = layerfusion.parse(
        "func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> { return %x : tensor<4xf32> }"
    )
    (copy,) = layerfusion.profile(module, seconds=0.01)
    assert copy["kind"] == "copy" and copy["bytes"] == 32 and copy["flops"] == 0


def test_command_prints_a_table(command, tmp_path):
    (tmp_path / "small.mlir").write_text(CONV_TEXT)
    done = command(
        "profile", "small.mlir", "--seconds", "0.05", "--json", "profile.json"
    )
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["ms", "time", "GFLOP/s", "peak", "MB", "kind", "name"]
    assert len(lines) == 3 and " conv" in lines[1]
    assert lines[-1].split()[1] == "100.0%" and lines[-1].endswith("total")
    report = json.loads((tmp_path / "profile.json").read_text())
    assert report["model"] == "small.mlir"
    (row,) = report["steps"]
    assert row["kind"] == "conv" and row["flops"] == 2 * 4 * 6 * 27 * 2
    assert row["share_of_peak"] == pytest.approx(
        row["flops"] / row["seconds"] / report["peak_flops_per_second"]
    )


def test_two_threads(command, tmp_path, network):
    one = layerfusion.profile(network, seconds=0.05)
    two = layerfusion.profile(network, seconds=0.05, threads=2)
    assert [row["name"] for row in two] == [row["name"] for row in one]
    assert sum(row["flops"] for row in two) == sum(row["flops"] for row in one)
    (tmp_path / "small.mlir").write_text(CONV_TEXT)
    options = ["--seconds", "0.05", "--threads", "2", "--json", "profile.json"]
    command("profile", "small.mlir", *options)
    assert json.loads((tmp_path / "profile.json").read_text())["threads"] == 2
    done = command("profile", "small.mlir", "--threads", "0", code=1)
    assert done.stderr == "error: --threads must be positive, got 0\n"


def test_command_refuses_no_time(command, tmp_path):
    (tmp_path / "small.mlir").write_text(CONV_TEXT)
    done = command("profile", "small.mlir", "--seconds", "0", code=1)
    assert done.stderr == "error: --seconds must be positive, got 0\n"
