# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A network under construction: layers appended to an ONNX graph.

Each method appends the nodes of one layer and returns its output as a
`Tensor`, whose shape is known at once. Names follow the scopes they are made
in, so that a node, its output and its weights read as a path:

    with net.scope("block3"):
        x = net.conv_bn(x, "expand", 144, activation="relu6")

appends the nodes block3.expand.conv, block3.expand.bn, block3.expand.relu6
and the weights block3.expand.conv.weight, block3.expand.bn.scale and so on.

Convolutions are NCHW with filters [F, C/groups, KH, KW], as in ONNX.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from . import draw
from .moments import Moments

OPSET = 17
IR_VERSION = 8
EPSILON = 1e-5

if TYPE_CHECKING:
    # A dimension: a number, or for the batch also a name.
    Dim = int | str


@dataclass(frozen=True)
class Tensor:
    """A value of the graph: its name, its shape (channels second), what its values are like."""

    name: str
    shape: tuple[Dim, ...]
    moments: Moments

    @property
    def channels(self) -> int:
        return int(self.shape[1])


class Builder:
    """Builds one network.

    `seed` determines the weights. With `batch_norm` false, each batch norm is
    folded into the convolution before it, as exporters do for inference.
    """

    def __init__(self, name: str, seed: int = 0, batch_norm: bool = True):
        self.name = name
        self.seed = seed
        self.batch_norm = batch_norm
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: dict[str, onnx.TensorProto] = {}
        self._values: dict[str, onnx.ValueInfoProto] = {}
        self._input: Tensor | None = None
        self._scopes: list[str] = []

    # Graph and names.

    @contextlib.contextmanager
    def scope(self, name: str) -> Iterator[None]:
        """Puts `name.` before every name made inside."""
        self._scopes.append(name)
        try:
            yield
        finally:
            self._scopes.pop()

    def input(self, name: str, shape: Sequence[Dim]) -> Tensor:
        """The graph's input, of mean 0 and variance 1 in each channel."""
        channels = int(shape[1])
        moments = Moments(np.zeros(channels), np.ones(channels))
        self._input = Tensor(name, tuple(shape), moments)
        return self._input

    def model(self, output: Tensor, name: str, doc: str = "") -> onnx.ModelProto:
        """The finished model; its only output is `output`, renamed to `name`."""
        assert self._input is not None, "a network has an input"
        self._nodes[-1].output[0] = name
        del self._values[output.name]
        graph = helper.make_graph(
            self._nodes,
            self.name,
            [_value_info(self._input.name, self._input.shape)],
            [_value_info(name, output.shape)],
            list(self._initializers.values()),
            value_info=list(self._values.values()),
        )
        return helper.make_model(
            graph,
            producer_name="layerfusion",
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET)],
            doc_string=doc,
        )

    def _path(self, name: str) -> str:
        return ".".join([*self._scopes, name])

    def _node(
        self,
        op: str,
        name: str,
        inputs: Sequence[str],
        shape: Sequence[Dim],
        moments: Moments,
        **attributes: Any,
    ) -> Tensor:
        """Appends a node with one output, which is named like the node."""
        path = self._path(name)
        self._nodes.append(
            helper.make_node(op, list(inputs), [path], name=path, **attributes)
        )
        return self._value(path, shape, moments)

    def _value(self, path: str, shape: Sequence[Dim], moments: Moments) -> Tensor:
        if path in self._values:
            raise ValueError(f"{self.name}: two values are named {path}")
        self._values[path] = _value_info(path, shape)
        return Tensor(path, tuple(shape), moments)

    def _constant(self, name: str, value: np.ndarray) -> str:
        """Adds an initializer named in the scope, and returns its full name."""
        return self._shared_constant(self._path(name), value)

    def _shared_constant(self, path: str, value: np.ndarray) -> str:
        """The same for a full name; a second one of that name must be the same."""
        if path not in self._initializers:
            self._initializers[path] = numpy_helper.from_array(value, path)
        return path

    # Layers with weights.

    def conv_bn(
        self,
        x: Tensor,
        name: str,
        channels: int,
        kernel: int = 1,
        stride: int = 1,
        groups: int = 1,
        activation: str | None = None,
        scale: float = 1.0,
        folded: bool = False,
    ) -> Tensor:
        """Convolution without bias, batch norm and activation; same padding for odd kernels.

        The standard deviation after the batch norm is around `scale`; less
        than 1 at the end of a residual branch keeps the sum from growing.
        `folded`: one convolution with bias, whatever the network's other ones are.
        """
        with self.scope(name):
            filters = self._filters("conv", x, channels, kernel, groups)
            plain = x.moments.conv(filters, None, groups)
            gamma = self._uniform("bn.scale", [channels], 0.75 * scale, 1.25 * scale)
            beta = self._uniform("bn.bias", [channels], -0.25 * scale, 0.5 * scale)
            mean, var = plain.mean.astype(np.float32), plain.var.astype(np.float32)
            after = Moments.rounded(beta, np.square(gamma.astype(np.float64)))
            if self.batch_norm and not folded:
                x = self._conv("conv", x, filters, None, stride, groups, plain)
                statistics = {"scale": gamma, "bias": beta, "mean": mean, "var": var}
                constants = [
                    self._constant(f"bn.{k}", v) for k, v in statistics.items()
                ]
                inputs = [x.name, *constants]
                x = self._node(
                    "BatchNormalization", "bn", inputs, x.shape, after, epsilon=EPSILON
                )
            else:
                factor = gamma / np.sqrt(var.astype(np.float64) + EPSILON)
                folded = (filters * factor[:, None, None, None]).astype(np.float32)
                bias = (beta - mean * factor).astype(np.float32)
                x = self._conv("conv", x, folded, bias, stride, groups, after)
            return x if activation is None else self.activate(x, activation)

    def conv(
        self, x: Tensor, name: str, channels: int, activation: str | None = None
    ) -> Tensor:
        """1x1 convolution with bias, and activation."""
        with self.scope(name):
            filters = self._filters("conv", x, channels, 1, 1)
            bias = self._uniform("conv.bias", [channels], -0.5, 0.5)
            moments = x.moments.conv(filters, bias, 1)
            x = self._conv("conv", x, filters, bias, 1, 1, moments)
            return x if activation is None else self.activate(x, activation)

    def linear(self, x: Tensor, name: str, features: int) -> Tensor:
        """Fully connected layer with bias: [N, C] to [N, features]."""
        weight = draw.he(
            self.seed, self._path(f"{name}.weight"), [features, x.channels]
        )
        bias = self._uniform(f"{name}.bias", [features], -0.25, 0.25)
        moments = x.moments.linear(weight, bias)
        constants = [
            self._constant(f"{name}.weight", weight),
            self._constant(f"{name}.bias", bias),
        ]
        shape = (x.shape[0], features)
        return self._node("Gemm", name, [x.name, *constants], shape, moments, transB=1)

    def _uniform(
        self, name: str, shape: Sequence[int], low: float, high: float
    ) -> np.ndarray:
        return draw.uniform(self.seed, self._path(name), shape, low, high)

    def _filters(
        self, name: str, x: Tensor, channels: int, kernel: int, groups: int
    ) -> np.ndarray:
        if x.channels % groups or channels % groups:
            raise ValueError(
                f"{self.name}: {self._path(name)}: {x.channels} to {channels} channels "
                f"cannot be split into {groups} groups"
            )
        shape = [channels, x.channels // groups, kernel, kernel]
        return draw.he(self.seed, self._path(f"{name}.weight"), shape)

    def _conv(
        self,
        name: str,
        x: Tensor,
        filters: np.ndarray,
        bias: np.ndarray | None,
        stride: int,
        groups: int,
        moments: Moments,
    ) -> Tensor:
        kernel = filters.shape[2]
        inputs = [x.name, self._constant(f"{name}.weight", filters)]
        if bias is not None:
            inputs.append(self._constant(f"{name}.bias", bias))
        return self._node(
            "Conv",
            name,
            inputs,
            (x.shape[0], len(filters), *_strided(x.shape[2:], stride)),
            moments,
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            pads=[kernel // 2] * 4,
            group=groups,
        )

    # Layers without.

    def activate(self, x: Tensor, kind: str) -> Tensor:
        """relu, relu6 or sigmoid."""
        if kind == "relu":
            return self._node("Relu", kind, [x.name], x.shape, x.moments.relu())
        if kind == "relu6":
            bounds = [
                self._shared_constant("relu6.min", np.float32(0)),
                self._shared_constant("relu6.max", np.float32(6)),
            ]
            return self._node(
                "Clip", kind, [x.name, *bounds], x.shape, x.moments.relu()
            )
        if kind == "sigmoid":
            return self._node("Sigmoid", kind, [x.name], x.shape, x.moments.sigmoid())
        raise ValueError(f"{self.name}: unknown activation {kind}")

    def max_pool(self, x: Tensor, name: str, kernel: int = 3) -> Tensor:
        """Maximum of 3x3 windows, padded by 1, or of 2x2 windows, at stride 2."""
        pad = (kernel - 1) // 2
        size = [(int(d) + 2 * pad - kernel) // 2 + 1 for d in x.shape[2:]]
        if min(size) < 1:
            raise ValueError(
                f"{self.name}: {self._path(name)}: {x.shape[2]}x{x.shape[3]} is less "
                "than a window; take larger images"
            )
        return self._node(
            "MaxPool",
            name,
            [x.name],
            (*x.shape[:2], *size),
            x.moments.max_pool(kernel),
            kernel_shape=[kernel, kernel],
            strides=[2, 2],
            pads=[pad] * 4,
        )

    def global_pool(self, x: Tensor, name: str) -> Tensor:
        """Mean of each feature map: [N, C, H, W] to [N, C, 1, 1]."""
        shape = (*x.shape[:2], 1, 1)
        return self._node(
            "GlobalAveragePool", name, [x.name], shape, x.moments.average()
        )

    def spatial_mean(self, x: Tensor, name: str) -> Tensor:
        """The same as a reduction: [N, C, H, W] to [N, C]."""
        return self._node(
            "ReduceMean",
            name,
            [x.name],
            x.shape[:2],
            x.moments.average(),
            axes=[2, 3],
            keepdims=0,
        )

    def flatten(self, x: Tensor, name: str) -> Tensor:
        """[N, C, H, W] to [N, C * H * W]."""
        area = int(x.shape[2]) * int(x.shape[3])
        shape = (x.shape[0], x.channels * area)
        moments = x.moments.take(np.repeat(np.arange(x.channels), area))
        return self._node("Flatten", name, [x.name], shape, moments, axis=1)

    def add(self, x: Tensor, y: Tensor, name: str) -> Tensor:
        """Sum of two tensors of one shape."""
        return self._node(
            "Add", name, [x.name, y.name], x.shape, x.moments.add(y.moments)
        )

    def scale(self, x: Tensor, gate: Tensor, name: str) -> Tensor:
        """Each feature map of [N, C, H, W] multiplied by its value in [N, C, 1, 1]."""
        return self._node(
            "Mul", name, [x.name, gate.name], x.shape, x.moments.mul(gate.moments)
        )

    def halves(self, x: Tensor, name: str) -> tuple[Tensor, Tensor]:
        """The first and the second half of the channels."""
        path, half = self._path(name), x.channels // 2
        outputs = [f"{path}.left", f"{path}.right"]
        sizes = self._shared_constant(
            f"halves.{half}", np.array([half, half], np.int64)
        )
        self._nodes.append(
            helper.make_node("Split", [x.name, sizes], outputs, name=path, axis=1)
        )
        shape = (x.shape[0], half, *x.shape[2:])
        left, right = np.arange(half), np.arange(half, 2 * half)
        return (
            self._value(outputs[0], shape, x.moments.take(left)),
            self._value(outputs[1], shape, x.moments.take(right)),
        )

    def concat(self, x: Tensor, y: Tensor, name: str) -> Tensor:
        """The channels of both."""
        shape = (x.shape[0], x.channels + y.channels, *x.shape[2:])
        return self._node(
            "Concat", name, [x.name, y.name], shape, x.moments.concat(y.moments), axis=1
        )

    def shuffle(self, x: Tensor, name: str, groups: int) -> Tensor:
        """Channel c of group g becomes channel c * groups + g.

        Written as Reshape, Transpose, Reshape: channels [groups, C/groups] are
        transposed. A 0 in a Reshape's shape keeps that dimension, any batch.
        """
        n, c, h, w = x.shape
        each = x.channels // groups
        moments = x.moments.take(np.arange(x.channels).reshape(groups, each).T.ravel())
        with self.scope(name):
            split = self._constant(
                "split.shape", np.array([0, groups, each, h, w], np.int64)
            )
            merged = self._constant("merge.shape", np.array([0, c, h, w], np.int64))
            shape = (n, groups, each, h, w)
            x = self._node("Reshape", "split", [x.name, split], shape, x.moments)
            shape = (n, each, groups, h, w)
            perm = [0, 2, 1, 3, 4]
            x = self._node(
                "Transpose", "transpose", [x.name], shape, moments, perm=perm
            )
            return self._node(
                "Reshape", "merge", [x.name, merged], (n, c, h, w), moments
            )


def _strided(size: Sequence[Dim], stride: int) -> tuple[int, ...]:
    """Height and width after a window of odd size K, padded by K // 2, at the stride."""
    return tuple((int(d) - 1) // stride + 1 for d in size)


def _value_info(name: str, shape: Sequence[Dim]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
