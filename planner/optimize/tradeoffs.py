"""The price list: how much the inequity falls when a policy is relaxed by one natural step.

The headline figure is a re-solve of the relaxed program, warm where only numbers of it change. Beside it
stands the first-order price: the duals of the rows that the step moves, times how far it moves them. It is
exact for a very small step, and a most for a whole one that moves bounds alone; where the two differ, the
note says why.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from planner.case import Case, checked_case
from planner.district import District
from planner.optimize import nothing_found
from planner.optimize.cases import best_of, ways_of
from planner.optimize.live import FirstStage, LivePlan, is_in_whole_steps, searches_anew
from planner.optimize.redraft import Edits, NewPattern
from planner.optimize.solution import Status
from planner.optimize.warm import RowNumbers
from planner.plan import rounded
from planner.policies.base import Relaxation
from planner.scenario import Scenario

# Points below this are the solver's own rounding.
NO_POINTS = 5e-7
NO_DUAL = 1e-9
TIGHT = 1e-6
# How much of a step is taken to see whether the first-order price holds near the present limit.
SMALL_PART = 1e-3
SAME_SHARE = 0.01
# Every step of a whole-step program gets an equal share of the time limit, but not less than this.
LEAST_SECONDS = 2.0

Steps = Sequence[tuple[str, Relaxation]]

AT_ONCE = "The same at first order: nothing else gets in the way within the step."
FADES = "Less than the first-order price says: within the step another rule takes over."
NOT_UNIQUE = (
    "The first-order price is not unique: several rules press on the plan at one point, and relaxing this "
    "one alone does not free it as that price says."
)
CURVED = "The step changes a share of what is decided itself, so the first-order price is only a slope."
ANEW = "The step lets the plan decide what it could not before; only the re-solve can price that."
WHOLE = "Whole steps have no first-order price: this is that of a search of its own, to the gap asked for."
OUT_OF_TIME = "Time ran out before proof: the step may buy more than this."
CASES = (
    "A rule that is a choice between cases has no first-order price: this is the best of all cases, each "
    "solved again."
)
BUYS_NOTHING = "The plan is at this limit, but more room under it would not lower the index."
ROOM_LEFT = "The plan has room left under this rule, so relaxing it changes nothing."
DROPPED = "The step takes the rule away here; a first-order price is only of a step that moves it."
NOTHING = "The step changes nothing in this district."


@dataclass(frozen=True, slots=True)
class Price:
    """What one natural step of relaxing a policy buys.

    Parameters
    ----------
    policy
        Name of the policy in the scenario.
    step
        The step in words.
    binds
        Whether the plan is at a limit of the policy that the step moves; None where that was not looked at.
    before, after
        Inequity under the policy and one step further [points; today is 100].
    points
        The fall [points].
    first_order
        The fall by the duals [points]; None where there are none.
    agrees
        Whether the two figures are the same.
    note
        The reason where they differ, or why a figure is missing.
    """

    policy: str
    step: str
    binds: bool | None
    before: float
    after: float
    points: float
    first_order: float | None
    agrees: bool
    note: str

    def sentence(self) -> str:
        """Return the price in words."""
        change = self.step[:1].upper() + self.step[1:]
        if self.points <= 0:
            return f"{change} would leave the index at {self.before:.4g}."
        return f"{change} would lower the index from {self.before:.4g} to {self.after:.4g}."


def price_list(
    district: District, scenario: Scenario, policies: Iterable[str] | None = None
) -> tuple[Price, ...]:
    """Return what each natural step of each policy buys, the dearest rule first.

    Parameters
    ----------
    district, scenario
        The question that the plan answers.
    policies
        Names of the policies to price; all where None.

    Raises
    ------
    InputProblems
        If the scenario does not fit the data.
    Infeasible, OutOfTime
        If there is no plan to price.
    """
    names = sorted(scenario.policies) if policies is None else list(policies)
    steps = [(name, step) for name in names for step in scenario.policies[name].steps()]
    case = checked_case(district, scenario)
    found = _priced(case, steps)
    return tuple(sorted(found, key=lambda price: (-price.points, price.policy, price.step)))


def _priced(case: Case, steps: Steps) -> Iterator[Price]:
    if is_in_whole_steps(case.scenario):
        return _searched(case, steps)
    return _by_cases(case, steps) if searches_anew(case) else _warm(case.district, case.scenario, steps)


def relaxed(scenario: Scenario, policy: str, step: Relaxation) -> Scenario:
    """Return the scenario with a step of a policy taken."""
    return scenario.model_copy(update={"policies": {**scenario.policies, policy: step.policy}})


# Warm re-solves ---------------------------------------------------------------------------------------------


def _warm(district: District, scenario: Scenario, steps: Steps) -> Iterator[Price]:
    live = LivePlan(district, scenario)
    plan = live.solution()
    if live.first is None or not plan.has_plan:
        raise nothing_found(district, scenario, plan)
    for name, step in steps:
        yield _Pricing(live, live.first, plan.values, name, step).price()


@dataclass(frozen=True)
class _Pricing:
    """One step and all that is needed to price it."""

    live: LivePlan
    first: FirstStage
    plan: np.ndarray
    policy: str
    step: Relaxation

    def price(self) -> Price:
        """Return the price of the step."""
        case = self.live.case_under(relaxed(self.live.case.scenario, self.policy, self.step))
        try:
            edits = self.live.redraft(case)[1]
        except NewPattern:
            return self._anew(case)
        if not edits.rows and not edits.columns:
            return self._priced(self.first.objective, False, 0.0, True, NOTHING)
        if not self._at_limit(edits):
            return self._priced(self.first.objective, False, 0.0, True, ROOM_LEFT)
        after = self.live.inequity_under(edits)
        first_order = self._first_order(edits)
        agrees, note = self._compared(edits, self.first.objective - after, first_order)
        return self._priced(after, True, first_order, agrees, note)

    def _priced(self, after: float, binds: bool, first_order: float | None, agrees: bool, note: str) -> Price:
        before = self.first.objective
        points = before - after if before - after > NO_POINTS else 0.0
        figure = None if first_order is None else rounded(first_order, "points")
        reached = rounded(before - points, "points")
        return Price(
            self.policy,
            self.step.words,
            binds,
            rounded(before, "points"),
            reached,
            rounded(points, "points"),
            figure,
            agrees,
            note,
        )

    def _anew(self, case: Case) -> Price:
        after = min(self.first.objective, _least(self.live.district, case.scenario))
        return self._priced(after, after < self.first.objective - NO_POINTS, None, False, ANEW)

    def _at_limit(self, edits: Edits) -> bool:
        rows = any(_is_tight(self.live.numbers(row), self.plan) for row in edits.rows)
        return rows or any(
            abs(self.plan[column] - bound) <= TIGHT
            for column in edits.columns
            for bound in self.live.bounds(column)
        )

    def _first_order(self, edits: Edits) -> float | None:
        """Return the fall that the duals promise [points]; None where a bound goes altogether."""
        fall = 0.0
        for row, after in edits.rows.items():
            before, dual = self.live.numbers(row), float(self.first.prices[row])
            if abs(dual) > NO_DUAL:
                point = self.first.values
                fall -= dual * (_moved((before.lower, before.upper), (after.lower, after.upper), dual))
                fall += dual * (after.activity(point) - before.activity(point))
        for column, bounds in edits.columns.items():
            dual = float(self.first.reduced[column])
            if abs(dual) > NO_DUAL:
                fall -= dual * _moved(self.live.bounds(column), bounds, dual)
        return max(0.0, fall) if math.isfinite(fall) else None

    def _compared(self, edits: Edits, points: float, first_order: float | None) -> tuple[bool, str]:
        """Tell whether the two figures agree, and why not."""
        if first_order is None:
            return False, DROPPED
        if max(first_order, points) <= NO_POINTS:
            return True, BUYS_NOTHING
        if abs(first_order - points) <= NO_POINTS + SAME_SHARE * max(first_order, points):
            return True, AT_ONCE
        near = self.first.objective - self.live.inequity_under(self._part_of(edits))
        if abs(near - SMALL_PART * first_order) > NO_POINTS / 10 + SAME_SHARE * SMALL_PART * first_order:
            return False, NOT_UNIQUE
        curved = any(self.live.numbers(row).values != after.values for row, after in edits.rows.items())
        return False, CURVED if curved else FADES

    def _part_of(self, edits: Edits) -> Edits:
        rows = {row: _between(self.live.numbers(row), after) for row, after in edits.rows.items()}
        columns = {
            column: tuple(map(_part, self.live.bounds(column), bounds))
            for column, bounds in edits.columns.items()
        }
        return Edits(rows, columns)  # type: ignore[arg-type]


def _is_tight(row: RowNumbers, point: np.ndarray) -> bool:
    activity = row.activity(point)
    size = max(1.0, max(map(abs, row.values), default=1.0))
    return any(math.isfinite(b) and abs(activity - b) <= TIGHT * size for b in (row.lower, row.upper))


def _moved(before: tuple[float, float], after: tuple[float, float], dual: float) -> float:
    """How far the bound goes that a dual presses on: the lower one where more of it would cost more."""
    side = 0 if dual > 0 else 1
    return after[side] - before[side] if after[side] != before[side] else 0.0


def _between(before: RowNumbers, after: RowNumbers) -> RowNumbers:
    """Return the row a small part of the step further."""
    old = dict(zip(before.columns, before.values, strict=True))
    new = dict(zip(after.columns, after.values, strict=True))
    columns = tuple(sorted(old.keys() | new.keys()))
    values = tuple(_part(old.get(column, 0.0), new.get(column, 0.0)) for column in columns)
    return RowNumbers(columns, values, _part(before.lower, after.lower), _part(before.upper, after.upper))


def _part(before: float, after: float) -> float:
    return before if before == after else before + SMALL_PART * (after - before)


# A choice between cases, and whole steps --------------------------------------------------------------------


def _by_cases(case: Case, steps: Steps) -> Iterator[Price]:
    """Price rules that are a choice between cases: each case warm from its own basis, the best kept."""
    asked = [case.scenario, *(relaxed(case.scenario, name, step) for name, step in steps)]
    ways = [ways_of(case.under(scenario)) for scenario in asked]
    least = [math.inf] * len(asked)
    for number, way in enumerate(ways[0]):
        # One program at a time: all of them at once would not fit in memory.
        live = LivePlan(case.district, way)
        live.least_inequity()
        for at, others in enumerate(ways):
            if len(others) == len(ways[0]):
                least[at] = min(least[at], _least_under(live, others[number]))
    for at, others in enumerate(ways):
        if len(others) != len(ways[0]):
            least[at] = min(_least(case.district, way) for way in others)
    if not math.isfinite(least[0]):
        raise nothing_found(case.district, case.scenario, best_of(case).solution)
    for (name, step), after in zip(steps, least[1:], strict=True):
        yield _of_search(name, step, least[0], after, CASES)


def _least_under(live: LivePlan, scenario: Scenario) -> float:
    try:
        return live.inequity_under(live.redraft(live.case_under(scenario))[1])
    except NewPattern:
        return _least(live.district, scenario)


def _least(district: District, scenario: Scenario) -> float:
    live = LivePlan(district, scenario)
    live.least_inequity()
    return math.inf if live.first is None else live.first.objective


def _searched(case: Case, steps: Steps) -> Iterator[Price]:
    """Price whole steps, by a search for each step of a rule."""
    before = best_of(case).solution
    if not before.has_plan:
        raise nothing_found(case.district, case.scenario, before)
    seconds = max(LEAST_SECONDS, case.scenario.solver.time_limit_seconds / max(1, len(steps)))
    options = case.scenario.solver.model_copy(update={"time_limit_seconds": seconds})
    for name, step in steps:
        scenario = relaxed(case.scenario, name, step).model_copy(update={"solver": options})
        found = best_of(Case(case.district, scenario)).solution
        note = WHOLE if found.status is Status.OPTIMAL else OUT_OF_TIME
        yield _of_search(name, step, before.objective, found.objective, note)


def _of_search(policy: str, step: Relaxation, before: float, after: float, note: str) -> Price:
    # What holds under the rule holds under the relaxed one: an answer above it is the gap speaking.
    points = max(0.0, before - after)
    points = points if points > NO_POINTS else 0.0
    old, new, fall = (rounded(figure, "points") for figure in (before, before - points, points))
    return Price(policy, step.words, True if points else None, old, new, fall, None, False, note)
