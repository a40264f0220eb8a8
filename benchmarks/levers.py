"""How long a lever takes from its release to the new plan's figures on the screen, in Chromium.

    python benchmarks/levers.py [--schools 40 150] [--repeats 3]

For each size a district is made, the app is served with Riverbend's scenarios, and the build page is opened.
Then levers of several policies are let go at other settings, one after another. The clock runs in the
browser: it starts with the event that a hand's release makes, and stops at the first frame painted with the
figures of the new plan. Printed are the median, the 90th percentile, and the median over the levers of each
one's best: what the same levers take when nothing else has the processor. The same of the search's own time
as the page tells it, and the machine's load.

Whether the page stays live is measured beside: the longest answer of `/liveness` while levers move.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from playwright.sync_api import Page
from serving import PAGES, PATIENCE, ROOT, chromium, served

from planner.generate import generate_district

SCENARIOS = ROOT / "scenarios" / "riverbend"
# Paths of levers and the settings they are let go at, one after another.
LEVERS = (
    ("policies.transfers.max_share_per_school", (0.11, 0.07, 0.1)),
    ("policies.transfers.max_share_of_district", (0.045, 0.03, 0.04)),
    ("policies.hold_harmless.dollars_per_student", (0.96, 0.98, 0.97)),
    ("policies.class_size.courses.K-3 core.max", (25.5, 27, 26)),
    ("policies.hiring.candidates.teacher", (50, 30, 40)),
)
# The first frame whose figures are the new plan's, timed from the release.
RELEASE = """async (input, value) => {
  const find = (test) => {
    const roots = [document];
    while (roots.length) for (const each of roots.pop().querySelectorAll('*')) {
      if (test(each)) return each;
      if (each.shadowRoot) roots.push(each.shadowRoot);
    }
  };
  const status = find((e) => e.matches('p.status[role=status]')), figures = find((e) => e.matches('.hero'));
  const root = figures.getRootNode(), seen = () => root.querySelector('.hero').parentElement.textContent;
  const said = status.textContent, shown = seen();
  const start = performance.now();
  input.value = value;
  input.dispatchEvent(new Event('input')); input.dispatchEvent(new Event('change'));
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  let searching = false;
  while (performance.now() - start < 60000) {
    await frame();
    searching ||= status.textContent.startsWith('Searching');
    const found = /^(Best p|P)lan found/.test(status.textContent);
    if (found && (searching || status.textContent !== said || seen() !== shown)) {
      await new Promise((done) => setTimeout(done));
      return [performance.now() - start, status.textContent, seen() !== shown];
    }
  }
  return [NaN, status.textContent, false];
}"""


@dataclass(frozen=True)
class Released:
    """One lever let go: milliseconds to the figures on screen and inside the solver; whether they differ."""

    screen: float
    solver: float
    changed: bool


@contextmanager
def made(schools: int) -> Iterator[str]:
    """Serve a made district of a size with Riverbend's scenarios; yield the address."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("base", "redistribute"):
            shutil.copy(SCENARIOS / f"{name}.yaml", folder)
        generate_district(Path(folder) / "district", schools=schools, seed=7)
        with served(folder) as address:
            yield address


@contextmanager
def liveness_watched(base: str) -> Iterator[list[float]]:
    """Yield a list that collects how long the server takes to answer, several times a second [ms]."""
    answers: list[float] = []
    over = Event()

    def ask() -> None:
        while not over.wait(0.05):
            started = time.perf_counter()
            urllib.request.urlopen(f"{base}/liveness", timeout=60)  # noqa: S310 - our own address
            answers.append(1000 * (time.perf_counter() - started))

    watcher = Thread(target=ask, daemon=True)
    watcher.start()
    try:
        yield answers
    finally:
        over.set()
        watcher.join()


def release(page: Page, path: str, value: float) -> Released:
    """Let one lever go at a setting and wait for its plan."""
    key = path.replace(".", "␟")
    milliseconds, said, changed = page.locator(f'[data-key="{key}"]').evaluate(RELEASE, value)
    found = re.search(r"in ([\d,]+) ms", said)
    solver = float(found[1].replace(",", "")) if found else float("nan")
    # What follows the figures (charts, text) has its time before the next lever.
    page.wait_for_timeout(1500)
    return Released(milliseconds, solver, changed)


def measure(page: Page, base: str, repeats: int) -> list[Released]:
    """Open the build page and move every lever."""
    page.goto(f"{base}/?page=build&draft=redistribute", wait_until="commit", timeout=PATIENCE)
    page.get_by_text(PAGES["build"]).first.wait_for(timeout=PATIENCE)
    page.get_by_role("status").get_by_text("lan found").wait_for(timeout=PATIENCE)
    page.wait_for_timeout(3000)
    moved = [(path, value) for path, values in LEVERS for value in values]
    release(page, *moved[0])
    return [release(page, path, value) for _ in range(repeats) for path, value in moved]


def _told(values: list[float], repeats: int) -> str:
    """Return the median, the 90th percentile, and the median of each lever's best."""
    ordered = sorted(values)
    ninth = ordered[round(0.9 * (len(ordered) - 1))]
    levers = len(values) // repeats
    best = statistics.median(min(values[lever::levers]) for lever in range(levers))
    return f"{statistics.median(ordered):>8,.0f}{ninth:>8,.0f}{best:>8,.0f}"


def main() -> None:
    """Print one line a size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schools", type=int, nargs="+", default=[40, 150])
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores; milliseconds: median, 90th percentile, median of bests")  # noqa: T201
    print(f"{'schools':<9}{'on screen':^24}{'solver':^24}{'server':>9}{'load':>6}")  # noqa: T201
    with chromium() as browser:
        for schools in asked.schools:
            with made(schools) as base, liveness_watched(base) as answers:
                page = browser.new_page(viewport={"width": 1440, "height": 1000})
                found = measure(page, base, asked.repeats)
                page.close()
            screen = _told([one.screen for one in found], asked.repeats)
            solver = _told([one.solver for one in found], asked.repeats)
            print(f"{schools:<9}{screen}{solver}{max(answers):>9,.0f}{os.getloadavg()[0]:>6.1f}")  # noqa: T201


if __name__ == "__main__":
    main()
