"""How long each page of the web app takes from a click on its address, cold, in Chromium.

    python benchmarks/pages.py [--pages compare district] [--repeats 3] [--data FOLDER]

For every figure a server is started anew, so that nothing is drawn or cached yet but what the app itself
prepares at its start, and a browser with an empty cache opens one page. Printed are medians:

- first: the page's finding (its heading) is on screen;
- whole: the last part is there, every chart has been painted, nothing is being worked out in the background
  and no message is under way any more;
- second: the same as whole for the next visitor, by then with the server warm;
- megabytes: what the browser received, scripts and fonts and the messages of the open connection.

The machine's load average is printed beside: the figures hold for a machine that is otherwise idle.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from dataclasses import astuple, dataclass

from playwright.sync_api import Browser, Page
from serving import PAGES, PATIENCE, chromium, served, settled


@dataclass(frozen=True)
class Seen:
    """One visit: seconds to the first content and to the whole page, megabytes received."""

    first: float
    whole: float
    megabytes: float


def visit(browser: Browser, base: str, key: str) -> Seen:
    """Open a page with an empty cache and time it."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    received = _count_bytes(page)
    started = time.perf_counter()
    page.goto(f"{base}/?page={key}", wait_until="commit", timeout=PATIENCE)
    page.locator("h1").first.wait_for(timeout=PATIENCE)
    first = time.perf_counter() - started
    settled(page, PAGES[key])
    whole = time.perf_counter() - started
    context.close()
    return Seen(first, whole, sum(received) / 1e6)


def _count_bytes(page: Page) -> list[float]:
    """Return a list to which every received size is added."""
    sizes: list[float] = []
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.on(
        "Network.webSocketFrameReceived", lambda event: sizes.append(len(event["response"]["payloadData"]))
    )
    return sizes


def both_visits(browser: Browser, key: str, data: str) -> tuple[Seen, Seen]:
    """Return the first and the second visit to a page of a new server."""
    with served(data) as base:
        return visit(browser, base, key), visit(browser, base, key)


def main() -> None:
    """Print one line a page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", nargs="+", choices=list(PAGES), default=list(PAGES))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--data", default="", help="folder of a data set; the example district where absent")
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; seconds, median of {asked.repeats}")  # noqa: T201
    print(f"{'page':<10}{'first':>8}{'whole':>8}{'second':>8}{'megabytes':>11}{'load':>7}")  # noqa: T201
    with chromium() as browser:
        for key in asked.pages:
            pairs = [both_visits(browser, key, asked.data) for _ in range(asked.repeats)]
            first, whole, megabytes = map(
                statistics.median, zip(*(astuple(one) for one, _ in pairs), strict=True)
            )
            again = statistics.median(two.whole for _, two in pairs)
            figures = f"{first:>8.1f}{whole:>8.1f}{again:>8.1f}{megabytes:>11.1f}"
            print(f"{key:<10}{figures}{os.getloadavg()[0]:>7.1f}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
