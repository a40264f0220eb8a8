"""Pictures of every page of the web app, for the README. Usage: python scripts/screenshots.py [FOLDER]."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
START = "from ui.app import serve; import sys; serve(None, int(sys.argv[1]))"
# Each page, and a text of its last part: when that is there, the page is whole.
PAGES = {
    "district": "Plan for another district",
    "today": "How to read an index",
    "build": "Another policy",
    "compare": "And by every other measure?",
    "lab": "What each rule costs",
    "plan": "Rules this plan keeps",
    "export": "Open a scenario again",
}
# No chart is still to be drawn, and nothing is being worked out.
WHOLE = """() => {
  const roots = [document];
  while (roots.length) {
    for (const each of roots.pop().querySelectorAll('*')) {
      if (each.dataset?.drawn === 'no' || each.dataset?.busy === 'yes') return false;
      if (each.shadowRoot) roots.push(each.shadowRoot);
    }
  }
  return true;
}"""
WIDTH, TALLEST, PATIENCE = 1440, 6000, 120_000


def main(folder: Path) -> None:
    """Start the app, take the pictures, end the app."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", START, str(port)], cwd=ROOT)  # noqa: S603 - our own code
    try:
        _wait(f"http://127.0.0.1:{port}/liveness")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for key, last in PAGES.items():
                _picture(browser, f"http://127.0.0.1:{port}/?page={key}", last, folder / f"{key}.png")
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the app did not start")


def _picture(browser: Browser, address: str, last: str, target: Path) -> None:
    page = browser.new_page(viewport={"width": WIDTH, "height": 1000})
    page.goto(address, wait_until="commit")
    page.get_by_text(last).first.wait_for(timeout=PATIENCE)
    if target.stem == "lab":
        _try_levers(page)
    page.wait_for_function(WHOLE, timeout=PATIENCE)
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
