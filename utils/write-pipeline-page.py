#!/usr/bin/env python3
"""Writes docs/pipeline.md: a small block after each station of the pipeline, as
the tools print it.

    utils/write-pipeline-page.py -o docs/pipeline.md

The block is test/Pipelines/Inputs/inverted-residual.onnx.txt. A test writes the
page anew and compares, so it shows what the tools do today. lf-opt and
lf-translate are taken from PATH, or else from build/release.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import onnx
import onnx.parser

ROOT = Path(__file__).resolve().parent.parent
BLOCK = ROOT / "test/Pipelines/Inputs/inverted-residual.onnx.txt"

# Constants of more elements are left out of the listings.
ELIDE = [
    "--mlir-elide-elementsattrs-if-larger=2",
    "--mlir-elide-resource-strings-if-larger=2",
]

# The page must not depend on the machine it is written on.
PROCESSOR = ["--mtriple=x86_64-linux-gnu", "--mcpu=znver4"]

HEAD = """\
<!-- Written by utils/write-pipeline-page.py: do not edit. -->

# A block on its way

An inverted residual, the block that MobileNetV2 is made of, after each station
from ONNX to the entry point in C. It is tiny (a 4 x 4 image of 2 channels,
expanded to 4), so that everything fits on a page; larger constants are left
out. [index.md](index.md) has the stations as a picture, and
[reference/](reference/) describes each pass.

## The model

In ONNX's text form. The block has all that a framework's exporter leaves behind
when it does not fold anything: a batch norm after the first convolution, and
clamps as ops of their own.
"""

# What is shown: the pass after which, its title, a word on it, lines at most.
STATIONS = [
    (
        "simplify",
        "Simplify",
        """\
The batch norm is gone: its scale went into the filter of the first convolution,
its shift became a bias. The clamps became activations.""",
        40,
    ),
    (
        "pack-filters",
        "Fuse, schedule, pack",
        """\
Layers that are faster together are a block. Each block says in which loops and
in what register tiles it is to be computed, and the filters of its convolutions
lie in the panels of channels in which these read them. What stands between
blocks, here the transpositions, becomes linalg after this.""",
        40,
    ),
    (
        "bufferize",
        "Buffers",
        """\
One-Shot Bufferize gives every tensor a buffer, and the function takes its
outputs as arguments. What callers must know of inputs and outputs is kept in
attributes.""",
        62,
    ),
    (
        "outline-blocks",
        "A function for each block",
        """\
Blocks leave the network, which calls them: blocks that differ in nothing but
their weights are one function, and all functions are compiled in parallel.""",
        36,
    ),
    (
        "tile-blocks",
        "Blocks as loops",
        """\
The block computes its result row by row. Of the expanded image there are just
the three rows that the depthwise layer reads, in a ring with a column of zeros
on either side; before each row come those rows of it that are new.""",
        110,
    ),
    (
        "plan-workspace",
        "One workspace",
        """\
Buffers that are not alive at the same time share memory: each is a view into
the workspace at a fixed offset.""",
        40,
    ),
    (
        "vectorize-tiles",
        "Tiles in registers",
        """\
Each tile becomes a loop over what is summed, with a vector of sums for each pixel
and vector of channels, which stay in registers until they are complete.""",
        100,
    ),
    (
        "vectorize-loops",
        "Loops over vectors",
        """\
What stands between blocks, here the transpositions between NCHW and NHWC, becomes
loops over vectors. What is not contiguous becomes scalar loops after this.""",
        30,
    ),
    (
        "emit-entry-point",
        "The entry point",
        """\
Loops, memory accesses and arithmetic in the LLVM dialect, by upstream passes,
and around them the function that C calls. Its other form takes the same
pointers from an array.""",
        60,
    ),
]


def run(*command):
    """The standard output and error output of a command that must succeed."""
    path = f"{os.environ['PATH']}{os.pathsep}{ROOT / 'build/release/bin'}"
    result = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
    )
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stderr}")
    return result.stdout, result.stderr


def listing(text, language, most=60):
    """A code block of at most so many lines; resources at the end are cut off."""
    lines = text.split("\n{-#")[0].strip("\n").split("\n")
    if len(lines) > most:
        rest = len(lines) - most
        lines = [*lines[:most], f"  // … {rest} more lines"]
    return "```" + language + "\n" + "\n".join(lines) + "\n```\n"


def dumps(module):
    """The module after each pass of ours in lf-cpu-pipeline, by the pass's name."""
    flags = ",".join(f"lf-{name}" for name, *_ in STATIONS)
    _, text = run(
        "lf-opt",
        module,
        "--lf-cpu-pipeline=name=inverted_residual",
        f"--mlir-print-ir-after={flags}",
        "--mlir-print-ir-module-scope",
        "--mlir-disable-threading",
        *ELIDE,
        "-o",
        os.devnull,
    )
    parts = re.split(r"// -----// IR Dump After \w+ \(lf-([\w-]+)[^)]*\)[^\n]*\n", text)
    return dict(zip(parts[1::2], parts[2::2]))


def entry_point(text):
    """The public functions of the module, and the C header's view of them."""
    functions = re.findall(r"^  llvm\.func @.*?^  }\n", text, re.MULTILINE | re.DOTALL)
    return "\n".join(f for f in functions if "_packed" not in f.split("\n")[0])


def page():
    source = BLOCK.read_text()
    with tempfile.TemporaryDirectory() as folder:
        model, module = f"{folder}/inverted_residual.onnx", f"{folder}/block.mlir"
        onnx.save(onnx.parser.parse_model(source), model)
        run("lf-translate", "--onnx-to-lf", model, "-o", module)
        imported, _ = run("lf-opt", module, *ELIDE)
        after = dumps(module)
        header, _ = run("lf-translate", *PROCESSOR, "--emit-header=-", module)
    yield HEAD
    yield listing(source, "")
    yield "## Import\n\n`lf-translate --onnx-to-lf`\n\n" + IMPORT
    yield listing(imported, "mlir")
    for name, title, text, most in STATIONS:
        if name not in after:
            sys.exit(f"lf-cpu-pipeline has no pass lf-{name}")
        yield f"## {title}\n\n`--lf-{name}`\n\n{text}\n"
        shown = entry_point(after[name]) if name == "emit-entry-point" else after[name]
        yield listing(shown, "mlir", most)
    yield HEADER
    yield listing(header, "c")


IMPORT = """\
Convolutions are `lf` ops, the batch norm is arithmetic over channels, the
addition is `arith`. Inside, activations are NHWC and filters have the output
channels last; the function keeps the model's own layout.
"""

HEADER = """\
## The header

`lf-translate --emit-header=<file>` says the same to a C programmer, and
`lf-translate --lf-to-object` writes the code.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("-o", type=Path, required=True, help="the file to write")
    args = parser.parse_args()
    args.o.write_text("\n".join(page()))


if __name__ == "__main__":
    main()
