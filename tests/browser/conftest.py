"""A server of our own and Debian's Chromium; any console error or request elsewhere fails the test.

These run in a pytest process of their own: Playwright's synchronous calls leave an event loop running.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
START = "from ui.app import serve; import sys; serve(None, int(sys.argv[1]))"
PATIENCE = 90_000
# Two cores under load are slow; what is tested is that it comes, not when.
IDLE = """() => {
  const roots = [document];
  while (roots.length) {
    for (const each of roots.pop().querySelectorAll('*')) {
      if (each.dataset?.drawn === 'no') return false;
      if (each.shadowRoot) roots.push(each.shadowRoot);
    }
  }
  return window.Bokeh?.documents?.[0]?.is_idle;
}"""


@dataclass
class Site:
    """A page with what went wrong on it."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, query: str, ready: str) -> Page:
        """Open an address and wait for a text of the page's last part."""
        self.page.goto(f"{self.base}/{query}", wait_until="commit")
        self.page.get_by_text(ready).first.wait_for(timeout=PATIENCE)
        self.page.wait_for_function(IDLE, timeout=PATIENCE)
        return self.page


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[str, int]]:
    """Address and process id of the app under test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", START, str(port)], cwd=ROOT)  # noqa: S603 - our own code
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{base}/liveness", process)
        yield base, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(address: str, process: subprocess.Popen[Any]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail(f"the server ended with {process.returncode}")
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not start")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def new_site(browser: Browser, base: str, **options: Any) -> Site:
    """Open a page that notes every error and every request."""
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 1000}, **options})
    site = Site(context.new_page(), base)
    site.page.on("request", lambda request: site.requests.append(request.url))
    site.page.on("pageerror", lambda error: site.complaints.append(str(error)))
    site.page.on(
        "console", lambda message: site.complaints.append(message.text) if message.type == "error" else None
    )
    return site


@pytest.fixture(scope="module")
def site(browser: Browser, server: tuple[str, int]) -> Iterator[Site]:
    """One page for a module."""
    found = new_site(browser, server[0])
    yield found
    found.page.context.close()
    elsewhere = [url for url in found.requests if not url.startswith((found.base, "blob:", "data:"))]
    assert elsewhere == []
    assert found.complaints == []
