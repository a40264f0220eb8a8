"""Reallocation limit: worked by hand, then on random districts."""

from __future__ import annotations

from typing import Any

import pytest
from checking import district_of, moved_too, scenario_of, solved, spent_too, teachers_of
from districts import FIRST, SECOND, two_schools
from hypothesis import given
from hypothesis import strategies as st
from policy_properties import (
    assert_breaks,
    assert_stricter_never_helps,
    districts,
    kept_and_priced,
    scenario_with,
    share,
    years,
)

from planner.district import District

POOL = ("teacher", "general", "experienced")
THREE_YEARS = ["2026-27", "2027-28", "2028-29"]


@pytest.fixture(scope="module")
def schools() -> District:
    """Return two schools with 20 and 10 teachers at $60,000: $1,200,000 and $600,000."""
    return district_of(two_schools)


@pytest.mark.parametrize(
    ("settings", "moves", "points"),
    [
        ({"max_share": 0.05}, 0.5, 90),
        ({"max_dollars": 90_000}, 1.5, 70),
        ({"max_share": 0.2, "max_dollars": 90_000}, 1.5, 70),
        ({"max_share": 0.05, "max_dollars": 90_000}, 0.5, 90),
    ],
)
def test_one_year(schools: District, settings: dict[str, Any], moves: float, points: float) -> None:
    """5% of the second school's $600,000 is half a teacher's pay; $90,000 is one and a half.

    5 are lacking: 4.5 or 3.5 then, 90 or 70. Where both bind, the less.
    """
    plan = solved(schools, scenario_of(policies={"reallocation_limit": settings}))
    assert plan.summary.moves_fte == pytest.approx(moves, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(points, abs=1e-6)


def test_a_glide_path(schools: District) -> None:
    """$90,000 a year moves 1.5, 3 and 4.5 teachers: 70, 40 and 10, mean 40."""
    plan = solved(
        schools, scenario_of(policies={"reallocation_limit": {"max_dollars": 90_000}}, years=THREE_YEARS)
    )
    assert teachers_of(plan, 2) == pytest.approx([15.5, 14.5], abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(40, abs=1e-6)


def test_a_fund_takes_its_dollars_with_it() -> None:
    """A grant of $100,000, all at the first school, lasts two years; $50,000 may change in a year.

    Tutoring is due $500 a student at each school. The first year moves half of it, and it is level: 0. It
    stays so for the second. In the third the grant is gone from both schools, all is lacking, as much as
    twice today's: 200. Its end is no reallocation, for either school. The mean is 200 / 3.
    """
    grant = {"dollars": 100_000, "uses": ["tutoring"], "last_year": THREE_YEARS[1]}
    district = district_of(
        two_schools,
        (10, 10),
        funds={"grant": grant},
        uses={"tutoring": {}},
        budget=[(FIRST, "grant", "tutoring", 100_000)],
    )
    support = {"measure": "support", "use": "tutoring", "index": "shortfall"}
    policies = {"reallocation_limit": {"max_dollars": 50_000}, "transfers": {"max_share_per_school": 0}}
    scenario = scenario_of(support, policies=policies, years=THREE_YEARS)
    assert solved(district, scenario).summary.inequity_after == pytest.approx(200 / 3, abs=1e-6)


def test_what_lapses_is_what_the_plan_placed() -> None:
    """Over two years all $100,000 of the grant go from the first school to the second, as only it counts.

    Half moves each year. When the grant ends the second school falls by $100,000 and the first by nothing:
    neither is a reallocation, and nothing else need change. Were the first credited with today's line, its
    dollars would be held to have risen by $100,000.
    """
    grant = {"dollars": 100_000, "uses": ["tutoring"], "last_year": THREE_YEARS[1]}
    district = district_of(
        two_schools,
        (10, 10),
        low_income=(0, 100),
        funds={"grant": grant},
        uses={"tutoring": {"target": "low_income"}},
        budget=[(FIRST, "grant", "tutoring", 100_000)],
    )
    support = {"measure": "support", "use": "tutoring", "index": "shortfall", "target": 1000}
    policies = {"reallocation_limit": {"max_dollars": 50_000}, "transfers": {"max_share_per_school": 0}}
    scenario = scenario_of(support, policies=policies, years=THREE_YEARS)
    plan = solved(district, scenario)
    placed = {(row.year, row.school_id): row.after for row in plan.dollars}
    assert placed[THREE_YEARS[0], SECOND] == pytest.approx(50_000)
    assert placed[THREE_YEARS[1], SECOND] == pytest.approx(100_000)
    assert plan.summary.inequity_after == pytest.approx((50 + 0 + 100) / 3, abs=1e-6)


def test_a_fund_that_ended_before_the_plan() -> None:
    """A grant that ended before the first year of the plan takes its dollars with it unhindered."""
    grant = {"dollars": 100_000, "uses": ["tutoring"], "last_year": "2025-26"}
    district = district_of(
        two_schools,
        funds={"grant": grant},
        uses={"tutoring": {}},
        budget=[(FIRST, "grant", "tutoring", 100_000)],
    )
    plan = solved(district, scenario_of(policies={"reallocation_limit": {"max_dollars": 30_000}}))
    assert plan.summary.moves_fte == pytest.approx(0.5, abs=1e-6)


@given(districts, years, share(0.01, 0.2), st.integers(0, 200))
def test_kept_priced_and_guarded(district: District, when: list[str], most: float, thousands: int) -> None:
    settings = {"max_share": most, "max_dollars": 1000.0 * thousands}
    scenario = scenario_with({"reallocation_limit": settings}, when)
    plan = kept_and_priced(district, scenario, "reallocation_limit")
    stricter = {"max_share": most / 2, "max_dollars": 500.0 * thousands}
    assert_stricter_never_helps(district, scenario, scenario_with({"reallocation_limit": stricter}, when))
    school = plan.schools[0]
    limit = min(most * school.dollars_before, 1000.0 * thousands)
    rise = school.dollars_before + limit - school.dollars_after + 50
    tampered = spent_too(plan, school.school_id, "general", "tutoring", rise)
    assert_breaks(tampered, district, scenario, "reallocation_limit")


def test_a_fall_is_found_as_a_rise_is(schools: District) -> None:
    """One and a half teachers may move: a hundredth more is found, there or back past today."""
    scenario = scenario_of(policies={"reallocation_limit": {"max_dollars": 90_000}})
    plan = solved(schools, scenario)
    for origin, target, fte in ((FIRST, SECOND, 0.01), (SECOND, FIRST, 3.01)):
        assert_breaks(moved_too(plan, origin, target, fte, POOL), schools, scenario, "reallocation_limit")
