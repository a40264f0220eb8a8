"""Every page: content, axe-core, narrow and enlarged views, links between pages, back and forward."""

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from conftest import Site
from playwright.sync_api import Page

from benchmarks.serving import PAGES, PATIENCE, settled

pytestmark = pytest.mark.browser
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
GRAVE = ("serious", "critical")
WIDTHS = (820, 700, 390)
# Tables that would be cut off on paper, as wide as a letter page between its margins.
PAPER = 725
CUT_OFF = """() => {
  const roots = [document], found = [];
  while (roots.length) for (const each of roots.pop().querySelectorAll('*')) {
    if (each.matches('.scroll') && each.scrollWidth > each.clientWidth + 1) found.push(each.ariaLabel);
    if (each.shadowRoot) roots.push(each.shadowRoot);
  }
  return found;
}"""
FITS = "(width) => document.documentElement.scrollWidth <= width"


def grave_violations(page: Page) -> list[Any]:
    """Return what axe-core finds serious or critical on a page as it is now."""
    page.add_script_tag(path=str(AXE))
    found: dict[str, Any] = page.evaluate("() => axe.run()")
    return [
        (each["id"], [node["html"][:160] for node in each["nodes"]][:4])
        for each in found["violations"]
        if each["impact"] in GRAVE
    ]


@pytest.fixture(scope="module")
def opened(site: Site) -> Page:
    """Return the app at its first page; the others are reached by its own links."""
    return site.open("", PAGES["district"])


@pytest.mark.parametrize("key", PAGES)
def test_page_has_content_no_grave_violation_and_room_on_screens_and_paper(opened: Page, key: str) -> None:
    """700 px is what a screen of 1,400 shows at 200%."""
    opened.set_viewport_size({"width": 1440, "height": 1000})
    opened.locator(f'nav a[href^="?page={key}"]').click()
    settled(opened, PAGES[key], rested=False)
    assert opened.locator("h1").count() == 1
    assert opened.locator("nav a[aria-current=page]").inner_text().lower() in (key, "policy lab")
    assert grave_violations(opened) == []
    for width in WIDTHS:
        opened.set_viewport_size({"width": width, "height": 900})
        opened.wait_for_function(FITS, arg=width, timeout=PATIENCE)
    assert grave_violations(opened) == []
    opened.set_viewport_size({"width": PAPER, "height": 900})
    opened.emulate_media(media="print")
    assert opened.evaluate(CUT_OFF) == []
    opened.emulate_media(media="screen")


def test_the_back_button_takes_pages_back_and_forward_again(opened: Page) -> None:
    opened.set_viewport_size({"width": 1440, "height": 1000})
    for key in ("today", "plan"):
        opened.locator(f'nav a[href^="?page={key}"]').click()
        settled(opened, PAGES[key], rested=False)
    opened.go_back()
    settled(opened, PAGES["today"], rested=False)
    assert opened.locator("nav a[aria-current=page]").inner_text() == "Today"
    opened.go_forward()
    settled(opened, PAGES["plan"], rested=False)
    assert "page=plan" in opened.url


# A box whose first part is slow to make, to which the server adds a second one meanwhile.
OVERTAKEN = """async () => {
  const {Column} = Bokeh.require('models/layouts/column'), {Spacer} = Bokeh.require('models/layouts/spacer');
  const slow = new Spacer({}), pause = (time) => new Promise((done) => setTimeout(done, time));
  slow.default_view = class extends slow.default_view {
    async lazy_initialize() { await super.lazy_initialize(); await pause(100); }
  };
  const column = new Column({children: [slow]});
  const made = Bokeh.require('core/build_views').build_view(column);
  await pause(20);
  column.children = [slow, new Spacer({})];
  const view = await made;
  view.render_to(document.body);
  await pause(100);
  const found = [view.child_views.length, view.child_views.filter((each) => each.el.isConnected).length];
  view.remove();
  return found;
}"""


def test_what_the_server_adds_while_a_page_is_made_is_drawn(opened: Page) -> None:
    assert opened.evaluate(OVERTAKEN) == [2, 2]
