"""Solving a draft while its levers move: off the page's thread, warm, and the newest request wins.

What a plan comes to is told as soon as it is known; the whole plan is worked out only when asked for.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from threading import Event, Lock
from typing import Any

from planner.district import District
from planner.optimize.answer import KeyFigures
from planner.optimize.conflicts import Conflict, explain_conflict
from planner.optimize.live import LivePlan
from planner.optimize.solution import Status
from planner.optimize.stopping import CalledOff, heed, stoppable
from planner.plan import Plan
from planner.problems import InputProblems
from planner.scenario import Scenario, resolve_scenario
from ui.engine import POOL

CLASH = "No plan keeps all the rules together."
TOO_LONG = "No plan was found in {:g} seconds. Allow more time under solver, or fewer whole steps."
FAILED = "The search failed and the server's log says how. Another setting may still be searched for."


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a search: the plan's key figures, or sentences that say why there are none.

    Parameters
    ----------
    figures
        What the plan comes to, or None.
    problems
        Sentences for the user; empty where there is a plan.
    clash
        The policies in force where no plan keeps all the rules; else empty.
    seconds
        How long it took.
    """

    figures: KeyFigures | None
    problems: tuple[str, ...] = ()
    clash: tuple[str, ...] = ()
    seconds: float = 0.0


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
        self._signal = Event()
        self._lock = Lock()

    def request(self, data: Mapping[str, Any], done: Callable[[Found], None]) -> None:
        """Search in a worker and call off what ran before.

        `done` is called in the worker, and only if no newer request came meanwhile.
        """
        self.cancel()
        self._signal = Event()
        self._submit(partial(self.solve, dict(data)), done)

    def details(self, done: Callable[[Plan | None], None]) -> None:
        """Work out the whole plan of the last search in a worker, unless a newer request comes."""
        self._submit(self.plan, done)

    def explain(self, data: Mapping[str, Any], done: Callable[[Conflict | None], None]) -> None:
        """Work out in a worker which rules clash and the least change that makes room."""
        self._submit(partial(self._conflict, dict(data)), done)

    def cancel(self) -> None:
        """Call off what is being searched for, also while HiGHS runs; nothing is told of it."""
        self._signal.set()

    def _submit[Result](self, work: Callable[[], Result], done: Callable[[Result], None]) -> None:
        POOL.submit(self._run, self._signal, work, done)

    def _run[Result](self, signal: Event, work: Callable[[], Result], done: Callable[[Result], None]) -> None:
        with suppress(CalledOff):
            with self._lock, stoppable(signal):
                heed()
                result = work()
            if not signal.is_set():
                done(result)

    def solve(self, data: Mapping[str, Any]) -> Found:
        """Search now, warm where the last draft was alike; what goes wrong comes back as sentences."""
        start = time.perf_counter()
        try:
            scenario = resolve_scenario(data)
            self._resolve(scenario)
            assert self._live is not None
            figures = self._live.key_figures()
        except InputProblems as error:
            return Found(None, tuple(str(problem) for problem in error.problems))
        except CalledOff:
            raise
        except Exception:
            # What HiGHS held may be half changed: the next search begins anew.
            self._live = None
            logging.getLogger("ui").exception("a search failed")
            return Found(None, (FAILED,))
        seconds = time.perf_counter() - start
        if figures is None:
            return self._nothing(scenario, seconds)
        return Found(figures, seconds=seconds)

    def _nothing(self, scenario: Scenario, seconds: float) -> Found:
        """Say why there is no plan: rules that clash, or time that ran out."""
        answer = self._live.answer if self._live is not None else None
        if answer is not None and answer.solution.status is not Status.INFEASIBLE:
            return Found(None, (TOO_LONG.format(scenario.solver.time_limit_seconds),), (), seconds)
        return Found(None, (CLASH,), tuple(sorted(scenario.policies)), seconds)

    def _resolve(self, scenario: Scenario) -> None:
        if self._live is None:
            live = LivePlan(self.district, scenario)
            live.solution()
            self._live = live
        else:
            self._live.resolve(scenario)

    def plan(self) -> Plan | None:
        """Return the whole plan of the last search, or None where it found none."""
        if self._live is None:
            return None
        plan = self._live.plan()
        self._live.prepare()
        return plan

    def _conflict(self, data: Mapping[str, Any]) -> Conflict | None:
        try:
            return explain_conflict(self.district, resolve_scenario(data))
        except (InputProblems, ValueError):
            return None
