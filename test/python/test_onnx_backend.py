# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""ONNX's own backend tests, on us: each that layerfusion.onnx_support does not
exclude, with a reason, must pass."""

import layerfusion.backend
import onnx.backend.test
import pytest
from conftest import ROOT
from layerfusion import onnx_support

CASES = onnx_support.cases(module=__name__)
OURS = [case for case in CASES if case.reason is None]


@pytest.mark.parametrize("case", OURS, ids=lambda case: case.name)
def test_onnx(case):
    case.test.debug()


def test_excluded_tests_fail():
    """Else the rules exclude too much."""
    passing = [
        f"{case.name}: {case.reason}"
        for case in CASES
        if case.reason is not None and onnx_support.run(case).error is None
    ]
    assert not passing


def test_every_op_has_a_test():
    """But Not, whose tests are of opset 1; it occurs in others."""
    assert onnx_support.OPS - {case.op for case in OURS} <= {"Not"}


def test_the_page_is_up_to_date():
    """`utils/renew-docs.sh --onnx` renews it."""
    page = (ROOT / "docs" / "onnx.md").read_text()
    printed = page.split("<!-- begin: python -m layerfusion onnx-support -->\n")[1]
    printed = printed.split("<!-- end -->")[0]
    if f"With onnx {onnx.__version__}:" not in printed:
        pytest.skip(f"the page is not of onnx {onnx.__version__}")
    outcomes = [
        onnx_support.Outcome(case, None if case.reason is None else "excluded")
        for case in CASES
    ]
    assert printed.strip() == onnx_support.table(outcomes).strip()


def test_the_suite_takes_the_module_as_a_backend():
    suite = onnx.backend.test.BackendTest(layerfusion.backend, __name__)
    tests = suite.include(r"^test_relu_cpu$").test_cases["OnnxBackendNodeModelTest"]
    tests("test_relu_cpu").debug()
