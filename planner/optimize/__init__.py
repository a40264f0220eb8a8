"""Search for the best plan: the only place that knows PuLP and HiGHS."""

from __future__ import annotations

from planner.case import Case, checked_case
from planner.district import District
from planner.optimize.answer import plan_of
from planner.optimize.conservation import add_conservation
from planner.optimize.decisions import add_decisions
from planner.optimize.model import AllocationModel
from planner.optimize.objective import stages
from planner.optimize.solver import Status, solve_stages
from planner.plan import Plan
from planner.scenario import Scenario


class Infeasible(Exception):  # noqa: N818 - a finding about the rules, not a defect of the program
    """No plan keeps all the rules.

    Parameters
    ----------
    policies
        Names of the policies in force, among which the conflict lies.
    """

    def __init__(self, policies: tuple[str, ...]) -> None:
        self.policies = policies
        named = f"the policies {', '.join(policies)}" if policies else "conservation and the budgets alone"
        super().__init__(f"no plan keeps all the rules: {named} cannot hold together")


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
    model = build(checked_case(district, scenario))
    solution = solve_stages(model, stages(model))
    if solution.status is Status.INFEASIBLE:
        raise Infeasible(tuple(sorted(scenario.policies)))
    if not solution.has_plan:
        raise OutOfTime(f"no plan found in {scenario.solver.time_limit_seconds:g} seconds")
    return plan_of(model, solution, made_at)


def build(case: Case) -> AllocationModel:
    """Return the model of a case: decisions, what always holds, and each policy's rows."""
    model = AllocationModel(case)
    add_decisions(model)
    add_conservation(model)
    for policy in case.scenario.policies.values():
        policy.apply(model)
    model.problem.checkDuplicateVars()
    model.problem.checkDuplicateConstraints()
    return model
