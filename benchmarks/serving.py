"""The web app served in a process of its own, for the benchmarks that look at it in a browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
START = "from ui.app import serve; import sys; serve(sys.argv[2] or None, int(sys.argv[1]))"
PATIENCE_SECONDS = 120.0


@contextmanager
def served(data: str) -> Iterator[str]:
    """Serve a data set, Riverbend where `data` is empty; yield the address, and end the server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", START, str(port), data], cwd=ROOT)  # noqa: S603
    try:
        _wait(f"http://127.0.0.1:{port}/liveness")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(address: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the app did not start")
