"""Limit of the whole plan: worked by hand, then on random districts."""

from __future__ import annotations

import pytest
from checking import district_of, moved_too, scenario_of, solved, spent_too
from districts import FIRST, SECOND, two_schools
from hypothesis import given
from hypothesis import strategies as st
from policy_properties import (
    assert_breaks,
    assert_stricter_never_helps,
    districts,
    kept_and_priced,
    scenario_with,
    years,
)

from planner.district import District

TWO_YEARS = ["2026-27", "2027-28"]
POOL = ("teacher", "general", "experienced")


def test_moves_of_one_year() -> None:
    """5 of 20 and 10 teachers would even out; 2 may move: 3 of 5 are still lacking, which is 60."""
    plan = solved(district_of(two_schools), scenario_of(policies={"plan_limit": {"max_moves": 2}}))
    assert plan.summary.moves_fte == pytest.approx(2, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(60, abs=1e-6)


def test_moves_of_all_years_together() -> None:
    """2 may move over two years: both in the first, for then both years have 60, not 80 and 60."""
    scenario = scenario_of(policies={"plan_limit": {"max_moves": 2}}, years=TWO_YEARS)
    plan = solved(district_of(two_schools), scenario)
    assert plan.summary.moves_fte == pytest.approx(2, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(60, abs=1e-6)


def test_dollars_added_are_less_what_is_taken() -> None:
    """$100,000 of tutoring stand at the first school, $30,000 may be added, and the general fund has more.

    $1,000 a student are due at both schools, $100,000 each. Today the second has nothing: all of $100,000
    is lacking. What the first keeps beyond its $100,000 is nothing, so only $30,000 are added: 70.
    """
    district = district_of(
        two_schools,
        (10, 10),
        funds={"general": {"dollars": 900_000}},
        uses={"tutoring": {}},
        budget=[(FIRST, "general", "tutoring", 100_000)],
    )
    support = {"measure": "support", "use": "tutoring", "index": "shortfall", "target": 1000}
    policies = {"plan_limit": {"max_dollars": 30_000}, "transfers": {"max_share_per_school": 0}}
    plan = solved(district, scenario_of(support, policies=policies))
    assert plan.summary.cost_dollars == pytest.approx(30_000, abs=1)
    assert plan.summary.inequity_after == pytest.approx(70, abs=1e-4)


def test_a_limit_is_asked_for() -> None:
    with pytest.raises(Exception, match="max_moves or max_dollars"):
        scenario_of(policies={"plan_limit": {}})


@given(districts, years, st.integers(0, 6), st.integers(0, 90))
def test_kept_priced_and_guarded(district: District, when: list[str], moves: int, thousands: int) -> None:
    settings = {"max_moves": moves / 2, "max_dollars": 1000.0 * thousands}
    scenario = scenario_with({"plan_limit": settings}, when)
    plan = kept_and_priced(district, scenario, "plan_limit")
    tight = scenario_with({"plan_limit": {"max_moves": moves / 4, "max_dollars": 500.0 * thousands}}, when)
    assert_stricter_never_helps(district, scenario, tight)
    more = 1000.0 * thousands - plan.summary.cost_dollars + 50
    tampered = spent_too(plan, plan.schools[0].school_id, "general", "tutoring", more)
    assert_breaks(tampered, district, scenario, "plan_limit")


def test_a_move_too_many_is_found() -> None:
    district = district_of(two_schools)
    scenario = scenario_of(policies={"plan_limit": {"max_moves": 2}})
    plan = solved(district, scenario)
    assert_breaks(moved_too(plan, FIRST, SECOND, 0.01, POOL), district, scenario, "plan_limit")
