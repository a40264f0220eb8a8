"""Many questions in a row, off the page's thread: points of a sweep, prices of rules; progress and cancel."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Any

from planner.district import District
from planner.merging import apply_edit
from planner.optimize.stopping import CalledOff, heed, stoppable
from planner.optimize.tradeoffs import Price, price_list
from planner.problems import InputProblems
from planner.scenario import resolve_scenario
from ui.engine import BACKGROUND
from ui.live import FAILED, LiveSolver

type Edits = Mapping[str, Any]


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

    def run(self) -> None:
        """Take every step, unless called off."""
        try:
            with suppress(CalledOff), stoppable(self._signal):
                self._take_steps()
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


def prices(district: District, data: Mapping[str, Any]) -> list[Callable[[], tuple[Price, ...]]]:
    """Return steps that each price one policy of a scenario."""
    scenario = resolve_scenario(data)
    return [partial(_priced, district, scenario, name) for name in sorted(scenario.policies)]


def _priced(district: District, scenario: Any, name: str) -> tuple[Price, ...]:
    try:
        return price_list(district, scenario, [name])
    except (InputProblems, ValueError):
        return ()
