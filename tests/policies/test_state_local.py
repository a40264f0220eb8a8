"""What is state and local money, and what federal: line by line, by hand, in two districts of one school."""

from __future__ import annotations

from typing import Any

import pytest
from checking import case_of, district_of, scenario_of
from districts import any_schools, school_id

from planner.case import Case
from planner.outcome import Outcome
from planner.policies.maintenance_of_equity import MaintenanceOfEquity
from planner.policies.state_local import (
    federal_staff_lines,
    fixed_state_local,
    fund_spending,
    state_local_dollars,
)

A, B = school_id(1), school_id(1, 2)
DISTRICTS = ("0600001", "0600002")
FEDERAL = ["esser", "title_i", "title_ii"]
# Fund, use, and dollars at the first and at the second school; title_ii and local are not planned.
LINES = (
    ("local", "materials", 1_000, 3_000),
    ("title_ii", "staff", 10_000, 20_000),
    ("title_ii", "positions", 4_000, 5_000),
    ("esser", "staff", 1_000, 2_000),
    ("general", "coaching", 2_000, 6_000),
    ("title_i", "tutoring", 7_000, 8_000),
)


def planned(**settings: Any) -> dict[str, Any]:
    return {"dollars": dict.fromkeys(DISTRICTS, 50_000), **settings}


@pytest.fixture(scope="module")
def case() -> Case:
    """Return two teachers at $60,000 and three at $50,000; the fund esser ends with the first year of two."""
    district = district_of(
        any_schools,
        dict.fromkeys((A, B), ("elementary", 100, 50)),
        [
            (A, "teacher", "general", "experienced", 2, 60_000, 0.0),
            (B, "teacher", "general", "experienced", 3, 50_000, 0.0),
        ],
        budget=[
            (school, fund, use, float(dollars))
            for fund, use, *each in LINES
            for school, dollars in zip((A, B), each, strict=True)
        ],
        funds={"general": planned(), "title_i": planned(), "esser": planned(last_year="2026-27")},
        uses={"coaching": {}, "tutoring": {}},
    )
    measure = {"measure": "dollars", "index": "gap", "group": "low_income"}
    return case_of(district, scenario_of(measure, years=["2026-27", "2027-28"]))


def test_which_funds_are_state_and_local(case: Case) -> None:
    assert MaintenanceOfEquity(federal=FEDERAL).state_local(case) == ["general", "local"]


def test_lines_that_no_plan_moves(case: Case) -> None:
    """Materials; and federal pay of 10 + 4 + 1 and 20 + 5 + 2 thousand, less by esser's once it has ended."""
    assert fixed_state_local(case, FEDERAL).tolist() == [1_000, 3_000]
    for year, expected in ((-1, [15_000, 27_000]), (0, [15_000, 27_000]), (1, [14_000, 25_000])):
        assert federal_staff_lines(case, year, FEDERAL).tolist() == expected


def test_state_and_local_dollars(case: Case) -> None:
    """Pay of $120,000 and $150,000, less what federal funds carry, with materials and coaching."""
    today = Outcome(case, {})
    for year, expected in ((-1, [108_000, 132_000]), (0, [108_000, 132_000]), (1, [109_000, 134_000])):
        assert state_local_dollars(today, year, FEDERAL).tolist() == expected
    placed = {(school, fund, use, 0): 9_000.0 for fund, use, *_ in LINES[4:] for school in (0, 1)}
    planned = state_local_dollars(Outcome(case, {"dollars": placed}), 0, FEDERAL)
    assert planned.tolist() == [108_000 + 7_000, 132_000 + 3_000]


def test_what_funds_spend_in_a_district(case: Case) -> None:
    """Title II spends 14 and 25 thousand and esser 1 and 2, while it lasts; coaching is 2 and 6."""
    today, funds = Outcome(case, {}), ["esser", "general", "title_ii"]
    for year, expected in ((-1, [17_000, 33_000]), (1, [16_000, 31_000])):
        assert [fund_spending(today, year, funds, district) for district in (0, 1)] == expected
