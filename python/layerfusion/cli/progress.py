# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What goes on, told on a terminal while it takes; silent otherwise."""

from __future__ import annotations

import contextlib
import itertools
import sys
import threading
import time
from collections.abc import Iterator

# Short steps come and go unseen.
_DELAY = 0.2
_INTERVAL = 0.1


def _spin(title: str, stop: threading.Event) -> None:
    start = time.perf_counter()
    if stop.wait(_DELAY):
        return
    for sign in itertools.cycle("|/-\\"):
        seconds = time.perf_counter() - start
        sys.stderr.write(f"\r{sign} {title} ... {seconds:.1f} s")
        sys.stderr.flush()
        if stop.wait(_INTERVAL):
            break
    sys.stderr.write("\r\033[K")
    sys.stderr.flush()


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Shows `title` and the time it takes while the body runs, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    stop = threading.Event()
    spinner = threading.Thread(target=_spin, args=(title, stop), daemon=True)
    spinner.start()
    try:
        yield
    finally:
        stop.set()
        spinner.join()
