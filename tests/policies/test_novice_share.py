"""Novice share: worked by hand, then on random districts."""

from __future__ import annotations

from typing import Any

import pytest
from checking import district_of, moved_too, scenario_of, solved, solved_or_none
from districts import any_schools, school_id
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

A, B = school_id(1), school_id(2)
NOVICE = ("teacher", "general", "novice")
EXPERIENCED = ("teacher", "general", "experienced")


def schools_with(first: tuple[float, float], second: tuple[float, float]) -> District:
    """Return two schools of 100 students, with (novice, experienced) teachers; the second is high-need."""
    rows = [
        (name, *pool, fte, 60_000, 0)
        for name, both in ((A, first), (B, second))
        for pool, fte in zip((NOVICE, EXPERIENCED), both, strict=True)
    ]
    schools = {A: ("elementary", 100, 20), B: ("elementary", 100, 80)}
    return district_of(any_schools, schools, rows)


@pytest.mark.parametrize("settings", [{"max_share": 0.4}, {"relative_to_district": 1.2}])
def test_novices_make_way(settings: dict[str, Any]) -> None:
    """2 of 14 and 6 of 10 are novices; 24 teachers make 12 each, of whom at most 40% may be novices, 4.8.

    So 1.2 novices leave the second school and 3.2 experienced teachers join it: 4.4 moves. The district's
    share today is 8 of 24, and 1.2 times that is 40% again.
    """
    plan = solved(schools_with((2, 12), (6, 4)), scenario_of(policies={"novice_share": settings}))
    novices = {row.school_id: row.novice_after for row in plan.schools}
    assert novices == {A: pytest.approx(3.2, abs=1e-6), B: pytest.approx(4.8, abs=1e-6)}
    assert plan.summary.moves_fte == pytest.approx(4.4, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(0, abs=1e-6)


def test_both_limits_hold() -> None:
    """Of 40% and 0.9 times a third, 30%, the lower binds: 3.6 novices of 12."""
    settings = {"max_share": 0.4, "relative_to_district": 0.9, "high_need_only": True}
    plan = solved(schools_with((2, 12), (6, 4)), scenario_of(policies={"novice_share": settings}))
    assert {row.school_id: row.novice_after for row in plan.schools}[B] == pytest.approx(3.6, abs=1e-6)


def test_only_high_need_schools() -> None:
    """Only the first school is over 40%, and it is not high-need: its 6 novices stay, 2 others come."""
    settings = {"max_share": 0.4, "high_need_only": True}
    plan = solved(schools_with((6, 4), (2, 12)), scenario_of(policies={"novice_share": settings}))
    assert {row.school_id: row.novice_after for row in plan.schools}[A] >= 6 - 1e-6
    assert plan.summary.moves_fte == pytest.approx(2, abs=1e-6)


def test_more_novices_than_any_share_allows() -> None:
    """A third of the district's teachers are novices: no plan has fewer than 33% at both schools."""
    district = schools_with((2, 12), (6, 4))
    assert solved_or_none(district, scenario_of(policies={"novice_share": {"max_share": 0.33}})) is None
    assert solved_or_none(district, scenario_of(policies={"novice_share": {"max_share": 0.34}})) is not None


@given(districts, years, share(0.25, 0.6), share(0.9, 1.6))
def test_kept_priced_and_guarded(district: District, when: list[str], most: float, relative: float) -> None:
    settings = {"max_share": most, "relative_to_district": relative}
    scenario = scenario_with({"novice_share": settings}, when)
    plan = kept_and_priced(district, scenario, "novice_share")
    stricter = {"max_share": most - 0.03, "relative_to_district": relative - 0.1}
    assert_stricter_never_helps(district, scenario, scenario_with({"novice_share": stricter}, when))
    school = next(row for row in plan.schools if row.year == when[0])
    rows = district.staff[district.staff["school_id"] == school.school_id]
    field = rows[rows["role"] == "teacher"]["field"].iloc[0]
    other = next(row.school_id for row in plan.schools if row.school_id != school.school_id)
    # All other teachers gone, the school's are nearly all novices.
    kept = 0.2 * school.novice_after
    gone = school.teachers_after - school.novice_after - kept
    pool = ("teacher", field, "experienced")
    assert_breaks(moved_too(plan, school.school_id, other, gone, pool), district, scenario, "novice_share")


def test_a_hundredth_of_a_teacher_is_found() -> None:
    """At the limit of 4.8 of 12, a hundredth of an experienced teacher fewer breaks it."""
    district = schools_with((2, 12), (6, 4))
    scenario = scenario_of(policies={"novice_share": {"max_share": 0.4}})
    plan = solved(district, scenario)
    assert_breaks(moved_too(plan, B, A, 0.01, EXPERIENCED), district, scenario, "novice_share")
