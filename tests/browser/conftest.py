"""A server of our own and Debian's Chromium; any console error or request elsewhere fails the test.

These run in a pytest process of their own: Playwright's synchronous calls leave an event loop running.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.serving import chromium, served, settled


@dataclass
class Site:
    """A page with what went wrong on it."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, query: str, ready: str) -> Page:
        """Open an address and wait for a text of the page's last part, and for its charts."""
        self.page.goto(f"{self.base}/{query}", wait_until="commit")
        settled(self.page, ready, rested=False)
        return self.page


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of the app under test."""
    with served() as base:
        yield base


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with chromium() as found:
        yield found


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
def site(browser: Browser, server: str) -> Iterator[Site]:
    """One page for a module."""
    found = new_site(browser, server)
    yield found
    found.page.context.close()
    elsewhere = [url for url in found.requests if not url.startswith((found.base, "blob:", "data:"))]
    assert elsewhere == []
    assert found.complaints == []
