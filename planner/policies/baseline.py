"""What schools have today and would keep if nothing changed: the yardstick of several policies."""

from __future__ import annotations

import numpy as np

from planner.case import Case
from planner.district import POSITIONS_USE, STAFF_USE
from planner.outcome import Outcome


def school_dollars(outcome: Outcome, year: int) -> np.ndarray:
    """Return each school's dollars in a finished plan, added up line by line [dollars a year]."""
    case = outcome.case
    change = outcome.fte_table(year) - case.fte
    pay = (case.fte * case.pay).sum(axis=1) + (change * np.nan_to_num(case.average_pay)).sum(axis=1)
    lines = case.fixed_dollars.copy()
    for school, fund, use in case.cells:
        if use != POSITIONS_USE:
            lines[school] += outcome.dollars(school, fund, use, year)
    return np.asarray(pay + lines)


def continuing_dollars(case: Case, year: int | None) -> np.ndarray:
    """Return each school's dollars of today that run on in a year; for None all of them [dollars a year]."""
    dollars = (case.fte * case.pay).sum(axis=1) + case.fixed_dollars
    for (school, fund, use), line in case.lines.items():
        if (
            fund in case.funds
            and use not in (STAFF_USE, POSITIONS_USE)
            and (year is None or case.alive(fund, year))
        ):
            dollars[school] += line
    return np.asarray(dollars)
