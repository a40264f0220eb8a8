"""Solve small cases in tests, and judge every plan the way a stranger would: from the plan alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from districts import small_district

from planner.case import Case, checked_case
from planner.district import District, load_district
from planner.optimize import Infeasible, build, solve
from planner.optimize.objective import stages
from planner.optimize.search import solve_stages
from planner.outcome import Outcome
from planner.plan import DollarLine, Move, Plan, StaffChange
from planner.plan_outcome import outcome_of
from planner.policies.base import Finding, Policy
from planner.scenario import Scenario, resolve_scenario
from planner.verification import verify

TEACHERS_SHORT = {"measure": "teachers", "index": "shortfall"}


def district_of(write: Callable[..., Path], *args: Any, **settings: Any) -> District:
    """Return the district that one of the writers in `districts` describes."""
    with tempfile.TemporaryDirectory() as folder:
        return load_district(write(Path(folder) / "data", *args, **settings))


@lru_cache(maxsize=64)
def small(seed: int, schools: int = 4) -> District:
    """Return a random small district; the same numbers give the same one."""
    return district_of(small_district, seed, schools)


def scenario_of(*measures: Mapping[str, Any], **settings: Any) -> Scenario:
    """Return a scenario; with no measures, shortfall of teachers."""
    terms = [dict(term) for term in measures] or [dict(TEACHERS_SHORT)]
    for term in terms:
        term.setdefault("weight", 1 / len(terms))
    return resolve_scenario({"name": "A test", "objective": {"measures": terms}, **settings})


def checked(plan: Plan, district: District) -> Plan:
    """Return the plan once everything in it has been recomputed and every rule found to hold."""
    failures = verify(plan, district).failures
    assert not failures, "\n".join(map(str, failures))
    return plan


def solved(district: District, scenario: Scenario) -> Plan:
    """Return the checked plan."""
    return checked(solve(district, scenario), district)


def solved_or_none(district: District, scenario: Scenario) -> Plan | None:
    """Return the checked plan, or None where no plan keeps all the rules."""
    try:
        return solved(district, scenario)
    except Infeasible:
        return None


def least_inequity(district: District, scenario: Scenario) -> float:
    """Return the least inequity of any plan [points]; infinite where no plan keeps all the rules."""
    model = build(checked_case(district, scenario))
    return solve_stages(model, stages(model)[:1]).objective


def with_policy(scenario: Scenario, policy: Policy) -> Scenario:
    """Return the scenario with a policy in the place of the one of its name."""
    return scenario.model_copy(update={"policies": {**scenario.policies, policy.name: policy}})


def case_of(district: District, scenario: Scenario) -> Case:
    """Return the checked case."""
    return checked_case(district, scenario)


def outcome(plan: Plan, district: District, scenario: Scenario) -> Outcome:
    """Return what the plan's decision rows leave each school with."""
    return outcome_of(plan, checked_case(district, scenario))


def findings(plan: Plan, district: District, scenario: Scenario, policy: str) -> list[Finding]:
    """Return a policy's judgement of a plan, made of its decision rows alone."""
    return list(scenario.policies[policy].check(outcome(plan, district, scenario)))


def broken(plan: Plan, district: District, scenario: Scenario, policy: str) -> list[Finding]:
    """Return the findings of a policy that do not hold."""
    return [finding for finding in findings(plan, district, scenario, policy) if not finding.holds]


def assert_relaxing_never_hurts(district: District, scenario: Scenario, policy: str) -> None:
    """Solve with each natural step of a policy: none may raise the least inequity."""
    before = least_inequity(district, scenario)
    for step in scenario.policies[policy].steps():
        after = least_inequity(district, with_policy(scenario, step.policy))
        assert after <= before + 1e-6 * max(1.0, abs(before)), step.words


def edited(rows: tuple[Any, ...], number: int, **changes: Any) -> tuple[Any, ...]:
    """Return the rows with one of them changed."""
    return (*rows[:number], replace(rows[number], **changes), *rows[number + 1 :])


def sections_of(plan: Plan, course: str) -> dict[str, float]:
    """Return the sections of a course by school in the plan's first year."""
    rows = [row for row in plan.class_sizes if row.course == course and row.year == plan.years[0]]
    return {row.school_id: row.sections_after for row in rows}


def teachers_of(plan: Plan, year: int = 0) -> list[float]:
    """Return each school's teachers in a year, by school id [FTE]."""
    return [row.teachers_after for row in plan.schools if row.year == plan.years[year]]


def dollars_of(plan: Plan, use: str, year: int = 0) -> dict[str, float]:
    """Return the dollars of a use by school in a year, all planned funds together."""
    found: dict[str, float] = {}
    for row in plan.dollars:
        if row.use == use and row.year == plan.years[year]:
            found[row.school_id] = found.get(row.school_id, 0.0) + row.after
    return found


def moved_too(
    plan: Plan, origin: str, target: str, fte: float, pool: tuple[str, str, str], year: int = 0
) -> Plan:
    """Return the plan with one more unpaid move, as if written in by hand."""
    move = Move(plan.years[year], origin, target, *pool, fte, None, 0.0)
    return replace(plan, moves=(*plan.moves, move))


def changed_too(
    plan: Plan, school: str, change: str, fte: float, pool: tuple[str, str, str], year: int = 0
) -> Plan:
    """Return the plan with one more hire, release or the like, as if written in by hand."""
    row = StaffChange(plan.years[year], school, *pool, change, fte, 0.0)
    return replace(plan, staff_changes=(*plan.staff_changes, row))


def spent_too(plan: Plan, school: str, fund: str, use: str, dollars: float, year: int = 0) -> Plan:
    """Return the plan with more dollars on a line, as if edited by hand."""
    place = (plan.years[year], school, fund, use)
    found = [n for n, row in enumerate(plan.dollars) if (row.year, row.school_id, row.fund, row.use) == place]
    if found:
        after = plan.dollars[found[0]].after + dollars
        return replace(plan, dollars=edited(plan.dollars, found[0], after=after))
    return replace(plan, dollars=(*plan.dollars, DollarLine(*place, 0.0, dollars)))


def taught_less(plan: Plan, school: str, course: str, sections: float) -> Plan:
    """Return the plan with fewer sections of a course at a school in its first year."""
    for number, row in enumerate(plan.class_sizes):
        if (row.year, row.school_id, row.course) == (plan.years[0], school, course):
            after = row.sections_after - sections
            return replace(plan, class_sizes=edited(plan.class_sizes, number, sections_after=after))
    raise KeyError(course)
