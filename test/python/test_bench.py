# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Timing networks here and elsewhere: that it is done and told, not how fast."""

import importlib.util
import json
import subprocess
import sys

import layerfusion
import numpy as np
import pytest
from conftest import ROOT
from layerfusion import bench, peers, zoo
from layerfusion.peers.peer import convert

QUICK = ["--rounds", "1", "--seconds", "0"]
installed = [name for name, peer in peers.PEERS.items() if peer.installed]


@pytest.fixture
def network(tmp_path):
    zoo.save("mobilenet_v1", tmp_path / "net.onnx", resolution=32)
    return tmp_path / "net.onnx"


def error(done):
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    return line


def test_bench_shows_each_engine(command, network, tmp_path):
    done = command("bench", network, "--json", "result.json", *QUICK)
    head = done.stdout.splitlines()[0]
    assert head.startswith("net, batch 1, 1 thread: 0.01")
    assert "measured peak" in head
    for name in ("layerfusion", *installed):
        line = next(x for x in done.stdout.splitlines() if x.startswith(name))
        assert line.count("%") == 1
    for name in set(peers.PEERS) - set(installed):
        command_line = peers.PEERS[name].install_command
        assert f"is not installed: {command_line}" in done.stdout
    data = json.loads((tmp_path / "result.json").read_text())
    (row,) = data["rows"]
    assert list(row["engines"]) == ["layerfusion", *installed]
    for timing in row["engines"].values():
        assert timing["runs"] >= 1 and timing["max_error"] < bench.TOLERANCE
        assert 0 < timing["shortest_seconds"] <= timing["median_seconds"]


def test_bench_names_missing_engines(command, network, monkeypatch):
    missing = peers.Peer("no_such_engine", wrong)
    assert not missing.installed
    monkeypatch.setitem(bench.PEERS, "no_such_engine", missing)
    result = bench.measure(network, rounds=1, seconds=0)
    text = bench.table([result], ["no_such_engine"])
    assert "no_such_engine is not installed: pip install no_such_engine" in text


def test_bench_errors(command, network, tmp_path):
    assert (
        "engine is called 'caffe'"
        in command("bench", network, "--peers", "caffe", code=2).stderr
    )
    assert (
        "expected numbers above 0"
        in command("bench", network, "--threads", "0", code=2).stderr
    )
    assert "--rounds must be positive" in error(
        command("bench", network, "--rounds", 0, code=1)
    )
    assert "none.onnx: No such file" in error(command("bench", "none.onnx", code=1))
    assert "compared on ONNX files" in error(command("bench", "net.mlir", code=1))


def test_open_batch(tmp_path):
    path = tmp_path / "open.onnx"
    zoo.save("mobilenet_v1", path, batch="N", resolution=32)
    result = bench.measure(path, installed, batch=2, rounds=1, seconds=0)
    assert result.batch == 2
    assert set(result.timings) == {"layerfusion", *installed}


def pretend(monkeypatch, name, prepare):
    """An engine that computes what `prepare` says, with the version of `name`."""
    monkeypatch.setitem(bench.PEERS, name, peers.Peer(name, prepare))


def wrong(_):
    return lambda: [np.zeros((1, 1000), "f4")]


def right(model):
    exe = layerfusion.compile(model.path, threads=model.threads)
    return lambda: [exe(*model.inputs.values()).ravel()]


def unable(_):
    raise peers.Unsupported("networks of this name")


def test_wrong_outputs_are_no_result(network, monkeypatch):
    pretend(monkeypatch, "numpy", wrong)
    with pytest.raises(bench.Disagreement, match="numpy differs: output 0 by 1 of"):
        bench.measure(network, ["numpy"], rounds=1, seconds=0)


def test_engines_are_refused(network, monkeypatch, tmp_path):
    for name, prepare in {"numpy": right, "onnx": wrong, "pytest": unable}.items():
        pretend(monkeypatch, name, prepare)
    result = bench.measure(network, ["pytest", "onnx", "numpy"], rounds=1, seconds=0)
    assert list(result.timings) == ["layerfusion", "numpy"]
    assert result.best_peer() == "numpy"
    text = bench.table([result])
    assert "is not timed: not supported: networks of this name" in text
    assert "is not timed: differs: output 0 by 1 of the largest value" in text
    path = tmp_path / "refused.json"
    path.write_text(json.dumps(bench.to_json([result])))
    text = run_script(ROOT / "benchmarks" / "report.py", path)
    assert " | not supported |  | differs |  | " in text
    # We alone are no disagreement.
    result = bench.measure(network, ["pytest"], rounds=1, seconds=0)
    assert result.best_peer() is None


def test_converters_that_fail(tmp_path):
    program = "print('first'); print('no such operator'); raise SystemExit(1)"
    with pytest.raises(peers.Unsupported, match="fails: no such operator"):
        convert([sys.executable, "-c", program], tmp_path)


def test_ratios():
    def timing(*times):
        return bench.Timing("1", list(times))

    result = bench.Result(
        "net", 1, 1, macs=50, peak=100.0,
        timings={"layerfusion": timing(2, 3, 1), "a": timing(4), "b": timing(3)},
    )  # fmt: skip
    assert result.share("layerfusion") == 0.5
    assert result.ratio("a") == 2
    assert result.best_peer() == "b"
    assert "another thread" not in bench.table([result])
    result.round_trips = [5e-7, 1e-7, 4e-8]
    line = "a cache line took 100 ns to another thread and back (40 to 500)"
    assert line in bench.table([result])


# --- benchmarks/networks and benchmarks/report.py ----------------------------------


def run_script(*args, code=0):
    done = subprocess.run(
        [sys.executable, *map(str, args)], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def test_networks_and_report(tmp_path):
    script = ROOT / "benchmarks" / "networks" / "networks.py"
    path = tmp_path / "networks.json"
    text = run_script(
        script, "mobilenet_v1", "--batch", "1", "--threads", "1,2", "--resolution", 32,
        "--peers", ",".join(installed) or "none", "--json", path, *QUICK,
    )  # fmt: skip
    assert "mobilenet_v1, batch 1, 1 thread" in text
    rows = json.loads(path.read_text())["rows"]
    assert [len(row["round_trip_seconds"]) for row in rows] == [0, 1]
    if installed:
        assert "batch 1, threads 1, 1 networks: the fastest peer takes" in text
    assert "no network 'vgg'" in run_script(script, "vgg", code=2)

    report = ROOT / "benchmarks" / "report.py"
    text = run_script(report, path)
    assert "#### Batch 1, 1 thread" in text and "| mobilenet_v1 | 0.01 |" in text
    assert text.count("A cache line went to another thread and back in ") == 1
    page = tmp_path / "page.md"
    page.write_text("above\n<!-- results -->\nold\n<!-- end of results -->\nbelow\n")
    run_script(report, path, "--into", page)
    assert page.read_text().startswith("above\n<!-- results -->\n\n### Whole networks")
    assert page.read_text().endswith("<!-- end of results -->\nbelow\n")
    assert "old" not in page.read_text()


def test_scaling():
    script = ROOT / "benchmarks" / "networks" / "scaling.py"
    # Some rounds do not count, where a processor is moved.
    text = run_script(
        script, "mobilenet_v1", "--resolution", 32, "--rounds", 5, "--seconds", 0
    )
    assert text.startswith("network        threads    rounds  ms, 1 thread")
    for line in text.splitlines()[1:]:
        if line == "mobilenet_v1   moved in each round":
            continue
        name, *place, rounds, one, two, times, peak = line.split()
        assert name == "mobilenet_v1" and " ".join(place)
        assert 1 <= int(rounds) <= 5 and float(one) > 0 and float(two) > 0
        assert float(times) > 0 and float(peak) > 0
    assert "no network 'vgg'" in run_script(script, "vgg", code=2)
    assert "--rounds must be positive" in run_script(script, "--rounds", 0, code=2)


def test_report_of_pairs(tmp_path):
    row = {
        "name": "pair", "group": "depthwise pairs", "threads": 1, "caches": "hot",
        "flops": 2_000_000, "peak_flops_per_second": 1e11, "fused_seconds": 25e-6,
        "unfused_seconds": 50e-6, "onednn_seconds": 40e-6, "onednn_kernels": ["x"],
    }  # fmt: skip
    two = {**row, "threads": 2, "fused_seconds": 20e-6}
    data = {
        "benchmark": "fused-pairs", "date": "2026-01-02", "processor": "abacus",
        "onednn": "2.6.3", "rows": [row, two],
    }  # fmt: skip
    path = tmp_path / "pairs.json"
    path.write_text(json.dumps(data))
    text = run_script(ROOT / "benchmarks" / "report.py", path)
    assert "### Fused blocks and single kernels: abacus, 2026-01-02" in text
    assert (
        "| pair | 25.0 | 80.0 | 80% | 50.0 | 40.0 | 40% | 40.0 | 50.0 | 50% | 2.00 | 1.60 |"
        in text
    )
    assert "| **geomean** |  |  | 80% |  |  | 40% |  |  | 50% | 2.00 | 1.60 |" in text
    assert "#### Depthwise pairs, 2 threads, hot caches" in text
    assert "| pair | 20.0 | 100.0 | 100% |" in text
    text = run_script(ROOT / "benchmarks" / "report.py", path, path)
    assert text.count("### Fused") == 1
    assert text.count("#### Depthwise pairs, 1 thread, hot caches") == 1
    assert text.count("| pair | 25.0 ") == 2
    path.write_text('{"benchmark": "none", "date": "", "processor": ""}')
    report = ROOT / "benchmarks" / "report.py"
    assert "not what a benchmark writes" in run_script(report, path, code=1)
    assert "No such file" in run_script(report, tmp_path / "no.json", code=1)


def test_report_of_kernels(tmp_path):
    direct = {
        "name": "layer", "threads": 1, "asked": "direct", "schedule": "<whole_tile>",
        "flops": 2_000_000, "peak_flops_per_second": 1e11, "hot_seconds": 25e-6,
        "cold_seconds": 30e-6, "filter_bytes": 1 << 19, "max_error": 1e-6,
    }  # fmt: skip
    auto = {**direct, "asked": "auto", "hot_seconds": 10e-6, "cold_seconds": 20e-6}
    keys = ("name", "threads", "asked", "flops", "peak_flops_per_second")
    failed = {key: direct[key] for key in keys}
    failed |= {"asked": "winograd(4)", "failure": "no such algorithm"}
    rows = [auto, direct, failed]
    rows += [{**row, "name": "other"} for row in rows]
    path = tmp_path / "kernels.json"
    run = {"benchmark": "kernels", "date": "2026-01-02", "processor": "abacus"}
    path.write_text(json.dumps({**run, "rows": rows}))
    text = run_script(ROOT / "benchmarks" / "report.py", path)
    assert "### Single layers: abacus, 2026-01-02" in text
    assert "| layer | auto | 10 | 20 | 0.50 | 2.50 | 1.50 | 0.50 | 1.0e-06 |" in text
    assert "| layer | direct | 25 | 30 | 1.25 | 1.00 | 1.00 | 0.50 | 1.0e-06 |" in text
    assert "| layer | winograd(4) | not measured |" in text
    assert "| **geomean of 2** | auto |  |  |  | 2.50 | 1.50 |  |  |" in text
    assert text.count("geomean") == 1


def test_page_takes_results():
    spec = importlib.util.spec_from_file_location(
        "report", ROOT / "benchmarks" / "report.py"
    )
    report = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(report)
    page = (ROOT / "docs" / "performance.md").read_text()
    assert "new tables" in report.replace(page, "new tables")
