"""Builds the ONNX models written down in a test and imports each.

    import-models.py FILE FOLDER COMMAND...

FILE holds sections, each a model in the text form of onnx.parser, without its
header and name:

    //--- relu opset=13 --batch=2
    (float[N,3] x) => (y) <float[3] b> { s = Add(x, b)  y = Relu(s) }
    //! m.graph.node[0].name = "first"

Tensors declared in <...> without values get some. Lines that start with `//!`
are Python that edits the model `m`, or sets `data` to the bytes to write in its
place; other lines with `//` are comments (what FileCheck reads). Words after
the name, other than the opset, go to the command.

Runs COMMAND <words> <name>.onnx in FOLDER for each section and prints what it
prints, errors included, and its exit code if that is not 0.
"""

import os
import re
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper  # noqa: F401 (for edits)


def fill_weights(model):
    """Gives declared tensors that nothing defines small, regular values."""
    graph = model.graph
    known = {t.name for t in graph.initializer} | {i.name for i in graph.input}
    known |= {name for node in graph.node for name in node.output}
    for info in list(graph.value_info):
        if info.name in known:
            continue
        tensor = info.type.tensor_type
        shape = [dim.dim_value for dim in tensor.shape.dim]
        dtype = helper.tensor_dtype_to_np_dtype(tensor.elem_type)
        values = (np.arange(np.prod(shape, dtype=int)) % 7 + 1).reshape(shape)
        if np.issubdtype(dtype, np.floating):
            values = values * 0.25
        graph.initializer.append(
            numpy_helper.from_array(values.astype(dtype), info.name)
        )
    del graph.value_info[:]


def build(name, opset, text, edits, folder):
    header = f'<ir_version: 8, opset_import: ["" : {opset}]> {name} '
    model = onnx.parser.parse_model(header + text)
    fill_weights(model)
    names = dict(globals(), m=model, folder=folder, data=None)
    exec("\n".join(edits), names)
    data = names["data"]
    if data is None:
        data = names["m"].SerializeToString()
    with open(os.path.join(folder, name + ".onnx"), "wb") as file:
        file.write(data)


def sections(path):
    """Yields (words of the heading, model text, edits) of each section."""
    with open(path) as file:
        parts = re.split(r"^//---", file.read(), flags=re.M)
    for part in parts[1:]:
        heading, *lines = part.splitlines()
        edits = [line[3:].strip() for line in lines if line.startswith("//!")]
        text = [line for line in lines if not line.startswith("//")]
        yield heading.split(), "\n".join(text), edits


def main():
    path, folder, *command = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    for (name, *words), text, edits in sections(path):
        opset = 13
        for word in [w for w in words if w.startswith("opset=")]:
            opset = int(word[len("opset=") :])
            words.remove(word)
        build(name, opset, text or "(float[1] x) => (x) {}", edits, folder)
        run = subprocess.run(
            command + words + [name + ".onnx"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        print(f"== {name}")
        print(run.stdout, end="")
        if run.returncode != 0:
            print(f"exit {run.returncode}")


main()
