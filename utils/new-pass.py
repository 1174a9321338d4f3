#!/usr/bin/env python3
"""Starts a new pass: declaration, source, tests and CMake line, in their places.

    utils/new-pass.py HoistPads Transforms

declares --lf-hoist-pads in include/LayerFusion/Transforms/Passes.td, writes
lib/Transforms/HoistPads.cpp, test/Transforms/hoist-pads.mlir and
test/Transforms/hoist-pads-errors.mlir, and adds the source to
lib/Transforms/CMakeLists.txt. What comes out builds and passes its tests; it
refuses functions without a body and does nothing else.
"""

import argparse
import re
import sys
from pathlib import Path

LICENCE = """\
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
"""

DECLARATION = """\
def {name}Pass : Pass<"lf-{flag}", "::mlir::func::FuncOp"> {{
  let summary = "say in a sentence what is true of the function afterwards";
  let description = [{{
    When it applies, what it leaves alone, what is true afterwards.

    Example: test/{library}/{flag}.mlir.
  }}];
}}

"""

SOURCE = """\
//
// What the pass is for, in a paragraph, and a before/after of a few lines:
//
//   %y = before                      %y = after
//
//===----------------------------------------------------------------------===//

#include "LayerFusion/{library}/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#define DEBUG_TYPE "lf-{flag}"

namespace mlir::lf {{
#define GEN_PASS_DEF_{upper}PASS
#include "LayerFusion/{library}/Passes.h.inc"
}} // namespace mlir::lf

using namespace mlir;
using namespace mlir::lf;

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {{

struct {name}Pass : lf::impl::{name}PassBase<{name}Pass> {{
  using Base::Base;

  void runOnOperation() override {{
    func::FuncOp function = getOperation();
    if (function.isExternal()) {{
      function.emitOpError("expected a function with a body");
      return signalPassFailure();
    }}
  }}
}};

}} // namespace
"""

TEST = """\
// RUN: lf-opt %s --lf-{flag} | FileCheck %s

// CHECK-LABEL: func.func @left_alone
func.func @left_alone(%x: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {{
  // CHECK-NEXT: return %{{{{.*}}}} : tensor<1x8x8x4xf32>
  return %x : tensor<1x8x8x4xf32>
}}
"""

ERRORS = """\
// RUN: lf-opt %s --lf-{flag} --split-input-file --verify-diagnostics

// expected-error @below {{{{'func.func' op expected a function with a body}}}}
func.func private @refused(tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
"""


def banner(file, role):
    """The first line of a C++ source, filled up to 80 columns."""
    start, end = f"//===- {file} - {role} ", "-*- C++ -*-===//"
    return start + "-" * (80 - len(start) - len(end)) + end + "\n" + LICENCE


def declare(text, declaration):
    """Adds a declaration at the end of a Passes.td, before its #endif."""
    position = text.rindex("#endif")
    return text[:position] + declaration + text[position:]


def add_source(text, file):
    """Adds a source to the alphabetical list after SOURCES in a CMakeLists.txt."""
    match = re.search(r"\bSOURCES\n((?:[ \t]+[\w/]+\.cpp\n)+)", text)
    if not match:
        raise ValueError("has no list of sources, one a line, after SOURCES")
    lines = match[1].splitlines(keepends=True)
    indent = re.match(r"\s+", lines[0])[0]
    lines = sorted([*lines, f"{indent}{file}\n"])
    return text[: match.start(1)] + "".join(lines) + text[match.end(1) :]


def plan(root, name, library):
    """The files of the new pass: a dict from path to contents."""
    flag = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()
    words = {"name": name, "flag": flag, "upper": name.upper(), "library": library}
    declarations = root / "include/LayerFusion" / library / "Passes.td"
    cmake = root / "lib" / library / "CMakeLists.txt"
    source = root / "lib" / library / f"{name}.cpp"
    new = {
        source: banner(source.name, "one line on its role") + SOURCE.format(**words),
        root / "test" / library / f"{flag}.mlir": TEST.format(**words),
        root / "test" / library / f"{flag}-errors.mlir": ERRORS.format(**words),
    }
    for path in new:
        if path.exists():
            raise ValueError(f"{path.relative_to(root)} exists already")
    try:
        new[cmake] = add_source(cmake.read_text(), source.name)
    except ValueError as error:
        raise ValueError(f"{cmake.relative_to(root)} {error}") from None
    new[declarations] = declare(declarations.read_text(), DECLARATION.format(**words))
    return new


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("name", help="in CamelCase, without the suffix Pass")
    parser.add_argument(
        "folder", metavar="library", choices=["Transforms", "Conversion"]
    )
    parser.add_argument(
        "--root",
        type=Path,
        default=Path(__file__).resolve().parent.parent,
        help="the checkout to write into (default: this one)",
    )
    args = parser.parse_args()
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", args.name) or args.name.endswith("Pass"):
        parser.error(f"'{args.name}' is not CamelCase without the suffix Pass")
    try:
        files = plan(args.root, args.name, args.folder)
    except OSError as error:
        sys.exit(f"new-pass.py: {error.filename}: {error.strerror}")
    except ValueError as error:
        sys.exit(f"new-pass.py: {error}")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(path.relative_to(args.root))


if __name__ == "__main__":
    main()
