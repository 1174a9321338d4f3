#!/usr/bin/env python3
# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Makes Markdown tables of what the benchmarks wrote with --json.

report.py pairs.json networks.json kernels.json     prints them
report.py pairs-*.json                              joins the parts of a run
report.py pairs.json networks.json --into docs/performance.md
                    replaces what stands there between the marks
                    <!-- results --> and <!-- end of results -->
"""

import argparse
import json
import math
import statistics
import sys
from pathlib import Path

BEGIN, END = "<!-- results -->", "<!-- end of results -->"


def conditions(rows):
    """What the machine was like meanwhile."""
    peaks = [row["peak_flops_per_second"] / 1e9 for row in rows]
    text = f"Measured peak {min(peaks):.0f} to {max(peaks):.0f} GFLOP/s."
    trips = [1e9 * t for row in rows for t in row.get("round_trip_seconds", [])]
    if trips:
        text += (
            "\nA cache line went to another thread and back in "
            f"{statistics.median(trips):.0f} ns ({min(trips):.0f} to {max(trips):.0f})."
        )
    return text + "\n\n"


def table(head, rows):
    """Markdown; the first column is text, the others are numbers."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def geomean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def number(value, digits):
    return "–" if value is None else f"{value:.{digits}f}"


def percent(value):
    return "–" if value is None else f"{100 * value:.0f}%"


def group(rows, key):
    """The rows with equal keys, in order of appearance."""
    groups = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def threads(count):
    return f"{count} thread" + ("s" if count > 1 else "")


# --- Pairs -----------------------------------------------------------------------

WAYS = ("fused", "unfused", "onednn")


def share(row, way):
    return row["flops"] / row[f"{way}_seconds"] / row["peak_flops_per_second"]


def ratio(row, way):
    """How many times as long as the fused block."""
    return row[f"{way}_seconds"] / row["fused_seconds"]


def pair_cells(row):
    cells = [row["name"]]
    for way in WAYS:
        seconds = row[f"{way}_seconds"]
        cells.append(number(1e6 * seconds, 1))
        cells.append(number(row["flops"] / seconds / 1e9, 1))
        cells.append(percent(share(row, way)))
    return [*cells, *(number(ratio(row, way), 2) for way in WAYS[1:])]


def pair_summary(rows, name, pick):
    """A line with one figure for each column's values."""
    cells = [name]
    for way in WAYS:
        cells += ["", "", percent(pick([share(row, way) for row in rows]))]
    for way in WAYS[1:]:
        cells.append(number(pick([ratio(row, way) for row in rows]), 2))
    return cells


def fused_pairs(data):
    head = ["row"] + [
        f"{way} {unit}"
        for way in ("fused", "unfused", "oneDNN")
        for unit in ("us", "GFLOP/s", "of peak")
    ]
    head += ["unfused / fused", "oneDNN / fused"]
    text = f"oneDNN {data['onednn']}.\n"
    keys = group(data["rows"], lambda r: (r["group"], r["threads"], r["caches"]))
    for (name, count, caches), rows in keys.items():
        text += f"\n#### {name.capitalize()}, {threads(count)}, {caches} caches\n\n"
        text += conditions(rows)
        lines = [pair_cells(row) for row in rows]
        lines.append(pair_summary(rows, "**geomean**", geomean))
        lines.append(pair_summary(rows, "**least**", min))
        text += table(head, lines)
    return text


# --- Networks --------------------------------------------------------------------

OURS = "layerfusion"


def network_cells(row, engines):
    def median(engine):
        timing = row["engines"].get(engine)
        return timing and timing["median_seconds"]

    def of_peak(engine):
        seconds, peak = median(engine), row["peak_flops_per_second"]
        return 2 * row["macs"] / seconds / peak if seconds else None

    refused = row.get("refused", {})
    cells = [row["model"], number(row["macs"] / 1e9, 2)]
    for engine in engines:
        seconds = median(engine)
        if engine in refused:
            # "not supported: why"
            cells += [refused[engine].partition(":")[0], ""]
        else:
            cells += [number(seconds and 1e3 * seconds, 2), percent(of_peak(engine))]
    peers = [median(engine) for engine in engines[1:] if median(engine)]
    ours = median(OURS)
    cells.append(number(min(peers) / ours if peers and ours else None, 2))
    return cells


def networks(data):
    known = {
        engine: timing["version"]
        for row in data["rows"]
        for engine, timing in row["engines"].items()
    }
    for row in data["rows"]:
        for engine in row.get("refused", {}):
            known.setdefault(engine, "")
    engines = [OURS, *(engine for engine in known if engine != OURS)]
    named = [f"{engine} {known[engine]}".strip() for engine in engines[1:]]
    text = ", ".join(named) + ".\n" if named else ""
    head = ["network", "billion multiply-adds"]
    for engine in engines:
        head += [f"{engine} ms", "of peak"]
    head.append("fastest peer / ours")
    keys = group(data["rows"], lambda r: (r["batch"], r["threads"]))
    for (batch, count), rows in keys.items():
        text += f"\n#### Batch {batch}, {threads(count)}\n\n"
        text += conditions(rows)
        lines = [network_cells(row, engines) for row in rows]
        ratios = [float(line[-1]) for line in lines if line[-1] != "–"]
        if ratios:
            empty = [""] * (len(head) - 2)
            lines.append(["**geomean**", *empty, number(geomean(ratios), 2)])
        text += table(head, lines)
    return text


# --- Kernels ---------------------------------------------------------------------


def times_as_fast(row, direct, what):
    return direct[what] / row[what] if direct and what in row else None


def kernel_cells(row, direct):
    cells = [row["name"], row["asked"]]
    if "failure" in row:
        return [*cells, "not measured", *[""] * 6]
    limit = row["flops"] / row["peak_flops_per_second"]
    return [
        *cells,
        number(1e6 * row["hot_seconds"], 0),
        number(1e6 * row["cold_seconds"], 0),
        number(row["hot_seconds"] / limit, 2),
        number(times_as_fast(row, direct, "hot_seconds"), 2),
        number(times_as_fast(row, direct, "cold_seconds"), 2),
        number(row["filter_bytes"] / 2**20, 2),
        f"{row['max_error']:.1e}",
    ]


def kernels(data):
    head = ["layer", "schedule", "hot us", "cold us", "hot / direct limit"]
    head += ["direct / hot", "direct / cold", "filters MiB", "error"]
    text = ""
    for count, rows in group(data["rows"], lambda r: r["threads"]).items():
        direct = {row["name"]: row for row in rows if row["asked"] == "direct"}
        text += f"\n#### {threads(count).capitalize()}\n\n"
        text += conditions(rows)
        lines = [kernel_cells(row, direct.get(row["name"])) for row in rows]
        for schedule, same in group(rows, lambda r: r["asked"]).items():
            means = []
            for what in ("hot_seconds", "cold_seconds"):
                ratios = [times_as_fast(r, direct.get(r["name"]), what) for r in same]
                ratios = [ratio for ratio in ratios if ratio]
                means.append(number(geomean(ratios) if ratios else None, 2))
            if schedule != "direct" and len(ratios) > 1:
                name = f"**geomean of {len(ratios)}**"
                lines.append([name, schedule, "", "", "", *means, "", ""])
        text += table(head, lines)
    return text


# --- All -------------------------------------------------------------------------

KINDS = {
    "fused-pairs": ("Fused blocks and single kernels", fused_pairs),
    "networks": ("Whole networks", networks),
    "kernels": ("Single layers", kernels),
}


def report(data):
    title, tables = KINDS[data["benchmark"]]
    return (
        f"### {title}: {data['processor']}, {data['date']}\n\n" + tables(data).strip()
    )


def merge(every):
    """Files of one benchmark, day and processor become one table."""
    merged = {}
    for data in every:
        key = (data["benchmark"], data["date"], data["processor"])
        if key in merged:
            merged[key]["rows"] += data["rows"]
        else:
            merged[key] = data
    return merged.values()


def replace(text, tables):
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"there is no {BEGIN} … {END} in it")
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="JSON")
    parser.add_argument("--into", type=Path, metavar="PAGE.md")
    arguments = parser.parse_args()
    file = None
    try:
        every = []
        for file in arguments.files:
            every.append(json.loads(file.read_text()))
        tables = "\n\n".join(map(report, merge(every)))
        if not arguments.into:
            print(tables)
            return
        file = arguments.into
        file.write_text(replace(file.read_text(), tables))
    except OSError as error:
        sys.exit(f"error: {error.filename}: {error.strerror}")
    except KeyError as error:
        sys.exit(f"error: {file}: not what a benchmark writes: no {error}")
    except ValueError as error:
        sys.exit(f"error: {file}: {error}")


if __name__ == "__main__":
    main()
