#!/usr/bin/env python3
"""Writes the tables of docs/fusion.md: which blocks the networks of the zoo get.

    utils/write-fusion-tables.py [-o docs/fusion.md]

Fuses each network with each policy, for the processor that is assumed where a
module names none, and reads what the passes say in their remarks. What stands
between the marks of the page is replaced. A test writes the page anew and
compares. lf-opt and lf-translate are taken from PATH, or else from
build/release.
"""

import argparse
import collections
import os
import re
import subprocess
import tempfile
from pathlib import Path

from layerfusion import zoo

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/fusion.md"
POLICIES = ["none", "all", "greedy", "cost"]
MARKS = re.compile(r"(<!-- begin: (\w+) -->\n).*?(<!-- end -->\n)", re.DOTALL)


def run(*command):
    """What the command prints to stderr."""
    path = f"{os.environ['PATH']}:{ROOT}/build/release/bin"
    result = subprocess.run(
        command,
        env={**os.environ, "PATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return result.stderr


class Fusion:
    """What became of a network."""

    def __init__(self, network, policy):
        printed = run(
            "lf-opt",
            network,
            "--lf-simplify",
            f"--lf-fuse-blocks=policy={policy}",
            "--lf-analyze-traffic",
            "--remarks-filter=lf-(fuse-blocks|analyze-traffic)",
        )
        remarks = re.findall(r"remark: \[\w+\] (\w+) \| (.*)", printed)

        def find(name, pattern):
            return [
                match[1]
                for remark, text in remarks
                if remark == name and (match := re.search(pattern, text))
            ]

        self.kinds = collections.Counter(find("traffic", r"kind=([\w-]+)"))
        self.refusals = collections.Counter(
            re.sub(r"\d+ conv", "more conv", reason)
            for reason in find("refused", r'Reason="([^"]*)"')
        )
        self.seconds = sum(map(float, find("choice", r"seconds=([\d.e+-]+)")))


def table(head, rows):
    """Markdown, with all columns but the first to the right."""
    yield "| " + " | ".join(head) + " |"
    yield "| --- |" + " ---: |" * (len(head) - 1)
    for row in rows:
        yield "| " + " | ".join(map(str, row)) + " |"


def count_table(what, counters):
    """How often each key occurs for each network; the most frequent first."""
    total = sum(counters.values(), collections.Counter())
    keys = sorted(total, key=lambda key: (-total[key], key))
    rows = [[key, *(c[key] or "" for c in counters.values())] for key in keys]
    return table([what, *counters], rows)


def seconds_table(fusions):
    head = ["network"]
    for policy in POLICIES:
        head += [f"{policy}, ms", "blocks"]
    head.append("greedy is slower by")
    rows = []
    for network, by_policy in fusions.items():
        rows.append([network])
        for fusion in by_policy.values():
            rows[-1] += [f"{fusion.seconds * 1e3:.2f}", sum(fusion.kinds.values())]
        loss = by_policy["greedy"].seconds / by_policy["cost"].seconds - 1
        rows[-1].append(f"{loss:.2%}")
    return table(head, rows)


def fuse_zoo():
    """All but vgg16, whose weights would take more time than all the others."""
    fusions = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in zoo.names():
            if name == "vgg16":
                continue
            model, network = f"{folder}/{name}.onnx", f"{folder}/{name}.mlir"
            Path(model).write_bytes(zoo.build(name).SerializeToString())
            run("lf-translate", "--onnx-to-lf", model, "-o", network)
            fusions[name] = {policy: Fusion(network, policy) for policy in POLICIES}
    return fusions


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("-o", type=Path, default=PAGE, help="the file to write")
    args = parser.parse_args()
    fusions = fuse_zoo()
    chosen = {name: by_policy["cost"] for name, by_policy in fusions.items()}
    tables = {
        "kinds": count_table("block", {n: f.kinds for n, f in chosen.items()}),
        "refusals": count_table("reason", {n: f.refusals for n, f in chosen.items()}),
        "seconds": seconds_table(fusions),
    }
    args.o.write_text(
        MARKS.sub(
            lambda m: m[1] + "\n" + "\n".join(tables[m[2]]) + "\n\n" + m[3],
            PAGE.read_text(),
        )
    )


if __name__ == "__main__":
    main()
