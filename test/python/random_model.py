# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Random ONNX models that move data between layers in every way there is.

What they are after is layouts: values come channels-last out of convolutions
and are transposed, split, gathered and reshaped from there.
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

MAX_ELEMENTS = 50_000
MAX_RANK = 7


class RandomModel:
    """Grows a model from its input `x`; `value` is what to feed it."""

    def __init__(self, seed):
        self.random = np.random.RandomState(seed)
        self.nodes = []
        self.initializers = []
        rank = self.random.choice([3, 4, 4, 4, 5])
        shape = [self.between(1, 2), 2 * self.between(1, 4)]
        shape += [self.between(3, 7) for _ in range(rank - 2)]
        self.value = self.random.standard_normal(shape).astype("f4")
        self.values = [("x", shape)]  # names and shapes of what was computed
        steps = self.between(3, 11)
        while len(self.nodes) < steps:
            name, shape = self.pick()
            if np.prod(shape) > MAX_ELEMENTS or len(shape) > MAX_RANK:
                name, shape = self.values[0]
            self.random.choice(STEPS)(self, name, list(shape))

    def model(self):
        outputs = [pair for pair in self.values[-3:] if pair[0] != "x"]
        graph = helper.make_graph(
            self.nodes,
            "random",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.values[0][1])],
            [
                helper.make_tensor_value_info(n, TensorProto.FLOAT, s)
                for n, s in outputs
            ],
            self.initializers,
        )
        opset = helper.make_opsetid("", 17)
        return helper.make_model(graph, opset_imports=[opset], ir_version=8)

    # What steps are made of.

    def between(self, low, high):
        return int(self.random.randint(low, high + 1))

    def chance(self, probability):
        return self.random.rand() < probability

    def pick(self, fits=lambda shape: True):
        """One of the last few values whose shape fits; None if there is none."""
        fitting = [value for value in self.values if fits(value[1])]
        if not fitting:
            return None
        return fitting[self.between(max(0, len(fitting) - 4), len(fitting) - 1)]

    def floats(self, *shape):
        values = np.asarray(self.random.standard_normal(shape), "f4")
        return self.constant(values)

    def ints(self, values):
        return self.constant(np.asarray(values, np.int64))

    def constant(self, array):
        name = f"c{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def node(self, op, inputs, outputs=1, **attributes):
        names = [f"v{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, **attributes))
        return names if outputs > 1 else names[0]

    def result(self, name, shape):
        self.values.append((name, [int(extent) for extent in shape]))


def conv(m, name, shape):
    found = m.pick(lambda s: 3 <= len(s) <= 5)
    if not found:
        return
    name, shape = found
    channels, spatial = shape[1], shape[2:]
    groups = int(m.random.choice([g for g in (1, 2, channels) if channels % g == 0]))
    filters = channels if m.chance(0.5) else groups * m.between(1, 3)
    kernel = [min(m.between(1, 3), extent) for extent in spatial]
    pads = [m.between(0, 1) for _ in range(2 * len(kernel))]
    strides = [m.between(1, 2) for _ in kernel]
    inputs = [name, m.floats(filters, channels // groups, *kernel)]
    if m.chance(0.5):
        inputs.append(m.floats(filters))
    out = [
        (extent + low + high - size) // stride + 1
        for extent, low, high, size, stride in zip(
            spatial, pads, pads[len(kernel) :], kernel, strides
        )
    ]
    y = m.node("Conv", inputs, group=groups, pads=pads, strides=strides)
    # Keeps numbers near 1, as batch norm would.
    scale = m.constant(np.float32(1 / np.sqrt(channels // groups * np.prod(kernel))))
    m.result(m.node("Mul", [y, scale]), [shape[0], filters, *out])


def pool(m, name, shape):
    found = m.pick(lambda s: 3 <= len(s) <= 4 and min(s[2:]) >= 2)
    if not found:
        return
    name, shape = found
    spatial = shape[2:]
    kernel = [m.between(1, 2) for _ in spatial]
    strides = [m.between(1, 2) for _ in spatial]
    op = str(m.random.choice(["MaxPool", "AveragePool"]))
    y = m.node(op, [name], kernel_shape=kernel, strides=strides)
    out = [(e - k) // s + 1 for e, k, s in zip(spatial, kernel, strides)]
    m.result(y, shape[:2] + out)


def global_pool(m, name, shape):
    if len(shape) >= 3:
        op = str(m.random.choice(["GlobalAveragePool", "GlobalMaxPool"]))
        m.result(m.node(op, [name]), shape[:2] + [1] * (len(shape) - 2))


def reduce(m, name, shape):
    axes = m.random.permutation(len(shape))[: m.between(1, len(shape))]
    axes = [int(axis) for axis in axes]
    keep = m.between(0, 1)
    op = str(m.random.choice(["ReduceMean", "ReduceMax"]))
    target = [
        1 if i in axes else e for i, e in enumerate(shape) if keep or i not in axes
    ]
    if target:
        m.result(m.node(op, [name], axes=axes, keepdims=keep), target)


def softmax(m, name, shape):
    axis = m.between(-len(shape), len(shape) - 1)
    m.result(m.node("Softmax", [name], axis=axis), shape)


def matmul(m, name, shape):
    if len(shape) >= 2:
        columns = m.between(1, 5)
        y = m.node("MatMul", [name, m.floats(shape[-1], columns)])
        scale = m.constant(np.float32(1 / np.sqrt(shape[-1])))
        m.result(m.node("Mul", [y, scale]), shape[:-1] + [columns])


def gemm(m, name, shape):
    if len(shape) == 2:
        columns = m.between(1, 5)
        inputs = [name, m.floats(columns, shape[1]), m.floats(columns)]
        alpha = float(1 / np.sqrt(shape[1]))
        m.result(m.node("Gemm", inputs, transB=1, alpha=alpha), [shape[0], columns])


def relu(m, name, shape):
    m.result(m.node("Relu", [name]), shape)


def batch_norm(m, name, shape):
    if len(shape) >= 2:
        positive = m.random.rand(shape[1]).astype("f4") + 0.5
        parameters = [m.floats(shape[1]) for _ in range(3)] + [m.constant(positive)]
        m.result(m.node("BatchNormalization", [name, *parameters]), shape)


def arithmetic(m, name, shape):
    operands = [name, m.pick(lambda s: s == shape)[0]]
    m.random.shuffle(operands)
    m.result(m.node(m.random.choice(["Add", "Sub", "Mul"]), operands), shape)


def broadcast(m, name, shape):
    start = m.between(0, len(shape))
    small = [extent if m.chance(0.5) else 1 for extent in shape][start:]
    operands = [name, m.floats(*small)]
    m.random.shuffle(operands)
    m.result(m.node(m.random.choice(["Add", "Sub", "Mul"]), operands), shape)


def transpose(m, name, shape):
    perm = [int(dim) for dim in m.random.permutation(len(shape))]
    m.result(m.node("Transpose", [name], perm=perm), [shape[dim] for dim in perm])


def reshape(m, name, shape):
    """Splits some dimensions and merges others."""
    factors = []
    for extent in shape:
        divisors = [d for d in range(1, extent + 1) if extent % d == 0]
        part = int(m.random.choice(divisors))
        factors += [part, extent // part] if m.chance(0.3) else [extent]
    target = []
    for factor in factors:
        if target and m.chance(0.3):
            target[-1] *= factor
        else:
            target.append(factor)
    if len(target) <= MAX_RANK:
        m.result(m.node("Reshape", [name, m.ints(target)]), target)


def channel_shuffle(m, name, shape):
    if len(shape) == 4 and shape[1] % 2 == 0:
        split = [shape[0], 2, shape[1] // 2, *shape[2:]]
        grouped = m.node("Reshape", [name, m.ints(split)])
        swapped = m.node("Transpose", [grouped], perm=[0, 2, 1, 3, 4])
        m.result(m.node("Reshape", [swapped, m.ints(shape)]), shape)


def concat(m, name, shape):
    axis = m.between(0, len(shape) - 1)
    rest = shape[:axis] + shape[axis + 1 :]
    other, extents = m.pick(
        lambda s: len(s) == len(shape) and s[:axis] + s[axis + 1 :] == rest
    )
    y = m.node("Concat", [name, other], axis=axis - len(shape) * m.between(0, 1))
    shape[axis] += extents[axis]
    m.result(y, shape)


def split(m, name, shape):
    axis = m.between(0, len(shape) - 1)
    if shape[axis] >= 2:
        first = m.between(1, shape[axis] - 1)
        sizes = [first, shape[axis] - first]
        parts = m.node("Split", [name, m.ints(sizes)], outputs=2, axis=axis)
        for part, size in zip(parts, sizes):
            m.result(part, shape[:axis] + [size] + shape[axis + 1 :])


def slices(m, name, shape):
    axes = m.random.permutation(len(shape))[: m.between(1, len(shape))]
    bounds = []
    for axis in axes:
        extent = shape[axis]
        start, end = (m.between(-extent - 2, extent + 2) for _ in range(2))
        step = int(m.random.choice([1, 1, 2, -1, -2]))
        left = len(range(extent)[start:end:step])
        bounds.append((start, end, step) if left else (0, extent, 1))
        shape[axis] = left or extent
    starts, ends, steps = (m.ints(numbers) for numbers in zip(*bounds))
    m.result(m.node("Slice", [name, starts, ends, m.ints(axes), steps]), shape)


def gather(m, name, shape):
    axis = m.between(0, len(shape) - 1)
    extent = shape[axis]
    outer = [m.between(1, 3) for _ in range(m.between(0, 2))]
    if m.chance(0.5):
        indices = m.random.randint(-extent, extent, size=outer)
    else:
        indices = np.arange(np.prod(outer, dtype=int)).reshape(outer) % extent
    target = shape[:axis] + outer + shape[axis + 1 :]
    if target:
        m.result(m.node("Gather", [name, m.ints(indices)], axis=axis), target)


def gather_nd(m, name, shape):
    depth, count = m.between(1, len(shape)), m.between(1, 3)
    columns = [m.random.randint(-shape[i], shape[i], size=count) for i in range(depth)]
    indices = m.ints(np.stack(columns, axis=-1))
    m.result(m.node("GatherND", [name, indices]), [count, *shape[depth:]])


def pad(m, name, shape):
    mode = str(m.random.choice(["constant", "reflect", "edge"]))
    least = -1 if mode == "constant" else 0
    pads = [m.between(least, 2) for _ in range(2 * len(shape))]
    if mode == "reflect":
        pads = [min(p, e - 1) for p, e in zip(pads, shape + shape)]
    target = [e + a + b for e, a, b in zip(shape, pads, pads[len(shape) :])]
    inputs = [name, m.ints(pads)]
    if mode == "constant":
        inputs.append(m.constant(np.float32(1.5)))
    if min(target) > 0:
        m.result(m.node("Pad", inputs, mode=mode), target)


def expand(m, name, shape):
    target = [m.between(1, 3) if extent == 1 else extent for extent in shape]
    if m.chance(0.3):
        target.insert(0, 2)
    m.result(m.node("Expand", [name, m.ints(target)]), target)


def squeeze(m, name, shape):
    if 1 in shape and len(shape) > 1:
        axis = shape.index(1)
        del shape[axis]
        m.result(m.node("Squeeze", [name, m.ints([axis])]), shape)


def unsqueeze(m, name, shape):
    axis = m.between(0, len(shape))
    shape.insert(axis, 1)
    m.result(m.node("Unsqueeze", [name, m.ints([axis])]), shape)


def flatten(m, name, shape):
    axis = m.between(0, len(shape))
    rows, columns = (np.prod(s, dtype=int) for s in (shape[:axis], shape[axis:]))
    m.result(m.node("Flatten", [name], axis=axis), [rows, columns])


def where(m, name, shape):
    condition = m.node("Greater", [name, m.constant(np.float32(0))])
    other = m.pick(lambda s: s == shape)[0]
    m.result(m.node("Where", [condition, name, other]), shape)


STEPS = [
    conv,
    conv,
    conv,
    pool,
    global_pool,
    reduce,
    softmax,
    matmul,
    gemm,
    relu,
    batch_norm,
    arithmetic,
    broadcast,
    transpose,
    transpose,
    reshape,
    reshape,
    channel_shuffle,
    concat,
    split,
    slices,
    gather,
    gather_nd,
    pad,
    expand,
    squeeze,
    unsqueeze,
    flatten,
    where,
]
