"""The one seam between the app and the planner: a data set, its scenarios, and solves that are kept.

A solved scenario is a pure function of the data and the settings, so results are shared by all sessions;
nothing else is. Solves run in worker threads.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import scenarios as shipped
from planner.case import Case
from planner.district import District, load_district
from planner.equity.indices.base import INDICES
from planner.equity.measures.base import MEASURES
from planner.inheritance import merged_file, resolve_scenario
from planner.optimize import Infeasible, OutOfTime, solve
from planner.plan import Plan
from planner.policies.base import POLICIES
from planner.problems import InputProblems, Problem
from planner.scenario import Scenario
from ui.tokens import data_of, key_of

SHIPPED = Path(shipped.__path__[0]) / "riverbend"
MOST_KEPT = 200
WORKERS = 2
POOL = ThreadPoolExecutor(WORKERS, thread_name_prefix="solve")
# Long jobs have workers of their own, so that a lever never waits behind a sweep.
BACKGROUND = ThreadPoolExecutor(WORKERS, thread_name_prefix="sweep")


@dataclass(frozen=True, slots=True)
class Solved:
    """What came of a solve: a plan, or sentences that say why there is none.

    Parameters
    ----------
    plan
        The plan, or None.
    problems
        Sentences for the user; empty where there is a plan.
    clash
        The policies in force where no plan keeps all the rules; else empty.
    seconds
        How long the search took.
    """

    plan: Plan | None
    problems: tuple[str, ...] = ()
    clash: tuple[str, ...] = ()
    seconds: float = 0.0


class _Kept:
    """Solves by content, the least used dropped first; two who ask for one solve share it."""

    def __init__(self) -> None:
        self._futures: OrderedDict[str, Future[Solved]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, district: District, data: Mapping[str, Any]) -> Future[Solved]:
        """Return the solve of a key, begun now where there is none."""
        with self._lock:
            future = self._futures.get(key)
            if future is None or future.cancelled():
                future = POOL.submit(solve_data, district, data)
                self._futures[key] = future
            self._futures.move_to_end(key)
            while len(self._futures) > MOST_KEPT:
                self._futures.popitem(last=False)
            return future


KEPT = _Kept()


def solve_data(district: District, data: Mapping[str, Any]) -> Solved:
    """Solve plain scenario data; whatever goes wrong comes back as sentences."""
    start = time.perf_counter()
    try:
        plan = solve(district, resolve_scenario(data))
    except InputProblems as error:
        return Solved(None, tuple(str(problem) for problem in error.problems))
    except Infeasible as error:
        return Solved(None, ("No plan keeps all the rules together.",), error.policies)
    except OutOfTime as error:
        return Solved(
            None, (f"{str(error).capitalize()}. Allow more time under solver, or fewer whole steps.",)
        )
    return Solved(plan, seconds=time.perf_counter() - start)


@dataclass(frozen=True)
class Engine:
    """A district and the scenarios to begin from.

    Parameters
    ----------
    district
        The checked data set.
    library
        Resolved scenario data by key.
    """

    district: District
    library: Mapping[str, dict[str, Any]] = field(repr=False)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the data set."""
        return hashlib.sha256(
            json.dumps(dict(self.district.fingerprints), sort_keys=True).encode()
        ).hexdigest()

    def data(self, token: str) -> dict[str, Any]:
        """Return the scenario data that a token stands for; InputProblems where it fits none."""
        key = key_of(token)
        if key not in self.library:
            key_known = ", ".join(self.library)
            raise InputProblems([Problem("the link", f"a scenario '{key}'", f"one of {key_known}")])
        return data_of(token, self.library[key])

    def scenario(self, token: str) -> Scenario:
        """Return the checked scenario of a token."""
        return resolve_scenario(self.data(token))

    def case(self, data: Mapping[str, Any]) -> Case:
        """Return the district under scenario data."""
        return Case(self.district, resolve_scenario(data))

    def solving(self, data: Mapping[str, Any]) -> Future[Solved]:
        """Return the solve of scenario data, begun if nobody has asked for it yet."""
        text = json.dumps(data, sort_keys=True, default=str)
        key = hashlib.sha256(f"{self.fingerprint}|{text}".encode()).hexdigest()
        return KEPT.get(key, self.district, data)

    def solved(self, data: Mapping[str, Any]) -> Solved:
        """Solve scenario data and wait for it."""
        return self.solving(data).result()


def open_engine(folder: str | Path | None = None) -> Engine:
    """Open a folder: one with scenarios and a district beside them, or a data set alone.

    Parameters
    ----------
    folder
        The embedded example district where None.

    Raises
    ------
    InputProblems
        Every defect of the data set and of the scenarios.
    """
    _know_every_kind()
    root = Path(folder) if folder is not None else SHIPPED
    if (root / "district.yaml").is_file() or not (root / "district").is_dir():
        district = load_district(root)
        return Engine(district, starting_scenarios(district))
    files = sorted(path for path in root.glob("*.yaml") if path.name != "base.yaml")
    library = {path.stem: scenario_data(path) for path in files}
    district = load_district(root / "district")
    return Engine(district, library or starting_scenarios(district))


def _know_every_kind() -> None:
    """Import every policy, measure and index now: two workers that did it at once would see half of them."""
    for registry in (POLICIES, MEASURES, INDICES):
        registry.names()


def scenario_data(path: Path) -> dict[str, Any]:
    """Return a scenario file as resolved data; the data set is the app's own affair."""
    return {key: value for key, value in merged_file(path).data.items() if key != "district"}


def starting_scenarios(district: District) -> dict[str, dict[str, Any]]:
    """Return scenarios to begin from where a data set brings none of its own."""
    group = "low_income" if "low_income" in set(district.enrollment["group"]) else "all"
    gap = {"index": "gap", "group": group} if group != "all" else {"index": "shortfall"}
    measures = [
        {"measure": "experienced_teachers", "index": "shortfall", "within": "level", "weight": 0.5},
        {"measure": "dollars", "weight": 0.5, **gap},
    ]
    base = {"objective": {"measures": measures}, "high_need": {"by": group}}
    moving = {"max_share_per_school": 0.10, "max_share_of_district": 0.04}
    still = {"max_share_per_school": 0.0, "max_share_of_district": 0.0}
    return {
        "redistribute": {
            "name": "Redistribute",
            "description": "Move up to 10% of a school's teachers and place unspent dollars.",
            **base,
            "policies": {"transfers": moving, "hold_harmless": {"dollars_per_student": 0.97}},
        },
        "gentle": {
            "name": "Half as many moves",
            "description": "Move up to 5% of a school's teachers and place unspent dollars.",
            **base,
            "policies": {
                "transfers": {"max_share_per_school": 0.05, "max_share_of_district": 0.02},
                "hold_harmless": {"dollars_per_student": 0.97},
            },
        },
        "dollars-only": {
            "name": "Dollars only",
            "description": "Nobody moves; unspent dollars are placed.",
            **base,
            "policies": {"transfers": still, "hold_harmless": {"dollars_per_student": 0.97}},
        },
    }
