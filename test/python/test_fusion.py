# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Fusing puts all the work of the zoo's networks into blocks and alone changes no
bit of what they compute.

Computed layer by layer by the reference pipeline, with and without blocks. With
LAYERFUSION_LONG_TESTS in the environment at full size.
"""

import re

import layerfusion
import numpy as np
import pytest
from conftest import LONG, small_networks
from layerfusion import zoo

RESOLUTION = 224 if LONG else 32


def by_reference(module, x):
    module.run_pipeline("lf-reference-pipeline")
    return layerfusion.compile(module, opt_level=3 if LONG else 0)(x)


def outside_of_blocks(text):
    """The names of the ops that stand in no block."""
    text = re.sub(r"lf\.fused_block.*?lf\.yield[^}]*\}", "", text, flags=re.DOTALL)
    return set(re.findall(r"\b(?:lf|linalg|arith|tensor)\.\w+", text))


@pytest.fixture(scope="module", params=small_networks())
def network(request):
    """A network in text, an input, and what it makes of it unfused."""
    model = zoo.build(request.param, batch=2, resolution=RESOLUTION)
    module = layerfusion.import_onnx(model)
    module.run_pipeline("lf-simplify")
    x = zoo.test_input(model)
    text = module.text()
    return text, x, by_reference(module, x)


@pytest.mark.parametrize("policy", ["none", "all", "greedy", "cost"])
def test_fused_networks_compute_the_same_bits(network, policy):
    text, x, expected = network
    module = layerfusion.parse(text)
    module.run_pipeline(f"func.func(lf-fuse-blocks{{policy={policy}}})")
    left = outside_of_blocks(module.text(elide_above=16))
    work = {"lf.conv2d", "lf.depthwise_conv2d", "lf.pool2d", "lf.global_pool"}
    assert not left & (work | {"linalg.matmul"})
    assert np.array_equal(by_reference(module, x), expected)
