"""The least change of a scenario's numbers that makes room for a plan, in natural steps.

Every number that a policy's steps relax gets a column of its own: how many steps it is relaxed. The program
then asks for the fewest steps in all. Rows that are no straight line in a number (students over a limit) are
taken as one near the present value; the answer is tried, and taken anew from there where it is not enough.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic import BaseModel

from planner.case import Case
from planner.district import District
from planner.merging import apply_edit
from planner.optimize.feasibility import is_feasible
from planner.optimize.linear import Linear
from planner.optimize.live import LivePlan
from planner.optimize.redraft import NewPattern
from planner.optimize.shortfall import least_broken
from planner.optimize.solution import Status
from planner.optimize.warm import RowNumbers
from planner.policies.base import Policy
from planner.problems import InputProblems
from planner.scenario import Scenario, resolve_scenario
from planner.yaml_file import KeyPath

MOST_ROUNDS = 6
# Whole steps by which a single number is eased, where amounts that are no whole steps would do with less.
MOST_OF_ONE = (1, 2, 4, 8)
FUND_STEP = 100_000.0
# A change outside the conflict is a last resort, and of changes that are equally small the first is taken.
OUTSIDE, LATER = 1_000.0, 1e-4
# What a number is rounded to, always towards more room; other units to a round tenth of a step, or finer.
GRAIN = {"FTE": 0.01, "students": 0.1, "percentage points": 0.001, "dollars": 1_000.0}
# Bounds up to this are those of shares and of multiples, which are counted in percentage points.
HIGHEST_SHARE = 10.0
FUZZ = 1e-6


@dataclass(frozen=True, slots=True)
class Ease:
    """A setting that may be relaxed.

    Parameters
    ----------
    path
        Where it stands in the scenario.
    before, after
        Its value, and its value one natural step further.
    unit
        ``FTE``, ``dollars``, ``students``, ``percentage points`` or a unit of the policy's own; empty for a
        setting that is no number.
    weight
        What a step of it counts for.
    steps
        How many steps it is relaxed.
    ceiling
        Most that the setting may be.
    """

    path: KeyPath
    before: Any
    after: Any
    unit: str
    weight: float = 1.0
    steps: float = 0.0
    ceiling: float = math.inf

    @property
    def most(self) -> float:
        """Most steps that leave a value which makes sense."""
        change = self.after - self.before
        if change < 0:
            return float(self.before / -change)
        return float((self.ceiling - self.before) / change)

    @property
    def _grain(self) -> float:
        step = abs(self.after - self.before)
        return GRAIN.get(self.unit, 10.0 ** math.floor(math.log10(step / 10)))

    def value(self, steps: float) -> float:
        """Return the value after some steps, rounded towards more room."""
        grain, change = self._grain, self.after - self.before
        exact = self.before + min(steps, self.most) * change
        nearest = round(round(exact / grain) * grain, 9)
        if abs(nearest - exact) <= FUZZ * abs(change):
            return float(nearest)
        outward = math.ceil if change > 0 else math.floor
        return float(min(self.ceiling, max(0.0, round(outward(exact / grain) * grain, 9))))

    def reaching(self, value: float) -> Ease:
        """Return the change as far as a value."""
        return replace(self, steps=(value - self.before) / (self.after - self.before))

    @property
    def grains(self) -> int:
        """How often its value can be taken back by its grain and still be a change."""
        size: float = abs(self.value(self.steps) - self.before)
        return math.ceil(size / self._grain - FUZZ) - 1

    def back(self, grains: int) -> float:
        """Return its value taken back towards the one before."""
        outward = math.copysign(self._grain, self.after - self.before)
        return round(self.value(self.steps) - grains * outward, 9)

    def words(self) -> str:
        """Return the change in natural units, such as ``1 FTE``."""
        size = abs(self.value(self.steps) - self.before)
        if self.unit.startswith("dollars"):
            return f"${size:,.0f}{self.unit.removeprefix('dollars')}"
        if self.unit == "percentage points":
            points = f"{round(100 * size, 3):g}"
            return f"{points} percentage point{'' if points == '1' else 's'}"
        return f"{float(f'{size:.3g}'):g} {'student' if size == 1 and self.unit == 'students' else self.unit}"


def numbers_to_ease(scenario: Scenario, policies: Iterable[str]) -> list[Ease]:
    """Return every number that the steps of the policies relax; those in `policies` before all others."""
    inside = set(policies)
    found: dict[KeyPath, Ease] = {}
    for name, policy in sorted(scenario.policies.items(), key=lambda item: (item[0] not in inside, item[0])):
        for step in policy.steps():
            for path, before, after in _changes(policy.model_dump(), step.policy.model_dump()):
                unit, ceiling = _unit(policy, path)
                where = ("policies", name, *path)
                if where not in found and _is_number(before) and _is_number(after):
                    weight = 1.0 if name in inside else OUTSIDE
                    found[where] = Ease(where, float(before), float(after), unit, weight, ceiling=ceiling)
    return list(found.values())


def fund_dollars_to_ease(case: Case) -> list[Ease]:
    """Return the dollars of each planned fund that has one amount for all districts."""
    return [
        Ease(("funds", name, "dollars"), float(fund.dollars), fund.dollars + FUND_STEP, "dollars", OUTSIDE)
        for name, fund in case.funds.items()
        if not isinstance(fund.dollars, dict)
    ]


def settings_to_ease(scenario: Scenario, policies: Iterable[str]) -> Iterator[list[Ease]]:
    """Yield, step by step, what is no number in the policies' steps: a freeze lifted, a choice widened."""
    for name in policies:
        for step in scenario.policies[name].steps():
            changes = list(_changes(scenario.policies[name].model_dump(), step.policy.model_dump()))
            if not all(_is_number(after) for _, _, after in changes):
                yield [Ease(("policies", name, *path), old, new, "") for path, old, new in changes]


def _changes(before: Any, after: Any, at: KeyPath = ()) -> Iterator[tuple[KeyPath, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before:
            yield from _changes(before[key], after[key], (*at, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, pair in enumerate(zip(before, after, strict=True)):
            yield from _changes(*pair, (*at, number))
    elif before != after:
        yield at, before, after


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unit(policy: Policy, path: KeyPath) -> tuple[str, float]:
    """Return what a number is counted in and the most it may be: shares have a bound, others go by name."""
    held: Any = policy
    most = None
    for key in path:
        if isinstance(held, BaseModel):
            limits = [getattr(mark, "le", None) for mark in type(held).model_fields[str(key)].metadata]
            limits += _limits_within(type(held).model_fields[str(key)].annotation)
            most = next((limit for limit in limits if limit is not None), None)
            held = getattr(held, str(key))
        else:
            held = held[key]
    names = " ".join(str(part) for part in path)
    if most is not None and most <= HIGHEST_SHARE:
        return "percentage points", float(most)
    if any(word in names for word in ("courses", "students")):
        return "students", math.inf
    own = policy.unit_of(str(path[-1]))
    return (own if own != "FTE" or "dollars" not in names else "dollars"), math.inf


def _limits_within(annotation: Any) -> list[Any]:
    """Limits of an optional number, which stand one level further in."""
    marks = [
        mark for part in getattr(annotation, "__args__", ()) for mark in getattr(part, "__metadata__", ())
    ]
    return [getattr(inner, "le", None) for mark in marks for inner in (mark, *getattr(mark, "metadata", ()))]


# The search -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Room:
    """A scenario that has a plan, and the changes that it took."""

    scenario: Scenario
    changes: tuple[Ease, ...]


def make_room(district: District, scenario: Scenario, policies: Iterable[str]) -> Room | None:
    """Return the scenario with the least change that has a plan, or None where no step helps.

    Parameters
    ----------
    district, scenario
        The question that has no plan.
    policies
        The policies that cannot hold together; others are changed only where these are not enough.
    """
    chosen = sorted(policies)
    for wide in (False, True):
        found = _by_numbers(district, scenario, chosen, wide) if chosen or wide else None
        if found is not None:
            return found
    rooms = [
        _with_setting(district, scenario, chosen, change) for change in settings_to_ease(scenario, chosen)
    ]
    return min(
        (room for room in rooms if room), key=lambda room: sum(e.steps for e in room.changes), default=None
    )


def _with_setting(
    district: District, scenario: Scenario, policies: list[str], change: list[Ease]
) -> Room | None:
    done = tuple(replace(ease, steps=1.0) for ease in change)
    eased = _edited(scenario, {ease.path: ease.after for ease in change})
    if eased is None:
        return None
    if is_feasible(district, eased):
        return Room(eased, done)
    room = _by_numbers(district, eased, policies, wide=False)
    return None if room is None else Room(room.scenario, (*done, *room.changes))


def _by_numbers(district: District, scenario: Scenario, policies: list[str], wide: bool) -> Room | None:
    """Change numbers of the policies; if `wide`, also those of other policies and the funds' dollars."""
    start = {ease.path: ease for ease in _eases(district, scenario, policies, wide)}
    for number in range(MOST_ROUNDS):
        present = {ease.path: ease for ease in _eases(district, scenario, policies, wide)}
        steps = _fewest_steps(district, scenario, list(present.values()))
        if steps is None:
            return None
        if number:
            # The line was not the curve: go a whole step rather than creep up on the answer.
            steps = {path: math.ceil(taken - FUZZ) for path, taken in steps.items()}
        eased = _edited(scenario, {path: present[path].value(taken) for path, taken in steps.items()})
        if not steps:
            # Any amounts find room, whole steps do not.
            eased = None if wide else _one_eased(district, scenario, list(present.values()))
        if eased is None:
            return None
        scenario = eased
        if is_feasible(district, scenario):
            return _no_further(district, Room(scenario, tuple(_taken(start, scenario))))
    return None


def _one_eased(district: District, scenario: Scenario, eases: Sequence[Ease]) -> Scenario | None:
    """Return the scenario with one number eased by the fewest whole steps that make room."""
    for steps, ease in itertools.product(MOST_OF_ONE, eases):
        eased = _edited(scenario, {ease.path: ease.value(steps)}) if steps <= ease.most else None
        if eased is not None and is_feasible(district, eased):
            return eased
    return None


def _no_further(district: District, room: Room) -> Room:
    """Take each number back as far as there still is room: it was eased along a line, or by whole steps."""
    changes: list[Ease] = []
    scenario = room.scenario
    for ease in room.changes:
        scenario, kept = _taken_back(district, scenario, ease)
        changes.append(kept)
    return Room(scenario, tuple(changes))


def _taken_back(district: District, scenario: Scenario, ease: Ease) -> tuple[Scenario, Ease]:
    """Return the scenario with a number eased no further than it must be, to its grain, and the change."""
    reached = ease.value(ease.steps)
    low, high, next_ = 0, ease.grains, 1
    while low < high:
        value = ease.back(next_)
        less = _edited(scenario, {ease.path: value})
        if less is not None and is_feasible(district, less):
            scenario, reached, low = less, value, next_
        else:
            high = next_ - 1
        next_ = (low + high + 1) // 2
    return scenario, ease.reaching(reached)


def _taken(start: Mapping[KeyPath, Ease], scenario: Scenario) -> Iterator[Ease]:
    for path, ease in start.items():
        held: Any = scenario.funds if path[0] == "funds" else scenario.policies
        value = _value_at(held, path[1:], ease.before)
        if value != ease.before:
            yield ease.reaching(value)


def _value_at(held: Any, path: KeyPath, missing: float) -> float:
    for key in path:
        if isinstance(held, dict) and key not in held:
            return missing
        held = getattr(held, str(key)) if isinstance(held, BaseModel) else held[key]
    return float(held)


def _eases(district: District, scenario: Scenario, policies: list[str], wide: bool) -> list[Ease]:
    numbers = numbers_to_ease(scenario, policies)
    if wide:
        return [*numbers, *fund_dollars_to_ease(Case(district, scenario))]
    return [ease for ease in numbers if ease.weight < OUTSIDE]


def _edited(scenario: Scenario, values: Mapping[KeyPath, Any]) -> Scenario | None:
    data: dict[str, Any] = scenario.resolved()
    try:
        for path, value in values.items():
            whole = isinstance(value, float) and value.is_integer()
            data = apply_edit(data, path, int(value) if whole else value)
        return resolve_scenario(data)
    except InputProblems:
        return None


def _fewest_steps(district: District, scenario: Scenario, eases: list[Ease]) -> dict[KeyPath, float] | None:
    """Return how many steps of each number make room, the fewest in all; None where no number does."""
    live = LivePlan(district, scenario, in_steps=False)
    point = least_broken(live.model, scenario.policies)
    if point is None:
        point = np.zeros(len(live.model.columns))
    columns: list[tuple[Ease, int]] = []
    for ease in eases:
        moved = list(_moved_bounds(live, ease, point))
        if moved:
            column = _new_column(live, ease)
            columns.append((ease, column))
            for row, coefficient in moved:
                live.session.change_terms(row, {}, {column: coefficient})
    terms = {column: ease.weight * (1 + LATER * place) for place, (ease, column) in enumerate(columns)}
    live.session.begin()
    if not columns or live.session.minimise(Linear(terms)) is not Status.OPTIMAL:
        return None
    values = live.session.values()
    return {ease.path: float(values[column]) for ease, column in columns if values[column] > FUZZ}


def _new_column(live: LivePlan, ease: Ease) -> int:
    column = next(iter(live.session.add_column().terms))
    live.session.change_columns({column: (0.0, ease.most)})
    return column


def _moved_bounds(live: LivePlan, ease: Ease, point: np.ndarray) -> Iterator[tuple[int, float]]:
    """Yield the rows whose bound a step moves, with what a step takes off their left side."""
    eased = _edited(live.case.scenario, {ease.path: ease.after})
    if eased is None:
        return
    try:
        edits = live.redraft(live.case_under(eased))[1]
    except NewPattern:
        return
    for row, after in edits.rows.items():
        moved = _shift(live.numbers(row), after, point)
        if moved:
            yield row, -moved


def _shift(before: RowNumbers, after: RowNumbers, point: np.ndarray) -> float:
    """How far the bound moves in a step, as seen from a point where coefficients change too."""
    bounds = [
        new - old
        for old, new in ((before.lower, after.lower), (before.upper, after.upper))
        if math.isfinite(old) and math.isfinite(new)
    ]
    return (bounds[0] if bounds else 0.0) - (after.activity(point) - before.activity(point))
