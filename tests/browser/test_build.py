"""The build flow: a lever, the text and undo give one scenario; what cannot be done says why."""

import re

import pytest
from conftest import Site
from playwright.sync_api import expect

from benchmarks.serving import PATIENCE

pytestmark = pytest.mark.browser
SOLVED = re.compile(r"Best plan found in")


def test_a_lever_searches_again_and_the_text_follows(site: Site) -> None:
    page = site.open("?page=build&draft=redistribute", "Another policy")
    status = page.get_by_role("status")
    expect(status).to_have_text(SOLVED, timeout=PATIENCE)
    before = page.locator(".hero strong").inner_text()
    page.get_by_label("Most of a school's staff that may leave").focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("textarea.code")).to_have_value(
        re.compile("max_share_per_school: 0.07"), timeout=PATIENCE
    )
    expect(page.locator(".hero strong")).not_to_have_text(before, timeout=PATIENCE)
    assert "draft=redistribute%7E" in page.url or "draft=redistribute~" in page.url


def test_the_text_moves_the_levers_and_undo_takes_it_back(site: Site) -> None:
    page = site.page
    editor = page.locator("textarea.code")
    editor.fill(editor.input_value().replace("max_share_per_school: 0.07", "max_share_per_school: 0.12"))
    editor.blur()
    expect(page.get_by_label("Most of a school's staff that may leave")).to_have_value(
        "0.12", timeout=PATIENCE
    )
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Most of a school's staff that may leave")).to_have_value(
        "0.07", timeout=PATIENCE
    )
    page.get_by_role("button", name="Redo").click()
    expect(editor).to_have_value(re.compile("max_share_per_school: 0.12"), timeout=PATIENCE)


def test_a_mistake_in_the_text_is_said_with_its_line(site: Site) -> None:
    page = site.page
    editor = page.locator("textarea.code")
    good = editor.input_value()
    editor.fill(good.replace("max_share_per_school", "max_share_per_scool"))
    editor.blur()
    expect(page.get_by_text("Not taken over:")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(re.compile(r"scenario line \d+.*max_share_per_school"))).to_be_visible()
    editor.fill(good)
    editor.blur()
    expect(page.get_by_text("Not taken over:")).to_have_count(0, timeout=PATIENCE)


def test_what_cannot_be_done_names_the_rules_and_offers_the_least_change(site: Site) -> None:
    page = site.page
    editor = page.locator("textarea.code")
    editor.fill(re.sub(r"(K-3 core\"?:\n\s+max: )\d+", r"\g<1>12", editor.input_value()))
    editor.blur()
    expect(page.get_by_text("Least change that makes room")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Make this change").click()
    expect(page.get_by_role("status")).to_have_text(SOLVED, timeout=PATIENCE)
    expect(editor).not_to_have_value(re.compile(r"max: 12\b"), timeout=PATIENCE)


# A lever let go of, and at once something typed: the text that follows the lever comes while typing goes on.
TYPED = """async (lever) => {
  const find = (test) => {
    const roots = [document];
    while (roots.length) for (const each of roots.pop().querySelectorAll('*')) {
      if (test(each)) return each;
      if (each.shadowRoot) roots.push(each.shadowRoot);
    }
  };
  const area = find((each) => each.matches('textarea.code'));
  lever.value = 0.03; lever.dispatchEvent(new Event('change'));
  area.value = area.value.replace(/max_share_per_school: [\\d.]+/, 'max_share_per_school: 0.09');
  for (let key = 0; key < 8; key += 1) {
    area.dispatchEvent(new Event('input'));
    await new Promise((done) => setTimeout(done, 250));
  }
}"""


def test_what_is_typed_stands_when_a_lever_is_followed_by_the_text(site: Site) -> None:
    page = site.page
    page.get_by_label("Most of a district's teachers that may move").evaluate(TYPED)
    expect(page.get_by_label("Most of a school's staff that may leave")).to_have_value(
        "0.09", timeout=PATIENCE
    )
    expect(page.locator("textarea.code")).to_have_value(
        re.compile("max_share_per_school: 0.09"), timeout=PATIENCE
    )


def test_a_running_search_is_called_off(site: Site) -> None:
    """Whole steps to a gap of nothing would keep it busy for minutes; the page stays live meanwhile."""
    page = site.page
    editor = page.locator("textarea.code")
    good = editor.input_value()
    hard = "fte_step: 0.1\nsection_step: 1\nsolver: {time_limit_seconds: 300, gap: 0}\n"
    editor.fill(good + hard)
    editor.blur()
    stop = page.get_by_role("button", name="Cancel the search")
    expect(stop).to_be_visible(timeout=PATIENCE)
    stop.click()
    expect(page.get_by_role("status")).to_have_text(re.compile("^Cancelled"), timeout=PATIENCE)
    expect(stop).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_have_text(SOLVED, timeout=PATIENCE)


def test_tiers_come_and_go_by_keyboard(site: Site) -> None:
    page = site.page
    page.get_by_label("Begin from").select_option("stipends")
    add = page.get_by_role("button", name="Add a tier")
    add.wait_for(timeout=PATIENCE)
    expect(page.get_by_role("status")).to_have_text(SOLVED, timeout=PATIENCE)
    add.focus()
    page.keyboard.press("Enter")
    third = page.get_by_label("Tier 3: stipend a year")
    expect(third).to_have_value("15000", timeout=PATIENCE)
    expect(add).to_be_focused()
    out = page.get_by_role("button", name="Take tier 1 out")
    out.focus()
    page.keyboard.press("Space")
    expect(third).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_label("Tier 1: stipend a year")).to_have_value("10000")
    expect(page.locator("textarea.code")).to_have_value(re.compile("dollars: 15000"), timeout=PATIENCE)


def test_a_policy_is_added_and_taken_out_in_its_place(site: Site) -> None:
    page = site.page
    page.get_by_label("Policy", exact=True).select_option("plan_limit")
    page.get_by_role("button", name="Add it").click()
    heading = page.get_by_role("heading", name="Limit of the whole plan")
    expect(heading).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".hero strong")).to_be_visible()
    page.get_by_role("button", name="Take limit of the whole plan out").click()
    expect(heading).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_role("status")).to_have_text(SOLVED, timeout=PATIENCE)
