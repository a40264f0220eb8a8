"""Transfers: worked by hand, then on random districts."""

from __future__ import annotations

from typing import Any

import pytest
from checking import (
    broken,
    district_of,
    moved_too,
    scenario_of,
    solved,
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
    share,
    years,
)

from planner.district import District

POOL = ("teacher", "general", "experienced")


@pytest.fixture(scope="module")
def schools() -> District:
    """Return two schools of 100 students with 20 and 10 teachers: the mean is 0.15 a student."""
    return district_of(two_schools)


def plan_of(district: District, settings: dict[str, Any], **more: Any) -> Any:
    return solved(district, scenario_of(policies={"transfers": settings}, **more))


def test_share_of_a_school(schools: District) -> None:
    """10% of the first school's 20 is 2: the second lacks 15 - 12 = 3 of 30, today 5 of 30; 3 / 5 is 60."""
    plan = plan_of(schools, {"max_share_per_school": 0.1})
    assert plan.summary.moves_fte == pytest.approx(2, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(60, abs=1e-6)
    assert teachers_of(plan) == pytest.approx([18, 12], abs=1e-6)


def test_share_of_the_district(schools: District) -> None:
    """5% of all 30 teachers is 1.5: 3.5 of 5 are still lacking, 70."""
    plan = plan_of(schools, {"max_share_of_district": 0.05})
    assert plan.summary.moves_fte == pytest.approx(1.5, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(70, abs=1e-6)


def test_two_years_move_twice(schools: District) -> None:
    """10% of today's 20 each year: 2 and 2 move; 60, then 1 of 5 lacking, 20: their mean is 40."""
    plan = plan_of(schools, {"max_share_per_school": 0.1}, years=["2026-27", "2027-28"])
    assert plan.summary.inequity_after == pytest.approx(40, abs=1e-6)
    assert teachers_of(plan, 1) == pytest.approx([16, 14], abs=1e-6)


@pytest.mark.parametrize(
    "protected", [{"protected_pools": ["teacher/general"]}, {"protected_schools": [FIRST]}]
)
def test_the_protected_stay(schools: District, protected: dict[str, Any]) -> None:
    """The only pool, or the only school with teachers to spare, loses no one: today's 100."""
    plan = plan_of(schools, protected)
    assert plan.moves == ()
    assert plan.summary.inequity_after == pytest.approx(100, abs=1e-6)


def test_volunteers(schools: District) -> None:
    """10% of the pool's 30 would move unpaid: 3 do, 2 of 5 are lacking, 40. With none willing, 100."""
    some = plan_of(schools, {"voluntary": True, "volunteer_share": 0.1})
    none = plan_of(schools, {"voluntary": True})
    assert some.summary.moves_fte == pytest.approx(3, abs=1e-6)
    assert some.summary.inequity_after == pytest.approx(40, abs=1e-6)
    assert none.summary.inequity_after == pytest.approx(100, abs=1e-6)
    assert any("no teacher will move" in warning for warning in none.warnings)


def test_whole_steps_of_a_fraction() -> None:
    """10% of 20.3 is 2.03, of which half positions make 2.0: the second is at 12 of the 15.15 it is due.

    Lacking 3.15 of today's 5.15: 61.165049.
    """
    plan = plan_of(district_of(two_schools, (20.3, 10)), {"max_share_per_school": 0.1}, fte_step=0.5)
    assert plan.summary.moves_fte == pytest.approx(2.0, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(100 * 3.15 / 5.15, abs=1e-6)


def test_only_where_their_field_is_used() -> None:
    """Math teachers may join the third school, where a course uses them, and not the second.

    The first has 7 math teachers, the others 4 of another field who stay: of 15 each is due 5, so two
    schools lack 1. The third's is made up and the second's is not: 50. With no such rule, 0.
    """
    first, second, third = school_id(1), school_id(2), school_id(3)
    district = district_of(
        any_schools,
        dict.fromkeys((first, second, third), ("middle", 100, 10)),
        [
            (first, "teacher", "math", "experienced", 7, 60_000, 0),
            (second, "teacher", "general", "experienced", 4, 60_000, 0),
            (third, "teacher", "general", "experienced", 4, 60_000, 0),
        ],
        courses=[(third, "math", 100, 0, "math", 5)],
    )
    stay = {"protected_pools": ["teacher/general"]}
    inside = plan_of(district, stay)
    anywhere = plan_of(district, {**stay, "in_field": False})
    assert [(move.to_school, move.fte) for move in inside.moves] == [(third, 1.0)]
    assert inside.summary.inequity_after == pytest.approx(50, abs=1e-6)
    written_in = moved_too(inside, first, second, 1.0, ("teacher", "math", "experienced"))
    out_of_field = broken(written_in, district, scenario_of(policies={"transfers": stay}), "transfers")
    assert [(finding.where, finding.actual) for finding in out_of_field] == [(second, 1.0)]
    assert anywhere.summary.inequity_after == pytest.approx(0, abs=1e-6)
    assert anywhere.summary.moves_fte == pytest.approx(2, abs=1e-6)


def test_districts_keep_their_teachers() -> None:
    """Each district of two moves inside itself: 10% of 20 in one, of 10 in the other; none between them.

    District one has 20 and 10, district two 10 and 6 for 100 students each: due 15 and 8. Lacking today
    5 + 2 of 46. Then 2 and 1 move (a tenth of 20 and of 10): 3 + 1 are lacking, 4 / 7 of today.
    """
    one, two = (school_id(1, 1), school_id(2, 1)), (school_id(1, 2), school_id(2, 2))
    rows = [
        (school, *POOL, fte, 60_000, 0) for school, fte in zip((*one, *two), (20, 10, 10, 6), strict=True)
    ]
    district = district_of(any_schools, dict.fromkeys((*one, *two), ("middle", 100, 10)), rows)
    plan = plan_of(district, {"max_share_per_school": 0.1})
    assert {(move.from_school, move.to_school, move.fte) for move in plan.moves} == {(*one, 2.0), (*two, 1.0)}
    assert plan.summary.inequity_after == pytest.approx(400 / 7, abs=1e-6)


@given(districts, years, share(0, 0.5), share(0, 0.3), st.booleans(), share(0, 0.1))
def test_kept_priced_and_guarded(
    district: District, when: list[str], school: float, all_schools: float, voluntary: bool, unpaid: float
) -> None:
    settings = {
        "max_share_per_school": school,
        "max_share_of_district": all_schools,
        "voluntary": voluntary,
        "volunteer_share": unpaid,
    }
    scenario = scenario_with({"transfers": settings}, when)
    plan = kept_and_priced(district, scenario, "transfers")
    stricter = {**settings, "max_share_per_school": school / 2, "max_share_of_district": all_schools / 2}
    assert_stricter_never_helps(district, scenario, scenario_with({"transfers": stricter}, when))
    first, second = district.schools["school_id"].iloc[:2]
    row = district.staff[(district.staff["school_id"] == first) & (district.staff["role"] == "teacher")].iloc[
        0
    ]
    tampered = moved_too(plan, first, second, school * row.fte + 0.01, (row.role, row.field, row.experience))
    assert_breaks(tampered, district, scenario, "transfers")


def test_each_part_of_the_rule_is_judged(schools: District) -> None:
    """One teacher written in by hand breaks whichever part of the rule forbids that one."""
    for settings in (
        {"max_share_per_school": 0.04},
        {"max_share_of_district": 0.03},
        {"protected_pools": ["teacher"]},
        {"protected_schools": [FIRST]},
        {"voluntary": True},
    ):
        scenario = scenario_of(policies={"transfers": settings})
        plan = solved(schools, scenario)
        assert not broken(plan, schools, scenario, "transfers")
        assert_breaks(moved_too(plan, FIRST, SECOND, 1.0, POOL), schools, scenario, "transfers")
