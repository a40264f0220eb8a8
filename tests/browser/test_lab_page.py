"""The policy lab in a browser: a point of a frontier opens its plan by hand or key; a job is called off."""

import re

import pytest
from conftest import Site
from playwright.sync_api import Page, expect
from test_every_page import grave_violations

from benchmarks.serving import PATIENCE

pytestmark = pytest.mark.browser
LAST = "What each rule costs"
PLAN = "Rules this plan keeps"
# Where a mark of the frontier is on the screen.
MARK = """(number) => {
  const roots = [document]; let box = null;
  while (roots.length) for (const each of roots.pop().querySelectorAll('*')) {
    if (each.classList.contains('chart') && each.dataset.drawn === 'yes') box = each;
    if (each.shadowRoot) roots.push(each.shadowRoot);
  }
  box.scrollIntoView({block: 'center'});
  const {frame, model} = box.view, data = model.renderers[0].data_source.data;
  const {x, y} = box.getBoundingClientRect();
  return [x + frame.x_scale.compute(data['setting'][number]),
          y + frame.y_scale.compute(data['frontier index'][number])];
}"""


def back_at_the_lab(site: Site) -> Page:
    """Go back to the lab by its link: the scenario there is the plan that was opened."""
    site.page.get_by_role("link", name="Policy lab").click()
    site.page.get_by_text(LAST).first.wait_for(timeout=PATIENCE)
    return site.page


def traced(page: Page, axis: str) -> Page:
    """Trace a frontier."""
    page.get_by_label("Along").select_option(axis)
    page.get_by_role("button", name="Trace it").click()
    expect(page.get_by_text("All 21 done.")).to_be_visible(timeout=PATIENCE)
    page.locator(".chart[data-drawn=yes]").first.wait_for(timeout=PATIENCE)
    return page


def index_of(page: Page) -> str:
    expect(page.get_by_text(PLAN).first).to_be_visible(timeout=PATIENCE)
    return page.locator(".hero strong").first.inner_text()


def test_a_row_opens_its_plan_by_keyboard(site: Site) -> None:
    page = traced(site.open("?page=lab&draft=stipends", LAST), "moves")
    row = page.locator("tbody tr").nth(10)
    index = row.locator("td").first.inner_text()
    row.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert index_of(page) == index
    assert re.search("page=plan.*draft=stipends(%7E|~)", page.url)


def test_a_click_on_a_point_opens_its_plan(site: Site) -> None:
    page = traced(back_at_the_lab(site), "dollars")
    index = page.locator("tbody tr").nth(15).locator("td").first.inner_text()
    page.wait_for_timeout(300)
    page.mouse.click(*page.evaluate(MARK, 15))
    assert index_of(page) == index


def test_a_grid_of_two_levers_can_be_read_and_opened_by_all(site: Site) -> None:
    page = back_at_the_lab(site)
    page.get_by_role("button", name="Try both").click()
    expect(page.get_by_text("All 25 done.")).to_be_visible(timeout=PATIENCE)
    assert grave_violations(page) == []
    assert page.get_by_role("button", name=re.compile("open the plan at")).count() >= 5


def test_what_runs_is_called_off_and_what_was_found_stays(site: Site) -> None:
    page = back_at_the_lab(site)
    page.get_by_role("button", name="Try both").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled; what was found stays.")).to_be_visible(timeout=PATIENCE)
