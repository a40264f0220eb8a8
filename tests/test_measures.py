"""Measures: by hand, and their linear form against their numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from checking import case_of, district_of, outcome, scenario_of, small, solved
from districts import FIRST, SECOND, any_schools, school_id, two_schools
from hypothesis import given
from hypothesis import strategies as st

from planner.case import Case
from planner.district import District
from planner.equity.evaluate import library_measures
from planner.equity.measures.base import MEASURES, Measure
from planner.optimize import build
from planner.optimize.objective import stages
from planner.optimize.search import solve_stages
from planner.outcome import FAMILIES, Outcome, Today
from planner.plan import Plan
from planner.problems import InputProblems
from planner.scenario import Scenario

A, B = school_id(1), school_id(2)


def measure_of(kind: str, **settings: Any) -> Measure:
    return MEASURES[kind].model_validate(settings)


@pytest.fixture(scope="module")
def mixed() -> District:
    """Return two schools with novices and others, a counselor, courses, planned and fixed dollars.

    Pay is $50,000 for novices at A and $52,000 at B, $70,000 and $80,000 for the experienced; benefits are
    a quarter on top.
    """
    staff = [
        (A, "teacher", "general", "novice", 2, 50_000, 0),
        (A, "teacher", "general", "experienced", 6, 70_000, 0),
        (A, "counselor", "general", "developing", 1, 60_000, 0),
        (B, "teacher", "general", "novice", 6, 52_000, 0),
        (B, "teacher", "general", "experienced", 2, 80_000, 0),
    ]
    return district_of(
        any_schools,
        {A: ("elementary", 100, 20), B: ("elementary", 80, 60)},
        staff,
        courses=[
            (A, "core", 60, 3, "general", 1),
            (B, "core", 40, 2, "general", 1),
            (A, "art", 30, 1, "general", 1),
        ],
        budget=[
            (A, "local", "materials", 4_000),
            (A, "local", "staff", 700_000),
            (A, "local", "tutoring", 1_000),
            (B, "grant", "tutoring", 3_000),
            (B, "grant", "positions", 65_000),
        ],
        benefit_rate=0.25,
        need_weights={"low_income": 0.5},
        funds={"grant": {"dollars": 200_000}},
        uses={"tutoring": {"target": "low_income"}},
    )


def today(district: District, measure: Measure, **settings: Any) -> tuple[list[float], list[float]]:
    """Return today's amounts and weights, by school id."""
    case = case_of(district, scenario_of(**settings))
    order = np.argsort(case.school_ids)
    amounts = np.asarray(measure.amount(Today(case), 0), dtype=float)
    return amounts[order].tolist(), np.asarray(measure.weights(case), dtype=float)[order].tolist()


NEED = [110.0, 110.0]


@pytest.mark.parametrize(
    ("measure", "amounts", "weights"),
    [
        (measure_of("teachers"), [8, 8], NEED),
        (measure_of("experienced_teachers"), [6, 2], NEED),
        (measure_of("novice_teachers"), [2, 6], NEED),
        (measure_of("sections", courses=["core"]), [3, 2], [60 * 1.1, 40 * 1.375]),
        (measure_of("sections", courses=["core", "art"]), [4, 2], [90 * 1.1, 40 * 1.375]),
        (measure_of("support", use="tutoring"), [1000, 3000], [20, 60]),
    ],
)
def test_today(mixed: District, measure: Measure, amounts: list[float], weights: list[float]) -> None:
    """100 + half of 20 poor students, and 80 + half of 60, are 110 weighted students each.

    Seats are weighted as the school's students are, by 1.1 and 110 / 80 = 1.375. Tutoring is for the poor,
    and counts whether the fund is planned (B) or not (A).
    """
    found = today(mixed, measure)
    assert found[0] == pytest.approx(amounts)
    assert found[1] == pytest.approx(weights)


def test_dollars_today(mixed: District) -> None:
    """A: 1.25 * (2 * 50 + 6 * 70 + 60) = 725 thousand, and 5 fixed. B: 1.25 * (6 * 52 + 2 * 80) = 590, and 3.

    Lines of pay, as staff or as positions, are there already. At average pay, novices cost 1.25 * 51.5 =
    64.375 and experienced teachers 1.25 * 72.5 = 90.625: A 128.75 + 543.75 + 75, B 386.25 + 181.25.
    """
    assert today(mixed, measure_of("dollars"))[0] == pytest.approx([730_000, 593_000])
    average = measure_of("dollars", costing="average")
    assert today(mixed, average)[0] == pytest.approx([747_500 + 5_000, 567_500 + 3_000])


def test_taking_a_fund_out_of_the_plan_changes_no_dollar_of_today(mixed: District) -> None:
    """Whether a fund's lines are planned or fixed, they are spent today; positions are pay already."""
    for measure in (
        measure_of("dollars"),
        measure_of("dollars", costing="average"),
        measure_of("support", use="tutoring"),
    ):
        without = today(mixed, measure, funds={"grant": None})
        assert without[0] == pytest.approx(today(mixed, measure)[0])


def test_a_move_carries_average_pay() -> None:
    """The first school pays $90,000 and the second $60,000: (20 * 90 + 10 * 60) / 30 is $80,000 on average.

    Two teachers who move take $160,000 with them: no dollar appears or vanishes.
    """
    staff = [
        (A, "teacher", "general", "experienced", 20, 90_000, 0),
        (B, "teacher", "general", "experienced", 10, 60_000, 0),
    ]
    district = district_of(any_schools, {A: ("elementary", 100, 20), B: ("elementary", 100, 80)}, staff)
    plan = solved(district, scenario_of(policies={"transfers": {"max_share_per_school": 0.1}}))
    assert [row.dollars_after for row in plan.schools] == pytest.approx([1_640_000, 760_000], abs=0.1)


def test_a_hire_is_counted_once() -> None:
    """A hire at $60,000 raises its school's dollars by its pay, and its planned line not once more."""
    district = district_of(two_schools, (10, 9), vacancies=(0, 1), funds={"general": {"dollars": 80_000}})
    plan = solved(
        district, scenario_of(policies={"transfers": {"max_share_per_school": 0}}, years=["2026-27"])
    )
    rows = {row.school_id: row for row in plan.schools}
    hired = sum(change.fte for change in plan.staff_changes)
    assert hired > 0
    assert rows[SECOND].dollars_after - rows[SECOND].dollars_before == pytest.approx(60_000 * hired, abs=0.1)


def test_a_stipend_is_money_at_its_school() -> None:
    """One teacher of 30 moves for $10,000 and 10% on top: the second school has $60,000 and $11,000 more."""
    district = district_of(two_schools, funds={"grant": {"dollars": 11_000, "uses": ["stipends"]}})
    stipends = {"tiers": [{"dollars": 10_000, "share": 1}], "fringe_rate": 0.1}
    plan = solved(district, scenario_of(policies={"stipends": stipends}))
    rows = {row.school_id: row.dollars_after - row.dollars_before for row in plan.schools}
    assert rows == {FIRST: pytest.approx(-60_000, abs=0.1), SECOND: pytest.approx(71_000, abs=0.1)}


def test_need_weights_are_the_data_set_s() -> None:
    """A third more for each poor student: 100 + 20 / 3 and 100 + 80 / 3 weighted students share 30 teachers.

    233.333333 in all: 0.128571 each, 13.714286 and 16.285714 teachers: 6.285714 move.
    """
    plan = solved(district_of(two_schools, need_weights={"low_income": 1 / 3}), scenario_of())
    assert plan.summary.moves_fte == pytest.approx(20 - 30 * (320 / 3) / (700 / 3), abs=1e-6)


# Linear form against numbers --------------------------------------------------------------------------------


def decided(district: District, scenario: Scenario) -> tuple[Any, Outcome, np.ndarray]:
    """Return the model, the unrounded outcome of its optimum and the value of every column."""
    case = case_of(district, scenario)
    model = build(case)
    values = solve_stages(model, stages(model)).values
    decisions = {family: {key: at(part, values) for key, part in model.named(family)} for family in FAMILIES}
    return model, Outcome(case, decisions), values


def at(part: Any, values: np.ndarray) -> float:
    return float(part.constant + sum(c * float(values[column]) for column, c in part.terms.items()))


def all_measures(case: Case) -> list[Measure]:
    return [*library_measures(case), measure_of("dollars", costing="average")]


@given(st.integers(1, 5), st.booleans())
def test_linear_form_gives_the_numbers(seed: int, stipends: bool) -> None:
    """What the search adds up is what the plan is said to give, measure by measure, year by year."""
    policies: dict[str, Any] = {
        "transfers": {"max_share_per_school": 0.1},
        "hiring": {"candidates": {"teacher": 2}, "release": True, "attrition_share": 0.02},
        "class_size": {"courses": {"K-3 core": {"max": 24}}},
    }
    if stipends:
        policies["stipends"] = {"tiers": [{"dollars": 5000, "share": 0.02, "vacancies_filled": 0.5}]}
    terms = [{"measure": "teachers", "index": "gini"}, {"measure": "dollars", "index": "deviation"}]
    scenario = scenario_of(*terms, policies=policies, years=["2026-27", "2027-28", "2028-29"])
    model, found, values = decided(small(seed, 3), scenario)
    for measure in all_measures(found.case):
        for year in range(3):
            linear = [at(part, values) for part in measure.amount(model, year)]
            assert linear == pytest.approx(list(measure.amount(found, year)), rel=1e-9, abs=1e-6), (
                measure.label
            )


@given(st.integers(1, 5))
def test_dollars_are_conserved(seed: int) -> None:
    """All dollars of a plan are today's, what its hires are paid, and what its lines add: moves add none."""
    district = small(seed, 3)
    scenario = scenario_of({"measure": "dollars", "index": "shortfall"}, years=["2026-27"])
    plan: Plan = solved(district, scenario)
    found = outcome(plan, district, scenario)
    case = found.case
    pay = sum(fte * case.average_pay[s, p] for (s, p, _), fte in found.decisions.get("hire", {}).items())
    lines = sum(row.after - row.before for row in plan.dollars if row.use != "positions")
    change = sum(row.dollars_after - row.dollars_before for row in plan.schools)
    assert change == pytest.approx(pay + lines, abs=1.0)


def test_more_poor_students_than_students() -> None:
    """A count above the whole school's is a problem of the data, also for a group that has no weight."""
    with pytest.raises(InputProblems, match="more than all 60"):
        district_of(two_schools, students=(100, 60), low_income=(20, 80))
