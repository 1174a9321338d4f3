#!/usr/bin/env python3
"""Runs the examples of a Markdown page and compares what they print.

    utils/check-examples.py README.md [--update]

In blocks marked `console`, lines that start with "$ " are commands for bash, and
the lines up to the next command are what it prints; "…" on a line of its own
stands for any number of lines, and inside a line for any text. A block marked
`c` or `python` under a comment `<!-- file: NAME -->` is written to that file
first. All commands of a page run one after another in one empty folder, with
the built tools and .venv first on PATH. With --update the page gets what was
printed, where it differs.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```\n", re.DOTALL)
CONSOLE = re.compile(r"(```console\n)(.*?)(```\n)", re.DOTALL)


def examples(block):
    """Pairs of a command and what it should print."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        # A command goes on after a backslash at the end of a line.
        match = re.match(r"((?:[^\n]*\\\n)*[^\n]*\n)(.*)", part, re.DOTALL)
        yield match[1], match[2]


def matches(expected, printed):
    """Whether the text was printed, up to what the ellipses leave open."""
    pattern = re.escape(expected)
    # re.escape puts a backslash before line ends.
    pattern = re.sub(r"(?m)^…\\\n", r"(?:.*\\n)*?", pattern)
    return re.fullmatch(pattern.replace("…", ".*?"), printed) is not None


def run(command, folder):
    """What a command prints, its errors included."""
    bins = [ROOT / "build/release/bin", ROOT / ".venv/bin"]
    path = os.pathsep.join([*map(str, bins), os.environ["PATH"]])
    result = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if result.returncode:
        print(f"$ {command}{result.stdout}exit code {result.returncode}")
        sys.exit(1)
    return result.stdout


def check(page, folder, update):
    text = page.read_text()
    for name, contents in FILE.findall(text):
        (folder / name).write_text(contents)
    differing = 0

    def compare(block):
        nonlocal differing
        result = ""
        for command, expected in examples(block[2]):
            printed = run(command, folder)
            if not matches(expected, printed):
                differing += 1
                if not update:
                    print(f"$ {command}--- expected\n{expected}--- printed\n{printed}")
                expected = printed
            result += f"$ {command}{expected}"
        return block[1] + result + block[3]

    renewed = CONSOLE.sub(compare, text)
    if update:
        page.write_text(renewed)
        return 0
    return 1 if differing else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("page", type=Path)
    parser.add_argument("--update", action="store_true", help="write what was printed")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return check(args.page, Path(folder), args.update)


if __name__ == "__main__":
    sys.exit(main())
