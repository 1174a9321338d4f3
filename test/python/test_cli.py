# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""python -m layerfusion, as a user or a script calls it."""

import os
import pty
import subprocess
import sys

import layerfusion
import numpy as np
import pytest
from conftest import CONV_TEXT, PAIR_TEXT
from layerfusion import zoo


@pytest.fixture
def small(tmp_path):
    (tmp_path / "small.mlir").write_text(CONV_TEXT)
    return "small.mlir"


@pytest.fixture
def network(tmp_path):
    zoo.save("mobilenet_v1", tmp_path / "net.onnx", batch="N", resolution=32)
    return "net.onnx"


def error(done):
    """The one line that a command prints on failure."""
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    return line


def test_help_names_the_commands(command):
    text = command("--help").stdout
    for name in ("run", "inspect", "compile", "profile", "onnx-support"):
        assert name in text
        assert "--help" in command(name, "--help").stdout


def test_unknown_command(command):
    assert "invalid choice: 'fly'" in command("fly", code=2).stderr


# --- run -----------------------------------------------------------------------


def test_run_with_random_input(command, network):
    done = command("run", network, "--batch", 2, "-O0", "--repeat", 3)
    assert done.stderr == ""
    assert "input     input float32 2x3x32x32 NCHW: random, seed 0" in done.stdout
    assert "output    logits float32 2x1000" in done.stdout
    assert done.stdout.count("top 5: ") == 2
    assert "in the median of 3" in done.stdout
    assert "\r" not in done.stdout and "\033" not in done.stdout


def test_run_repeats_with_the_same_seed(command, network, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        args = ["--batch", 1, "-O0", "--seed", seed, "--output", f"{name}.npy"]
        command("run", network, *args)
    a, b, c = (np.load(tmp_path / f"{name}.npy") for name in "abc")
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


def test_run_checks_outputs(command, small, tmp_path):
    x = np.ones((1, 4, 6, 3), "f4")
    np.save(tmp_path / "x.npy", x)
    y = layerfusion.compile(layerfusion.parse(CONV_TEXT))(x)
    np.save(tmp_path / "y.npy", y)
    done = command("run", small, "--input", "x.npy", "--check", "y.npy")
    assert "check     y.npy: max error " in done.stdout
    assert done.stdout.rstrip().endswith("ok")

    np.save(tmp_path / "z.npy", y * np.float32(1.001))
    done = command("run", small, "--input", "x.npy", "--check", "z.npy", code=1)
    assert "z.npy: max error 0.001 of the largest value" in done.stdout
    assert "FAILED, allowed is 0.0001" in done.stdout

    y[0, 0, 0, 0] = np.nan
    np.save(tmp_path / "nan.npy", y)
    done = command("run", small, "--input", "x.npy", "--check", "nan.npy", code=1)
    assert "FAILED" in done.stdout


def test_run_takes_inputs_by_name(command, tmp_path):
    (tmp_path / "pair.mlir").write_text(PAIR_TEXT)
    a, b = np.full((2, 3), 2, "f4"), np.full((2, 3), 5, "f4")
    np.save(tmp_path / "a.npy", a)
    np.save(tmp_path / "b.npy", b)
    files = ["--output", "sum.npy", "--output", "product.npy"]
    command("run", "pair.mlir", "--input", "b=b.npy", "--input", "a=a.npy", *files)
    np.testing.assert_array_equal(np.load(tmp_path / "sum.npy"), a + b)
    np.testing.assert_array_equal(np.load(tmp_path / "product.npy"), a * b)
    done = command("run", "pair.mlir", "--input", "b=b.npy")
    assert "input     b float32 2x3 from b.npy" in done.stdout
    assert "input     a float32 2x3: random, seed 0" in done.stdout
    assert "from " in done.stdout and "mean " in done.stdout


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--input", "none.npy"], "none.npy: No such file or directory"),
        (
            ["--input", "f8.npy"],
            "f8.npy: holds float64 1x4x6x3, expected image float32",
        ),
        (["--input", "flat.npy"], "flat.npy: holds float32 72, expected image"),
        (["--input", "text.npy"], "text.npy: not a NumPy array file (.npy)"),
        (["--input", "many.npz"], "many.npz: holds several arrays"),
        (["--input", "x=flat.npy"], "no input is called 'x'; there are: image"),
        (["--input", "ok.npy", "--input", "ok.npy"], "the model has 1 inputs"),
        (["--input", "image=ok.npy", "--input", "image=ok.npy"], "is given twice"),
        (["--check", "ok.npy"], "ok.npy: holds shape (1, 4, 6, 3), the output has"),
        (["--check", "a.npy", "--check", "b.npy"], "the model has 1 outputs"),
        (["--output", "no/y.npy"], "no/y.npy: No such file or directory"),
        (["--repeat", "0"], "--repeat must be positive, got 0"),
        (["--batch", "2"], "--batch and --io-layout are for ONNX files, not for IR"),
        (["--target", "z80"], "unknown processor 'z80'"),
        (["--name", "for"], "'for'"),
    ],
)
def test_run_errors(command, small, tmp_path, args, message):
    good = np.zeros((1, 4, 6, 3), "f4")
    np.save(tmp_path / "ok.npy", good)
    np.save(tmp_path / "f8.npy", good.astype("f8"))
    np.save(tmp_path / "flat.npy", good.ravel())
    np.savez(tmp_path / "many.npz", good)
    (tmp_path / "text.npy").write_text("not an array")
    assert message in error(command("run", small, *args, code=1))


@pytest.mark.parametrize("name", ["run", "inspect", "compile"])
def test_model_errors(command, tmp_path, name):
    assert "none.onnx: No such file" in error(command(name, "none.onnx", code=1))
    (tmp_path / "bad.onnx").write_bytes(b"not a model")
    assert "bad.onnx: not an ONNX model" in error(command(name, "bad.onnx", code=1))
    (tmp_path / "bad.mlir").write_text("func.func @main(")
    assert "bad.mlir:1:16: " in error(command(name, "bad.mlir", code=1))
    zoo.save("mobilenet_v1", tmp_path / "open.onnx", batch="N", resolution=32)
    assert "symbolic" in error(command(name, "open.onnx", code=1))
    message = error(command(name, "open.onnx", "--batch", "0", code=1))
    assert message == "error: batch must be positive, got 0"


# --- inspect -------------------------------------------------------------------


def test_inspect(command, network):
    text = command("inspect", network, "--batch", 1).stdout
    lines = text.splitlines()
    assert lines[0] == "input   input float32 1x3x32x32 NCHW"
    assert lines[1] == "output  logits float32 1x1000"
    assert lines[3].split() == [
        *("layer", "op", "input", "filter", "output", "MACs", "parameters")
    ]
    stem = next(line for line in lines if "1x32x32x3" in line).split()
    # 16 x 16 x 32 outputs of 27 multiply-adds; 27 x 32 weights and 32 biases.
    assert stem[1:] == ["lf.conv2d", "1x32x32x3", "3x3x3x32", "1x16x16x32"] + [
        "221,184",
        "896",
    ]
    assert lines[-1].split()[1] == "ops"
    assert sum("lf.depthwise_conv2d" in line for line in lines) == 13
    assert "arith.mulf" not in text
    assert (
        "arith.mulf"
        in command("inspect", network, "--batch", 1, "--as-imported").stdout
    )


def test_inspect_into_a_closed_pipe(network, tmp_path):
    done = subprocess.run(
        f"{sys.executable} -m layerfusion inspect {network} --batch 1 | head -n 1",
        shell=True,
        check=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("input")
    assert done.stderr == ""


# --- compile -------------------------------------------------------------------


def test_compile_writes_object_and_header(command, small, tmp_path):
    done = command(
        "compile", small, "-o", "box.o", "--header", "box.h", "--name", "box"
    )
    assert "wrote box.o (" in done.stdout and "wrote box.h (" in done.stdout
    assert (tmp_path / "box.o").read_bytes()[:4] == b"\x7fELF"
    assert "box(" in (tmp_path / "box.h").read_text()


def test_compile_kinds(command, small, tmp_path):
    command("compile", small)
    assert (tmp_path / "small.o").exists()
    command("compile", small, "-o", "small.s", "-O1")
    assert "small:" in (tmp_path / "small.s").read_text()
    command("compile", small, "-o", "small.ll", "--target", "x86-64")
    assert "define" in (tmp_path / "small.ll").read_text()
    command("compile", small, "-o", "direct.o", "--algorithms", "direct")
    command("compile", small, "-o", "bound.o", "--max-filter-growth", 1)
    command("compile", small, "-o", "arm.o", "--triple", "aarch64-linux-gnu")
    assert (tmp_path / "arm.o").read_bytes()[18] == 183


def test_compile_errors(command, small):
    done = command("compile", small, "-o", "small.exe", code=1)
    assert error(done) == "error: small.exe: the ending must be one of .ll, .o, .s"
    assert "no/small.o: No such file" in error(
        command("compile", small, "-o", "no/small.o", code=1)
    )
    assert "pdp11" in error(command("compile", small, "--triple", "pdp11", code=1))


# --- on a terminal ---------------------------------------------------------------


def test_progress_shows_on_a_terminal(tmp_path):
    """What stderr gets if it is a terminal; stdout is a pipe all the same."""
    try:
        terminal, other_end = pty.openpty()
    except OSError:
        pytest.skip("no pseudo-terminals here, as in a bare chroot")
    zoo.save("mobilenet_v1", tmp_path / "net.onnx", resolution=64)
    process = subprocess.Popen(
        [sys.executable, "-m", "layerfusion", "compile", "net.onnx"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=other_end,
    )
    os.close(other_end)
    shown = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # The other end is closed.
            break
        if not part:
            break
        shown += part
    stdout, _ = process.communicate()
    assert process.returncode == 0
    assert b"compiling net.onnx ... " in shown
    assert shown.endswith(b"\r\033[K")
    assert stdout.startswith(b"wrote net.o (")
