"""Class size in its five semantics: worked by hand, then on random districts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from checking import (
    broken,
    case_of,
    district_of,
    edited,
    findings,
    moved_too,
    scenario_of,
    sections_of,
    solved,
    taught_less,
    teachers_of,
)
from districts import FIRST, SECOND, any_schools, school_id, two_schools
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_examples import two_districts
from policy_properties import (
    assert_breaks,
    assert_stricter_never_helps,
    districts,
    kept_and_priced,
    scenario_with,
)
from pydantic import ValidationError

from planner.district import District
from planner.outcome import Outcome
from planner.plan import Plan
from planner.policies.class_size import ClassSize
from planner.scenario import Scenario

POOL = ("teacher", "general", "experienced")
Block = tuple[float, float]


def schools_with(first: Block, second: Block, teachers: tuple[float, float] = (10, 10)) -> District:
    """Return two schools with (seats, sections) of one course, taught one section a teacher."""
    rows = [(name, "core", *block, "general", 1.0) for name, block in ((FIRST, first), (SECOND, second))]
    return district_of(two_schools, teachers, courses=rows)


def rule(**settings: Any) -> Scenario:
    return scenario_of(policies={"class_size": settings})


def sections(district: District, **settings: Any) -> tuple[float, float]:
    """Return the sections of the course at both schools under a class-size policy."""
    found = sections_of(solved(district, rule(**settings)), "core")
    return found[FIRST], found[SECOND]


def exactly(*expected: float) -> Any:
    return pytest.approx(expected, abs=1e-6)


def test_every_class() -> None:
    """At most 24 in every class: ceil(100 / 24) = 5 sections of 4 today, ceil(50 / 24) = 3 of 2."""
    district = schools_with((100, 4), (50, 2))
    limit = {"core": {"max": 24}}
    assert sections(district, semantics="every_class", courses=limit) == exactly(5, 3)


def test_a_whole_number_of_classes_is_not_rounded_up() -> None:
    """100 students at 20 are 5 classes, and not one more for the rounding of a division."""
    district = schools_with((100, 5), (50, 2.5))
    assert sections(district, semantics="every_class", courses={"core": {"max": 20}}) == exactly(5, 3)


def test_school_average() -> None:
    """24 on each school's average: 100 / 24 = 4.166667 sections and 50 / 24 = 2.083333."""
    district = schools_with((100, 4), (50, 2))
    limit = {"core": {"max": 24}}
    assert sections(district, semantics="school_average", courses=limit) == exactly(100 / 24, 50 / 24)


def test_whole_sections() -> None:
    """The same in whole sections, from 4.5 and 2 of today: 5 and 3."""
    scenario = scenario_of(policies={"class_size": {"courses": {"core": {"max": 24}}}}, section_step=1)
    found = sections_of(solved(schools_with((100, 4.5), (50, 2)), scenario), "core")
    assert (found[FIRST], found[SECOND]) == exactly(5, 3)


def test_need_tiers_exclusions_and_waivers() -> None:
    """The second school is high-need: 50 / 10 = 5 sections there, 100 / 24 = 4.166667 elsewhere.

    With the first excluded it keeps 3; with its limit waived to 40 it keeps 3 (33 a class), to 30 it has
    100 / 30 = 3.333333. A waiver of 20 would tighten the limit, and is none.
    """
    district = schools_with((100, 3), (50, 2))
    limit = {"courses": {"core": {"max": 24, "high_need": {"max": 10}}}}
    assert sections(district, **limit) == exactly(100 / 24, 5)
    assert sections(district, **limit, exclude_schools=[FIRST]) == exactly(3, 5)
    assert sections(district, **limit, waivers={FIRST: 40}) == exactly(3, 5)
    assert sections(district, **limit, waivers={FIRST: 30}) == exactly(100 / 30, 5)
    assert sections(district, **limit, waivers={FIRST: 20}) == exactly(100 / 24, 5)


def test_district_average() -> None:
    """One school's small classes make up for the other's: 150 seats in 7 sections keep 24 on average.

    At 20 on average 7.5 sections are needed: half a section more, wherever it is. Each school's own average
    of 24 would ask 50 / 24 of the second, which has 1.
    """
    district = schools_with((100, 6), (50, 1))
    limit = {"semantics": "district_average"}
    assert sections(district, **limit, courses={"core": {"max": 24}}) == exactly(6, 1)
    assert sum(sections(district, **limit, courses={"core": {"max": 20}})) == pytest.approx(7.5, abs=1e-6)
    assert sections(district, courses={"core": {"max": 24}}) == exactly(6, 50 / 24)


def test_a_district_does_not_count_for_another() -> None:
    """Ten sections of ten students in one district leave the other's 100 students at 20 in 5 sections."""
    one, two = school_id(1, 1), school_id(1, 2)
    district = district_of(
        any_schools,
        {one: ("elementary", 100, 10), two: ("elementary", 100, 10)},
        [(name, *POOL, 12, 60_000, 0) for name in (one, two)],
        courses=[(one, "core", 100, 10, "general", 1), (two, "core", 100, 4, "general", 1)],
    )
    found = sections_of(
        solved(district, rule(semantics="district_average", courses={"core": {"max": 20}})), "core"
    )
    assert (found[one], found[two]) == exactly(10, 5)


def test_waived_schools_keep_their_own_limit_in_a_district_average() -> None:
    """60 seats at a waived 25 and 60 at a waived 30 need 2.4 + 2 = 4.4 sections of today's 4."""
    district = schools_with((60, 2), (60, 2))
    settings = {"semantics": "district_average", "courses": {"core": {"max": 20}}}
    found = sections(district, **settings, waivers={FIRST: 25, SECOND: 30})
    assert sum(found) == pytest.approx(4.4, abs=1e-6)


def test_share_of_classes() -> None:
    """60 in 3 sections all keep 20. Of 66 in 3, with 25 in the others: (75 - 66) / 5 = 1.8 keep it.

    4.8 of 6 is 80%: nothing need change. For 90%, x more sections at the second: 3 + 1.8 + 5 x of 6 + x,
    so x = 0.6 / 4.1 = 0.146341.
    """
    district = schools_with((60, 3), (66, 3))
    limit = {"semantics": "share_of_classes", "courses": {"core": {"max": 20}}, "otherwise_max": 25}
    assert sections(district, **limit, share=0.8) == exactly(3, 3)
    assert sections(district, **limit, share=0.9) == exactly(3, 3 + 0.6 / 4.1)


def test_share_of_whole_classes() -> None:
    """Whole classes of 66 students: 20 + 23 + 23 is one that complies, so 4 of 6; 4 sections make 7 of 7."""
    settings = {
        "semantics": "share_of_classes",
        "courses": {"core": {"max": 20}},
        "otherwise_max": 25,
        "share": 0.8,
    }
    scenario = scenario_of(policies={"class_size": settings}, section_step=1)
    found = sections_of(solved(schools_with((60, 3), (66, 3)), scenario), "core")
    assert (found[FIRST], found[SECOND]) == exactly(3, 4)


def test_a_waiver_past_the_others_most() -> None:
    """A school waived to 33 may have 66 in 2 sections, all of which then comply, though others stop at 25."""
    district = schools_with((60, 3), (66, 2))
    limit = {
        "semantics": "share_of_classes",
        "courses": {"core": {"max": 20}},
        "otherwise_max": 25,
        "share": 1.0,
    }
    assert sections(district, **limit, waivers={SECOND: 33}) == exactly(3, 2)


def test_students_per_teacher() -> None:
    """20 students a teacher: 100 + 60 seats of one field need 8 of the first's 10 teachers, so 2 may move.

    Each school is due 6: the second has 4 of them then, and lacks 2 where it lacked 4 today: 50.
    """
    rows = [(FIRST, "core", 100, 5, "general", 1), (FIRST, "upper", 60, 3, "general", 1)]
    district = district_of(two_schools, (10, 2), courses=[*rows, (SECOND, "core", 20, 1, "general", 1)])
    limits = {"core": {"max": 20}, "upper": {"max": 20}}
    plan = solved(district, rule(semantics="students_per_teacher", courses=limits))
    assert teachers_of(plan) == exactly(8, 4)
    assert plan.summary.inequity_after == pytest.approx(50, abs=1e-6)


@pytest.mark.parametrize(("least", "limit"), [(15, 24), (30, 30)])
def test_the_plan_sets_a_free_limit(least: float, limit: float) -> None:
    """Evening out 3 and 2 sections of 60 seats each gives 2.5 and 2.5: the limit that both keep is 24.

    Where no limit under 30 may be set, 30 is the tightest that stands.
    """
    district = schools_with((60, 3), (60, 2), teachers=(3, 3))
    even = {"measure": "sections", "courses": ["core"], "index": "deviation"}
    free = {"courses": {"core": {"min": least, "max": 40, "free": True}}}
    plan = solved(district, scenario_of(even, policies={"class_size": free}))
    (row,) = plan.limits
    assert sections_of(plan, "core") == {
        FIRST: pytest.approx(2.5, abs=1e-6),
        SECOND: pytest.approx(2.5, abs=1e-6),
    }
    assert (row.free, row.limit) == (True, pytest.approx(limit, abs=1e-5))


def test_a_free_limit_never_passes_its_most() -> None:
    """66 seats at 32 at most need 2.0625 sections; the limit set is 32."""
    plan = solved(
        schools_with((64, 2), (66, 2)), rule(courses={"core": {"min": 22, "max": 32, "free": True}})
    )
    assert sections_of(plan, "core")[SECOND] == pytest.approx(2.0625, abs=1e-6)
    assert plan.limits[0].limit == pytest.approx(32, abs=1e-5)


def test_classes_without_students_need_no_section() -> None:
    """A block with no seats asks for nothing: 60 at 20 make 3, none make none."""
    assert sections(
        schools_with((60, 2), (0, 0)), semantics="every_class", courses={"core": {"max": 20}}
    ) == exactly(3, 0)


def test_what_cannot_be_asked_is_refused() -> None:
    free = {"core": {"max": 30, "free": True}}
    for refused in (
        {"semantics": "every_class", "courses": free},
        {"semantics": "share_of_classes", "courses": {"core": {"max": 20}}},
        {"semantics": "share_of_classes", "courses": {"core": {"max": 20}}, "otherwise_max": 20},
        {"courses": {"core": {"max": 20, "min": 15}}},
        {"courses": {"core": {"max": 20, "min": 25, "free": True}}},
    ):
        with pytest.raises(ValidationError):
            ClassSize.model_validate(refused)


# Properties -------------------------------------------------------------------------------------------------

SEMANTICS = ("every_class", "school_average", "district_average", "share_of_classes", "students_per_teacher")


def settings_for(semantics: str, size: float, free: bool = False) -> dict[str, Any]:
    settings: dict[str, Any] = {"semantics": semantics, "courses": {"K-3 core": {"max": size}}}
    if semantics == "share_of_classes":
        settings |= {"share": 0.6, "otherwise_max": size + 1}
    if free and semantics in ("school_average", "district_average"):
        settings["courses"]["K-3 core"] |= {"min": 10, "free": True}
    return settings


def tampered(plan: Plan, district: District, scenario: Scenario) -> Plan:
    """Return the plan with one figure changed by just more than the rule had left over."""
    judged = findings(plan, district, scenario, "class_size")
    nearest = min((f for f in judged if f.unit in ("FTE", "sections")), key=lambda finding: finding.slack)
    school = next(row.school_id for row in plan.class_sizes if row.course == "K-3 core")
    if nearest.where in set(district.schools["school_id"]):
        school = nearest.where
    if nearest.unit == "FTE":
        other = next(name for name in district.schools["school_id"] if name != school)
        return moved_too(plan, school, other, nearest.slack + 0.01, ("teacher", "general", "developing"))
    return taught_less(plan, school, "K-3 core", nearest.slack + 0.01)


@pytest.mark.parametrize("semantics", SEMANTICS)
@settings(max_examples=6)
@given(districts, st.integers(17, 26), st.booleans())
def test_kept_priced_and_guarded(semantics: str, district: District, size: int, free: bool) -> None:
    scenario = scenario_with({"class_size": settings_for(semantics, size, free)}, ["2026-27"])
    plan = kept_and_priced(district, scenario, "class_size")
    stricter = scenario_with({"class_size": settings_for(semantics, size - 1, free)}, ["2026-27"])
    if semantics != "share_of_classes":  # there a smaller size lets the others be smaller too
        assert_stricter_never_helps(district, scenario, stricter)
    assert_breaks(tampered(plan, district, scenario), district, scenario, "class_size")


def test_a_limit_out_of_bounds_is_found() -> None:
    """A free limit edited below its least, or above its most, breaks the rule though every class fits."""
    district = schools_with((60, 3), (60, 3))
    scenario = rule(courses={"core": {"min": 18, "max": 26, "free": True}})
    plan = solved(district, scenario)
    for limit in (17.0, 27.0):
        changed = replace(plan, limits=edited(plan.limits, 0, limit=limit))
        assert_breaks(changed, district, scenario, "class_size")
    assert not broken(plan, district, scenario, "class_size")


def test_a_limit_that_the_plan_sets_past_its_bounds_is_found() -> None:
    """Between 16 and 25 students; at 15.8 and at 25.2 the limit set is past them."""
    rule = {"semantics": "district_average", "courses": {"K-3 core": {"min": 16, "max": 25, "free": True}}}
    case = case_of(two_districts(), scenario_of(policies={"class_size": rule}))
    for limit, past in ((16, []), (25, []), (15.8, [16]), (25.2, [25])):
        found = case.scenario.policies["class_size"].check(
            Outcome(case, {"ratio": {("K-3 core", "all", 0): 1 / limit}})
        )
        of_the_limit = [f for f in found if f.rule == "K-3 core (all): limit set by the plan"]
        assert [finding.limit for finding in of_the_limit if not finding.holds] == past
        assert len(of_the_limit) == 2
