"""The plan: what was decided and what it does, in domain words, as frozen rows that a file can carry.

A plan holds decisions (moves, hires, sections, limits, dollars) and reports. The decisions alone, with the
district's tables, give every reported figure again: `verify` does just that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

FORMAT_VERSION = 1

# Decimals kept in a plan, by unit: fine enough that figures recomputed from the file agree with the
# search to 1e-6, coarse enough to hide the solver's own rounding.
DECIMALS = {
    "FTE": 6,
    "sections": 6,
    "dollars": 2,
    "miles": 1,
    "points": 6,
    "index": 9,
    "per student": 9,
    "students": 3,
}
OTHER_DECIMALS = 6
# Beyond the decimals kept, the solver's noise begins after so many more.
NOISE_DECIMALS = 3


def rounded(value: float, unit: str) -> float:
    """Round a figure as plans carry it, by its unit; never minus zero."""
    return round(float(value), DECIMALS.get(unit, OTHER_DECIMALS)) + 0.0


def rounded_together(values: Iterable[float], unit: str) -> list[float]:
    """Round figures so that the sum of the first ones, however many, is right to its last decimal too.

    What rounding leaves of one goes on to the next; a figure that has no more decimals stays as it is.
    """
    found: list[float] = []
    exact = said = 0.0
    for value in values:
        # The solver's own noise would add up.
        exact += round(value, DECIMALS.get(unit, OTHER_DECIMALS) + NOISE_DECIMALS)
        found.append(rounded(rounded(exact, unit) - said, unit))
        said = rounded(exact, unit)
    return found


def known(value: float | None, unit: str) -> float | None:
    """Round a figure; None where there is no such number."""
    return None if value is None or not math.isfinite(value) else rounded(value, unit)


@dataclass(frozen=True, slots=True)
class Move:
    """Staff who transfer: whence, where to, how many, how far, and for what stipend [dollars a year]."""

    year: str
    from_school: str
    to_school: str
    role: str
    field: str
    experience: str
    fte: float
    miles: float | None
    stipend: float


@dataclass(frozen=True, slots=True)
class StaffChange:
    """A change of positions at a school [FTE].

    ``change`` is one of ``hire``, ``recruit`` (a vacancy filled only for a stipend), ``release``,
    ``attrition`` or ``stipend_end``; ``stipend`` is that of the tier, 0 where there is none.
    """

    year: str
    school_id: str
    role: str
    field: str
    experience: str
    change: str
    fte: float
    stipend: float


@dataclass(frozen=True, slots=True)
class ClassSize:
    """Sections of a course at a school, today and under the plan; ``decided`` where the plan sets them."""

    year: str
    school_id: str
    course: str
    decided: bool
    students: float
    sections_before: float
    sections_after: float
    class_size_before: float | None
    class_size_after: float | None


@dataclass(frozen=True, slots=True)
class Limit:
    """A class-size limit in force [students per section]; ``free`` where the plan set it."""

    policy: str
    year: str
    course: str
    tier: str
    free: bool
    limit: float


@dataclass(frozen=True, slots=True)
class DollarLine:
    """Planned dollars of a fund on a use at a school [dollars a year]; before is today's line run on."""

    year: str
    school_id: str
    fund: str
    use: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """What one school has, today and under the plan.

    Students are counts; teachers FTE; dollars are the measure ``dollars`` (actual costing), a year.
    """

    year: str
    school_id: str
    school_name: str
    level: str
    students: float
    weighted_students: float
    high_need: bool
    teachers_before: float
    teachers_after: float
    novice_before: float
    novice_after: float
    experienced_before: float
    experienced_after: float
    dollars_before: float
    dollars_after: float


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One index of one measure, today and under the plan; weight 0 where it was only reported."""

    measure: str
    index: str
    weight: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Statistic:
    """A reported-only statistic of a measure, today and under the plan; None where it is not defined."""

    measure: str
    statistic: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy, and the place where the plan comes nearest to its limit; ``slack`` in ``unit``."""

    name: str
    kind: str
    statement: str
    source: str
    holds: bool
    rule: str
    where: str
    year: str
    actual: float | None
    sense: str
    limit: float | None
    slack: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class FundRow:
    """A planned fund in one district and year [dollars]; pay is what the use ``staff`` carries."""

    year: str
    district_id: str
    fund: str
    available: float
    pay: float
    placed_before: float
    placed_after: float
    carried_in: float
    unspent: float


@dataclass(frozen=True, slots=True)
class ImputedRow:
    """A figure that was filled in rather than observed."""

    table: str
    column: str
    rows: str
    method: str
    note: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The plan in a few figures.

    Inequity is in points: today is 100. Cost is the planned dollars above today's lines run on, over all
    years of the plan.
    """

    inequity_before: float
    inequity_after: float
    bound: float
    gap: float
    moves_fte: float
    hires_fte: float
    cost_dollars: float
    stipend_dollars: float
    schools: int
    students: float
    staff_fte: float


@dataclass(frozen=True)
class Plan:
    """A finished plan.

    Parameters
    ----------
    scenario
        The resolved scenario as plain data.
    district
        Name, school year, school and district ids of the data set.
    status
        ``optimal``, or ``stopped`` where time ran out before proof.
    provenance
        Versions, fingerprints of the inputs, solver options. ``made_at`` stands apart: it is no part of
        what makes two plans equal.
    checksum
        Of the content, as the file that the plan was read from gives it; empty for a plan from no file.
    """

    scenario: Mapping[str, Any]
    district: Mapping[str, Any]
    years: tuple[str, ...]
    status: str
    summary: Summary
    moves: tuple[Move, ...]
    staff_changes: tuple[StaffChange, ...]
    class_sizes: tuple[ClassSize, ...]
    limits: tuple[Limit, ...]
    dollars: tuple[DollarLine, ...]
    schools: tuple[SchoolRow, ...]
    funds: tuple[FundRow, ...]
    indices: tuple[IndexRow, ...]
    statistics: tuple[Statistic, ...]
    policies: tuple[PolicyRow, ...]
    imputed: tuple[ImputedRow, ...]
    warnings: tuple[str, ...]
    provenance: Mapping[str, Any]
    made_at: str = field(default="", compare=False)
    checksum: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return str(self.scenario["name"])


# Sections of a plan that are tables, and the row each is made of.
ROW_TYPES: dict[str, type] = {
    "moves": Move,
    "staff_changes": StaffChange,
    "class_sizes": ClassSize,
    "limits": Limit,
    "dollars": DollarLine,
    "schools": SchoolRow,
    "funds": FundRow,
    "indices": IndexRow,
    "statistics": Statistic,
    "policies": PolicyRow,
    "imputed": ImputedRow,
}
