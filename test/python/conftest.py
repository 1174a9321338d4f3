# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Finds the package under test, and makes models and runs commands for the tests.

The package is the installed one (utils/setup.sh puts the build folder on the
environment's path); failing that, the newest in build/*/python.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _find_package():
    # Commands are started in other folders.
    path = [
        os.path.abspath(p) for p in os.environ.get("PYTHONPATH", "").split(":") if p
    ]
    if importlib.util.find_spec("layerfusion") is None:
        built = sorted(
            ROOT.glob("build/*/python/layerfusion/_layerfusion.*.so"),
            key=os.path.getmtime,
        )
        if not built:
            pytest.exit("layerfusion is neither installed nor built: utils/setup.sh", 2)
        path.insert(0, str(built[-1].parents[1]))
        sys.path.insert(0, path[0])
    os.environ["PYTHONPATH"] = ":".join(path)


_find_package()

# Full sizes instead of quick ones.
LONG = bool(os.environ.get("LAYERFUSION_LONG_TESTS") or os.environ.get("LF_LONG"))

# Most of the time would go into vgg16's 138 million weights: it is tested by
# itself, at 32x32.
LARGE_NETWORKS = ["vgg16"]


def small_networks():
    """The names of the zoo's other networks."""
    from layerfusion import zoo

    return [name for name in zoo.names() if name not in LARGE_NETWORKS]


CONV_TEXT = """
module @small {
  func.func @main(%x: tensor<1x4x6x3xf32> {lf.name = "image", lf.layout = "NHWC"})
      -> (tensor<1x4x6x2xf32> {lf.name = "features", lf.layout = "NHWC"}) {
    %w = arith.constant dense<0.5> : tensor<3x3x3x2xf32>
    %y = lf.conv2d %x, %w pads [1, 1, 1, 1] activation relu
        : (tensor<1x4x6x3xf32>, tensor<3x3x3x2xf32>) -> tensor<1x4x6x2xf32>
    return %y : tensor<1x4x6x2xf32>
  }
}
"""

# Two inputs, two outputs.
PAIR_TEXT = """
module @pair {
  func.func @main(%a: tensor<2x3xf32> {lf.name = "a"},
                  %b: tensor<2x3xf32> {lf.name = "b"})
      -> (tensor<2x3xf32> {lf.name = "sum"}, tensor<2x3xf32> {lf.name = "product"}) {
    %s = arith.addf %a, %b : tensor<2x3xf32>
    %p = arith.mulf %a, %b : tensor<2x3xf32>
    return %s, %p : tensor<2x3xf32>, tensor<2x3xf32>
  }
}
"""


@pytest.fixture
def conv():
    import layerfusion

    return layerfusion.parse(CONV_TEXT)


@pytest.fixture
def pair():
    import layerfusion

    return layerfusion.parse(PAIR_TEXT)


@pytest.fixture
def command(tmp_path):
    """Runs `python -m layerfusion ...` in an empty folder, its output piped."""

    def run(*args, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "layerfusion", *map(str, args)],
            check=False,
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


def relative_error(y, expected):
    """The largest difference as a share of the largest expected value."""
    import numpy as np

    assert y.shape == expected.shape
    return np.abs(y - expected).max() / np.abs(expected).max()
