"""The linear program of one case, and what each of its columns and rows means.

Every column is known by (family, key) and every row by (owner, key), so prices, slack and conflicts need no
code of their own in any policy. The numbers stand in whole arrays, the form in which HiGHS takes them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

import numpy as np

from planner.case import Case
from planner.equity.measures.base import Measure
from planner.optimize.linear import NOTHING, Expressions, Linear, Row, Rows, ends, total
from planner.optimize.program import Column, Key, Program, RowLabel, scale_of, scales_of
from planner.outcome import Sums
from planner.policies.base import Policy

ALWAYS = "always"
AUXILIARY = "auxiliary"
# Dollars stand beside single FTE: columns count thousands, which keeps HiGHS's tolerances meaningful.
DOLLAR_UNIT = 1000.0
# How each kind of decision changes the staff of a school's pool.
STAFFING = {"leave": -1.0, "join": 1.0, "hire": 1.0, "recruit": 1.0, "release": -1.0, "attrition": -1.0}


class AllocationModel(Sums):
    """The decisions and rows of a case.

    It speaks the vocabulary of `planner.resources.Resources` with linear expressions, so measures and
    policies use it without knowing PuLP.

    Parameters
    ----------
    case
        The district and scenario.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.columns: list[Column] = []
        self.rows: list[RowLabel] = []
        self.program = Program()
        self.cuts: list[Any] = []
        self._column: dict[tuple[str, Key], Linear] = {}
        self._row: dict[tuple[str, Key], int] = {}
        self._keys: dict[str, list[Key]] = defaultdict(list)
        # What changes the staff of a (pool, year): schools, columns and coefficients.
        self._changes: dict[tuple[int, int], tuple[list[int], list[int], list[float]]] = defaultdict(
            lambda: ([], [], [])
        )
        self._joins: dict[Key, list[Linear]] = defaultdict(list)
        self._amounts: dict[tuple[str, int], Expressions] = {}
        self._staff: dict[tuple[int, int], Expressions] = {}
        self._spent: dict[int, Expressions] = {}

    # Columns ----------------------------------------------------------------------------------------------

    def decide(
        self, family: str, key: Key, upper: float = math.inf, unit: float = 1.0, step: float | None = None
    ) -> Linear:
        """Add a decision of at least 0 and return it as an expression in the family's unit.

        Parameters
        ----------
        family, key
            What is decided (``leave``) and where (school, pool, year).
        upper
            Most it may be, in the family's unit.
        unit
            How much of the family's unit one step of the column is.
        step
            Whole multiples of this only, in the family's unit; any amount where None.
        """
        unit = step if step is not None else unit
        most = upper / unit
        if step is not None and math.isfinite(most):
            most = math.floor(most + 1e-9)
        return self._add_column(family, key, 0.0, most, unit, step is not None)

    def auxiliaries(self, keys: Sequence[Key]) -> Expressions:
        """Add helper columns alike, as `auxiliary` does."""
        self._add_columns(AUXILIARY, keys, [math.inf] * len(keys), 1.0, integer=False)
        return self.each(AUXILIARY, keys)

    def auxiliary(self, key: Key, lower: float = 0.0, step: float | None = None) -> Linear:
        """Add a helper column that no plan reports, such as the part of an index above 0."""
        return self._add_column(AUXILIARY, key, lower, math.inf, step or 1.0, step is not None)

    def _add_column(
        self, family: str, key: Key, lower: float, upper: float, unit: float, integer: bool
    ) -> Linear:
        number = len(self.columns)
        expression = Linear({number: unit})
        if self._column.setdefault((family, key), expression) is not expression:
            raise ValueError(f"two columns {family} {key}")
        self.program.lower.append(lower)
        self.program.upper.append(upper)
        self.program.integer.append(integer)
        self.columns.append(Column(family, key, unit))
        self._keys[family].append(key)
        if family in STAFFING:
            self._note_changes(family, [(key, number)], unit)
        if family == "join":
            self._joins[key[0], key[1], key[-1]].append(expression)
        return expression

    def _note_changes(self, family: str, decided: Iterable[tuple[Key, int]], unit: float) -> None:
        """Keep which columns change the staff of a pool, for `staff`."""
        change = STAFFING[family] * unit
        for (school, pool, *_, year), number in decided:
            schools, numbers, changes = self._changes[pool, year]
            schools.append(school)
            numbers.append(number)
            changes.append(change)

    def decide_each(
        self,
        family: str,
        keys: Sequence[Key],
        upper: np.ndarray | float = math.inf,
        unit: float = 1.0,
        step: float | None = None,
    ) -> None:
        """Add decisions alike, as `decide` does; `upper` for each or for all."""
        unit = unit if step is None else step
        most = np.broadcast_to(upper, len(keys)) / unit
        if step is not None:
            most = np.floor(most + 1e-9)
        self._add_columns(family, keys, most.tolist(), unit, step is not None)

    def _add_columns(
        self, family: str, keys: Sequence[Key], upper: list[float], unit: float, integer: bool
    ) -> None:
        first, program = len(self.columns), self.program
        numbers = range(first, first + len(keys))
        program.lower += [0.0] * len(keys)
        program.upper += upper
        program.integer += [integer] * len(keys)
        self.columns.extend(map(Column, repeat(family), keys, repeat(unit)))
        known = len(self._column)
        expressions = [Linear({number: unit}) for number in numbers]
        self._column.update(zip(zip(repeat(family), keys, strict=False), expressions, strict=True))
        if len(self._column) != known + len(keys):
            raise ValueError(f"two columns of one key among those of {family}")
        self._keys[family] += keys
        if family in STAFFING:
            self._note_changes(family, zip(keys, numbers, strict=True), unit)
        if family == "join":
            for key, expression in zip(keys, expressions, strict=True):
                self._joins[key[0], key[1], key[-1]].append(expression)

    def set(self, family: str, key: Key, expression: Linear) -> None:
        """Name an expression made of other decisions, such as all dollars on a use."""
        self._column[family, key] = expression

    def get(self, family: str, key: Key) -> Linear:
        """Return a decision as an expression; 0 where there is nothing to decide."""
        return self._column.get((family, key), NOTHING)

    def each(self, family: str, keys: Sequence[Key]) -> Expressions:
        """Return decisions of a family, each an expression of its own."""
        return Expressions.sums([self.get(family, key)] for key in keys)

    def named(self, family: str) -> list[tuple[Key, Linear]]:
        """Keys and expressions of a family, also of one whose members are made of other decisions."""
        return [(key, expression) for (name, key), expression in self._column.items() if name == family]

    def by_district(
        self, family: str, year: int, tier: int | None = None
    ) -> dict[tuple[int, int], list[Linear]]:
        """Decisions of a family of staff in a year by (district, pool); of one stipend tier where given."""
        found: dict[tuple[int, int], list[Linear]] = defaultdict(list)
        districts = self.case.district_of.tolist()
        for key in self.keys(family):
            if key[-1] == year and tier in (None, key[2]):
                found[districts[key[0]], key[1]].append(self._column[family, key])
        return found

    def has(self, family: str, key: Key) -> bool:
        """Whether there is such a decision."""
        return (family, key) in self._column

    def keys(self, family: str) -> list[Key]:
        """Keys of a family, in the order they were decided."""
        return self._keys[family]

    # Rows -------------------------------------------------------------------------------------------------

    def require(self, policy: Policy, key: Key, row: Row) -> None:
        """Add a policy's row under (policy name, key)."""
        self._add_row(policy.name, key, row)

    def always(self, key: Key, row: Row) -> None:
        """Add a row that holds in every scenario (conservation, coverage, charging, budgets)."""
        self._add_row(ALWAYS, key, row)

    def define(self, key: Key, row: Row) -> None:
        """Add a row that only gives a helper column its meaning."""
        self._add_row("definition", key, row)

    def _add_row(self, owner: str, key: Key, row: Row) -> None:
        if (owner, key) in self._row:
            raise ValueError(f"two rows {owner} {key}")
        terms = row.left.terms
        columns = sorted(terms)
        if 0.0 in terms.values():
            columns = [column for column in columns if terms[column] != 0.0]
        values = [terms[column] for column in columns]
        scale = scale_of(values)
        bound = -row.left.constant * scale
        self._row[owner, key] = len(self.rows)
        self.rows.append(RowLabel(owner, key, scale))
        self.program.starts.append(len(self.program.indices))
        self.program.indices += columns
        self.program.values += values if scale == 1.0 else [value * scale for value in values]
        lower, upper = ends(row.sense, bound)
        self.program.row_lower.append(lower)
        self.program.row_upper.append(upper)

    def require_each(self, policy: Policy, keys: Sequence[Key], rows: Rows) -> None:
        """Add a policy's rows, each under (policy name, key)."""
        self._add_rows(policy.name, keys, rows)

    def always_each(self, keys: Sequence[Key], rows: Rows) -> None:
        """Add rows that hold in every scenario."""
        self._add_rows(ALWAYS, keys, rows)

    def define_each(self, keys: Sequence[Key], rows: Rows) -> None:
        """Add rows that only give helper columns their meaning."""
        self._add_rows("definition", keys, rows)

    def _add_rows(self, owner: str, keys: Sequence[Key], rows: Rows) -> None:
        starts, columns, values = rows.left.entries
        scales = scales_of(values, starts)
        bounds = (rows.left.constants * -scales).tolist()
        count, program = len(self.rows), self.program
        self._row.update(zip(((owner, key) for key in keys), range(count, count + len(keys)), strict=True))
        if len(self._row) != count + len(keys):
            raise ValueError(f"two rows of one key among those of {owner} {keys[0]}")
        self.rows.extend(map(RowLabel, repeat(owner), keys, scales.tolist()))
        program.starts += (starts[:-1] + len(program.indices)).tolist()
        program.indices += columns.tolist()
        program.values += (values * np.repeat(scales, np.diff(starts))).tolist()
        program.row_lower += [-math.inf] * len(keys) if rows.sense == "<=" else bounds
        program.row_upper += [math.inf] * len(keys) if rows.sense == ">=" else bounds

    def add_cuts(self, cut: Any) -> None:
        """Register a function that, given the means to evaluate expressions, returns a broken row or None."""
        self.cuts.append(cut)

    def owned(self, owner: str) -> list[tuple[Key, int]]:
        """Keys and row numbers of an owner's rows."""
        return [(label.key, number) for number, label in enumerate(self.rows) if label.owner == owner]

    # Vocabulary of Resources ------------------------------------------------------------------------------

    def nothing(self) -> Expressions:
        """Return 0 for every school."""
        return Expressions.constant(super().nothing())

    def staff(self, pool: int, year: int) -> Expressions:
        """Staff of a pool at the end of a year's moves, school by school [FTE]."""
        key = (pool, year)
        if key not in self._staff:
            today = Expressions.constant(self.case.fte[:, pool])
            before = self.staff(pool, year - 1) if year else today
            schools, numbers, changes = self._changes[key]
            where = np.array(schools, dtype=np.int64), np.array(numbers, dtype=np.int64)
            changed = np.array(changes, dtype=float)
            self._staff[key] = before + Expressions(*where, changed, np.zeros(len(before)))
        return self._staff[key]

    def classes(self, course: str, year: int) -> Expressions:
        """Sections of a course, school by school [sections]."""
        schools = range(len(self.case.school_ids))
        return Expressions.sums([self.sections(school, course, year)] for school in schools)

    def spending(self, fund: str, use: str, year: int) -> Expressions:
        """All of a planned fund spent on a use, school by school [dollars a year]."""
        schools = np.full(len(self.case.cells), -1)
        for cell, school in self.case.cells_by_line.get((fund, use), []):
            schools[cell] = school
        return self.spent(year).grouped(schools, len(self.case.school_ids))

    def spent(self, year: int) -> Expressions:
        """Planned dollars of every (school, fund, use), in the order of `case.cells` [dollars a year]."""
        if year not in self._spent:
            cells = self.case.cells
            self._spent[year] = Expressions.sums([self.get("dollars", (*cell, year))] for cell in cells)
        return self._spent[year]

    def amounts(self, measure: Measure, year: int) -> Expressions:
        """Amounts of a measure, school by school; worked out once for all policies and indices that ask."""
        key = (measure.label, year)
        if key not in self._amounts:
            self._amounts[key] = measure.amount(self, year)
        return self._amounts[key]

    # Words for policies and indices -----------------------------------------------------------------------

    def sum(self, parts: Iterable[Linear | float]) -> Linear:
        """Sum expressions and numbers."""
        return total(parts)

    def fte(self, school: int, pool: int, year: int) -> Linear:
        """Staff of a pool at a school at the end of a year's moves [FTE]."""
        return self.staff(pool, year)[school]

    def sections(self, school: int, course: str, year: int) -> Linear:
        """Sections of a course; today's where they are no decision [sections]."""
        if self.has("sections", (school, course, year)):
            return self.get("sections", (school, course, year))
        block = self.case.blocks.get((school, course))
        return Linear(constant=block.sections if block else 0.0)

    def dollars(self, school: int, fund: str, use: str, year: int) -> Linear:
        """All of a planned fund spent on a use [dollars a year]."""
        return self.get("dollars", (school, fund, use, year))

    def leave(self, school: int, pool: int, year: int) -> Linear:
        """Staff who transfer out [FTE]."""
        return self.get("leave", (school, pool, year))

    def join(self, school: int, pool: int, tier: int, year: int) -> Linear:
        """Staff who transfer in at a stipend tier; tier 0 is unpaid [FTE]."""
        return self.get("join", (school, pool, tier, year))

    def joins(self, school: int, pool: int, year: int) -> Linear:
        """Staff who transfer in at any tier [FTE]."""
        return total(self._joins[school, pool, year])

    def hire(self, school: int, pool: int, year: int) -> Linear:
        """New positions filled from the ordinary supply of candidates [FTE]."""
        return self.get("hire", (school, pool, year))

    def recruit(self, school: int, pool: int, tier: int, year: int) -> Linear:
        """Vacancies filled only because a stipend is paid [FTE]."""
        return self.get("recruit", (school, pool, tier, year))

    def hired(self, school: int, pool: int, year: int) -> Linear:
        """All new positions filled [FTE]."""
        paid = (self.recruit(school, pool, tier, year) for tier in self.tiers[1:])
        return total([self.hire(school, pool, year), *paid])

    def release(self, school: int, pool: int, year: int) -> Linear:
        """Positions hired under the plan and given up again [FTE]."""
        return self.get("release", (school, pool, year))

    def attrition(self, school: int, pool: int, year: int) -> Linear:
        """Today's positions left unfilled when a teacher retires or resigns [FTE]."""
        return self.get("attrition", (school, pool, year))

    def released(self, school: int, pool: int, year: int) -> Linear:
        """All positions given up [FTE]."""
        return total([self.release(school, pool, year), self.attrition(school, pool, year)])

    def stipend_end(self, school: int, pool: int, tier: int, year: int) -> Linear:
        """Stipends that stop because their holders leave the school again [FTE]."""
        return self.get("stipend_end", (school, pool, tier, year))

    def stipend_holders(self, school: int, pool: int, tier: int, year: int) -> Linear:
        """Staff paid a stipend of a tier in a year [FTE]."""
        parts: list[Linear] = []
        for earlier in range(year + 1):
            parts += [self.join(school, pool, tier, earlier), self.recruit(school, pool, tier, earlier)]
            parts.append(-self.stipend_end(school, pool, tier, earlier))
        return total(parts)

    def recruits(self, school: int, pool: int, tier: int, year: int) -> Linear:
        """Vacancies filled for a stipend of a tier, up to and in a year [FTE]."""
        return total(self.recruit(school, pool, tier, earlier) for earlier in range(year + 1))

    @property
    def tiers(self) -> Sequence[int]:
        """Stipend tiers, 0 (unpaid) first."""
        return range(len(self.case.stipend_tiers) + 1)
