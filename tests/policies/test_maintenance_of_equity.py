"""Maintenance of Equity: worked by hand, its two cases, its sheet, then on random districts."""

from __future__ import annotations

from typing import Any

import pytest
from checking import (
    broken,
    case_of,
    district_of,
    least_inequity,
    moved_too,
    outcome,
    scenario_of,
    solved,
    spent_too,
    teachers_of,
    with_policy,
)
from districts import FIRST, SECOND, any_schools, school_id, two_schools
from hypothesis import given
from policy_examples import two_districts
from policy_properties import assert_breaks, districts, kept_and_priced, scenario_with, share

from planner.district import District
from planner.optimize.cases import best_of, combinations
from planner.outcome import Outcome
from planner.plan import Plan
from planner.policies.maintenance_of_equity import MaintenanceOfEquity, sheet
from planner.problems import InputProblems
from planner.scenario import Scenario
from planner.school_tests import school_tests

THIRD = "060000100003"
POOL = ("teacher", "general", "experienced")
DOLLARS = {"measure": "dollars", "index": "deviation"}
STAY = {"transfers": {"max_share_per_school": 0}}


def bound(**settings: Any) -> dict[str, Any]:
    """Return the policy, for districts below the 1,000 students that bind."""
    return {"maintenance_of_equity": {"exempt_below": 0, **settings}}


@pytest.mark.parametrize(
    ("settings", "low_income", "points"),
    [
        ({}, (80, 20), 100),
        ({"further_fall": 0.1}, (80, 20), 60),
        ({}, (20, 80), 0),
        ({"exempt_below": 1000}, (80, 20), 0),
        ({"exempt_districts": ["0600001"]}, (80, 20), 0),
        ({"years": ["2030-31"]}, (80, 20), 0),
        ({"high_poverty": {"by": "low_income", "top_share": 0.0}}, (80, 20), 0),
    ],
)
def test_staff_stay(settings: dict[str, Any], low_income: tuple[float, float], points: float) -> None:
    """20 and 10 teachers: 5 are lacking at the second school, and would come from the first.

    As high-poverty the first may lose none, 100; with a further fall of 10%, 2 of its 20, 3 of 5 lacking, 60.
    Where it is not high-poverty, or the district is exempt, all 5 move, 0.
    """
    district = district_of(two_schools, low_income=low_income)
    assert solved(district, scenario_of(policies=bound(**settings))).summary.inequity_after == pytest.approx(
        points, abs=1e-6
    )


def test_one_school_in_each_span_is_exempt() -> None:
    """An elementary and a middle school: nothing to rank, and the district is exempt."""
    ids = [school_id(1), school_id(2)]
    levels = dict(zip(ids, (("elementary", 100, 80), ("middle", 100, 20)), strict=True))
    district = district_of(any_schools, levels, [(name, *POOL, 10.0, 60_000, 0.0) for name in ids])
    case = case_of(district, scenario_of({"measure": "dollars", "index": "deviation"}, policies=bound()))
    policy = case.scenario.policies["maintenance_of_equity"]
    assert isinstance(policy, MaintenanceOfEquity) and policy.bound_schools(case, 0) == []


@pytest.fixture(scope="module")
def cuts() -> District:
    """Return three schools of 100: $960,000, $300,000 and $960,000, $60,000 of the first and third planned.

    The first is high-poverty. The mean is $740,000: they are $220,000, $440,000 and $220,000 away from it.
    """
    general = {"dollars": 120_000, "uses": ["materials"], "schools": [FIRST, THIRD]}
    lines = [(FIRST, "general", "materials", 60_000), (THIRD, "general", "materials", 60_000)]
    return district_of(
        two_schools,
        (15, 5, 15),
        (100, 100, 100),
        low_income=(80, 20, 10),
        funds={"general": general},
        budget=lines,
    )


def cut_scenario(**settings: Any) -> Scenario:
    """Return the scenario that evens out dollars by cutting them."""
    return scenario_of(DOLLARS, policies={**STAY, **bound(**settings)})


@pytest.mark.parametrize(
    ("settings", "points"),
    [
        ({}, 100 * 790 / 880),
        ({"totals": {"dollars": "not_cut"}}, 100),
        ({"totals": {"dollars": "cut"}}, 100 * 790 / 880),
        ({"totals": {"dollars 2026-27 0600001": "not_cut"}}, 100),
        ({"federal": ["general"]}, 100 * 760 / 880),
    ],
)
def test_the_better_of_two_cases(cuts: District, settings: dict[str, Any], points: float) -> None:
    """Of a total that is not cut nothing can be taken, 100.

    Cut by x at the first and $60,000 at the third, the first may lose a third of the cut: x <= (x + 60) / 3
    is $30,000, and 790 of 880 remain. Were the fund federal, both lines would go: 760 of 880.
    """
    plan = solved(cuts, cut_scenario(**settings))
    assert plan.summary.inequity_after == pytest.approx(points, abs=1e-6)
    assert plan.status == "optimal" and plan.summary.gap < 1e-6


def test_the_plan_says_which_case_was_kept(cuts: District) -> None:
    plan = solved(cuts, cut_scenario())
    kept = plan.provenance["cases"]
    assert kept["tried"] == 2
    assert kept["kept"]["maintenance_of_equity"]["totals"] == {"dollars 2026-27 0600001": "cut"}
    assert any("of 2 combinations the best was kept" in warning for warning in plan.warnings)
    assert plan.scenario["policies"]["maintenance_of_equity"] == {"exempt_below": 0}


def test_the_sheet(cuts: District) -> None:
    """The first falls from $9,600 to $9,300 a student; $90,000 over the district's 300 allow $300."""
    scenario = cut_scenario()
    plan = solved(cuts, scenario)
    dollars, staff = sheet(outcome(plan, cuts, scenario))
    assert (dollars.school_id, dollars.test, staff.test) == (FIRST, "dollars", "staff")
    assert (dollars.before, dollars.after, dollars.fall, dollars.allowed) == pytest.approx(
        (9600, 9300, 300, 300)
    )
    assert (staff.fall, staff.allowed) == (0, 0)
    assert dollars.passes and staff.passes
    tampered = sheet(outcome(spent_too(plan, FIRST, "general", "materials", -30), cuts, scenario))
    assert [row.passes for row in tampered] == [False, True]


def test_the_sheet_in_words(cuts: District) -> None:
    """What fails comes first, then what is nearest to failing: staff have nothing to spare."""
    scenario = cut_scenario()
    plan = spent_too(solved(cuts, scenario), FIRST, "general", "materials", -30)
    rows = [(t.test, t.plan, t.sense, t.limit, t.passes) for t in school_tests(outcome(plan, cuts, scenario))]
    assert [row[:3:2] + row[4:] for row in rows] == [
        ("dollars per student", ">=", False),
        ("staff per student", ">=", True),
    ]
    assert [rows[0][1], rows[0][3]] == pytest.approx([9299.7, 9299.9])
    assert rows[1][1] == rows[1][3]
    assert not school_tests(outcome(plan, cuts, scenario_of(DOLLARS, policies=STAY)))


def test_the_sheet_of_a_scenario_without_the_policy(cuts: District) -> None:
    """By the law's own terms a district of 300 students is exempt: no rows."""
    scenario = scenario_of(DOLLARS, policies=STAY)
    assert sheet(outcome(solved(cuts, scenario), cuts, scenario)) == []


def test_the_sheet_of_two_districts_and_two_policies() -> None:
    """The poorer two of each three schools: 60 and 70 of 100 in one district, 80 and 50 in the other."""
    terms = {"exempt_below": 300, "high_poverty": {"by": "low_income", "top_share": 0.6}}
    policies = {"maintenance_of_equity": terms, "again": {"kind": "maintenance_of_equity", **terms}}
    case = case_of(two_districts(), scenario_of(DOLLARS, policies=policies))
    poorer = [school_id(2), school_id(3), school_id(2, 2), school_id(3, 2)]
    found = [(row.policy, row.school_id, row.test) for row in sheet(Outcome(case, {}))]
    assert found == [
        (policy, school, test)
        for policy in ("again", "maintenance_of_equity")
        for school in poorer
        for test in ("dollars", "staff")
    ]


def test_staff_that_count() -> None:
    """12 general teachers and a counselor to 100 students count, and 3 mathematics teachers do not."""
    policies = bound(staff=["teacher/general", "counselor"])
    case = case_of(two_districts(), scenario_of(DOLLARS, policies=policies))
    found = [row for row in sheet(Outcome(case, {})) if row.test == "staff"]
    assert [row.before for row in found] == [row.after for row in found] == pytest.approx([0.13] * 2)


@pytest.mark.parametrize(("federal", "ways"), [(["general"], 4), (["grant"], 4), (["general", "grant"], 1)])
def test_a_total_may_fall_by_any_fund_that_is_not_federal(federal: list[str], ways: int) -> None:
    """In each of two districts the dollars may be cut or not; staff cannot, for no one may leave."""
    case = case_of(two_districts(), scenario_of(DOLLARS, policies=bound(federal=federal)))
    assert len(case.scenario.policies["maintenance_of_equity"].cases(case)) == ways


def test_tampering_is_found(cuts: District) -> None:
    """$30 more taken from the first, a dime a student past what the larger cut allows, breaks the rule."""
    scenario = cut_scenario()
    plan = solved(cuts, scenario)
    assert not broken(plan, cuts, scenario, "maintenance_of_equity")
    assert_breaks(
        spent_too(plan, FIRST, "general", "materials", -30), cuts, scenario, "maintenance_of_equity"
    )
    assert_breaks(moved_too(plan, FIRST, SECOND, 0.001, POOL), cuts, scenario, "maintenance_of_equity")


def test_attrition_lets_the_total_fall() -> None:
    """A fifth of each school's 20, 10 and 20 teachers may go, so both tests have two cases: four in all.

    They are 10/3, 20/3 and 10/3 from the mean of 50/3. Of the third's, y = 10/3 go; the first's may fall by
    a third of the cut, x = (x + y) / 3 = y / 2: 5 of 40/3 are won, 62.5 is left.
    """
    district = district_of(two_schools, (20, 10, 20), (100, 100, 100), low_income=(80, 20, 10))
    policies = {"hiring": {"attrition_share": 0.2}, **STAY, **bound()}
    scenario = scenario_of({"measure": "teachers", "index": "deviation"}, policies=policies)
    plan = solved(district, scenario)
    assert plan.provenance["cases"]["tried"] == 4
    assert teachers_of(plan) == pytest.approx([20 - 5 / 3, 10, 20 - 10 / 3], abs=1e-5)
    assert plan.summary.inequity_after == pytest.approx(62.5, abs=1e-5)


def test_teachers_hired_for_the_others_only() -> None:
    """Hires at the second raise the total and take nothing from the first: 5 hired, no one moved."""
    grant = {"dollars": 300_000, "uses": ["positions"]}
    district = district_of(two_schools, low_income=(80, 20), vacancies=(0, 5), funds={"grant": grant})
    plan = solved(district, scenario_of(policies=bound()))
    assert teachers_of(plan) == pytest.approx([20, 15], abs=1e-6)


def test_too_many_cases_are_refused(cuts: District) -> None:
    years = [f"{year}-{year + 1 - 2000}" for year in range(2026, 2033)]
    with pytest.raises(InputProblems, match="name the case"):
        case_of(cuts, scenario_of(DOLLARS, policies={**STAY, **bound()}, years=years))


def test_warnings_say_how_funds_were_read(cuts: District) -> None:
    plan: Plan = solved(cuts, cut_scenario())
    assert any("and the funds general; as federal no fund" in warning for warning in plan.warnings)


@given(districts, share(0, 0.1))
def test_kept_priced_and_the_best_of_the_cases(district: District, further: float) -> None:
    """The plan is the best of the cases solved one by one, and none of them breaks the rule."""
    terms = scenario_with(bound(further_fall=further, federal=["grant"]), ["2026-27"])
    scenario = terms.model_copy(update={"objective": cut_scenario().objective})
    plan = kept_and_priced(district, scenario, "maintenance_of_equity")
    case = case_of(district, scenario)
    each = [
        least_inequity(district, with_policy(scenario, chosen["maintenance_of_equity"]))
        for chosen in combinations(case)
        if chosen
    ]
    answer = best_of(case)
    assert answer.solution.objective == pytest.approx(min(each, default=answer.solution.objective), abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(answer.solution.objective, abs=1e-4)
