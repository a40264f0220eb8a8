"""Measure floor: worked by hand, then on random districts."""

from __future__ import annotations

from typing import Any

import pytest
from checking import district_of, dollars_of, moved_too, scenario_of, solved, solved_or_none, teachers_of
from districts import FIRST, SECOND, any_schools, school_id, two_schools
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
    """Return two schools of 100 students with 20 and 10 teachers."""
    return district_of(two_schools)


def under(**settings: Any) -> Any:
    return scenario_of(policies={"measure_floor": {"measure": "teachers", **settings}})


@pytest.mark.parametrize(
    ("settings", "moves", "points"),
    [
        ({"share_of_today": 0.9}, 2, 60),
        ({"at_least": 0.14}, 5, 0),
        ({"share_of_today": 1, "high_need_only": True}, 5, 0),
        ({"share_of_today": 0.5, "at_least": 0.12}, 5, 0),
    ],
)
def test_no_school_below(schools: District, settings: dict[str, Any], moves: float, points: float) -> None:
    """The first school keeps 90% of its 20: 2 of the 5 lacking move, 60. A floor of 0.14 a student is 14.

    15 at both schools is above that; the second school, which alone is high-need, gains and loses nothing.
    """
    plan = solved(schools, under(**settings))
    assert plan.summary.moves_fte == pytest.approx(moves, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(points, abs=1e-6)


def test_levels_that_cannot_be_met(schools: District) -> None:
    """30 teachers for 200 students are 0.15: a floor of 0.16, or a ceiling of 0.14, has no plan."""
    assert solved_or_none(schools, under(at_least=0.16)) is None
    assert solved_or_none(schools, under(at_most=0.14)) is None


def test_a_ceiling_moves_teachers(schools: District) -> None:
    """At most 0.16 a student, though only the number of novices counts: 4 teachers leave the first school."""
    scenario = scenario_of(
        {"measure": "teachers", "index": "shortfall", "target": 0.01},
        policies={"measure_floor": {"measure": "teachers", "at_most": 0.16}},
    )
    assert teachers_of(solved(schools, scenario)) == pytest.approx([16, 14], abs=1e-6)


def test_novices_may_not_grow_in_number() -> None:
    """Fewer novices are better: 12 and 6 teachers of whom 0 and 6 are novices even out by experienced ones.

    Each school is due 9. The second would take 3 of any; the first may take no novice, the second no more.
    """
    first, second = school_id(1), school_id(2)
    rows = [(first, *POOL, 12, 60_000, 0), (second, "teacher", "general", "novice", 6, 60_000, 0)]
    schools = {first: ("elementary", 100, 20), second: ("elementary", 100, 80)}
    floor = {"measure": "novice_teachers", "share_of_today": 1}
    plan = solved(district_of(any_schools, schools, rows), scenario_of(policies={"measure_floor": floor}))
    assert [(move.experience, move.fte) for move in plan.moves] == [("experienced", 3.0)]
    assert plan.summary.inequity_after == pytest.approx(0, abs=1e-6)


def test_a_measure_with_parameters() -> None:
    """$100 of tutoring for each of 20 and 80 low-income students: $2,000 and $8,000, and no more."""
    district = district_of(
        two_schools,
        (10, 10),
        funds={"general": {"dollars": 50_000}},
        uses={"tutoring": {"target": "low_income"}},
    )
    floor = {"measure": {"measure": "support", "use": "tutoring"}, "at_least": 100}
    plan = solved(district, scenario_of(policies={"measure_floor": floor}))
    assert dollars_of(plan, "tutoring") == pytest.approx({FIRST: 2000, SECOND: 8000}, abs=0.01)


def test_a_school_without_the_group_is_not_bound() -> None:
    """The first school has no low-income student: $100 for each of the second's 80 and none for it."""
    district = district_of(
        two_schools,
        (10, 10),
        low_income=(0, 80),
        funds={"general": {"dollars": 50_000}},
        uses={"tutoring": {"target": "low_income"}},
    )
    floor = {"measure": {"measure": "support", "use": "tutoring"}, "at_least": 100}
    plan = solved(district, scenario_of(policies={"measure_floor": floor}))
    assert dollars_of(plan, "tutoring") == pytest.approx({SECOND: 8000}, abs=0.01)


@given(districts, years, share(0.7, 1), share(0, 0.04))
def test_kept_priced_and_guarded(district: District, when: list[str], kept: float, least: float) -> None:
    settings = {"measure": "teachers", "share_of_today": kept, "at_least": least, "at_most": 0.08}
    scenario = scenario_with({"measure_floor": settings}, when)
    plan = kept_and_priced(district, scenario, "measure_floor")
    stricter = {**settings, "share_of_today": min(1.0, kept + 0.05), "at_most": 0.075}
    assert_stricter_never_helps(district, scenario, scenario_with({"measure_floor": stricter}, when))
    school, other = plan.schools[0], plan.schools[1]
    rows = district.staff[(district.staff["school_id"] == school.school_id)]
    row = rows[rows["role"] == "teacher"].iloc[0]
    spare = school.teachers_after - max(kept * school.teachers_before, least * school.weighted_students)
    pool = (row.role, row.field, row.experience)
    tampered = moved_too(plan, school.school_id, other.school_id, spare + 0.01, pool)
    assert_breaks(tampered, district, scenario, "measure_floor")


def test_a_ceiling_passed_is_found(schools: District) -> None:
    scenario = under(at_most=0.16)
    plan = solved(schools, scenario)
    assert_breaks(moved_too(plan, FIRST, SECOND, 1.01, POOL), schools, scenario, "measure_floor")
