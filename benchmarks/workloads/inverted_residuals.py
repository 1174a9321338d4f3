#!/usr/bin/env python3
# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Prints inverted_residuals.csv: the inverted residuals of the zoo's networks.

    inverted_residuals.py > inverted_residuals.csv

Read off the ONNX models; blocks that are equal are one row. Needs the packages
layerfusion and onnx.
"""

import re

from layerfusion import zoo

NETWORKS = {"mv2": "mobilenet_v2", "mna1": "mnasnet_a1"}

HEAD = """\
# The inverted residuals of mobilenet_v2 and mnasnet_a1, as inverted_residuals.py prints them. Input n x h x w x c
# (NHWC, f32); a 1x1 layer to `wide` channels, unless that is c; a depthwise k x k layer, stride s; a 1x1 layer to f
# channels; and the addition of the input where the shapes are equal. ReLU6 or ReLU after the first two. Squeeze-excite
# (blocks 4-6 and 11-15 of mnasnet_a1) is left out. The numbers in a name are those of the network's blocks.
name,n,h,w,c,wide,k,s,f,relu6
"""


def shapes(model):
    """The shape of each value of a model, NCHW."""
    graph = model.graph
    return {
        value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in [*graph.input, *graph.value_info, *graph.output]
    } | {tensor.name: list(tensor.dims) for tensor in graph.initializer}


def blocks(name):
    """The columns of each block of a network, by the block's number."""
    model = zoo.build(name)
    shape = shapes(model)
    convs = {node.name: node for node in model.graph.node if node.op_type == "Conv"}
    relu6 = int(any(node.op_type == "Clip" for node in model.graph.node))
    for conv in convs:
        match = re.fullmatch(r"block(\d+)\.project\.conv", conv)
        if not match:
            continue
        prefix = f"block{match[1]}."
        depthwise = convs[prefix + "depthwise.conv"]
        first = convs.get(prefix + "expand.conv", depthwise)
        strides = next(a.ints for a in depthwise.attribute if a.name == "strides")
        n, c, h, w = shape[first.input[0]]
        wide, _, kernel, _ = shape[depthwise.input[1]]
        features = shape[convs[conv].input[1]][0]
        yield (
            int(match[1]),
            (n, h, w, c, wide, kernel, strides[0], features, relu6),
        )


def table():
    """The contents of the file."""
    text = HEAD
    for short, network in NETWORKS.items():
        numbers = {}
        for number, columns in blocks(network):
            numbers.setdefault(columns, []).append(number)
        for columns, which in numbers.items():
            last = f"-{which[-1]}" if len(which) > 1 else ""
            text += ",".join(map(str, (f"{short}_b{which[0]}{last}", *columns))) + "\n"
    return text


if __name__ == "__main__":
    print(table(), end="")
