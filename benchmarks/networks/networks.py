#!/usr/bin/env python3
# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Times the networks of the zoo here and in other engines.

    networks.py                                  all of them, batch 1 and 16
    networks.py mobilenet_v2 --batch 1 --json FILE

All engines get the same ONNX file and input, and take turns. Needs the extra
`bench` of the package: pip install layerfusion[bench]; for ncnn also
pip install --no-deps pnnx.
"""

import argparse
import json
import math
import sys
import tempfile
from pathlib import Path

from layerfusion import bench, zoo
from layerfusion.cli.bench import add_timing, numbers
from layerfusion.errors import CompileError
from layerfusion.peers import PEERS


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "networks",
        nargs="*",
        metavar="NETWORK",
        help=f"of the zoo (default: all): {', '.join(zoo.names())}",
    )
    parser.add_argument(
        "--batch",
        type=numbers,
        default=[1, 16],
        metavar="N,...",
        help="batch sizes (default: 1,16)",
    )
    parser.add_argument(
        "--resolution",
        type=int,
        default=224,
        metavar="N",
        help="of the images (default: 224)",
    )
    add_timing(parser)
    parser.set_defaults(threads=[1, 2])
    arguments = parser.parse_args()
    for name in arguments.networks:
        if name not in zoo.names():
            parser.error(f"no network '{name}': there are {', '.join(zoo.names())}")
    missing = [peer for peer in arguments.peers if not PEERS[peer].installed]
    if missing:
        commands = "; ".join(PEERS[peer].install_command for peer in missing)
        parser.error(f"not installed: {', '.join(missing)} ({commands})")
    return arguments


def measure(arguments):
    """The results one by one."""
    with tempfile.TemporaryDirectory() as folder:
        for batch in arguments.batch:
            for name in arguments.networks or zoo.names():
                path = Path(folder) / f"{name}.onnx"
                zoo.save(name, path, batch=batch, resolution=arguments.resolution)
                for threads in arguments.threads:
                    yield bench.measure(
                        path,
                        arguments.peers,
                        threads,
                        rounds=arguments.rounds,
                        seconds=arguments.seconds,
                    )


def means(results):
    """A line for each batch size and number of threads: how many times as long as
    we the fastest of the other engines takes, in the geometric mean and at worst."""
    groups = {}
    for result in results:
        peer = result.best_peer()
        if peer:
            group = groups.setdefault((result.batch, result.threads), [])
            group.append(result.ratio(peer))
    for (batch, threads), ratios in groups.items():
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        yield (
            f"batch {batch}, threads {threads}, {len(ratios)} networks: the fastest "
            f"peer takes {mean:.2f} times as long (geomean), at least {min(ratios):.2f}"
        )


def main():
    arguments = parse_arguments()
    results = []
    try:
        for result in measure(arguments):
            results.append(result)
            print(bench.table([result]) + "\n", flush=True)
    except (bench.Disagreement, CompileError) as error:
        sys.exit(f"error: {error}")
    print("\n".join(means(results)))
    if arguments.json:
        text = json.dumps(bench.to_json(results), indent=2)
        arguments.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
