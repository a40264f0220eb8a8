"""Supplement, not supplant: the neutral method by hand, and the flags permuted with another search."""

from __future__ import annotations

from typing import Any

import pytest
from checking import broken, case_of, district_of, scenario_of, solved, spent_too
from districts import any_schools, school_id
from hypothesis import given
from policy_properties import (
    assert_breaks,
    assert_stricter_never_helps,
    districts,
    kept_and_priced,
    scenario_with,
    share,
)

from planner.case import Case
from planner.district import District
from planner.optimize.neutrality import title_i_findings
from planner.outcome import Outcome
from planner.problems import InputProblems
from planner.scenario import Scenario

A, B = school_id(1), school_id(2)
STAY = {"transfers": {"max_share_per_school": 0}}


def schools(teachers: tuple[float, float] = (20, 10), **funds: Any) -> District:
    """Return two schools of 100 students, the first in Title I."""
    given = {"general": {"dollars": 100_000, "uses": ["tutoring"]}, **funds}
    return district_of(
        any_schools,
        {A: ("elementary", 100, 50), B: ("elementary", 100, 50)},
        [
            (name, "teacher", "general", "experienced", fte, 60_000, 0.0)
            for name, fte in zip((A, B), teachers, strict=True)
        ],
        title_i=[A],
        funds=given,
        uses={"tutoring": {}},
    )


def by_weight(tolerance: float, **more: Any) -> dict[str, Any]:
    """Return the policy with the method of weighted students, and nobody moving."""
    rule = {"method": "weighted_students", "tolerance": tolerance}
    return {"supplement_not_supplant": rule, **STAY, **more}


@pytest.mark.parametrize(
    ("policies", "points"),
    [
        (STAY, 200 / 3),
        ({"supplement_not_supplant": {}, **STAY}, 200 / 3),
        (by_weight(0), 250 / 3),
        (by_weight(0.2), 80),
        (by_weight(1), 200 / 3),
    ],
)
def test_planned_dollars_follow_weighted_students(policies: dict[str, Any], points: float) -> None:
    """$1,200,000 and $600,000: the second lacks $300,000 of the mean, and $100,000 is to be placed.

    All of it at the second leaves 2/3. In proportion to students $50,000 does, 5/6; within 20% $60,000, 80.
    """
    plan = solved(schools(), scenario_of({"measure": "dollars", "index": "shortfall"}, policies=policies))
    assert plan.summary.inequity_after == pytest.approx(points, abs=1e-5)


def test_a_fund_that_reads_title_i_status_fails_the_check_whatever_is_planned() -> None:
    """Two planned funds of local money, one of them open to Title I schools only: one rule too many."""
    district = schools(levy={"dollars": 10_000, "uses": ["tutoring"], "schools": "title_i"})
    case = Case(district, scenario_of(policies={"supplement_not_supplant": {}}))
    (finding,) = case.scenario.policies["supplement_not_supplant"].check(Outcome(case, {}))
    assert (finding.actual, finding.limit, finding.holds) == (1, 0, False)


def floors(policies: dict[str, Any]) -> Scenario:
    """Return a scenario that brings each school up to $6,600 a student."""
    return scenario_of({"measure": "dollars", "index": "shortfall", "target": 6_600}, policies=policies)


def test_making_up_for_title_i_is_found() -> None:
    """$60,000 of Title I at the first draws the general fund to the second; flags swapped, to the first.

    Both lack $60,000 of $6,600 a student, and each fund can close one gap: the general fund follows the
    flags, and no check of the plan alone could tell.
    """
    title_i = {"dollars": 60_000, "uses": ["tutoring"], "schools": "title_i"}
    district = schools((10, 10), general={"dollars": 60_000, "uses": ["tutoring"]}, title_i=title_i)
    found = title_i_findings(district, floors({"supplement_not_supplant": {}, **STAY}), permutations=4)
    changed = [finding for finding in found if not finding.holds]
    assert {finding.where for finding in changed} == {A, B}
    assert {round(finding.actual) for finding in changed} == {60_000}


def test_a_formula_does_not_read_the_flags() -> None:
    """The general fund in proportion to students is $30,000 each, whichever school is in Title I."""
    title_i = {"dollars": 60_000, "uses": ["tutoring"], "schools": "title_i"}
    district = schools((10, 10), general={"dollars": 60_000, "uses": ["tutoring"]}, title_i=title_i)
    found = title_i_findings(district, floors(by_weight(0)), permutations=4)
    assert len(found) == 8 and all(finding.holds for finding in found)


def test_an_objective_that_sees_no_federal_dollars_does_not_read_them() -> None:
    scenario = scenario_of(policies={"supplement_not_supplant": {}})
    found = title_i_findings(schools(), scenario, permutations=2, seed=3)
    assert found and all(finding.holds for finding in found)


def test_every_local_fund_that_reads_the_flags_is_a_problem() -> None:
    levy = {"dollars": 1000, "uses": ["tutoring"], "schools": "title_i"}
    district = schools(levy=levy, state={"dollars": 1000, "uses": ["tutoring"], "schools": [B]})
    with pytest.raises(InputProblems) as error:
        case_of(district, scenario_of(policies={"supplement_not_supplant": {}}))
    said = "\n".join(map(str, error.value.problems))
    assert "the fund levy is open to Title I schools only" in said
    assert "the fund state is closed to every Title I school" in said


def test_local_stipends_for_title_i_schools_are_a_problem() -> None:
    stipends = {"eligible": "title_i", "tiers": [{"dollars": 5000}]}
    district = schools(general={"dollars": 100_000, "uses": ["positions", "stipends", "tutoring"]})
    policies = {"supplement_not_supplant": {}, "stipends": stipends}
    with pytest.raises(InputProblems, match="pays Title I schools only"):
        case_of(district, scenario_of(policies=policies))
    federal = {"supplement_not_supplant": {"federal": ["general"]}, "stipends": stipends}
    case_of(district, scenario_of(policies=federal))


def test_tampering_is_found() -> None:
    district, scenario = schools(), floors(by_weight(0.1))
    plan = solved(district, scenario)
    assert not broken(plan, district, scenario, "supplement_not_supplant")
    assert_breaks(
        spent_too(plan, B, "general", "tutoring", 20_000), district, scenario, "supplement_not_supplant"
    )


@given(districts, share(0, 0.5))
def test_kept_priced_and_guarded(district: District, tolerance: float) -> None:
    rule = {"method": "weighted_students", "tolerance": tolerance, "federal": ["grant"]}
    scenario = scenario_with({"supplement_not_supplant": rule}, ["2026-27"])
    kept_and_priced(district, scenario, "supplement_not_supplant")
    looser = {**rule, "tolerance": tolerance + 0.3}
    assert_stricter_never_helps(
        district, scenario_with({"supplement_not_supplant": looser}, ["2026-27"]), scenario
    )
