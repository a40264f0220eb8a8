"""At the edge of every row of every policy, its check says of a plan what its rows say.

The rows are written for the optimiser, the check from the rule's text. Here each row in turn is followed as
far as all rows allow, where the check must still pass, and a little further, where it must fail: in a small
district, and in two where there are several of everything that a rule walks over.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from checking import case_of, scenario_of, solved
from policy_examples import EXAMPLES, SEVERAL, Example, two_districts, two_pools

from planner.case import Case
from planner.district import District
from planner.optimize.building import build
from planner.optimize.linear import Linear
from planner.optimize.model import ALWAYS, AllocationModel
from planner.optimize.objective import moves
from planner.optimize.solution import Status
from planner.optimize.warm import WarmSession
from planner.outcome import Outcome
from planner.policies.base import Policy

# How far past its limit a row is followed: a share of the limit, or of its largest coefficient.
BEYOND, OF_COEFFICIENT = 0.02, 0.01
HELD, ROUNDING = 1e-7, 1e-5
# Settings that say which case of a rule is meant; the check judges the rule.
CASES = ("totals", "cut_offs", "bases")
HELPERS = ("auxiliary", "ratio")
# No plan of the example breaks it: local dollars stand as they are, and alone they meet the rule.
NEVER_BROKEN = ("maintenance_of_effort_idea",)


@dataclass(frozen=True)
class Edge:
    """A row of a policy with its bounds, and the expression that it bounds."""

    row: int
    lower: float
    upper: float
    activity: Linear

    @property
    def beyond(self) -> float:
        """How far past the limit is clearly past it."""
        limit = abs(self.upper if math.isfinite(self.upper) else self.lower)
        return max(BEYOND * limit, OF_COEFFICIENT * max(map(abs, self.activity.terms.values())))


def edges(model: AllocationModel, owner: str) -> Iterator[Edge]:
    program = model.program
    ends = [*program.starts[1:], len(program.indices)]
    for _, row in model.owned(owner):
        places = range(program.starts[row], ends[row])
        terms = {program.indices[place]: program.values[place] for place in places}
        if terms:
            yield Edge(row, program.row_lower[row], program.row_upper[row], Linear(terms))


def session_of(model: AllocationModel) -> WarmSession:
    session = WarmSession(model.program, 60.0)
    session.begin()
    return session


def followed(model: AllocationModel, edge: Edge, further: float) -> np.ndarray | None:
    """Return the plan of fewest moves that goes as far past a row as it is let; None where none can."""
    session = session_of(model)
    session.change_rows({edge.row: (edge.lower - further, edge.upper + further)})
    sign = -1.0 if math.isfinite(edge.upper) else 1.0
    if session.minimise(edge.activity * sign) is not Status.OPTIMAL:
        return None
    reached = sum(c * session.values()[column] for column, c in edge.activity.terms.items())
    session.change_rows({edge.row: (reached - HELD, reached + HELD)})
    return session.values() if session.minimise(moves(model)) is Status.OPTIMAL else None


def keeps_rows(case: Case, policy: Policy, plan: dict[tuple[str, object], float]) -> bool:
    """Tell whether the decisions of a plan keep the rows of some case of a policy."""
    general = policy.model_copy(update={name: {} for name in CASES if name in type(policy).model_fields})
    for variant in general.cases(case):
        model = build(case, {policy.name: variant})
        session = session_of(model)
        held = {
            number: (value - ROUNDING, value + ROUNDING)
            for number, column in enumerate(model.columns)
            if column.family not in HELPERS
            for value in [plan[column.family, column.key]]
        }
        session.change_columns(held)
        for number, label in enumerate(model.rows):
            if label.owner not in (policy.name, ALWAYS, "definition"):
                session.change_rows({number: (-math.inf, math.inf)})
        if session.minimise(Linear()) is Status.OPTIMAL:
            return True
    return False


def outcome_at(model: AllocationModel, values: np.ndarray) -> Outcome:
    """Return what the decisions leave, as they are: a plan's own rows would drop moves that lead nowhere."""
    decisions: dict[str, dict[tuple[object, ...], float]] = {}
    for column, value in zip(model.columns, values, strict=True):
        decisions.setdefault(column.family, {})[column.key] = max(0.0, float(value)) * column.unit
    for family in ("sections", "dollars"):
        decisions[family] = {
            key: part.constant + sum(c * float(values[column]) for column, c in part.terms.items())
            for key, part in model.named(family)
        }
    decisions["ratio"] = {}
    for policy in model.case.policies_of("class_size"):
        decisions["ratio"] |= policy.tightest(Outcome(model.case, decisions))  # type: ignore[attr-defined]
    return Outcome(model.case, decisions)


ON_TWO_DISTRICTS = [
    pytest.param(example, two_districts, name, id=f"{name}, several") for name, example in SEVERAL.items()
]


@pytest.mark.parametrize(
    ("example", "data", "name"),
    [pytest.param(example, two_pools, name, id=name) for name, example in EXAMPLES.items()]
    + ON_TWO_DISTRICTS,
)
def test_check_and_rows_agree_at_every_edge(
    example: Example, data: Callable[[], District], name: str
) -> None:
    scenario = example.scenario()
    case, policy = case_of(data(), scenario), scenario.policies[example.kind]
    model = build(case)
    broken = 0
    for edge in edges(model, policy.name):
        for further in (0.0, edge.beyond):
            values = followed(model, edge, further)
            if values is None:
                continue
            plan = {(c.family, c.key): float(v) for c, v in zip(model.columns, values, strict=True)}
            kept = keeps_rows(case, policy, plan)
            checked = all(finding.holds for finding in policy.check(outcome_at(model, values)))
            assert checked == kept, f"{model.rows[edge.row]}, {further:g} further"
            broken += not kept
    assert bool(broken) != (name in NEVER_BROKEN)


@pytest.mark.parametrize("name", SEVERAL)
def test_a_plan_of_two_districts_keeps_the_rule_in_both(name: str) -> None:
    """What a rule did not ask of the second school, pool or district would be taken there."""
    example = SEVERAL[name]
    terms = [
        {"measure": kind, "index": "deviation"} for kind in ("experienced_teachers", "teachers", "dollars")
    ]
    policies = {example.kind: example.settings, **example.beside}
    scenario = scenario_of(*terms, years=list(example.years), policies=policies, **example.steps)
    solved(two_districts(), scenario)
