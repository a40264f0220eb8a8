"""Every page: content, axe-core, narrow and enlarged views, links between pages."""

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from conftest import Site, new_site
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
PAGES = {
    "district": "Plan for another district",
    "today": "How to read an index",
    "build": "Another policy",
    "compare": "And by every other measure?",
    "lab": "What each rule costs",
    "plan": "Rules this plan keeps",
    "export": "Open a scenario again",
}
GRAVE = ("serious", "critical")


def grave_violations(page: Page) -> list[Any]:
    """Return what axe-core finds serious or critical on a page as it is now."""
    page.add_script_tag(path=str(AXE))
    found: dict[str, Any] = page.evaluate("() => axe.run()")
    return [
        (each["id"], [node["html"][:160] for node in each["nodes"]][:4])
        for each in found["violations"]
        if each["impact"] in GRAVE
    ]


def test_the_pages_are_those_of_the_app() -> None:
    from ui.app import PAGES as KINDS

    assert [kind.key for kind in KINDS] == list(PAGES)


@pytest.mark.parametrize("key", PAGES)
def test_page_has_content_and_no_grave_violation(site: Site, key: str) -> None:
    page = site.open(f"?page={key}", PAGES[key])
    assert page.locator("h1").count() == 1
    assert page.locator("nav a[aria-current=page]").inner_text().lower() in (key, "policy lab")
    assert grave_violations(page) == []


@pytest.mark.parametrize("width", [390, 720, 820])
@pytest.mark.parametrize("key", ["district", "build", "compare"])
def test_nothing_is_cut_off_on_a_narrow_screen(
    browser: Browser, server: tuple[str, int], key: str, width: int
) -> None:
    """720 px is what a 1440 px screen shows at 200%."""
    site = new_site(browser, server[0], viewport={"width": width, "height": 900})
    page = site.open(f"?page={key}", PAGES[key])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert site.complaints == []
    page.context.close()
