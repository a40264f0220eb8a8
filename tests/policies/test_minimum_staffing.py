"""Minimum staffing: worked by hand, then on random districts."""

from __future__ import annotations

from typing import Any

import pytest
from checking import (
    changed_too,
    district_of,
    dollars_of,
    moved_too,
    scenario_of,
    solved,
    solved_or_none,
    teachers_of,
)
from districts import FIRST, SECOND, any_schools, school_id, two_schools
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
from planner.policies.minimum_staffing import MinimumStaffing

POOL = ("teacher", "general", "experienced")


@pytest.fixture(scope="module")
def schools() -> District:
    """Return two schools of 100 students with 20 and 10 teachers."""
    return district_of(two_schools)


@pytest.mark.parametrize(
    ("least", "moves", "points"),
    [
        ({"schools": {FIRST: 18}}, 2, 60),
        ({"per_school": 10}, 5, 0),
        ({"per_school": 16, "levels": ["high"], "schools": {FIRST: 17}}, 3, 40),
    ],
)
def test_teachers_who_must_stay(
    schools: District, least: dict[str, Any], moves: float, points: float
) -> None:
    """18 must stay of 20: 2 of the 5 lacking move, 60. Ten at each school bind nobody: 5 move, 0.

    The last rule asks 16 of high schools, of which there are none, and 17 of one school by name: 3 move, 40.
    """
    plan = solved(schools, scenario_of(policies={"minimum_staffing": {"roles": {"teacher": least}}}))
    assert plan.summary.moves_fte == pytest.approx(moves, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(points, abs=1e-6)


def test_students_per_teacher_at_every_school(schools: District) -> None:
    """One teacher for 8 students is 12.5 at each: 25 of 30 are bound, and 5 still move, to 15 and 15.

    One for 6.25 would be 16 at each, 32 of 30: no plan.
    """
    roles = {"teacher": {"students_per_fte": 8}}
    assert teachers_of(solved(schools, scenario_of(policies={"minimum_staffing": {"roles": roles}}))) == [
        15,
        15,
    ]
    impossible = {"teacher": {"students_per_fte": 6.25}}
    assert solved_or_none(schools, scenario_of(policies={"minimum_staffing": {"roles": impossible}})) is None


def test_other_roles_are_hired() -> None:
    """Half a counselor at every school: the second has none, so 0.5 is hired at $60,000, $30,000."""
    first, second = school_id(1), school_id(2)
    district = district_of(
        any_schools,
        {first: ("elementary", 100, 20), second: ("elementary", 100, 80)},
        [
            (first, *POOL, 10, 60_000, 0),
            (second, *POOL, 10, 60_000, 0),
            (first, "counselor", "general", "developing", 1, 60_000, 0),
        ],
        funds={"general": {"dollars": 50_000}},
    )
    policies = {
        "minimum_staffing": {"roles": {"counselor": {"per_school": 0.5}}},
        "hiring": {"candidates": {"counselor": 2}},
    }
    plan = solved(district, scenario_of(policies=policies))
    assert [(row.school_id, row.role, row.fte) for row in plan.staff_changes] == [(second, "counselor", 0.5)]
    assert dollars_of(plan, "positions") == {second: pytest.approx(30_000)}


def test_staff_who_cannot_be_had(schools: District) -> None:
    """Nobody can be hired: a 16th teacher at each school takes 32 of 30, and no plan is found."""
    policies = {"minimum_staffing": {"roles": {"teacher": {"per_school": 16}}}}
    assert solved_or_none(schools, scenario_of(policies=policies)) is None


def test_a_step_takes_one_from_every_school_named_and_from_the_least_of_all() -> None:
    """12 and 5 named become 11 and 4; 1.5 at every school becomes 0.75, half of less than two."""
    named = MinimumStaffing.model_validate(
        {
            "roles": {
                "teacher": {"per_school": 1.5, "schools": {FIRST: 12, SECOND: 5}},
                "aide": {"per_school": 3},
            }
        }
    )
    aide, teacher = (step.policy for step in named.steps())
    assert isinstance(aide, MinimumStaffing) and isinstance(teacher, MinimumStaffing)
    assert teacher.roles["teacher"].schools == {FIRST: 11, SECOND: 4}
    assert (teacher.roles["teacher"].per_school, teacher.roles["aide"].per_school) == (0.75, 3)
    assert (aide.roles["teacher"], aide.roles["aide"].per_school) == (named.roles["teacher"], 2)


@given(districts, years, st.integers(3, 10), st.integers(18, 60))
def test_kept_priced_and_guarded(district: District, when: list[str], per_school: int, students: int) -> None:
    def rules(fewer: float) -> dict[str, Any]:
        least = {"per_school": max(0.5, per_school - fewer), "students_per_fte": students + 5 * fewer}
        return {"minimum_staffing": {"roles": {"teacher": least}}}

    scenario = scenario_with(rules(0), when)
    plan = kept_and_priced(district, scenario, "minimum_staffing")
    assert_stricter_never_helps(district, scenario_with(rules(2), when), scenario)
    school = str(district.schools["school_id"].iloc[0])
    row = district.staff[
        (district.staff["school_id"] == school) & (district.staff["role"] == "teacher")
    ].iloc[0]
    held = next(r.teachers_after for r in plan.schools if r.school_id == school and r.year == when[0])
    count = float(district.enrollment.set_index(["school_id", "group"])["students"][school, "all"])
    spare = held - max(per_school, count / students)
    other = str(district.schools["school_id"].iloc[1])
    pool = (row.role, row.field, row.experience)
    assert_breaks(moved_too(plan, school, other, spare + 0.01, pool), district, scenario, "minimum_staffing")


def test_one_given_up_too_many_is_found(schools: District) -> None:
    scenario = scenario_of(policies={"minimum_staffing": {"roles": {"teacher": {"schools": {SECOND: 15}}}}})
    plan = solved(schools, scenario)
    fewer = changed_too(plan, SECOND, "attrition", 0.01, POOL)
    assert_breaks(fewer, schools, scenario, "minimum_staffing")
