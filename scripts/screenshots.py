"""Pictures of every page of the web app, for the README. Usage: python -m scripts.screenshots [FOLDER]."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.serving import PAGES, PATIENCE, ROOT, chromium, served, settled

WIDTH, TALLEST = 1440, 6000


def main(folder: Path) -> None:
    """Start the app, take the pictures, end the app."""
    folder.mkdir(parents=True, exist_ok=True)
    with served() as base, chromium() as browser:
        for key, last in PAGES.items():
            _picture(browser, f"{base}/?page={key}", last, folder / f"{key}.png")


def _picture(browser: Browser, address: str, last: str, target: Path) -> None:
    page = browser.new_page(viewport={"width": WIDTH, "height": 1000})
    page.goto(address, wait_until="commit")
    page.get_by_text(last).first.wait_for(timeout=PATIENCE)
    if target.stem == "lab":
        _try_levers(page)
    settled(page, last)
    page.wait_for_timeout(1000)
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": WIDTH, "height": min(height, TALLEST)})
    page.wait_for_timeout(2000)
    page.screenshot(path=target)
    page.close()


def _try_levers(page: Page) -> None:
    names = ("Trace it", "Try both", "Work out the prices")
    for name in names:
        page.get_by_role("button", name=name).click()
    for place in range(len(names)):
        page.get_by_text(re.compile(r"^All \d+ done")).nth(place).wait_for(timeout=PATIENCE)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots")
