"""Hold harmless: worked by hand, then on random districts."""

from __future__ import annotations

from typing import Any

import pytest
from checking import district_of, moved_too, scenario_of, solved, spent_too, teachers_of
from districts import FIRST, SECOND, two_schools
from hypothesis import given
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


@pytest.fixture(scope="module")
def schools() -> District:
    """Return two schools with 20 and 10 teachers at $60,000: $1,200,000 and $600,000."""
    return district_of(two_schools)


@pytest.mark.parametrize(
    ("settings", "moves", "points"),
    [
        ({"dollars_per_student": 0.95}, 1, 80),
        ({"fte_per_student": 0.9}, 2, 60),
        ({"dollars_per_student": 0.95, "fte_per_student": 0.9}, 1, 80),
        ({"fte_per_student": 0.9, "high_need_only": True}, 5, 0),
    ],
)
def test_what_a_school_keeps(
    schools: District, settings: dict[str, Any], moves: float, points: float
) -> None:
    """5% of the first school's $1,200,000 is one teacher's pay, 10% of its teachers are 2.

    5 are lacking at the second: 4 then are, 80, or 3, 60. The first school is not high-need: where only
    those are held harmless all 5 move.
    """
    plan = solved(schools, scenario_of(policies={"hold_harmless": settings}))
    assert plan.summary.moves_fte == pytest.approx(moves, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(points, abs=1e-6)


def test_dollars_make_up_for_teachers() -> None:
    """$60,000 of tutoring at the first school makes up for one teacher more: 2 move, 60."""
    general = {"dollars": 60_000, "uses": ["tutoring"], "schools": [FIRST]}
    district = district_of(two_schools, funds={"general": general}, uses={"tutoring": {}})
    plan = solved(district, scenario_of(policies={"hold_harmless": {"dollars_per_student": 0.95}}))
    assert teachers_of(plan) == pytest.approx([18, 12], abs=1e-6)
    assert plan.summary.cost_dollars == pytest.approx(60_000, abs=0.01)


def test_an_ended_fund_is_no_longer_kept() -> None:
    """The first school's $120,000 grant ends after the first year; what it keeps then is of $1,200,000.

    95% of $1,320,000 may lose $66,000 in the first year, 1.1 teachers, 3.9 / 5 is 78; 95% of $1,200,000 may
    lose $60,000 in the second: the 1.1 come down to 1.0, 80. The mean is 79.
    """
    grant = {"dollars": 120_000, "uses": ["tutoring"], "schools": [FIRST], "last_year": "2026-27"}
    district = district_of(
        two_schools,
        funds={"grant": grant},
        uses={"tutoring": {}},
        budget=[(FIRST, "grant", "tutoring", 120_000)],
    )
    scenario = scenario_of(
        policies={"hold_harmless": {"dollars_per_student": 0.95}}, years=["2026-27", "2027-28"]
    )
    plan = solved(district, scenario)
    assert teachers_of(plan, 0) == pytest.approx([18.9, 11.1], abs=1e-6)
    assert teachers_of(plan, 1) == pytest.approx([19, 11], abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(79, abs=1e-6)


@given(districts, years, share(0.8, 1), share(0.8, 1))
def test_kept_priced_and_guarded(district: District, when: list[str], dollars: float, fte: float) -> None:
    scenario = scenario_with(
        {"hold_harmless": {"dollars_per_student": dollars, "fte_per_student": fte}}, when[:1]
    )
    plan = kept_and_priced(district, scenario, "hold_harmless")
    looser = {"dollars_per_student": dollars - 0.1, "fte_per_student": fte - 0.1}
    assert_stricter_never_helps(district, scenario_with({"hold_harmless": looser}, when[:1]), scenario)
    school = plan.schools[0]
    spare = school.teachers_after - fte * school.teachers_before
    row = district.staff[
        (district.staff["school_id"] == school.school_id) & (district.staff["role"] == "teacher")
    ].iloc[0]
    pool = (row.role, row.field, row.experience)
    other = plan.schools[1].school_id
    tampered = moved_too(plan, school.school_id, other, spare + 0.01, pool)
    assert_breaks(tampered, district, scenario, "hold_harmless")


def test_a_few_dollars_per_student_are_found() -> None:
    """The first school's fund of $6,000 makes up for a tenth of a teacher; $30 less breaks the rule."""
    general = {"dollars": 6_000, "uses": ["tutoring"], "schools": [FIRST]}
    district = district_of(two_schools, funds={"general": general}, uses={"tutoring": {}})
    scenario = scenario_of(policies={"hold_harmless": {"dollars_per_student": 1}})
    plan = solved(district, scenario)
    assert plan.summary.moves_fte == pytest.approx(0.1, abs=1e-6)
    less = spent_too(plan, FIRST, "general", "tutoring", -30.0)
    assert_breaks(less, district, scenario, "hold_harmless")
    assert_breaks(moved_too(plan, FIRST, SECOND, 0.001, POOL), district, scenario, "hold_harmless")
