"""From a plan's decision rows to an `Outcome`: the numbers that every reported figure is worked out from.

The rows that decide are moves, staff changes, sections of decided courses, free limits and dollars. All
other rows of a plan follow from them and the district's tables. No optimiser is needed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from planner.case import Case, CourseBlock, Pool
from planner.outcome import STAFF_FAMILIES, Key, Outcome
from planner.plan import ClassSize, DollarLine, Limit, Move, StaffChange, rounded
from planner.problems import Problem, nearest, raise_all

TIERED_CHANGES = ("recruit", "stipend_end")
PLAIN_CHANGES = ("hire", "release", "attrition")
SAME_DOLLARS = 0.005
# Rows of one place and year are added up; of all other decisions there is one row.
ADDED_UP = (*STAFF_FAMILIES, "stipend_end")
# Staff below this are none at all: a ratio to them would say nothing.
NO_STAFF = 1e-6


class Decisions(Protocol):
    """The rows of a plan that decide; a `Plan` has them, and so has `Decided`."""

    @property
    def moves(self) -> tuple[Move, ...]:
        """Staff who transfer."""

    @property
    def staff_changes(self) -> tuple[StaffChange, ...]:
        """Positions filled and given up."""

    @property
    def class_sizes(self) -> tuple[ClassSize, ...]:
        """Sections; only rows that are ``decided`` are read."""

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Class-size limits; only rows that are ``free`` are read."""

    @property
    def dollars(self) -> tuple[DollarLine, ...]:
        """Planned dollars."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision rows of a plan that is still being written."""

    moves: tuple[Move, ...] = ()
    staff_changes: tuple[StaffChange, ...] = ()
    class_sizes: tuple[ClassSize, ...] = ()
    limits: tuple[Limit, ...] = ()
    dollars: tuple[DollarLine, ...] = ()


def outcome_of(plan: Decisions, case: Case) -> Outcome:
    """Return what a plan's decisions leave each school with.

    Courses that are no decision share the staff left in their field: their sections are worked out here.

    Parameters
    ----------
    plan
        A plan, or its decision rows alone.
    case
        The district and scenario the plan was made for.

    Raises
    ------
    InputProblems
        Every row that names a school, pool, course, fund, use, year or stipend which the case does not have.
    """
    reader = _Reader(case)
    for table, read in READ.items():
        read(reader, getattr(plan, table))
    raise_all(reader.problems)
    return _with_following_courses(Outcome(case, reader.decisions))


def outcome_beside(known: Outcome, plan: Decisions, other: Decisions) -> Outcome:
    """Return what `outcome_of` does for another plan, quickly where it has most of its rows from a plan.

    Parameters
    ----------
    known, plan
        The outcome of a plan and the plan.
    other
        The other plan; a row that is the plan's own is the same object.

    Raises
    ------
    InputProblems
        As `outcome_of`, of the rows that differ.
    """
    gone, new = _Reader(known.case), _Reader(known.case)
    for table, read in READ.items():
        before, after = _differing(getattr(plan, table), getattr(other, table))
        read(gone, before)
        read(new, after)
    raise_all([*gone.problems, *new.problems])
    changed: dict[str, dict[Key, float | None]] = {}
    for family in {*gone.decisions, *new.decisions}:
        old, now = (reader.decisions.get(family, {}) for reader in (gone, new))
        changed[family] = {**dict.fromkeys(old), **now}
        if family in ADDED_UP:
            changed[family] = {
                key: known.get(family, key) - old.get(key, 0.0) + now.get(key, 0.0) for key in changed[family]
            }
    beside = known.beside(changed)
    return beside if changed.keys() <= {"dollars", "ratio"} else _with_following_courses(beside)


def _differing[Row](before: tuple[Row, ...], after: tuple[Row, ...]) -> tuple[list[Row], list[Row]]:
    """Return the rows that only one of two tables has."""
    if before is after:
        return [], []
    old, new = set(map(id, before)), set(map(id, after))
    return [row for row in before if id(row) not in new], [row for row in after if id(row) not in old]


def class_size_row(block: CourseBlock, case: Case, year: int, sections: float, decided: bool) -> ClassSize:
    """Return the row of a course at a school with its sections under a plan [sections]."""
    after = rounded(sections, "sections")
    return ClassSize(
        year=case.years[year],
        school_id=case.school_ids[block.school],
        course=block.course,
        decided=decided,
        students=rounded(block.students, "students"),
        sections_before=rounded(block.sections, "sections"),
        sections_after=after,
        class_size_before=_class_size(block.students, block.sections),
        class_size_after=_class_size(block.students, after),
    )


def decided_class_sizes(case: Case, sections: Mapping[Key, float]) -> tuple[ClassSize, ...]:
    """Return the rows that decide sections; `sections` is by (school, course, year) [sections]."""
    return tuple(
        class_size_row(case.blocks[school, course], case, year, value, decided=True)
        for (school, course, year), value in sorted(sections.items(), key=lambda item: (item[0][2], *item[0]))
    )


def _class_size(students: float, sections: float) -> float | None:
    return rounded(students / sections, "students") if sections > NO_STAFF else None


class _Reader:
    """Turns rows into decisions by key, and notes every name that the case does not have."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.problems: list[Problem] = []
        self.decisions: dict[str, dict[Key, float]] = {}
        self._years = {year: number for number, year in enumerate(case.years)}
        self._pools = {tuple(pool): number for pool, number in case.pool_index.items()}
        self._uses = {use: use for use in case.known_uses}
        self._funds = {fund: fund for fund in case.planned_funds}
        self._courses = {course: course for course in case.courses}

    def read_moves(self, rows: Iterable[Move]) -> None:
        """Read transfers: out of one school, into another at a stipend tier [FTE]."""
        for number, row in enumerate(rows, start=1):
            where = ("moves", number)
            year, pool, tier = self._year(row, where), self._pool(row, where), self._tier(row.stipend, where)
            origin = self._known(self.case.school_index, row.from_school, where, "from_school")
            target = self._known(self.case.school_index, row.to_school, where, "to_school")
            self._add("leave", (origin, pool, year), row.fte)
            self._add("join", (target, pool, tier, year), row.fte)

    def read_staff_changes(self, rows: Iterable[StaffChange]) -> None:
        """Read positions filled and given up, and stipends that end [FTE]."""
        kinds = {kind: kind for kind in (*PLAIN_CHANGES, *TIERED_CHANGES)}
        for number, row in enumerate(rows, start=1):
            where = ("staff_changes", number)
            kind = self._known(kinds, row.change, where, "change")
            school = self._known(self.case.school_index, row.school_id, where, "school_id")
            year, pool, tier = self._year(row, where), self._pool(row, where), self._tier(row.stipend, where)
            key = (school, pool, tier, year) if kind in TIERED_CHANGES else (school, pool, year)
            if kind is not None:
                self._add(kind, key, row.fte)

    def read_sections(self, rows: Iterable[ClassSize]) -> None:
        """Read the sections of decided courses [sections]."""
        for number, row in enumerate(rows, start=1):
            if not row.decided:
                continue
            where = ("class_sizes", number)
            school = self._known(self.case.school_index, row.school_id, where, "school_id")
            course = self._known(self._courses, row.course, where, "course")
            if None not in (school, course) and (school, course) not in self.case.blocks:
                found = f"'{row.course}' at school {row.school_id}"
                self._problem(where, "course", found, "a course that the school offers")
            self._place("sections", (school, course, self._year(row, where)), row.sections_after, where)

    def read_limits(self, rows: Iterable[Limit]) -> None:
        """Read the class-size limits that the plan set, as sections per student."""
        for number, row in enumerate(rows, start=1):
            if not row.free:
                continue
            where = ("limits", number)
            course = self._known(self._courses, row.course, where, "course")
            year = self._year(row, where)
            if row.limit <= 0:
                self._problem(where, "limit", f"{row.limit:g} students", "more than 0 students")
            elif course is not None and year is not None:
                self.decisions.setdefault("ratio", {})[course, row.tier, year] = 1.0 / row.limit

    def read_dollars(self, rows: Iterable[DollarLine]) -> None:
        """Read all of each planned fund spent on a use at a school [dollars a year]."""
        for number, row in enumerate(rows, start=1):
            where = ("dollars", number)
            school = self._known(self.case.school_index, row.school_id, where, "school_id")
            fund = self._known(self._funds, row.fund, where, "fund")
            use = self._known(self._uses, row.use, where, "use")
            self._place("dollars", (school, fund, use, self._year(row, where)), row.after, where)

    def _year(self, row: Any, where: tuple[str, int]) -> int | None:
        return self._known(self._years, row.year, where, "year")

    def _pool(self, row: Any, where: tuple[str, int]) -> int | None:
        pool = (row.role, row.field, row.experience)
        number = self._pools.get(pool)
        if number is None:
            names = [str(known) for known in self.case.pools]
            name = str(Pool(*pool))
            self._problem(
                where,
                "role, field, experience",
                f"'{name}'",
                "a pool of the staff table",
                nearest(name, names),
            )
        return number

    def _tier(self, stipend: float, where: tuple[str, int]) -> int | None:
        tiers = [0.0, *self.case.stipend_tiers]
        match = next((tier for tier, paid in enumerate(tiers) if abs(paid - stipend) < SAME_DOLLARS), None)
        if match is None:
            known = ", ".join(f"{paid:,.0f}" for paid in tiers)
            self._problem(where, "stipend", f"{stipend:,.2f} dollars", f"a stipend of the scenario: {known}")
        return match

    def _known[V](self, known: Mapping[str, V], name: str, where: tuple[str, int], column: str) -> V | None:
        if name not in known:
            hint = nearest(str(name), known)
            self._problem(where, column, f"'{name}'", "a name of the data and the scenario", hint)
        return known.get(name)

    def _add(self, family: str, key: Key, value: float) -> None:
        if None not in key:
            values = self.decisions.setdefault(family, {})
            values[key] = values.get(key, 0.0) + value

    def _place(self, family: str, key: Key, value: float, where: tuple[str, int]) -> None:
        if None in key:
            return
        values = self.decisions.setdefault(family, {})
        if key in values:
            self._problem(where, "", "a second row for the same place and year", "one row")
        values[key] = value

    def _problem(
        self, where: tuple[str, int], column: str, found: str, expected: str, hint: str = ""
    ) -> None:
        table, row = where
        place = f"{table} row {row}" + (f", {column}" if column else "")
        self.problems.append(Problem(place, found, expected, hint))


READ: dict[str, Callable[[_Reader, Any], None]] = {
    "moves": _Reader.read_moves,
    "staff_changes": _Reader.read_staff_changes,
    "class_sizes": _Reader.read_sections,
    "limits": _Reader.read_limits,
    "dollars": _Reader.read_dollars,
}


def _with_following_courses(outcome: Outcome) -> Outcome:
    """Add the sections of courses that are no decision, in proportion to the staff left in their field."""
    case = outcome.case
    sections = dict(outcome.decisions.get("sections", {}))
    following = [block for block in case.blocks.values() if block.course not in case.decided_courses]
    today = _staff_left(outcome, case.fte, year=-1)
    for year in range(len(case.years)):
        left = _staff_left(outcome, outcome.fte_table(year), year)
        for block in following:
            place = (block.school, block.field)
            share = max(0.0, left[place]) / today[place] if today[place] > NO_STAFF else 1.0
            sections[block.school, block.course, year] = block.sections * share
    return replace(outcome, decisions={**outcome.decisions, "sections": sections})


def _staff_left(outcome: Outcome, fte: np.ndarray, year: int) -> dict[tuple[int, str], float]:
    """Teachers by school and field that decided courses leave over [FTE]; year -1 is today."""
    case = outcome.case
    fields = {case.pools[pool].field for pool in case.teacher_pools}
    staffed = {
        field: fte[:, [pool for pool in case.teacher_pools if case.pools[pool].field == field]].sum(axis=1)
        for field in fields
    }
    left = {
        (block.school, block.field): float(staffed[block.field][block.school])
        if block.field in staffed
        else 0.0
        for block in case.blocks.values()
    }
    for block in case.blocks.values():
        if block.course in case.decided_courses:
            sections = block.sections if year < 0 else outcome.sections(block.school, block.course, year)
            left[block.school, block.field] -= sections / block.sections_per_fte
    return left
