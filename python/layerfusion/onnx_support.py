# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What LayerFusion makes of ONNX's own backend tests.

The suite that comes with the onnx package has a test or more for each op, and a
few whole networks. Which of them are ours is decided here, by rules, each with
its reason: the ops and element types that the import reads, and, by name, what
else is left out. Every other test must pass.

`python -m layerfusion onnx-support` runs all and prints the table;
test/python/test_onnx_backend.py holds us to it.
"""

from __future__ import annotations

import os
import re
import tempfile
import unittest
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import onnx
import onnx.backend.test
from onnx.backend.test.loader import load_model_tests

from layerfusion.backend import LayerFusionBackend

# What the import reads.
_OPS = """
    Abs Add AveragePool BatchNormalization Cast CastLike Ceil Celu Clip Concat
    Constant ConstantOfShape Conv Cos Div Dropout Elu Equal Erf Exp Expand Flatten
    Floor Gather GatherND Gelu Gemm GlobalAveragePool GlobalMaxPool Greater
    GreaterOrEqual GroupNormalization HardSigmoid HardSwish Identity
    InstanceNormalization LRN LayerNormalization LeakyRelu Less LessOrEqual Log
    LogSoftmax MatMul Max MaxPool Mean Min Mish Mul Neg Not PRelu Pad Pow Range
    Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean
    ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Round Selu Shape
    Sigmoid Sign Sin Size Slice Softmax Softplus Softsign Split Sqrt Squeeze Sub Sum
    Tanh ThresholdedRelu Transpose Unsqueeze Where
"""
OPS = frozenset(_OPS.split())

# The element types that compiled code takes and gives.
TYPES = frozenset(
    onnx.TensorProto.DataType.Value(name)
    for name in (
        "FLOAT",
        "DOUBLE",
        "FLOAT16",
        "INT8",
        "INT16",
        "INT32",
        "INT64",
        "BOOL",
    )
)

# By name, what the rules below do not see.
EXCLUDED: tuple[tuple[str, str], ...] = (
    (r"^test_training_dropout", "training"),
    (r"^test_range_float_type_positive_delta_cpu", "a shape that depends on floats"),
    (r"^test_causal_conv_with_state_silu_fp16_expanded_cpu", "sums in float16"),
)


class QuickBackend(LayerFusionBackend):
    """The backend as tests use it: compiled quickly, as each runs once."""

    @classmethod
    def prepare(cls, model: onnx.ModelProto, device: str = "CPU", **kwargs: Any) -> Any:
        kwargs.setdefault("opt_level", 0)
        return super().prepare(model, device, **kwargs)


@dataclass
class Case:
    """A test of the suite."""

    name: str
    op: str  # under test; 'several' or 'network' where it is not one
    reason: Reason | None  # why it is excluded, if it is
    test: unittest.TestCase


def _types(model: onnx.ModelProto) -> Iterator[int | None]:
    """Element types of what goes in and comes out; None for sequences and the like."""
    for value in [*model.graph.output, *model.graph.input]:
        is_tensor = value.type.WhichOneof("value") == "tensor_type"
        yield value.type.tensor_type.elem_type if is_tensor else None
    for tensor in model.graph.initializer:
        yield tensor.data_type


def _type_name(number: int | None) -> str:
    if number is None:
        return "no tensor"
    return onnx.TensorProto.DataType.Name(number).lower()


# A reason for leaving a test out, and what in it is meant.
Reason = tuple[str, str]


def why_excluded(name: str, model: onnx.ModelProto | None) -> Reason | None:
    """The reason why a test is none of ours; None if it must pass."""
    for pattern, reason in EXCLUDED:
        if re.search(pattern, name):
            return reason, name.removesuffix("_cpu")
    if model is None:
        return None  # A whole network.
    for node in model.graph.node:
        if node.domain not in ("", "ai.onnx"):
            return "op of another domain", node.domain
        if node.op_type not in OPS:
            return "op not read", node.op_type
    opset = max(entry.version for entry in model.opset_import)
    if opset < 7:
        return "opset before 7", str(opset)
    for number in _types(model):
        if number not in TYPES:
            return "element type", _type_name(number)
    return None


def _op(model: onnx.ModelProto | None) -> str:
    if model is None:
        return "network"
    ops = {node.op_type for node in model.graph.node}
    return ops.pop() if len(ops) == 1 else "several"


def cases(backend: type = QuickBackend, module: str = __name__) -> list[Case]:
    """All tests of the suite that run on a CPU, in its order."""
    # Where the suite unpacks its networks; by default in the home folder.
    os.environ.setdefault("ONNX_MODELS", tempfile.mkdtemp(prefix="onnx-models-"))
    with warnings.catch_warnings():
        # Making the references of some ops overflows, by intention.
        warnings.simplefilter("ignore")
        models = {
            f"{case.name}_cpu": _load(case)
            for kind in (
                "node",
                "real",
                "simple",
                "pytorch-converted",
                "pytorch-operator",
            )
            for case in load_model_tests(kind=kind)
        }
        suite = onnx.backend.test.BackendTest(backend, module).test_suite
    found = []
    for test in suite:
        name = test.id().rpartition(".")[2]
        if name in models:
            model = models[name]
            found.append(Case(name, _op(model), why_excluded(name, model), test))
    return found


def _load(case: Any) -> onnx.ModelProto | None:
    if case.model is None and case.model_dir:
        return onnx.load(os.path.join(case.model_dir, "model.onnx"))
    return case.model


@dataclass
class Outcome:
    case: Case
    error: str | None  # None: it passed


def run(case: Case) -> Outcome:
    """Runs a test, excluded or not."""
    result = unittest.TestResult()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        case.test.run(result)
    problems = result.errors + result.failures
    if problems:
        lines = problems[0][1].strip().splitlines()
        return Outcome(case, lines[-1])
    if result.skipped:
        return Outcome(case, "skipped: " + result.skipped[0][1])
    return Outcome(case, None)


HEAD = f"With onnx {onnx.__version__}:\n"


def table(outcomes: list[Outcome]) -> str:
    """Markdown: for each op that is read what passes and what is excluded; then
    the reasons, with their numbers and what they are about."""
    wanted = [o for o in outcomes if o.case.reason is None]
    rows = [HEAD, "| op | passed | excluded |", "| --- | --- | --- |"]
    for op in [*sorted(OPS), "several", "network"]:
        mine = [o.case for o in outcomes if o.case.op == op]
        good = sum(o.error is None for o in wanted if o.case.op == op)
        total = sum(case.reason is None for case in mine)
        reasons = Counter(case.reason[0] for case in mine if case.reason)
        why = "; ".join(f"{n} {reason}" for reason, n in reasons.most_common())
        if mine:
            rows.append(f"| {_title(op)} | {good} of {total} | {why} |")
    rows += ["", "| excluded because | tests | which |", "| --- | --- | --- |"]
    details = defaultdict(list)
    for outcome in outcomes:
        if outcome.case.reason:
            reason, detail = outcome.case.reason
            details[reason].append(detail)
    for reason, which in sorted(details.items(), key=lambda item: -len(item[1])):
        names = ", ".join(sorted(set(which), key=str.lower))
        rows.append(f"| {reason} | {len(which)} | {names} |")
    passed = sum(o.error is None for o in wanted)
    failed, excluded = len(wanted) - passed, len(outcomes) - len(wanted)
    total = f"{passed} passed, {failed} failed, {excluded} excluded"
    rows += ["", f"{total}, {len(outcomes)} in all"]
    return "\n".join(rows)


def _title(op: str) -> str:
    return {"several": "of several ops", "network": "whole networks"}.get(op, op)


def surprises(outcomes: list[Outcome]) -> list[str]:
    """What fails although it must pass, and what passes although excluded."""
    lines = []
    excluded: dict[str, list[str]] = defaultdict(list)
    for outcome in outcomes:
        case = outcome.case
        if case.reason is None and outcome.error is not None:
            lines.append(f"{case.name} fails: {outcome.error}")
        if case.reason is not None and outcome.error is None:
            excluded[case.reason[0]].append(case.name)
    for reason, names in excluded.items():
        lines.append(f"excluded ({reason}) but passing: {', '.join(names)}")
    return lines
