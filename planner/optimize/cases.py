"""Rules that are a choice between cases: each combination is a program of its own, and the best is kept.

A scenario without such rules has one combination and is solved as ever. Otherwise the first objective is
solved for every combination; those that reach the least inequity are solved to the end, and among them the
plan that later stages like best is kept. The bound is the least of the combinations' bounds.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from planner.case import Case
from planner.optimize.building import build
from planner.optimize.linear import Linear
from planner.optimize.model import AllocationModel
from planner.optimize.objective import stages
from planner.optimize.search import solve_stages
from planner.optimize.solution import Solution, Status
from planner.plan import Plan
from planner.policies.base import MOST_CASES, Policy
from planner.problems import Problem, raise_all
from planner.scenario import Scenario

SAME_POINTS = 1e-6

Add = Callable[[AllocationModel], None]


@dataclass(frozen=True)
class Answer:
    """The best combination, its model and what the search found.

    Parameters
    ----------
    model, solution
        The model of the combination that was kept; the solution's bound and status are those of all.
    chosen
        The case taken of each policy that has several.
    rank
        Values of the stages in their order: of two plans with the same inequity, the one with fewer moves
        comes first.
    tried
        How many combinations there were.
    """

    model: AllocationModel
    solution: Solution
    chosen: Mapping[str, Policy]
    rank: tuple[float, ...]
    tried: int = 1

    def noted_in(self, plan: Plan) -> Plan:
        """Return the plan with what was chosen among its warnings and in its provenance."""
        if self.tried == 1:
            return plan
        kept = {name: policy.as_data() for name, policy in sorted(self.chosen.items())}
        return replace(
            plan,
            warnings=(*plan.warnings, *self._sentences()),
            provenance={**plan.provenance, "cases": {"tried": self.tried, "kept": kept}},
        )

    def _sentences(self) -> Iterator[str]:
        for name, policy in sorted(self.chosen.items()):
            yield (
                f"The rule {name} is a choice between cases; of {self.tried} combinations the best was kept: "
                f"{policy.statement()}"
            )


def combinations(case: Case) -> list[dict[str, Policy]]:
    """Return every way to take one case of each policy that has several.

    Raises
    ------
    InputProblems
        If there are more than can be tried.
    """
    cases = {name: policy.cases(case) for name, policy in case.scenario.policies.items()}
    several = {name: variants for name, variants in cases.items() if len(variants) > 1}
    count = math.prod(len(variants) for variants in several.values())
    if count > MOST_CASES:
        found = f"{count:,} combinations of cases ({', '.join(sorted(several))})"
        hint = "plan fewer years, or name the case in each policy"
        raise_all([Problem("policies", found, f"at most {MOST_CASES}", hint)])
    return [dict(zip(several, picked, strict=True)) for picked in itertools.product(*several.values())]


def ways_of(case: Case) -> list[Scenario]:
    """Return the scenario once for each combination of cases, with these taken: each is one program."""
    return [
        case.scenario.model_copy(update={"policies": {**case.scenario.policies, **chosen}})
        for chosen in combinations(case)
    ]


def best_of(case: Case, add: Add | None = None) -> Answer:
    """Return the best plan over all combinations of cases; `add` puts further rows into each model."""
    found = combinations(case)
    if len(found) == 1:
        return _whole(_built(case, found[0], add), found[0], 1.0)
    share = 0.5 / len(found)
    trials = [_first_stage(_built(case, chosen, add), share) for chosen in found]
    least = min(trial.objective for trial in trials)
    finalists = [
        chosen
        for chosen, trial in zip(found, trials, strict=True)
        if trial.has_plan and trial.objective <= least + SAME_POINTS
    ]
    if not finalists:
        return Answer(build(case, found[0]), _overall(trials[0], trials), {}, ())
    answers = [_whole(_built(case, chosen, add), chosen, 0.5 / len(finalists)) for chosen in finalists]
    best = min(
        (answer for answer in answers if answer.solution.has_plan),
        key=lambda answer: answer.rank,
        default=answers[0],
    )
    return replace(best, solution=_overall(best.solution, trials), tried=len(found))


def _built(case: Case, chosen: Mapping[str, Policy], add: Add | None) -> AllocationModel:
    model = build(case, chosen)
    if add is not None:
        add(model)
    return model


def _first_stage(model: AllocationModel, share: float) -> Solution:
    return solve_stages(model, stages(model)[:1], share)


def _whole(model: AllocationModel, chosen: Mapping[str, Policy], share: float) -> Answer:
    objectives = stages(model)
    solution = solve_stages(model, objectives, share)
    values = solution.values
    rank = (
        tuple(round(_value(stage.expression, values), 6) for stage in objectives) if solution.has_plan else ()
    )
    return Answer(model, solution, chosen, rank)


def _value(expression: Linear, values: np.ndarray) -> float:
    return expression.constant + sum(c * float(values[n]) for n, c in expression.terms.items())


def _overall(best: Solution, trials: list[Solution]) -> Solution:
    """Return the best solution with the bound and the status of all combinations."""
    proven = (Status.OPTIMAL, Status.INFEASIBLE)
    # No index is below 0, so 0 is a bound even where a search ended without one.
    bounds = [0.0 if math.isinf(t.bound) else t.bound for t in trials if t.status is not Status.INFEASIBLE]
    status = best.status
    if not all(trial.status in proven for trial in trials) and status is not Status.UNBOUNDED:
        status = Status.STOPPED
    return replace(best, status=status, bound=min(bounds, default=-math.inf))
