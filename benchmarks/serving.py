"""The web app served in a process of its own, its pages, and when one of them is whole in Chromium.

The benchmarks, the pictures of the README and the browser tests share it.
"""

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

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
START = "from ui.app import serve; import sys; serve(sys.argv[2] or None, int(sys.argv[1]))"
SECONDS_TO_START = 120.0
# Two cores under load are slow [milliseconds].
PATIENCE = 90_000
# Each page, and a text of its last part.
PAGES = {
    "district": "Plan for another district",
    "today": "How to read an index",
    "build": "Another policy",
    "compare": "And by every other measure?",
    "lab": "What each rule costs",
    "plan": "Rules this plan keeps",
    "export": "Open a scenario again",
}
# The connection rests, every chart is drawn and, where that is asked, nothing is being worked out any more.
SETTLED = """(rested) => {
  const roots = [document];
  while (roots.length) {
    for (const each of roots.pop().querySelectorAll('*')) {
      if (each.dataset?.drawn === 'no' || (rested && each.dataset?.busy === 'yes')) return false;
      if (each.shadowRoot) roots.push(each.shadowRoot);
    }
  }
  return !!window.Bokeh?.documents?.[0]?.is_idle;
}"""


@contextmanager
def served(data: str = "", code: str = START) -> Iterator[str]:
    """Serve a data set, Riverbend where `data` is empty; yield the address, and end the server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", code, str(port), data], cwd=ROOT)  # noqa: S603
    try:
        _wait(f"http://127.0.0.1:{port}/liveness", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the app did not start")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield Debian's Chromium."""
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def settled(page: Page, last: str, *, rested: bool = True) -> None:
    """Wait until a page has its last part and its charts and, where `rested`, works nothing out any more."""
    page.get_by_text(last).first.wait_for(timeout=PATIENCE)
    page.wait_for_function(SETTLED, arg=rested, timeout=PATIENCE, polling=50)
