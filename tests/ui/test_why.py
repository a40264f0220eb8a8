"""Reasons of a plan's moves, and its years: the planner's own answers, said once and with units."""

from typing import Any

import holoviews as hv
import pytest

from planner.explain import Served, Stop, Why, why
from planner.plan import Plan
from planner.said import fund_words
from ui.cards.reasons import reasons_table
from ui.charts.years import years_chart
from ui.comparison import comparison
from ui.engine import Engine, open_engine
from ui.why import MoveReasons, cliffs, funds_by_year, serves_words, staff_by_year, stops_words


@pytest.fixture(scope="module")
def engine() -> Engine:
    return open_engine()


def plan_of(engine: Engine, key: str) -> Plan:
    plan = engine.solved(engine.library[key]).plan
    assert plan is not None
    return plan


def reason(**changes: Any) -> Why:
    values: dict[str, Any] = {"kind": "move", "decision": "", "serves": (), "points": 0.0, "stops": ()}
    return Why(**{**values, "more": 0.0, "note": "No rule stops it.", **changes})


def test_reasons_are_the_planners_for_the_largest_moves(engine: Engine) -> None:
    plan, case = plan_of(engine, "stipends"), engine.case(engine.library["stipends"])
    asked = MoveReasons(plan, lambda: case)
    sizes = [plan.moves[row].fte for row in asked.rows]
    assert len(sizes) == 15 and min(sizes) >= sorted((move.fte for move in plan.moves), reverse=True)[14]
    row, found = asked.steps()[0]()[0]
    assert found == why(plan, case, "move", row)
    compared = comparison((plan,), engine.district, "experienced_teachers")
    table = reasons_table(compared, [(row, found)])
    assert table.rows[0][4][0].startswith("+")
    assert "teachers" in table.rows[0][5]
    assert "School" not in table.rows[0][6], "schools go by their short names"


def test_a_rule_of_several_years_is_said_once_and_few_are_named() -> None:
    years = [
        Stop("hold_harmless", "Oak School", f"20{y}-{y + 1}", "dollars", f"at least ${y}") for y in (6, 7)
    ]
    more = [Stop(f"rule {n}", "the district", "2026-27", "so much") for n in range(3)]
    text = stops_words(reason(stops=(*years, *more)), {"Oak School": "Oak"})
    assert text == "Hold harmless at Oak: dollars, at least $6; Rule 0: so much; Rule 1: so much; 1 more"
    always = Stop("", "Oak School", "2026-27", "stipends are paid for")
    assert stops_words(reason(stops=(always,)), {"Oak School": "Oak"}) == "stipends are paid for at Oak"
    assert stops_words(reason(), {}) == "No rule stops it."


def test_measures_are_named_with_their_points() -> None:
    parts = (Served("dollars", "gap all", 0.5, 1.234), Served("teachers", "gini", 0.5, -0.2))
    assert serves_words(reason(serves=parts)) == "Dollars +1.23, teachers −0.20"
    assert serves_words(reason(serves=(Served("dollars", "gap all", 0.5, 0.001),))) == "None by itself"


def test_the_cliff_is_said_and_the_bar_falls(engine: Engine) -> None:
    plan = plan_of(engine, "spend-down")
    assert cliffs(plan) == ["ESSER pays $9.9M in 2027-28 and nothing in 2028-29."]
    assert not cliffs(plan_of(engine, "stipends"))
    funds = funds_by_year(plan)
    figure = hv.render(years_chart(funds, "told"))
    blocks = next(each.data_source.data for each in figure.renderers if "color" in each.data_source.data)
    tops = {
        place: max(t for t, x in zip(blocks["top"], blocks["left"], strict=True) if round(x) == place)
        for place in (0, 2)
    }
    assert tops[2] < 0.7 * tops[0]
    assert fund_words("title_i") == "Title I" and fund_words("state_and_local") == "State and local"


def test_staff_by_year_holds_every_move(engine: Engine) -> None:
    plan = plan_of(engine, "spend-down")
    frame = staff_by_year(plan)
    assert list(frame["year"]) == list(plan.years)
    assert frame["moved"].sum() == pytest.approx(sum(move.fte for move in plan.moves))
    assert frame["filled"].sum() == pytest.approx(plan.summary.hires_fte)
