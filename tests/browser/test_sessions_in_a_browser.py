"""Visitors side by side, a connection that drops, and failures: each seen in a real browser."""

import re
from collections.abc import Iterator

import pytest
from conftest import Site, new_site
from playwright.sync_api import Browser, expect

from benchmarks.serving import PATIENCE, served

pytestmark = pytest.mark.browser
LAST = "And by every other measure?"
# The link carries an edited scenario.
EDITED = "() => /draft=redistribute(~|%7E)/.test(location.search)"
SOCKETS = """
  window.sockets = [];
  const Real = window.WebSocket;
  window.WebSocket = class extends Real { constructor(...all) { super(...all); window.sockets.push(this); } };
"""
# One page cannot be read, another has a part that fails, and the third cannot be opened at all.
FAILING = """
import sys
import ui.app as app
from ui.pages.today import Today

def broken(*all):
    raise RuntimeError("the figures of today are away")

Today._opening = broken
app.warm = lambda engine: None
whole = app.Workspace.read_query

def read_query(self, query):
    if query.get("measure") == "none":
        raise RuntimeError("the link names no measure")
    whole(self, query)

app.Workspace.read_query = read_query
app.serve(None, int(sys.argv[1]))
"""


@pytest.fixture
def two(browser: Browser, server: str) -> Iterator[tuple[Site, Site]]:
    found = new_site(browser, server), new_site(browser, server)
    yield found
    for site in found:
        site.page.context.close()
        assert site.complaints == []


def test_two_visitors_never_see_each_others_work(two: tuple[Site, Site]) -> None:
    one, other = two
    one.open("?page=build&draft=redistribute", "Another policy")
    other.open("?page=build&draft=redistribute", "Another policy")
    seen = other.page.locator("textarea.code").input_value()
    editor = one.page.locator("textarea.code")
    mine = editor.input_value().replace("max_share_per_school: 0.1", "max_share_per_school: 0.03", 1)
    editor.fill(mine)
    editor.blur()
    one.page.wait_for_function(EDITED, timeout=PATIENCE)
    one.page.get_by_role("link", name="Compare").click()
    one.page.get_by_text(LAST).first.wait_for(timeout=PATIENCE)
    one.page.get_by_label("Plan A", exact=True).select_option("today")
    expect(one.page.locator("section.plan h2").first).to_have_text("Today", timeout=PATIENCE)
    assert other.page.locator("textarea.code").input_value() == seen
    other.open("?page=compare", LAST)
    assert "Today" not in other.page.locator("section.plan h2").all_inner_texts()
    other.page.get_by_role("link", name="Build").click()
    expect(other.page.locator("textarea.code")).not_to_have_value(mine, timeout=PATIENCE)


def test_a_dropped_connection_loses_no_scenario(browser: Browser, server: str) -> None:
    site = new_site(browser, server)
    site.page.add_init_script(SOCKETS)
    page = site.open("?page=build&draft=redistribute", "Another policy")
    editor = page.locator("textarea.code")
    mine = editor.input_value().replace("max_share_per_school: 0.1", "max_share_per_school: 0.04", 1)
    editor.fill(mine)
    editor.blur()
    page.wait_for_function(EDITED, timeout=PATIENCE)
    dropped = page.evaluate(
        "() => { const n = sockets.length; sockets.forEach((each) => each.close()); return n; }"
    )
    assert dropped >= 1
    page.wait_for_function("() => sockets.every((each) => each.readyState >= 2) || sockets.length > 1")
    assert editor.input_value() == mine, "what was typed still stands while nobody is connected"
    page.reload(wait_until="commit")
    expect(page.locator("textarea.code")).to_have_value(mine, timeout=PATIENCE)
    page.context.close()


@pytest.fixture(scope="module")
def failing() -> Iterator[str]:
    with served(code=FAILING) as base:
        yield base


def test_what_fails_is_a_sentence_and_never_a_spinner(browser: Browser, failing: str) -> None:
    site = new_site(browser, failing)
    page = site.open("?page=today", "How to read an index")
    expect(
        page.get_by_text("This part could not be shown. The rest of the page still holds.")
    ).to_be_visible()
    expect(page.get_by_text("the figures of today are away")).to_be_visible()
    site.open("?page=compare&measure=none", "The planner could not be opened")
    expect(page.get_by_text("the link names no measure")).to_be_visible()
    assert page.locator("h1").count() == 1
    page.goto(f"{failing}/nowhere", wait_until="load")
    assert re.search("404", page.content())
    page.context.close()
    elsewhere = [url for url in site.requests if not url.startswith((failing, "blob:", "data:"))]
    assert elsewhere == []
    # The browser itself notes a page that is not there.
    assert [each for each in site.complaints if "404" not in each] == []
