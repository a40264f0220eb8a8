"""Every figure that a plan reports, worked out again from its decisions and compared with what it says."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from planner.case import Case
from planner.equity.evaluate import Judgement
from planner.outcome import Outcome
from planner.plan import ImputedRow, Move, Plan, Summary
from planner.plan_columns import KEYS, UNITS
from planner.reporting_rows import (
    class_size_rows,
    class_size_warnings,
    dollar_rows,
    fund_rows,
    gap_of,
    index_rows,
    judge,
    limit_rows,
    policy_rows,
    school_rows,
    statistic_rows,
    summary_of,
)
from planner.verification.check import Check, Shown, agrees

EARTH_RADIUS_MILES = 3958.8
TABLES: dict[str, Callable[[Outcome], Sequence[Any]]] = {
    "class_sizes": class_size_rows,
    "limits": limit_rows,
    "dollars": dollar_rows,
    "schools": school_rows,
    "funds": fund_rows,
    "statistics": statistic_rows,
    "policies": policy_rows,
    "imputed": lambda outcome: imputed_rows(outcome.case),
}


def figure_checks(plan: Plan, outcome: Outcome) -> Iterator[Check]:
    """Yield one check for each column that agrees, and one for each figure that does not."""
    judgements = judge(outcome)
    yield from _summary_checks(plan, outcome, judgements)
    yield from table_checks("indices", plan.indices, index_rows(judgements))
    for table, fresh in TABLES.items():
        yield from table_checks(table, getattr(plan, table), fresh(outcome))
    yield from _move_checks(plan.moves, outcome.case)
    yield from _warning_checks(plan, outcome)


def imputed_rows(case: Case) -> tuple[ImputedRow, ...]:
    """Return the figures of the data set that were filled in, as a plan lists them."""
    return tuple(
        ImputedRow(
            item.table,
            item.column,
            item.rows if isinstance(item.rows, str) else ", ".join(item.rows),
            item.method,
            item.note,
        )
        for item in case.district.facts.imputed
    )


# Tables -----------------------------------------------------------------------------------------------------


def table_checks(table: str, rows: Sequence[Any], fresh: Sequence[Any]) -> Iterator[Check]:
    """Compare a plan's table with the same one worked out again, row by row by its key."""
    said, right = _by_key(table, rows), _by_key(table, fresh)
    yield from _missing_rows(table, said, right)
    both = [(key, said[key], right[key]) for key in right if key in said]
    for field in dataclasses.fields(type(fresh[0])) if both else ():
        if field.name not in KEYS[table]:
            yield from _column_checks(table, field.name, both)


def _by_key(table: str, rows: Sequence[Any]) -> dict[tuple[Any, ...], Any]:
    """File rows under their key; a key that comes again is another row, numbered."""
    found: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        key = tuple(getattr(row, column) for column in KEYS[table])
        while key in found:
            key = (*key, "again")
        found[key] = row
    return found


def _missing_rows(
    table: str, said: dict[tuple[Any, ...], Any], right: dict[tuple[Any, ...], Any]
) -> Iterator[Check]:
    rule = f"{table}: every row once"
    lacking = [key for key in right if key not in said]
    extra = [key for key in said if key not in right]
    yield from (Check(rule, _place(key), "", False, "no such row", "=", "a row", "") for key in lacking)
    yield from (Check(rule, _place(key), "", False, "a row", "=", "no such row", "") for key in extra)
    if not lacking and not extra:
        yield Check(rule, "", "", True, float(len(said)), "=", float(len(right)), "rows", len(right))


def _column_checks(table: str, column: str, both: list[tuple[tuple[Any, ...], Any, Any]]) -> Iterator[Check]:
    unit = UNITS[table].get(column, "")
    pairs = [(key, getattr(row, column), getattr(right, column)) for key, row, right in both]
    wrong = [pair for pair in pairs if not agrees(pair[1], pair[2], unit)]
    for key, said, right in wrong:
        yield Check(f"{table}: {column}", _place(key), "", False, _shown(said), "=", _shown(right), unit)
    if not wrong:
        yield Check(f"{table}: {column}", "", "", True, None, "=", None, unit, len(pairs))


def _place(key: tuple[Any, ...]) -> str:
    return " ".join(f"{part:g}" if isinstance(part, float) else str(part) for part in key)


def _shown(value: Any) -> Shown:
    return str(value).lower() if isinstance(value, bool) else value


# Summary, moves and warnings --------------------------------------------------------------------------------


def _summary_checks(plan: Plan, outcome: Outcome, judgements: list[Judgement]) -> Iterator[Check]:
    said = plan.summary
    right = summary_of(outcome, plan.moves, judgements, said.bound, said.gap)
    for field in dataclasses.fields(Summary):
        if field.name not in ("bound", "gap"):
            yield _figure(field.name, getattr(said, field.name), getattr(right, field.name))
    yield from _bound_checks(said, right.inequity_after)


def _figure(name: str, said: Shown, right: Shown) -> Check:
    unit = UNITS["summary"][name]
    return Check(f"summary: {name}", "", "", agrees(said, right, unit), said, "=", right, unit)


def _bound_checks(said: Summary, inequity: float) -> Iterator[Check]:
    """Judge the bound as far as it can be: at or below the plan, and the gap between them as it says."""
    tolerance = 1e-5 * max(1.0, abs(inequity))
    below = said.bound <= inequity + tolerance
    yield Check("summary: bound", "", "", below, said.bound, "<=", inequity, "points")
    if math.isfinite(said.bound):
        gap = gap_of(inequity, said.bound)
        near = abs(gap - said.gap) * max(inequity, 1.0) <= 2 * tolerance
        yield Check("summary: gap", "", "", near, said.gap, "=", gap, "share")


def _move_checks(moves: Sequence[Move], case: Case) -> Iterator[Check]:
    wrong: list[Check] = []
    for number, move in enumerate(moves, start=1):
        where = f"moves row {number}"
        if move.from_school == move.to_school:
            wrong.append(
                Check("moves: to another school", where, move.year, False, move.to_school, "=", "another", "")
            )
        miles = _miles(case, case.school_index[move.from_school], case.school_index[move.to_school])
        if not agrees(move.miles, miles, "miles"):
            wrong.append(Check("moves: miles", where, move.year, False, move.miles, "=", miles, "miles"))
    yield from wrong
    if not wrong:
        yield Check(
            "moves: to another school, at the distance given", "", "", True, None, "=", None, "", len(moves)
        )


def _miles(case: Case, origin: int, target: int) -> float | None:
    """Return the great-circle distance between two schools [miles]; None where a place is not known."""
    schools = case.district.schools
    if not {"latitude", "longitude"} <= set(schools.columns):
        return None
    places = schools[["latitude", "longitude"]].iloc[[origin, target]].to_numpy(dtype=float)
    if np.isnan(places).any():
        return None
    points = [
        (math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat))
        for lat, lon in np.radians(places).tolist()
    ]
    return EARTH_RADIUS_MILES * 2 * math.asin(min(1.0, math.dist(*points) / 2))


def _warning_checks(plan: Plan, outcome: Outcome) -> Iterator[Check]:
    """Judge that the plan says where class sizes that it does not decide rise."""
    due = class_size_warnings(class_size_rows(outcome))
    lacking = [sentence for sentence in due if sentence not in plan.warnings]
    rule = "warnings: class sizes that rise"
    yield from (
        Check(rule, sentence, "", False, "no warning", "=", "the warning", "") for sentence in lacking
    )
    if not lacking:
        yield Check(rule, "", "", True, None, "=", None, "", len(due))
