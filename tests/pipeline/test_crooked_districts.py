"""Districts that random draws seldom hit, each a trap, against the independent statement."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from districts import FIRST, two_schools
from independent import optimum
from independent_indices import Undefined

from planner.district import load_district
from planner.optimize import Infeasible, solve
from planner.plan import Plan
from planner.problems import InputProblems
from planner.scenario import resolve_scenario
from planner.verification import verify

TEACHERS = {"measure": "teachers", "index": "shortfall", "target": 0.2}
YEARS = ["2026-27", "2027-28", "2028-29"]


def agreed(folder: Path, *measures: dict[str, Any], **settings: Any) -> Plan:
    """Return the verified plan, once both statements of the program have the same optimum."""
    terms = [{**term, "weight": 1 / len(measures)} for term in measures]
    question = {"name": "Crooked", "objective": {"measures": terms}, **settings}
    district = load_district(folder)
    plan = solve(district, resolve_scenario(question))
    assert not verify(plan, district).failures
    assert plan.summary.bound == pytest.approx(optimum(folder, question), rel=1e-6, abs=1e-6)
    return plan


def recruits(tiers: int) -> dict[str, Any]:
    """Return rules under which vacancies are filled for a stipend only."""
    pay = [{"dollars": 5000, "share": 0.1, "vacancies_filled": 1.0}]
    pay.append({"dollars": 8000, "share": 0.1, "vacancies_filled": 1.0})
    return {
        "hiring": {"candidates": {"teacher": 0}},
        "stipends": {"eligible": "all", "tiers": pay[:tiers], "fringe_rate": 0.0},
    }


def test_stipends_are_charged_in_a_district_that_nobody_can_join(tmp_path: Path) -> None:
    funds = {"general": {"dollars": 1_000_000}}
    folder = two_schools(tmp_path, (20,), (200,), low_income=(50,), vacancies=(4,), funds=funds)
    plan = agreed(folder, TEACHERS, policies=recruits(1), years=YEARS[:2])
    assert sum(row.fte for row in plan.staff_changes) == pytest.approx(4)
    stipends = [row.after for row in plan.dollars if row.use == "stipends"]
    assert stipends == pytest.approx([20_000, 20_000])


def test_no_vacancy_is_filled_in_two_tiers_or_years(tmp_path: Path) -> None:
    funds = {"general": {"dollars": 9_000_000}}
    folder = two_schools(tmp_path, (20, 10), vacancies=(1, 3), funds=funds)
    plan = agreed(folder, TEACHERS, policies=recruits(2), years=YEARS)
    filled = sum(row.fte for row in plan.staff_changes if row.change == "recruit" and row.school_id == FIRST)
    assert filled <= 1 + 1e-6


def test_a_lone_paying_school_does_not_pay_its_own_teachers(tmp_path: Path) -> None:
    """A set-aside that asks for stipends must not be met by teachers who move nowhere."""
    aside = {"uses": ["stipends"], "min_share": 0.5}
    funds = {"grant": {"dollars": 20_000, "uses": ["stipends"], "set_asides": [aside]}}
    folder = two_schools(tmp_path, (20, 0), funds=funds)
    stipends = {"eligible": [FIRST], "tiers": [{"dollars": 5000, "share": 0.5}]}
    question = {
        "name": "Crooked",
        "objective": {"measures": [TEACHERS]},
        "policies": {"stipends": stipends, "fund_rules": {}},
    }
    assert optimum(folder, question) is None
    with pytest.raises(Infeasible):
        solve(load_district(folder), resolve_scenario(question))


def test_pay_on_a_fund_that_ends_falls_on_another(tmp_path: Path) -> None:
    grant = {"dollars": 60_000, "uses": ["positions"], "last_year": YEARS[0]}
    general = {"dollars": 150_000, "uses": "all"}
    lines = [(FIRST, "grant", "staff", 60_000.0)]
    folder = two_schools(tmp_path, vacancies=(0, 3), funds={"grant": grant, "general": general}, budget=lines)
    plan = agreed(folder, TEACHERS, years=YEARS)
    carried = [r.after for r in plan.dollars if r.school_id == FIRST and r.use == "positions"]
    assert carried == pytest.approx([60_000, 60_000])


def test_without_another_fund_the_cliff_has_no_plan(tmp_path: Path) -> None:
    grant = {"dollars": 60_000, "uses": ["positions"], "last_year": YEARS[0]}
    folder = two_schools(tmp_path, funds={"grant": grant}, budget=[(FIRST, "grant", "staff", 60_000.0)])
    question = {"name": "Crooked", "years": YEARS[:2], "objective": {"measures": [TEACHERS]}}
    assert optimum(folder, question) is None
    with pytest.raises(Infeasible):
        solve(load_district(folder), resolve_scenario(question))


def test_rounding_is_no_inequity_today(tmp_path: Path) -> None:
    """Schools alike but for the last bit of a float: 100 times the index itself stands in the objective."""
    students = (300, 700, 1100)
    folder = two_schools(tmp_path, [count * 0.1 / 3 for count in students], students)
    for index in ("shortfall", "deviation", "tail", "range", "gini"):
        plan = agreed(folder, {"measure": "teachers", "index": index})
        assert plan.summary.inequity_before == 0
        assert plan.summary.moves_fte == 0


@pytest.mark.parametrize("poor", [(0, 0), (100, 100)])
def test_a_gap_needs_students_on_both_sides(tmp_path: Path, poor: tuple[int, int]) -> None:
    folder = two_schools(tmp_path, low_income=poor)
    term = {"measure": "teachers", "index": "gap", "group": "low_income"}
    question = {"name": "Crooked", "objective": {"measures": [term]}}
    with pytest.raises(Undefined):
        optimum(folder, question)
    with pytest.raises(InputProblems, match="not defined today"):
        solve(load_district(folder), resolve_scenario(question))


@pytest.mark.parametrize("index", ["gini", "tail", "range", "shortfall", "deviation"])
def test_an_index_of_no_school_is_undefined(tmp_path: Path, index: str) -> None:
    uses = {"tutoring": {"target": "low_income"}}
    funds = {"general": {"dollars": 1000}}
    folder = two_schools(tmp_path, low_income=(0, 0), uses=uses, funds=funds)
    question = {
        "name": "Crooked",
        "objective": {"measures": [{"measure": "support", "use": "tutoring", "index": index}]},
    }
    with pytest.raises(InputProblems, match="not defined today"):
        solve(load_district(folder), resolve_scenario(question))


def test_a_row_of_no_staff_opens_no_field(tmp_path: Path) -> None:
    folder = two_schools(tmp_path, (20, 0))
    today = {"measure": "teachers", "index": "shortfall"}
    closed = agreed(folder, today, policies={"transfers": {"in_field": True}})
    opened = agreed(folder, today, policies={"transfers": {"in_field": False}})
    assert closed.summary.moves_fte == 0
    assert opened.summary.inequity_after < closed.summary.inequity_after
