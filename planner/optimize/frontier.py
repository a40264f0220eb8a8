"""The frontier: the least inequity for each amount of moves, of dollars, or for each class-size limit.

Points lie evenly between two ends. Where the frontier is over moves or dollars the ends are found, not given:
from the least amount with which all rules can be kept to the amount that the plan itself takes. Each point is
an optimum under one row or one number more, found warm from the point before it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.district import District
from planner.merging import apply_edit, value_at
from planner.optimize import nothing_found
from planner.optimize.building import build
from planner.optimize.cases import Answer, best_of, combinations, ways_of
from planner.optimize.linear import Linear
from planner.optimize.live import WATCHED, LivePlan, dollars_placed, is_in_whole_steps
from planner.optimize.model import DOLLAR_UNIT, AllocationModel
from planner.optimize.objective import Stage, moves, stages
from planner.optimize.search import solve_stages
from planner.optimize.solution import Solution, Status
from planner.plan import DECIMALS, Plan, rounded
from planner.problems import Problem, raise_all
from planner.scenario import Scenario, resolve_scenario
from planner.yaml_file import undotted

LEAST_POINTS = 20
DEFAULT_POINTS = 21
PLAN_LIMIT = "plan_limit"
UNITS = {"moves": "FTE", "dollars": "dollars"}
# Room on either side of an amount, so that its own plan is not shut out by rounding [FTE, thousand dollars].
GRAIN = 1e-8
# How far below and above its present value a class-size limit is followed where no range is given [students].
CLASS_SIZES = 5.0


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a frontier.

    Parameters
    ----------
    level
        The most that may be used, or the value of the setting.
    inequity
        Least inequity at that level [points]; None where no plan keeps all the rules.
    bound
        No plan at that level is below this [points].
    """

    level: float
    inequity: float | None
    bound: float | None


@dataclass(frozen=True)
class Frontier:
    """Least inequity along one axis; `plan` gives the plan behind a point.

    Parameters
    ----------
    axis
        ``moves``, ``dollars``, or the dotted path of a number of the scenario.
    unit
        Unit of the levels.
    points
        By rising level.
    """

    district: District
    scenario: Scenario
    axis: str
    unit: str
    points: tuple[Point, ...]

    def plan(self, number: int, made_at: str = "") -> Plan:
        """Return the plan behind a point.

        Raises
        ------
        ValueError
            If no plan keeps all the rules there.
        """
        point = self.points[number]
        if point.inequity is None:
            raise ValueError(f"no plan keeps all the rules at {self.axis} {point.level:g}")
        live = LivePlan(self.district, self.scenario)
        plan = _Tracer(live, self.axis).plan(point.level, made_at)
        assert plan is not None
        return plan


def trace(
    district: District,
    scenario: Scenario,
    axis: str = "moves",
    points: int = DEFAULT_POINTS,
    between: tuple[float, float] | None = None,
) -> Frontier:
    """Return the least inequity along an axis.

    Parameters
    ----------
    district, scenario
        The question.
    axis
        ``moves`` (FTE that transfer, over all years), ``dollars`` (planned dollars above today's lines, over
        all years) or the dotted path of a number of the scenario, such as
        ``policies.class_size.courses.K-3 core.max``.
    points
        How many, both ends among them; at least 20.
    between
        The ends. Where None: for moves and dollars from the least with which all rules can be kept (for
        dollars not below 0) to what the plan takes; for a class-size limit five students either way.

    Raises
    ------
    InputProblems
        If the scenario does not fit the data, or the axis is none of it.
    Infeasible, OutOfTime
        If there is no plan to trace moves or dollars from.
    """
    found = tuple(tracing(district, scenario, axis, points, between))
    return Frontier(district, scenario, axis, unit_of(axis), found)


def tracing(
    district: District,
    scenario: Scenario,
    axis: str = "moves",
    points: int = DEFAULT_POINTS,
    between: tuple[float, float] | None = None,
) -> Iterator[Point]:
    """Yield the points of `trace`, each as soon as it is found; parameters and errors are the same."""
    if points < LEAST_POINTS:
        raise_all([Problem("points", f"{points}", f"at least {LEAST_POINTS}")])
    tracer = _Tracer(LivePlan(district, scenario), axis)
    low, high = between if between is not None else tracer.ends()
    yield from tracer.trace(np.linspace(min(low, high), max(low, high), points).tolist())


def edits_at(data: Mapping[str, Any], axis: str, level: float) -> dict[str, Any]:
    """Return what makes of a scenario the one of a point, by dotted path: its plan has the point's inequity.

    Limits on moves and dollars become those of the policy `plan_limit`, rounded up in their last digit so
    that the point's own plan keeps them.
    """
    if axis not in WATCHED:
        return {axis: level}
    decimals = DECIMALS[UNITS[axis]]
    most = math.ceil(level * 10**decimals + 0.5) / 10**decimals
    policies = data.get("policies", {})
    name = next((n for n, spec in policies.items() if spec.get("kind", n) == PLAN_LIMIT), PLAN_LIMIT)
    return {f"policies.{name}.max_{axis}": most}


def unit_of(axis: str) -> str:
    """Return the unit of an axis's levels."""
    if axis in UNITS:
        return UNITS[axis]
    return "students" if ".courses." in axis else ""


class _Tracer:
    """Follows one axis from level to level."""

    def __init__(self, live: LivePlan, axis: str) -> None:
        self.live, self.axis = live, axis
        self._scenario = live.case.scenario
        self._data = self._scenario.resolved()
        if axis not in WATCHED:
            self._present = self._number(axis)

    def _number(self, axis: str) -> float:
        held = value_at(self._data, undotted(axis))
        if not isinstance(held, int | float) or isinstance(held, bool):
            expected = "moves, dollars, or the path of a number that the scenario sets"
            raise_all([Problem("axis (--over)", f"'{axis}'", expected)])
        return float(held)

    # Ends -------------------------------------------------------------------------------------------------

    def ends(self) -> tuple[float, float]:
        """Return where the frontier begins and ends."""
        if self.axis not in WATCHED:
            if ".courses." not in self.axis:
                expected = "both ends of the axis, where it is neither moves, dollars nor a class size"
                raise_all([Problem("between (--from and --to)", "nothing", expected)])
            return max(1.0, self._present - CLASS_SIZES), self._present + CLASS_SIZES
        best = self._whole_answer()
        if not best.solution.has_plan:
            raise nothing_found(self.live.district, self._scenario, best.solution)
        most = _value(self._used(best.model), best.solution.values)
        least = self._least()
        if self.axis == "dollars":
            least = max(0.0, least)
        return min(least, most) * self._scale, most * self._scale

    @property
    def _scale(self) -> float:
        return DOLLAR_UNIT if self.axis == "dollars" else 1.0

    def _used(self, model: AllocationModel) -> Linear:
        return moves(model) if self.axis == "moves" else dollars_placed(model)

    def _whole_answer(self) -> Answer:
        self.live.solution()
        assert self.live.answer is not None
        return self.live.answer

    def _least(self) -> float:
        """Least of what is used with which all rules can be kept."""
        found = []
        for chosen in combinations(self.live.case):
            model = build(self.live.case, chosen)
            stages(model)  # the indices' own columns and rows are part of the model
            used = self._used(model)
            solution = solve_stages(model, [Stage(self.axis, used, GRAIN)])
            found += [_value(used, solution.values)] if solution.has_plan else []
        return min(found)

    # Points -----------------------------------------------------------------------------------------------

    def trace(self, levels: Sequence[float]) -> Iterator[Point]:
        """Yield the point of each level, each found warm from the one before it where that can be."""
        ways = self._ways(levels)
        if len(ways) < 2:
            yield from map(self.point, levels)
            return
        # A case at a time is one program, and so warm; all cases at once would not fit in memory.
        found = [list(_Tracer(LivePlan(self.live.district, way), self.axis).trace(levels)) for way in ways]
        yield from (min(points, key=_inequity) for points in zip(*found, strict=True))

    def _ways(self, levels: Sequence[float]) -> list[Scenario]:
        """Return the scenario in each of its cases; none where they differ along the axis."""
        if not self.live.searches_anew or is_in_whole_steps(self._scenario):
            return []
        ways = ways_of(self.live.case)
        same = self.axis in WATCHED or all(
            len(combinations(self.live.case_under(self._edited(level)))) == len(ways) for level in levels
        )
        return ways if same else []

    def _edited(self, level: float) -> Scenario:
        return resolve_scenario(apply_edit(self._data, self.axis, level))

    def point(self, level: float) -> Point:
        """Return the least inequity at a level."""
        solution = self._solution(level, first_only=True)
        unit = UNITS.get(self.axis, "students")
        if solution.status is Status.INFEASIBLE or not math.isfinite(solution.objective):
            return Point(rounded(level, unit), None, None)
        figures = rounded(solution.objective, "points"), rounded(solution.bound, "points")
        return Point(rounded(level, unit), *figures)

    def plan(self, level: float, made_at: str) -> Plan | None:
        """Return the plan at a level, later stages and all."""
        self._solution(level, first_only=False)
        return self.live.plan(made_at)

    def _solution(self, level: float, first_only: bool) -> Solution:
        if self.axis not in WATCHED:
            scenario = self._edited(level)
            return self.live.first_stage(scenario) if first_only else self.live.resolve(scenario)
        if self.live.searches_anew:
            return self._searched(level)
        self.live.limit(self.axis, level / self._scale + GRAIN)
        return self.live.first_stage() if first_only else self.live.solution()

    def _searched(self, level: float) -> Solution:
        """Search under a level where nothing is warm: whole steps, or rules that are a choice of cases."""
        case, axis = self.live.case, self.axis

        def bounded(model: AllocationModel) -> None:
            row = self._used(model) <= level / self._scale + GRAIN
            model.always(("frontier", axis), row)

        self.live.answer = best_of(case, bounded)
        return self.live.answer.solution


def _inequity(point: Point) -> float:
    return math.inf if point.inequity is None else point.inequity


def _value(expression: Linear, values: np.ndarray) -> float:
    return expression.constant + sum(c * float(values[column]) for column, c in expression.terms.items())
