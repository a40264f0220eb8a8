"""What each rule costs on the compare page: the same figures as the planner's own price list, kept once."""

import time
from typing import Any

import holoviews as hv
import pytest

from planner.optimize.tradeoffs import price_list
from ui import prices as module
from ui.cards.prices import price_parts
from ui.charts.prices import price_chart
from ui.comparison import comparison
from ui.components import Table
from ui.engine import Engine, open_engine
from ui.kept import Kept
from ui.prices import known_prices, price_steps, steps
from ui.progress import Progress

KEYS = ("stipends", "redistribute")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return open_engine()


@pytest.fixture(scope="module")
def lists(engine: Engine) -> list[Any]:
    return [each for step in price_steps(engine, KEYS) for each in step()]


def test_the_prices_are_the_planners_and_are_worked_out_once(
    engine: Engine, lists: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(lists[0]) == set(price_list(engine.district, engine.scenario("stipends")))
    monkeypatch.setattr(module, "price_list", None)
    assert known_prices(engine, KEYS) == lists
    assert known_prices(engine, [*KEYS, "smaller-k3"]) is None


def test_steps_stand_side_by_side_dearest_first(lists: list[Any]) -> None:
    rows = steps(lists)
    assert [row.most for row in rows] == sorted((row.most for row in rows), reverse=True)
    for place, prices in enumerate(lists):
        held = {(row.policy, row.words): row.points[place] for row in rows if row.points[place] is not None}
        assert held == {(price.policy, price.step): price.points for price in prices}
    voluntary = next(row for row in rows if "voluntary" in row.words)
    assert voluntary.points[1] is None, "only the first plan asks for volunteers"


def test_the_card_has_a_finding_a_chart_and_every_step(engine: Engine, lists: list[Any]) -> None:
    plans = [engine.solved(engine.library[key]).plan for key in KEYS]
    compared = comparison(plans, engine.district, "experienced_teachers")
    said, chart, table = price_parts(compared, lists)
    assert f"{plans[0].name}: transfers (allowing moves that are not voluntary)" in said.object
    assert said.object.count("<p") == len(plans), "a line for each plan"
    assert isinstance(table, Table) and len(table.rows) == len(steps(lists))
    dear = [step for step in steps(lists) if step.most > 0]
    figure = hv.render(price_chart(dear, [step.words for step in dear], "told"))
    assert figure.html_attributes["aria-label"] == "told"
    assert chart.height >= 100


def test_the_page_shows_progress_and_then_the_prices(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.pages.compare import Compare
    from ui.state import Workspace

    monkeypatch.setattr(module, "KEPT", Kept(9))
    state = Workspace(engine, plans=list(KEYS))
    state.compared()
    page = Compare(state)
    card = page._price_card(page._comparison(state.compared()), list(KEYS))
    assert isinstance(card[1], Progress) and "0 of 2" in card[1].text
    until = time.monotonic() + 60
    while isinstance(card[1], Progress) and time.monotonic() < until:
        time.sleep(0.05)
    assert [type(part).__name__ for part in card[1:]] == ["HTML", "Chart", "Table"]
