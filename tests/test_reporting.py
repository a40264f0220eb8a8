"""Reported rows: hand-computed figures of small outcomes."""

from __future__ import annotations

import math
from typing import Any

import pytest
from checking import district_of, scenario_of
from districts import FIRST, SECOND, YEAR, small_district, two_schools
from hypothesis import given
from hypothesis import strategies as st

from planner.case import Case, checked_case
from planner.outcome import Outcome
from planner.plan import DollarLine, Move, StaffChange, known, rounded, rounded_together
from planner.plan_outcome import Decided, outcome_of
from planner.reporting_rows import (
    dollar_rows,
    fund_rows,
    index_rows,
    judge,
    limit_rows,
    policy_rows,
    school_rows,
    statistic_rows,
    summary_of,
)

LATER = "2027-28"
MOVE = Move(YEAR, FIRST, SECOND, "teacher", "general", "experienced", 2.0, None, 0.0)


def two_case(settings: dict[str, Any] | None = None, **data: Any) -> Case:
    return checked_case(district_of(two_schools, **data), scenario_of(**(settings or {})))


def moved(case: Case) -> Outcome:
    return outcome_of(Decided(moves=(MOVE,)), case)


def test_school_rows_follow_a_move() -> None:
    first, second = school_rows(moved(two_case()))
    assert (first.school_id, first.teachers_before, first.teachers_after) == (FIRST, 20.0, 18.0)
    assert (second.school_id, second.experienced_before, second.experienced_after) == (SECOND, 10.0, 12.0)
    # Two teachers of 60,000 dollars carry their pay with them.
    assert (first.dollars_before, first.dollars_after) == (1_200_000.0, 1_080_000.0)
    assert second.dollars_after == 720_000.0
    assert second.high_need
    assert not first.high_need
    assert (first.novice_after, first.students, first.weighted_students) == (0.0, 100.0, 100.0)


def test_indices_are_the_worked_example() -> None:
    case = checked_case(
        district_of(two_schools), scenario_of({"measure": "teachers", "index": "shortfall", "target": 0.15})
    )
    rows = index_rows(judge(moved(case)))
    assert (rows[0].measure, rows[0].weight) == ("teachers", 1.0)
    assert rows[0].before == pytest.approx(1 / 6, abs=1e-9)
    assert rows[0].after == pytest.approx(0.1, abs=1e-9)
    assert all(row.weight == 0 for row in rows[1:])


def test_statistics_by_hand() -> None:
    rows = {(row.measure, row.statistic): row for row in statistic_rows(moved(two_case()))}
    variation = rows["teachers", "coefficient of variation"]
    assert variation.before == pytest.approx(0.05 / 0.15, abs=1e-9)
    assert variation.after == pytest.approx(0.03 / 0.15, abs=1e-9)
    ratio = rows["teachers", "progressivity ratio low_income"]
    # 20 poor students meet 0.20 teachers each and 80 meet 0.10; of the others 80 and 20 do.
    assert ratio.before == pytest.approx(0.12 / 0.18, abs=1e-9)
    assert rows["novice share of teachers", "exposure gap low_income"].before == 0.0


def test_a_statistic_that_is_not_defined_is_none() -> None:
    rows = {(row.measure, row.statistic): row for row in statistic_rows(moved(two_case()))}
    assert rows["novice_teachers", "coefficient of variation"].before is None
    case = two_case(teachers=(20, 0))
    gone = {(row.measure, row.statistic): row for row in statistic_rows(outcome_of(Decided(), case))}
    assert gone["novice share of teachers", "exposure rate low_income"].before is None, "no teachers, no rate"


def test_a_fund_carries_over_and_ends() -> None:
    funds = {
        "grant": {"dollars": 1000, "carry_over": True, "last_year": LATER},
        "yearly": {"dollars": 500},
    }
    case = two_case({"years": [YEAR, LATER, "2028-29"]}, funds=funds, uses={"tutoring": {}})
    lines = (
        DollarLine(YEAR, FIRST, "grant", "tutoring", 0.0, 400.0),
        DollarLine(LATER, FIRST, "grant", "tutoring", 0.0, 1600.0),
        DollarLine(YEAR, FIRST, "yearly", "tutoring", 0.0, 100.0),
    )
    outcome = outcome_of(Decided(dollars=lines), case)
    rows = {(row.fund, row.year): row for row in fund_rows(outcome)}
    first, second = rows["grant", YEAR], rows["grant", LATER]
    assert (first.available, first.placed_after, first.carried_in, first.unspent) == (
        1000.0,
        400.0,
        0.0,
        600.0,
    )
    assert (second.available, second.placed_after, second.carried_in, second.unspent) == (
        1000.0,
        1600.0,
        600.0,
        0.0,
    )
    assert ("grant", "2028-29") not in rows, "an ended fund has no account"
    assert rows["yearly", LATER].carried_in == 0.0
    assert dollar_rows(outcome) == tuple(
        sorted(lines, key=lambda line: (line.year, line.school_id, line.fund))
    )
    summary = summary_of(outcome, (), judge(outcome), 100.0, 0.0)
    assert summary.cost_dollars == 2100.0


def test_pay_on_a_fund_is_not_placed() -> None:
    funds = {"general": {"dollars": 900_000}}
    case = two_case(funds=funds, uses={"tutoring": {}}, budget=[(FIRST, "general", "staff", 800_000.0)])
    (row,) = fund_rows(outcome_of(Decided(), case))
    assert (row.available, row.pay, row.placed_before, row.unspent) == (900_000.0, 800_000.0, 0.0, 100_000.0)


def test_summary_counts_moves_hires_and_stipends() -> None:
    settings = {
        "policies": {
            "stipends": {"tiers": [{"dollars": 5000, "share": 0.5}]},
            "hiring": {"candidates": {"teacher": 5}},
        }
    }
    case = two_case(settings, funds={"general": {"dollars": 500_000}})
    hire = StaffChange(YEAR, SECOND, "teacher", "general", "experienced", "hire", 1.5, 0.0)
    paid = Move(YEAR, FIRST, SECOND, "teacher", "general", "experienced", 2.0, None, 5000.0)
    lines = (
        DollarLine(YEAR, SECOND, "general", "positions", 0.0, 90_000.0),
        DollarLine(YEAR, SECOND, "general", "stipends", 0.0, 10_765.0),
    )
    decided = Decided(moves=(paid,), staff_changes=(hire,), dollars=lines)
    outcome = outcome_of(decided, case)
    summary = summary_of(outcome, decided.moves, judge(outcome), math.inf, 0.0)
    assert (summary.moves_fte, summary.hires_fte) == (2.0, 1.5)
    assert (summary.cost_dollars, summary.stipend_dollars) == (100_765.0, 10_765.0)
    assert (summary.schools, summary.students, summary.staff_fte) == (2, 200.0, 30.0)
    rows = {row.name: row for row in policy_rows(outcome)}
    assert rows["stipends"].holds
    assert (rows["stipends"].kind, rows["stipends"].unit) == ("stipends", "FTE")


def test_a_policy_row_shows_a_broken_rule_first() -> None:
    case = two_case({"policies": {"transfers": {"max_share_per_school": 0.05}}})
    (row,) = policy_rows(moved(case))
    assert not row.holds
    assert (row.where, row.actual, row.limit, row.slack) == (FIRST, 2.0, 1.0, -1.0)


def test_limits_are_the_fixed_ones_and_those_the_plan_sets() -> None:
    district = district_of(small_district)
    courses = {
        "K-3 core": {"max": 26, "high_need": {"max": 20}},
        "6-8 math": {"min": 20, "max": 34, "free": True},
    }
    case = checked_case(district, scenario_of(policies={"class_size": {"courses": courses}}))
    outcome = Outcome(case, {"ratio": {("6-8 math", "all", 0): 1 / 24.5}})
    found = {(row.course, row.tier): (row.free, row.limit) for row in limit_rows(outcome)}
    assert found == {
        ("6-8 math", "all"): (True, 24.5),
        ("K-3 core", "high_need"): (False, 20.0),
        ("K-3 core", "other"): (False, 26.0),
    }


def test_rounding_is_by_unit() -> None:
    assert rounded(1.23456789, "FTE") == 1.234568
    assert rounded(1.239, "dollars") == 1.24
    assert str(rounded(-1e-9, "FTE")) == "0.0"
    assert known(math.nan, "index") is None
    assert known(None, "index") is None
    assert known(math.inf, "FTE") is None


@given(st.lists(st.floats(min_value=-1e3, max_value=1e3), max_size=60))
def test_the_first_figures_rounded_together_add_up_to_their_rounded_sum(values: list[float]) -> None:
    found = rounded_together(values, "FTE")
    for count in range(len(values) + 1):
        assert sum(found[:count]) == pytest.approx(sum(values[:count]), abs=6e-7)
    assert all(abs(said - value) < 1.01e-6 for said, value in zip(found, values, strict=True))


def test_a_figure_without_more_decimals_stays_as_it_is() -> None:
    assert rounded_together([1 / 3, 1.85, 1 / 3, 0.5, 1 / 3], "FTE") == [
        0.333333,
        1.85,
        0.333334,
        0.5,
        0.333333,
    ]
