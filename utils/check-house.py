#!/usr/bin/env python3
"""Checks that the sources keep the project's conventions, as far as a script can
see them: sizes of files, a source and a test for every pass, a test for every
diagnostic, what must not appear, and which library may include which.

    utils/check-house.py [FOLDER]      prints what is wrong; exits with 1 if anything is
"""

import re
import subprocess
import sys
from pathlib import Path

# Longest file, in lines, by suffix.
LINES = {".cpp": 600, ".h": 150, ".td": 400, ".py": 600}

# A library may include headers of those before it.
ORDER = ["Dialect", "Schedule", "Transforms", "Conversion", "Target", "Runtime"]

# Pattern, where it must not appear, what to do instead.
FORBIDDEN = [
    (r"TODO|FIXME|XXX", r"\.(cpp|h|td|py|sh|cmake|mlir)$", "finish it or file an issue"),
    (r"\bcl::(opt|list)<", r"^lib/", "options belong to passes and tools"),
    (r"\b(rewriter|builder|b)\.create<", r"\.(cpp|h)$", "write OpTy::create(builder, …)"),
    (r"\bstatistics\b", r"\.td$", "report numbers as remarks"),
    (r"emit(Op)?(Error|Warning|Remark)\((\) *<< *)?\"[A-Z]", r"\.cpp$", "start small"),
    (r"emit(Op)?(Error|Warning|Remark)\([^;]*\.\"\)?;", r"\.cpp$", "end without full stop"),
    (r"^using namespace std;", r"\.(cpp|h)$", "name what is used"),
    (r"^using namespace", r"\.h$", "no using directive in a header"),
    (r"report_fatal_error|llvm_unreachable|\babort\(\)", r"^lib/Target/|^lib/Dialect/",
     "give a diagnostic: users can get here"),
]  # fmt: skip

# Diagnostics for what no test can bring about: no input is known to get there,
# or it would take a file of gigabytes or another LLVM.
UNTESTABLE = [
    "does not come to an end",
    "cannot be written as linalg.generic",
    "cannot link the compiled network:",
    "code with threads needs LLVM's OpenMP runtime:",
    "code generation failed:",
    "bytes: keep the weights in external data",
    "the constants computed during import take more than",
    "LLVM has no code generator for the target",
    "LLVM cannot write this kind of file for",
    "' cannot run here: this machine lacks '",
]


def tracked(root):
    """The project's files, those not yet committed included."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard"]
    names = subprocess.run(
        command, cwd=root, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return [name for name in names if (root / name).is_file()]


def sizes(files):
    for name, text in files.items():
        limit = LINES.get(Path(name).suffix)
        count = text.count("\n")
        if limit and count > limit:
            yield f"{name}: {count} lines, at most {limit}"


def forbidden(files):
    for name, text in files.items():
        for pattern, where, instead in FORBIDDEN:
            if name.startswith("utils/check-house") or not re.search(where, name):
                continue
            for number, line in enumerate(text.splitlines(), 1):
                if re.search(pattern, line):
                    yield f"{name}:{number}: {instead}: {line.strip()}"


def passes(files):
    for name, text in files.items():
        if not re.fullmatch(r"include/LayerFusion/\w+/Passes\.td", name):
            continue
        library = name.split("/")[2]
        for record, flag in re.findall(
            r"def (\w+)Pass : \w*Pass<\"lf-([\w-]+)\"", text
        ):
            kebab = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", record).lower()
            if kebab.replace("-", "") != flag.replace("-", ""):
                yield f"{name}: {record}Pass and lf-{flag} are not one name"
            if not any(
                re.fullmatch(rf"lib/{library}/(.+/)?{record}\.cpp", f) for f in files
            ):
                yield f"{name}: lf-{flag} has no lib/{library}/{record}.cpp"
            # One file, or one for each subject.
            if not any(
                re.fullmatch(rf"test/{library}/{flag}(-.+)?\.mlir", f) for f in files
            ):
                yield f"{name}: lf-{flag} has no test/{library}/{flag}.mlir"


def diagnostics(files):
    """Each literal in a diagnostic occurs in a test."""
    tests = "\n".join(text for name, text in files.items() if name.startswith("test/"))
    statement = re.compile(
        r"\bemit(?:Op)?Error\([^;{}]*;|\berror\([^;{}]*;|\bfail\([^;{}]*;"
    )
    for name, text in files.items():
        if not re.match(r"(lib|tools)/.*\.cpp$", name):
            continue
        for match in statement.finditer(text):
            # Adjacent literals are one text.
            joined = re.sub(r"\"\s*\"", "", match[0])
            pieces = re.findall(r"\"((?:[^\"\\]|\\.)*)\"", joined)
            longest = max(pieces, key=len, default="").strip()
            if any(text in longest for text in UNTESTABLE):
                continue
            if len(longest) > 5 and longest.replace("\\", "") not in tests:
                line = text.count("\n", 0, match.start()) + 1
                yield f"{name}:{line}: no test expects '{longest}'"


def dependencies(files):
    for name, text in files.items():
        match = re.match(r"(?:lib|include/LayerFusion)/(\w+)/", name)
        if not match or match[1] not in ORDER:
            continue
        for other in re.findall(r"#include \"LayerFusion/(\w+)/", text):
            if other in ORDER and ORDER.index(other) > ORDER.index(match[1]):
                yield f"{name}: {match[1]} must not know {other}"


def main(root):
    files = {}
    for name in tracked(root):
        try:
            files[name] = (root / name).read_text()
        except UnicodeDecodeError:
            continue  # Data, not a source.
    problems = 0
    for check in (sizes, forbidden, passes, diagnostics, dependencies):
        for problem in check(files):
            print(problem)
            problems += 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(
        main(Path(sys.argv[1] if len(sys.argv) > 1 else __file__ + "/../..").resolve())
    )
