"""What a plan gives each school: the one vocabulary that measures and reports speak.

Two things speak it: a finished plan (numbers) and a model (linear expressions). Measures are written
against it once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from planner.district import POSITIONS_USE

if TYPE_CHECKING:
    from planner.case import Case


class Resources(Protocol):
    """Staff, sections and dollars of all schools in a year; arrays of numbers or of linear expressions."""

    @property
    def case(self) -> Case:
        """The district and scenario."""

    def staff(self, pool: int, year: int) -> Any:
        """Staff of a pool, school by school [FTE]."""

    def classes(self, course: str, year: int) -> Any:
        """Sections of a course, school by school [sections]."""

    def spending(self, fund: str, use: str, year: int) -> Any:
        """All of a planned fund spent on a use, school by school [dollars a year]."""

    def total(self, parts: list[Any]) -> Any:
        """Sum arrays, school by school; zeros where there are none."""

    def weighted(self, parts: list[Any], factors: np.ndarray) -> Any:
        """Sum arrays, school by school, each times its own factor there; `factors` is schools by parts."""


def staff_pay(resources: Resources, year: int, costing: str) -> Any:
    """Return the pay with benefits of each school's staff [dollars a year].

    With ``costing: actual``, today's staff cost what they are paid and every change of staff carries its
    pool's district-average pay, so that pay is conserved exactly (model.md section 6). With ``average``,
    all staff cost their pool's district average.
    """
    case = resources.case
    average = np.nan_to_num(case.average_pay, nan=0.0)
    paid = resources.weighted([resources.staff(pool, year) for pool in range(len(case.pools))], average)
    if costing == "average":
        return paid
    return resources.total([paid, (case.fte * (case.pay - average)).sum(axis=1)])


def planned_dollars(resources: Resources, year: int) -> Any:
    """Return each school's planned dollars, but for positions, which are already pay [dollars a year]."""
    lines = sorted({(fund, use) for _, fund, use in resources.case.cells if use != POSITIONS_USE})
    return resources.total([resources.spending(fund, use, year) for fund, use in lines])


def teachers_of_experience(resources: Resources, year: int, experience: str) -> Any:
    """Return each school's teachers of one experience [FTE]."""
    case = resources.case
    pools = [pool for pool in case.teacher_pools if case.pools[pool].experience == experience]
    return resources.total([resources.staff(pool, year) for pool in pools])
