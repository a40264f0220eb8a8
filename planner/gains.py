"""Who gains and who loses: what a plan gives and takes, school by school and student group by group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from planner.case import Case
from planner.disclosure import is_small
from planner.plan import ClassSize, Plan, SchoolRow, rounded

By = Literal["dollars", "teachers", "experienced", "novice", "class_size"]
# For these, less is better for the students.
FEWER_IS_BETTER = ("novice", "class_size")
UNITS: dict[str, str] = {
    "dollars": "dollars",
    "teachers": "FTE",
    "experienced": "FTE",
    "novice": "FTE",
    "class_size": "students",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A figure today and under the plan."""

    before: float
    after: float

    @property
    def change(self) -> float:
        """What the plan adds; negative where it takes."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class SchoolGain:
    """What a plan gives and takes at one school, in one year.

    Dollars a year, staff in FTE, class size in students per section over all the school's courses; None where
    the school has no courses in the data, or seats of under ten students in all.
    """

    year: str
    school_id: str
    school_name: str
    high_need: bool
    students: float
    dollars: Change
    teachers: Change
    experienced: Change
    novice: Change
    class_size: Change | None

    def gain(self, by: By) -> float:
        """Return the change in what students get, per student for dollars and staff; positive is better."""
        found: Change | None = getattr(self, by)
        if found is None or not self.students:
            return 0.0
        size = found.change if by == "class_size" else found.change / self.students
        return -size if by in FEWER_IS_BETTER else size


@dataclass(frozen=True, slots=True)
class GroupGain:
    """What the mean student of a group has at school, today and under the plan.

    Dollars a year and staff FTE per 100 students of the schools they attend; class size in students.
    """

    year: str
    group: str
    students: float
    dollars: Change
    teachers: Change
    experienced: Change
    novice: Change
    class_size: Change | None


def school_gains(plan: Plan, year: str | None = None) -> tuple[SchoolGain, ...]:
    """Return what each school gains in a year of the plan, by school id; the last year where None."""
    year = plan.years[-1] if year is None else year
    sizes = _mean_sizes(row for row in plan.class_sizes if row.year == year)
    return tuple(
        SchoolGain(
            year,
            row.school_id,
            row.school_name,
            row.high_need,
            row.students,
            Change(row.dollars_before, row.dollars_after),
            Change(row.teachers_before, row.teachers_after),
            Change(row.experienced_before, row.experienced_after),
            Change(row.novice_before, row.novice_after),
            sizes.get(row.school_id),
        )
        for row in sorted(plan.schools, key=lambda row: row.school_id)
        if row.year == year
    )


def _mean_sizes(rows: Iterable[ClassSize]) -> dict[str, Change]:
    """Return each school's students per section over all its courses."""
    totals: dict[str, list[float]] = {}
    for row in rows:
        total = totals.setdefault(row.school_id, [0.0, 0.0, 0.0])
        for place, value in enumerate((row.students, row.sections_before, row.sections_after)):
            total[place] += value
    return {
        school: Change(rounded(seats / before, "students"), rounded(seats / after, "students"))
        for school, (seats, before, after) in totals.items()
        # A few seats over one section would be the count of those students.
        if before > 0 and after > 0 and not is_small(seats)
    }


def both_ends(
    gains: Sequence[SchoolGain], by: By, most: int = 5
) -> tuple[list[SchoolGain], list[SchoolGain]]:
    """Return the schools that gain most and those that lose most, up to `most` of each."""
    ranked = sorted(gains, key=lambda gain: (-gain.gain(by), gain.school_id))
    winners = [gain for gain in ranked if gain.gain(by) > 0]
    losers = [gain for gain in reversed(ranked) if gain.gain(by) < 0]
    return winners[:most], losers[:most]


def group_gains(plan: Plan, case: Case, year: str | None = None) -> tuple[GroupGain, ...]:
    """Return what the mean student of each group gains in a year; groups with missing counts are left out."""
    schools = {gain.school_id: gain for gain in school_gains(plan, year)}
    rows = {row.school_id: row for row in plan.schools if row.year == (year or plan.years[-1])}
    order = [schools[school] for school in case.school_ids]
    found = []
    for group, counts in sorted(case.groups.items()):
        if np.isnan(counts).any() or counts.sum() <= 0:
            continue
        found.append(_group_gain(group, counts, order, [rows[gain.school_id] for gain in order]))
    return tuple(found)


def _group_gain(
    group: str, counts: np.ndarray, schools: Sequence[SchoolGain], rows: Sequence[SchoolRow]
) -> GroupGain:
    students = np.array([row.students for row in rows])
    each = {
        name: _mean_change(counts / counts.sum(), [getattr(gain, name) for gain in schools], per / students)
        for name, per in (("dollars", 1.0), ("teachers", 100.0), ("experienced", 100.0), ("novice", 100.0))
    }
    sized = np.array([gain.class_size is not None for gain in schools])
    sizes = None
    if (counts[sized]).sum() > 0:
        shares = counts[sized] / counts[sized].sum()
        sizes = _mean_change(
            shares, [gain.class_size for gain in schools if gain.class_size], np.ones(sized.sum())
        )
    return GroupGain(schools[0].year, group, float(counts.sum()), **each, class_size=sizes)


def _mean_change(shares: np.ndarray, changes: Sequence[Change], per: np.ndarray) -> Change:
    before = float(shares @ (np.array([change.before for change in changes]) * per))
    after = float(shares @ (np.array([change.after for change in changes]) * per))
    return Change(rounded(before, "FTE"), rounded(after, "FTE"))
