# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""LayerFusion: convolutional networks from ONNX to native code.

    import layerfusion as lf

    exe = lf.compile("model.onnx")          # to machine code for this computer
    y = exe(x)                              # NumPy arrays in and out
    exe.save("model.o")                     # the same code, for a linker
    exe.save_header("model.h")

    lf.profile("model.onnx")                # where the time goes

    module = lf.import_onnx("model.onnx")   # step by step
    module.run_pipeline("lf-simplify,canonicalize")
    print(module.text(elide_above=16))

`layerfusion.zoo` makes models to try it on, `layerfusion.backend` is ONNX's
standard interface of a runtime, and `python -m layerfusion` the command line.
"""

from layerfusion._layerfusion import (
    IO,
    Ceilings,
    Executable,
    Layer,
    Module,
    PeakLoop,
    compile,
    import_onnx,
    measure_ceilings,
    measure_round_trip,
    parse,
)
from layerfusion.errors import CompileError
from layerfusion.profiling import profile

__all__ = [
    "IO",
    "Ceilings",
    "CompileError",
    "Executable",
    "Layer",
    "Module",
    "PeakLoop",
    "compile",
    "import_onnx",
    "measure_ceilings",
    "measure_round_trip",
    "parse",
    "profile",
]
