"""Search for the best plan: the only place that knows PuLP and HiGHS."""

from __future__ import annotations

from functools import cached_property

from planner.case import checked_case
from planner.district import District
from planner.optimize.answer import plan_of
from planner.optimize.building import build
from planner.optimize.cases import best_of
from planner.optimize.conflicts import Conflict, explain_conflict
from planner.optimize.solution import Solution, Status
from planner.plan import Plan
from planner.scenario import Scenario

__all__ = ["Infeasible", "OutOfTime", "build", "nothing_found", "solve"]


class Infeasible(Exception):  # noqa: N818 - a finding about the rules, not a defect of the program
    """No plan keeps all the rules.

    Parameters
    ----------
    district, scenario
        The data set and the scenario that asks too much; `policies` are its policies, among which the
        conflict lies, and `conflict` works out which of them and what would make room.
    """

    def __init__(self, district: District, scenario: Scenario) -> None:
        self.policies = tuple(sorted(scenario.policies))
        self._question = (district, scenario)
        named = f"some of {', '.join(self.policies)} clash" if self.policies else "not even the budgets hold"
        super().__init__(f"no plan keeps all the rules: {named}")

    @cached_property
    def conflict(self) -> Conflict:
        """The policies that cannot hold together, and the least change that makes room."""
        return explain_conflict(*self._question)


class OutOfTime(Exception):  # noqa: N818 - a finding, not a defect of the program
    """Time ran out before any plan was found."""


def solve(district: District, scenario: Scenario, *, made_at: str = "") -> Plan:
    """Return the plan of least inequity that keeps the scenario's rules.

    Parameters
    ----------
    district
        The checked data set.
    scenario
        The resolved scenario.
    made_at
        Time stamp to write into the plan.

    Raises
    ------
    InputProblems
        If the scenario does not fit the data.
    Infeasible
        If no plan keeps all the rules.
    OutOfTime
        If the time limit passed before any plan was found.
    """
    answer = best_of(checked_case(district, scenario))
    if not answer.solution.has_plan:
        raise nothing_found(district, scenario, answer.solution)
    return answer.noted_in(plan_of(answer.model, answer.solution, made_at))


def nothing_found(district: District, scenario: Scenario, solution: Solution) -> Infeasible | OutOfTime:
    """Return why a search has no plan to show."""
    if solution.status is Status.INFEASIBLE:
        return Infeasible(district, scenario)
    return OutOfTime(f"no plan found in {scenario.solver.time_limit_seconds:g} seconds")
