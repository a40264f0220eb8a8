"""Many scenarios at once: a grid that stands in a scenario's own file, solved on a cluster, a row for each.

The grid is the scenario's `sweep` key: values by the dotted path of a setting. Each point's result is a file
of its own, named by what was asked, so a sweep that was stopped goes on where it was, and one whose scenario
or data changed starts anew.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from planner.district import District
from planner.export import safe_text
from planner.merging import apply_edit
from planner.optimize import Infeasible, OutOfTime, solve
from planner.optimize.answer import PACKAGE
from planner.optimize.solution import Lost
from planner.problems import InputProblems, Problem, raise_all
from planner.safe_write import write_file, write_text
from planner.scenario import Scenario, resolve_scenario

MOST_POINTS = 10_000
FORMATS = (".csv", ".parquet")
RESULTS = "points"
Row = dict[str, Any]


@dataclass(frozen=True)
class GridPoint:
    """One scenario of a sweep.

    Parameters
    ----------
    number
        Its place in the grid, from 1; the last path of the grid changes fastest.
    settings
        Its value of each path.
    data
        The resolved scenario as plain data.
    """

    number: int
    settings: Mapping[str, Any]
    data: Mapping[str, Any]

    def identity(self, district: District) -> str:
        """Return a name for what is asked: the scenario, the data and the planner's version."""
        asked = {
            "scenario": self.data,
            "data": dict(sorted(district.fingerprints.items())),
            "planner": version(PACKAGE),
        }
        text = json.dumps(asked, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:24]


def grid(scenario: Scenario) -> tuple[GridPoint, ...]:
    """Return every point of a scenario's sweep.

    Raises
    ------
    InputProblems
        If there is no grid or too large a one, and every value that its setting cannot take.
    """
    paths = list(scenario.sweep)
    count = 1
    for tried in scenario.sweep.values():
        count *= len(tried)
    if not paths:
        hint = "sweep: {policies.transfers.max_share_per_school: [0.05, 0.10]}"
        raise_all([Problem("sweep", "no grid", "values to try, by the path of a setting", hint)])
    if count > MOST_POINTS:
        raise_all([Problem("sweep", f"{count:,} scenarios", f"at most {MOST_POINTS:,}")])
    base = {key: value for key, value in scenario.resolved().items() if key != "sweep"}
    problems: list[Problem] = []
    points = []
    for number, values in enumerate(itertools.product(*scenario.sweep.values()), start=1):
        settings = dict(zip(paths, values, strict=True))
        try:
            points.append(GridPoint(number, settings, _with(base, settings)))
        except InputProblems as error:
            problems += error.problems
    raise_all(problems)
    return tuple(points)


def _with(base: Mapping[str, Any], settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the scenario with the settings; its name says them."""
    words = ", ".join(f"{path.rsplit('.', 1)[-1]} {value}" for path, value in settings.items())
    data = {**base, "name": f"{base['name']} [{words}]"[:200]}
    for path, value in settings.items():
        data = apply_edit(data, path, value)
    return resolve_scenario(data, f"sweep, {words}").resolved()


# Running ----------------------------------------------------------------------------------------------------


def sweep(
    district: District,
    scenario: Scenario,
    folder: str | Path,
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Solve every scenario of a grid and return one row for each.

    Parameters
    ----------
    district, scenario
        The data set, and the scenario that holds the grid.
    folder
        Where each result is kept as it comes; results already there are not solved again.
    scheduler
        Address of a dask scheduler; a cluster on this machine where None. Its workers need the planner.
    workers
        Processes of the local cluster; one a core where None.
    progress
        Called with the number of results that are there and the number of points.

    Raises
    ------
    InputProblems
        If the grid cannot be read, or dask is not installed.
    """
    points = grid(scenario)
    results = Path(folder) / RESULTS
    files = {point.number: results / f"{point.identity(district)}.json" for point in points}
    rows = {number: row for number, path in files.items() if (row := _kept(path)) is not None}
    missing = [point for point in points if point.number not in rows]
    tell = progress if progress is not None else _silent
    tell(len(rows), len(points))
    if missing:
        for number, row in _solved(district, missing, scheduler, workers):
            write_text(files[number], json.dumps(row, indent=1, ensure_ascii=False) + "\n")
            rows[number] = row
            tell(len(rows), len(points))
    return table(points, rows)


def _silent(done: int, of: int) -> None:
    """Say nothing."""


def _kept(path: Path) -> Row | None:
    """Return a result that is there and whole, or None."""
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return row if isinstance(row, dict) else None


def _solved(
    district: District, points: Iterable[GridPoint], scheduler: str | None, workers: int | None
) -> Iterator[tuple[int, Row]]:
    """Yield results as they come, in whatever order."""
    with _client(scheduler, workers) as (client, as_completed):
        held = client.scatter(district, broadcast=True)
        futures = {
            client.submit(solve_point, held, dict(point.data), pure=False): point.number for point in points
        }
        for future in as_completed(futures):
            yield futures[future], future.result()
            future.release()


@contextmanager
def _client(scheduler: str | None, workers: int | None) -> Iterator[tuple[Any, Any]]:
    try:
        import distributed  # noqa: PLC0415 - an optional extra
    except ImportError:
        hint = f"pip install '{PACKAGE}[sweep]'"
        raise InputProblems([Problem("sweep", "no dask.distributed", "the extra 'sweep'", hint)]) from None
    dask: Any = distributed
    if scheduler is not None:
        try:
            client = dask.Client(scheduler, timeout="10s")
        except (OSError, ValueError) as error:
            expected = "the address of a dask scheduler that runs, such as tcp://10.0.0.5:8786"
            raise InputProblems([Problem("scheduler", f"'{scheduler}' ({error})", expected)]) from None
        with client:
            yield client, dask.as_completed
        return
    local = dask.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0")
    with local, dask.Client(local) as client:
        yield client, dask.as_completed


def solve_point(district: District, data: Mapping[str, Any]) -> Row:
    """Solve one scenario and return what came of it, as plain values."""
    scenario = resolve_scenario(data)
    try:
        plan = solve(district, scenario)
    except Infeasible as finding:
        return {"status": "infeasible", "message": str(finding)}
    except OutOfTime as finding:
        return {"status": "out of time", "message": str(finding)}
    except Lost as finding:
        return {"status": "lost", "message": str(finding)}
    except InputProblems as error:
        return {"status": "problems", "message": "; ".join(map(str, error.problems))}
    chosen = {
        f"{row.measure} {row.index} ({when})": getattr(row, when)
        for row in plan.indices
        if row.weight > 0
        for when in ("before", "after")
    }
    return {"status": plan.status, "message": "", **asdict(plan.summary), **chosen}


# The table --------------------------------------------------------------------------------------------------


def table(points: Iterable[GridPoint], rows: Mapping[int, Row]) -> pd.DataFrame:
    """Return one row a scenario, in the order of the grid: its number, settings and figures."""
    return pd.DataFrame(
        [
            {"point": point.number, **_shown(point.settings), **rows[point.number]}
            for point in points
            if point.number in rows
        ]
    )


def _shown(settings: Mapping[str, Any]) -> Row:
    """Return settings as cells: maps and lists as JSON."""
    return {
        path: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        for path, value in settings.items()
    }


def write_table(found: pd.DataFrame, path: str | Path) -> None:
    """Write a sweep as CSV or Parquet, by the ending of the file; it appears whole or not at all.

    Raises
    ------
    InputProblems
        If the ending is another, or the place cannot be written to.
    """
    target = Path(path)
    if target.suffix not in FORMATS:
        raise_all([Problem(str(path), f"the ending '{target.suffix}'", f"one of {', '.join(FORMATS)}")])
    if target.suffix == ".csv":
        # A setting may be any text of the scenario, and a CSV file is opened in a spreadsheet.
        safe = found.map(lambda cell: safe_text(cell) if isinstance(cell, str) else cell)
        write_text(target, str(safe.to_csv(index=False, lineterminator="\n")))
    else:
        write_file(target, lambda draft: found.to_parquet(draft, index=False))
