"""What is asked of every policy on random small districts."""

from __future__ import annotations

from typing import Any

from checking import (
    assert_relaxing_never_hurts,
    broken,
    least_inequity,
    scenario_of,
    small,
    solved_or_none,
)
from hypothesis import assume
from hypothesis import strategies as st

from planner.district import District
from planner.plan import Plan
from planner.scenario import Scenario

TERMS = (
    {"measure": "teachers", "index": "shortfall", "weight": 0.6},
    {"measure": "dollars", "index": "deviation", "weight": 0.4},
)
districts = st.builds(small, st.integers(1, 5), st.just(3))
years = st.sampled_from((["2026-27"], ["2026-27", "2027-28"]))


def share(least: float = 0.0, most: float = 1.0) -> st.SearchStrategy[float]:
    """Return shares in hundredths, as people write them."""
    return st.integers(round(100 * least), round(100 * most)).map(lambda hundredths: hundredths / 100)


def scenario_with(policies: dict[str, Any], plan_years: list[str], **settings: Any) -> Scenario:
    """Return a scenario that evens out teachers and dollars under some policies."""
    return scenario_of(*TERMS, years=plan_years, policies=policies, **settings)


def kept_and_priced(district: District, scenario: Scenario, policy: str) -> Plan:
    """Return the plan, which keeps the policy by its own check and costs no more once the policy is eased."""
    plan = solved_or_none(district, scenario)
    assume(plan is not None)
    assert plan is not None
    assert not broken(plan, district, scenario, policy)
    assert_relaxing_never_hurts(district, scenario, policy)
    return plan


def assert_stricter_never_helps(district: District, looser: Scenario, stricter: Scenario) -> None:
    """Compare the least inequity under a rule with that under a tighter one."""
    tight = least_inequity(district, stricter)
    loose = least_inequity(district, looser)
    assert loose <= tight + 1e-6 * max(1.0, abs(loose))


def assert_breaks(plan: Plan, district: District, scenario: Scenario, policy: str) -> None:
    """Ask that the policy's check finds a plan that was tampered with."""
    assert broken(plan, district, scenario, policy), "the check passes a plan that breaks the rule"
