"""A second opinion on a plan: everything worked out again from the plan and the district's tables.

Nothing here imports the optimiser. What holds and what is reported is judged by four parts: ``inputs`` (are
these the tables and the scenario the plan was made from), ``staff`` and ``money`` (model.md section 4),
each policy's own `check`, and ``figures`` (every number the plan reports). The one thing that cannot be
worked out again is the solver's lower bound.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.district import District
from planner.outcome import Outcome
from planner.plan import Plan
from planner.plan_outcome import outcome_of
from planner.problems import InputProblems
from planner.reporting_rows import findings_by_policy
from planner.verification.check import Check, Verification, of_findings, of_problem
from planner.verification.figures import figure_checks
from planner.verification.inputs import case_of, file_checks, input_checks, scenario_checks
from planner.verification.money import money_checks
from planner.verification.staff import staff_checks

__all__ = ["Check", "Verification", "verify"]


def verify(plan: Plan, district: District) -> Verification:
    """Work out everything a plan says from its decisions and the district's tables, and judge it.

    Parameters
    ----------
    plan
        The plan.
    district
        The data set it was made from.

    Returns
    -------
    Verification
        Every rule that holds or fails, with the numbers. A plan that names a school, pool or fund which the
        data does not have fails; nothing is raised.
    """
    checks = [*file_checks(plan), *input_checks(plan, district)]
    try:
        case = case_of(plan, district)
    except InputProblems as error:
        rule = "the scenario fits the data"
        return Verification((*checks, *(of_problem(rule, problem) for problem in error.problems)))
    try:
        outcome = outcome_of(plan, case)
    except InputProblems as error:
        rule = "the plan's rows name what the data has"
        return Verification((*checks, *(of_problem(rule, problem) for problem in error.problems)))
    return Verification((*checks, *_judged(plan, outcome)))


def _judged(plan: Plan, outcome: Outcome) -> Iterator[Check]:
    yield from scenario_checks(plan, outcome.case)
    yield from staff_checks(outcome)
    yield from money_checks(outcome)
    for name, findings in findings_by_policy(outcome).items():
        yield from of_findings(f"policy {name}", findings)
    yield from figure_checks(plan, outcome)
