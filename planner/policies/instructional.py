"""Instructional staff on state and local money: what one FTE counts, and what federal pay takes off."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from planner.case import Case
from planner.district import POSITIONS_USE
from planner.outcome import Outcome
from planner.policies.state_local import federal_staff_lines


class Counting(NamedTuple):
    """How staff are counted, in FTE or in dollars of salary.

    Parameters
    ----------
    counts
        What one FTE counts, by school and pool; 0 for staff that do not count.
    off
        What a dollar of federal pay takes off, by school.
    federal
        Funds that are federal.
    """

    counts: np.ndarray
    off: np.ndarray
    federal: list[str]


def in_fte(case: Case, counted: np.ndarray, federal: list[str]) -> Counting:
    """Count FTE; federal pay at the district's average pay of the staff that count, if it has any."""
    pay = np.full(len(case.school_ids), np.inf)
    for schools in case.schools_of:
        held = case.fte[schools] * counted
        if held.sum() > 0:
            pay[schools] = (held * np.nan_to_num(case.average_pay)[schools]).sum() / held.sum()
    return Counting(np.broadcast_to(counted, case.fte.shape) * 1.0, 1.0 / pay, federal)


def in_salaries(case: Case, counted: np.ndarray, federal: list[str], longevity: bool) -> Counting:
    """Count salaries at the district's average, without benefits; without `longevity`, of all experience."""
    with_benefits = 1 + case.district.facts.benefit_rate
    salary = np.nan_to_num(case.average_pay) / with_benefits
    if not longevity:
        salary = _without_longevity(case, salary)
    return Counting(salary * counted, np.full(len(case.school_ids), 1.0 / with_benefits), federal)


def _without_longevity(case: Case, salary: np.ndarray) -> np.ndarray:
    level = salary.copy()
    for number, pool in enumerate(case.pools):
        alike = [n for n, other in enumerate(case.pools) if other[:2] == pool[:2]]
        for schools in case.schools_of:
            held, rates = case.fte[np.ix_(schools, alike)].sum(axis=0), salary[schools[0], alike]
            level[schools, number] = np.average(rates, weights=held) if held.sum() > 0 else rates.mean()
    return level


def counted_expression(model: Any, year: int, counting: Counting) -> Any:
    """Return what each school's staff count, as linear expressions."""
    case, counts, off = model.case, counting.counts, counting.off
    pools = np.flatnonzero(counts.any(axis=0)).tolist()
    federal = [fund for fund in case.planned_funds if fund in counting.federal]
    parts = [model.staff(pool, year) * counts[:, pool] for pool in pools]
    parts += [model.spending(fund, POSITIONS_USE, year) * -off for fund in federal]
    return model.total([*parts, -off * federal_staff_lines(case, year, counting.federal)])


def counted_staff(outcome: Outcome, year: int, counting: Counting) -> np.ndarray:
    """Return what each school's staff count in a finished plan."""
    case = outcome.case
    found = (outcome.fte_table(year) * counting.counts).sum(axis=1)
    found -= counting.off * federal_staff_lines(case, year, counting.federal)
    for school, fund, use in case.cells:
        if fund in counting.federal and use == POSITIONS_USE:
            found[school] -= counting.off[school] * outcome.dollars(school, fund, use, year)
    return np.asarray(found)
