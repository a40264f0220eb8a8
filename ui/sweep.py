"""Many questions in a row, off the page's thread: points of a sweep, prices of rules; progress and cancel."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Any

import numpy as np

from planner.district import District
from planner.merging import apply_edit, value_at
from planner.optimize import Infeasible, OutOfTime
from planner.optimize.frontier import DEFAULT_POINTS, tracing
from planner.optimize.frontier import Point as FrontierPoint
from planner.optimize.live import WATCHED
from planner.optimize.stopping import CalledOff, heed, stoppable
from planner.problems import InputProblems
from planner.scenario import resolve_scenario
from ui.engine import BACKGROUND
from ui.live import FAILED, LiveSolver

type Edits = Mapping[str, Any]
# What an axis in dollars says of its unit.
DOLLARS = "(dollars a year)"
# How far either side of its present value a class-size limit is followed [students], and what a stipend keeps
# above the tier below it and may at least reach [dollars a year].
CLASS_SIZES = (8.0, 4.0)
LEAST_STIPEND, MORE_STIPEND = 1_000.0, 4_000.0


@dataclass(frozen=True, slots=True)
class Axis:
    """A lever that can be followed: its path in the scenario, its words, and between which settings.

    Parameters
    ----------
    path
        A dotted path, or ``moves`` or ``dollars``: what all years of a plan take, its ends being found.
    scale
        What is shown is the setting times this.
    """

    path: str
    words: str
    low: float = 0.0
    high: float = 0.0
    scale: float = 1.0

    @property
    def between(self) -> tuple[float, float] | None:
        """The ends of a frontier; None where they are found."""
        return None if self.path in WATCHED else (self.low, self.high)

    def written(self, setting: float) -> str:
        """Write a setting as it is shown, dollars with their sign."""
        return f"{'$' if DOLLARS in self.words else ''}{round(self.scale * setting, 1):,g}"

    def settings(self, count: int) -> list[float]:
        """Return evenly spaced settings, both ends among them."""
        return [round(float(value), 4) for value in np.linspace(self.low, self.high, count)]


WHOLE_PLAN = (
    Axis("moves", "Teachers moved (FTE, all years)"),
    Axis("dollars", "Dollars added (all years, thousands)", scale=0.001),
)


def axes(data: Mapping[str, Any]) -> dict[str, Axis]:
    """Return the levers of a scenario that can be set anywhere between two ends."""
    found: list[Axis] = []
    courses = value_at(data, ("policies", "class_size", "courses"))
    for course, limit in (courses or {}).items():
        if not limit.get("free"):
            most = float(limit["max"])
            path, words = f"policies.class_size.courses.{course}.max", f"{course}: most students per section"
            found.append(Axis(path, words, max(10.0, most - CLASS_SIZES[0]), most + CLASS_SIZES[1]))
    tiers = value_at(data, ("policies", "stipends", "tiers"))
    if isinstance(tiers, list) and tiers:
        top, last = float(tiers[-1]["dollars"]), len(tiers) - 1
        low = float(tiers[-2]["dollars"]) + LEAST_STIPEND if last else LEAST_STIPEND
        path, words = f"policies.stipends.tiers.{last}.dollars", f"Highest stipend {DOLLARS}"
        found.append(Axis(path, words, low, max(top, low + MORE_STIPEND)))
    if isinstance(value_at(data, ("policies", "transfers")), dict):
        share = "policies.transfers.max_share_of_district"
        found.append(Axis(share, "Most teachers moved a year (% of the district's)", 0.0, 0.08, 100.0))
    if value_at(data, ("policies", "hold_harmless", "dollars_per_student")) is not None:
        path = "policies.hold_harmless.dollars_per_student"
        found.append(Axis(path, "Share of today's dollars each school keeps (%)", 0.90, 1.0, 100.0))
    return {axis.path: axis for axis in found}


@dataclass(frozen=True, slots=True)
class Point:
    """What came of one setting: index and use of means; None where no plan keeps all the rules."""

    edits: Edits
    inequity: float | None
    moves: float | None
    dollars: float | None


@dataclass
class Job:
    """Steps that run one after another in a worker.

    Parameters
    ----------
    tell
        Called in the worker after every step with how many are done and all that was found so far.
    fail
        Called in the worker with a sentence where a step cannot be done; no step follows.
    """

    steps: Sequence[Callable[[], Sequence[Any]]]
    tell: Callable[[int, list[Any]], None]
    fail: Callable[[str], None]
    _signal: Event = field(default_factory=Event, init=False)

    def start(self) -> Job:
        """Begin."""
        BACKGROUND.submit(self.run)
        return self

    def cancel(self) -> None:
        """Stop, also in the middle of a step; what was found stays."""
        self._signal.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether it was called off."""
        return self._signal.is_set()

    def run(self) -> None:
        """Take every step, unless called off."""
        try:
            with suppress(CalledOff), stoppable(self._signal):
                self._take_steps()
        except (Infeasible, OutOfTime) as error:
            self.fail(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        except InputProblems as error:
            self.fail(" ".join(str(problem) for problem in error.problems))
        except Exception:
            logging.getLogger("ui").exception("a job failed")
            self.fail(FAILED)

    def _take_steps(self) -> None:
        found: list[Any] = []
        for number, step in enumerate(self.steps):
            heed()
            found = [*found, *step()]
            heed()
            self.tell(number + 1, found)


def sweep(
    district: District, data: Mapping[str, Any], settings: Sequence[Edits]
) -> list[Callable[[], list[Point]]]:
    """Return steps that each solve the scenario under one setting, warm from the one before."""
    solver = LiveSolver(district)
    return [partial(_points, solver, data, edits) for edits in settings]


def _points(solver: LiveSolver, data: Mapping[str, Any], edits: Edits) -> list[Point]:
    return [_point(solver, data, edits)]


def _point(solver: LiveSolver, data: Mapping[str, Any], edits: Edits) -> Point:
    changed = dict(data)
    for path, value in edits.items():
        changed = apply_edit(changed, path, value)
    figures = solver.solve(changed).figures
    if figures is None:
        return Point(edits, None, None, None)
    total = figures.summary
    return Point(edits, total.inequity_after, total.moves_fte, total.cost_dollars / len(figures.years))


def frontier(
    district: District, data: Mapping[str, Any], axis: Axis
) -> list[Callable[[], list[FrontierPoint]]]:
    """Return steps that each find one point of a frontier, the ends exact."""
    points = tracing(district, resolve_scenario(data), axis.path, DEFAULT_POINTS, axis.between)
    # Nothing is searched for before the first step, which finds the ends.
    return [lambda: [next(points)]] * DEFAULT_POINTS
