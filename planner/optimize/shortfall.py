"""By how little the rules of some policies must be broken, row by row, where they cannot all be kept."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from planner.optimize.linear import Linear
from planner.optimize.model import AllocationModel
from planner.optimize.solution import Status
from planner.optimize.warm import WarmSession

FTE_FAMILIES = ("leave", "join", "hire", "recruit", "release", "attrition", "stipend_end")
DOLLAR_FAMILIES = ("dollars_added", "dollars_cut")
# What a broken row is measured by where its own size is in dollars: one natural step of them.
DOLLAR_STEP = 100_000.0


def least_broken(model: AllocationModel, owners: Iterable[str]) -> np.ndarray | None:
    """Return the point that breaks the owners' rows least, all other rows kept; None where none can be kept.

    A row counts in natural steps: one FTE, $100,000, one section, one student of a class-size limit.
    """
    session = WarmSession(model.program, model.case.scenario.solver.time_limit_seconds)
    session.begin()
    terms: dict[int, float] = {}
    for owner in sorted(set(owners)):
        for _, row in model.owned(owner):
            terms |= _slack(session, model, row)
    if session.minimise(Linear(terms)) is not Status.OPTIMAL:
        return None
    return session.values()[: len(model.columns)]


def _slack(session: WarmSession, model: AllocationModel, row: int) -> dict[int, float]:
    """Give a row what it lacks, from below and from above; return what a natural step of it costs."""
    program, terms = model.program, {}
    for bound, sign in ((program.row_lower[row], 1.0), (program.row_upper[row], -1.0)):
        if np.isfinite(bound):
            column = next(iter(session.add_column().terms))
            session.change_columns({column: (0.0, np.inf)})
            session.change_terms(row, {}, {column: sign * model.rows[row].scale * _natural_size(model, row)})
            terms[column] = 1.0
    return terms


def _natural_size(model: AllocationModel, row: int) -> float:
    """Return how much of a row's own unit one natural step is."""
    program, scale = model.program, model.rows[row].scale
    end = program.starts[row + 1] if row + 1 < len(program.starts) else len(program.indices)
    part = range(program.starts[row], end)
    held = [(model.columns[program.indices[place]], abs(program.values[place]) / scale) for place in part]
    staff = [value / column.unit for column, value in held if column.family in FTE_FAMILIES]
    if staff:
        return max(staff)
    if any(column.family in DOLLAR_FAMILIES for column, _ in held):
        return DOLLAR_STEP
    if held and all(column.family == "ratio" for column, _ in held):
        return float((program.row_lower[row] / scale) ** 2) or 1.0
    return 1.0
