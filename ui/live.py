"""Solving a draft while its levers move: off the page's thread, warm, and the newest request wins."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from planner.district import District
from planner.optimize import Infeasible, OutOfTime
from planner.optimize.conflicts import Conflict, explain_conflict
from planner.optimize.live import LivePlan
from planner.problems import InputProblems
from planner.scenario import resolve_scenario
from ui.engine import BACKGROUND, POOL, Solved

CLASH = "No plan keeps all the rules together."


class LiveSolver:
    """One draft's solver.

    Parameters
    ----------
    district
        The data set.
    """

    def __init__(self, district: District) -> None:
        self.district = district
        self._live: LivePlan | None = None
        self._request = 0
        self._lock = Lock()

    def request(self, data: Mapping[str, Any], done: Callable[[Solved], None]) -> None:
        """Solve in a worker; `done` is called there, and only if no newer request came meanwhile."""
        self._request += 1
        number = self._request
        POOL.submit(self._run, number, dict(data), done)

    def cancel(self) -> None:
        """Give up what is being solved: its result is dropped."""
        self._request += 1

    def _run(self, number: int, data: dict[str, Any], done: Callable[[Solved], None]) -> None:
        with self._lock:
            if number != self._request:
                return
            solved = self.solve(data)
        if number == self._request:
            done(solved)

    def solve(self, data: Mapping[str, Any]) -> Solved:
        """Solve now, warm where the last draft was alike; what goes wrong comes back as sentences."""
        start = time.perf_counter()
        try:
            scenario = resolve_scenario(data)
            if self._live is None:
                self._live = LivePlan(self.district, scenario)
                self._live.solution()
            else:
                self._live.resolve(scenario)
            plan = self._live.plan()
        except InputProblems as error:
            return Solved(None, tuple(str(problem) for problem in error.problems))
        except (Infeasible, OutOfTime) as error:
            return Solved(None, (str(error),))
        seconds = time.perf_counter() - start
        if plan is None:
            return Solved(None, (CLASH,), tuple(sorted(scenario.policies)), seconds)
        return Solved(plan, seconds=seconds)

    def explain(self, data: Mapping[str, Any], done: Callable[[Conflict | None], None]) -> None:
        """Work out in a worker which rules clash and the least change that makes room."""
        number = self._request

        def run() -> None:
            try:
                conflict = explain_conflict(self.district, resolve_scenario(data))
            except (InputProblems, ValueError):
                conflict = None
            if number == self._request:
                done(conflict)

        BACKGROUND.submit(run)
