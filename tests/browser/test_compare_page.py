"""The compare flow in a browser: keyboard alone, links, linked selection, no error, no request elsewhere."""

import pytest
from conftest import Site
from playwright.sync_api import expect

from benchmarks.serving import PATIENCE

pytestmark = pytest.mark.browser
LAST = "And by every other measure?"


def test_the_page_shows_a_finding_cards_and_charts(site: Site) -> None:
    page = site.open("?page=compare", LAST)
    expect(page.locator("h1")).to_contain_text("inequity index")
    assert page.locator("section.plan").count() == 3
    charts = page.locator("[role=img][aria-label]")
    assert charts.count() >= 11
    for number in range(charts.count()):
        box = charts.nth(number).bounding_box()
        assert box is not None and box["width"] > 100 and box["height"] > 100
    assert page.locator("h1").count() == 1


def test_the_whole_flow_by_keyboard(site: Site) -> None:
    page = site.page
    page.locator("#main").focus()
    page.keyboard.press("Tab")
    first = page.get_by_label("Plan A", exact=True)
    expect(first).to_be_focused()
    before = page.locator("h1").inner_text()
    page.keyboard.type("Today")
    page.keyboard.press("Tab")
    page.wait_for_function("() => location.search.includes('plans=today')", timeout=PATIENCE)
    page.get_by_text(LAST).first.wait_for(timeout=PATIENCE)
    expect(page.locator("section.plan h2").first).to_have_text("Today", timeout=PATIENCE)
    assert before
    table = page.locator("summary", has_text="choose schools by keyboard")
    table.focus()
    page.keyboard.press("Enter")
    tick = page.get_by_role("checkbox", name="Select ").first
    tick.focus()
    page.keyboard.press("Space")
    page.wait_for_function("() => location.search.includes('schools=')", timeout=PATIENCE)
    page.wait_for_function(
        """() => Bokeh.documents.flatMap((each) => [...each.all_models])
             .filter((m) => m.type === 'Selection' && m.indices.length === 1).length >= 6""",
        timeout=PATIENCE,
    )


def test_a_link_reopens_the_same_comparison(site: Site) -> None:
    address = site.page.url
    names = site.page.locator("section.plan h2").all_inner_texts()
    site.open(address.removeprefix(site.base + "/"), LAST)
    assert site.page.locator("section.plan h2").all_inner_texts() == names
    assert "schools=" in site.page.url
