# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What both comparisons need: blocks from a file, what the model says of them,
and programs that call them."""

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run(*command):
    """The output of a command, both streams; ends the program if it fails."""
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{command[0]} failed:\n{result.stderr}")
    return result.stdout + result.stderr


def read_blocks(path, names):
    """The modules of `path` by the name of their function, or those named."""
    chunks = Path(path).read_text().split("// -----\n")
    blocks = {re.search(r"func.func @(\w+)", chunk)[1]: chunk for chunk in chunks}
    for name in names:
        if name not in blocks:
            sys.exit(f"no block '{name}': there are {', '.join(blocks)}")
    return {name: blocks[name] for name in names or blocks}


def model(build, source, *passes):
    """The metrics of the block's remark in lf-analyze-traffic, one of `passes`."""
    text = run(
        build / "bin/lf-opt", source, *passes,
        "--remarks-filter=lf-analyze-traffic", "-o", "/dev/null",
    )  # fmt: skip
    remark = next(line for line in text.splitlines() if "remark: " in line)
    return dict(re.findall(r"(\w+)=([^,|\s]+)", remark))


def compile_program(build, source, driver, folder, *options):
    """`driver` with the module of `source`; it knows the SIZES of the arguments
    in bytes, the workspace last."""
    header = folder / "net.h"
    run(
        build / "bin/lf-translate", "--lf-to-object", "--name=net", *options,
        source, "-o", folder / "net.o", f"--emit-header={header}",
    )  # fmt: skip
    defines = dict(re.findall(r"#define NET_(\w+_SIZE) (\d+)", header.read_text()))
    workspace = int(defines.pop("WORKSPACE_SIZE"))
    sizes = [4 * int(size) for size in defines.values()] + [workspace]
    program = folder / "program"
    run(
        "cc", "-O1", "-DSIZES=" + ",".join(map(str, sizes)), HERE / driver,
        folder / "net.o", "-lm", "-o", program,
    )  # fmt: skip
    return program
