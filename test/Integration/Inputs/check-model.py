"""Compiles ONNX models and compares what they compute with stored outputs, once
linked into a C program and once through the JIT.

check-model.py WORKDIR MODEL.onnx...

Beside each MODEL.onnx lie MODEL.in.npy and MODEL.out.npy. A line is printed for
each way with the largest difference, as a part of the largest output, and the
times of one run. lf-translate must be on the path; the C compiler is $CC or cc.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

TOLERANCE = 1e-4
PROGRAM = """
#include "net.h"
#include <stdio.h>
#include <time.h>
static float in[INPUT], out[OUTPUT];
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}
int main(int argc, char **argv) {
  void *args[] = {in, out, NULL};
  if (argc != 3 || fread(in, sizeof in, 1, fopen(argv[1], "rb")) != 1)
    return 2;
  if (net_packed(args) != 0)
    return 3;
  double start = now();
  if (net_packed(args) != 0)
    return 3;
  printf("%.1f", now() - start);
  return fwrite(out, sizeof out, 1, fopen(argv[2], "wb")) == 1 ? 0 : 4;
}
"""


def timed(*command):
    """Runs a command; its output and the seconds it took."""
    start = time.perf_counter()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout, time.perf_counter() - start


def report(way, result, expected, times):
    """Prints a comparison; whether it is good."""
    difference = np.abs(result - expected).max() / np.abs(expected).max()
    good = bool(difference <= TOLERANCE)
    print(f"{way}: {'right' if good else 'WRONG'}, off by {difference:.1e}; {times}")
    return good


def check_object(model, image, expected, folder):
    lf, obj, program = folder / "net.mlirbc", folder / "net.o", folder / "net"
    _, importing = timed("lf-translate", "--onnx-to-lf", model, "-o", lf)
    _, compiling = timed(
        *("lf-translate", "--lf-to-object", "--name=net", lf, "-o", obj),
        f"--emit-header={folder / 'net.h'}",
    )
    (folder / "net.c").write_text(PROGRAM)
    timed(
        *(os.environ.get("CC", "cc"), "-I", folder, folder / "net.c", obj, "-lm"),
        *(f"-DINPUT={image.size}", f"-DOUTPUT={expected.size}", "-o", program),
    )
    image.tofile(folder / "in.f32")
    running, _ = timed(program, folder / "in.f32", folder / "out.f32")
    return report(
        f"{model.stem}, object file",
        np.fromfile(folder / "out.f32", np.float32).reshape(expected.shape),
        expected,
        f"import {importing:.2f} s, compile {compiling:.2f} s, run {running} ms, "
        f"object {obj.stat().st_size / 1e6:.1f} MB",
    )


def check_jit(model, image, expected):
    try:
        import layerfusion
    except ImportError:
        print(f"{model.stem}, JIT: no Python package")
        return True
    start = time.perf_counter()
    executable = layerfusion.compile(str(model))
    compiling = time.perf_counter() - start
    executable(image)
    start = time.perf_counter()
    result = executable(image)
    running = (time.perf_counter() - start) * 1e3
    return report(
        f"{model.stem}, JIT",
        result,
        expected,
        f"import and compile {compiling:.2f} s, run {running:.1f} ms",
    )


def main(folder, *models):
    good = True
    for model in map(Path, models):
        place = Path(folder) / model.stem
        place.mkdir(parents=True, exist_ok=True)
        image = np.load(model.with_suffix(".in.npy"))
        expected = np.load(model.with_suffix(".out.npy"))
        good &= check_object(model, image, expected, place)
        good &= check_jit(model, image, expected)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
