"""The linear program of one case, and what each of its columns and rows means.

Every column is known by (family, key) and every row by (owner, key), so prices, slack and conflicts need no
code of their own in any policy. The numbers stand in whole arrays, the form in which HiGHS takes them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from planner.case import Case
from planner.equity.measures.base import Measure
from planner.optimize.linear import NOTHING, Linear, Row, SchoolExpressions, total
from planner.outcome import Sums
from planner.policies.base import Policy

Key = tuple[Any, ...]
ALWAYS = "always"
# Dollars stand beside single FTE: columns count thousands, which keeps HiGHS's tolerances meaningful.
DOLLAR_UNIT = 1000.0
WELL_SCALED = (1e-2, 1e2)
# How each kind of decision changes the staff of a school's pool.
STAFFING = {"leave": -1.0, "join": 1.0, "hire": 1.0, "recruit": 1.0, "release": -1.0, "attrition": -1.0}


class Column(NamedTuple):
    """What a column means: `unit` is the size of one step of it in the family's own unit."""

    family: str
    key: Key
    unit: float


class RowLabel(NamedTuple):
    """Whose row it is, and the factor its coefficients were multiplied by for good scaling."""

    owner: str
    key: Key
    scale: float


@dataclass
class Program:
    """The program as whole arrays, the form in which HiGHS takes it: minimise over columns in bounds."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)


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
        # What changes the staff of a (pool, year): coefficients of columns, school by school.
        self._changes: dict[tuple[int, int], dict[int, dict[int, float]]] = defaultdict(dict)
        self._joins: dict[Key, list[Linear]] = defaultdict(list)
        self._amounts: dict[tuple[str, int], list[Linear]] = {}
        self._staff: dict[tuple[int, int], SchoolExpressions] = {}

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

    def auxiliary(self, key: Key, lower: float = 0.0, step: float | None = None) -> Linear:
        """Add a helper column that no plan reports, such as the part of an index above 0."""
        return self._add_column("auxiliary", key, lower, math.inf, step or 1.0, step is not None)

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
            changes = self._changes[key[1], key[-1]]
            changes.setdefault(key[0], {})[number] = STAFFING[family] * unit
        if family == "join":
            self._joins[key[0], key[1], key[-1]].append(expression)
        return expression

    def set(self, family: str, key: Key, expression: Linear) -> None:
        """Name an expression made of other decisions, such as all dollars on a use."""
        self._column[family, key] = expression

    def get(self, family: str, key: Key) -> Linear:
        """Return a decision as an expression; 0 where there is nothing to decide."""
        return self._column.get((family, key), NOTHING)

    def named(self, family: str) -> list[tuple[Key, Linear]]:
        """Keys and expressions of a family, also of one whose members are made of other decisions."""
        return [(key, expression) for (name, key), expression in self._column.items() if name == family]

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
        scale = _scale(values)
        bound = -row.left.constant * scale
        self._row[owner, key] = len(self.rows)
        self.rows.append(RowLabel(owner, key, scale))
        self.program.starts.append(len(self.program.indices))
        self.program.indices += columns
        self.program.values += values if scale == 1.0 else [value * scale for value in values]
        self.program.row_lower.append(-math.inf if row.sense == "<=" else bound)
        self.program.row_upper.append(math.inf if row.sense == ">=" else bound)

    def add_cuts(self, cut: Any) -> None:
        """Register a function that, given the means to evaluate expressions, returns a broken row or None."""
        self.cuts.append(cut)

    def owned(self, owner: str) -> list[tuple[Key, int]]:
        """Keys and row numbers of an owner's rows."""
        return [(label.key, number) for number, label in enumerate(self.rows) if label.owner == owner]

    # Vocabulary of Resources ------------------------------------------------------------------------------

    def nothing(self) -> SchoolExpressions:
        """Return 0 for every school."""
        return SchoolExpressions.constant(super().nothing())

    def staff(self, pool: int, year: int) -> SchoolExpressions:
        """Staff of a pool at the end of a year's moves, school by school [FTE]."""
        key = (pool, year)
        if key not in self._staff:
            today = SchoolExpressions.constant(self.case.fte[:, pool])
            before = self.staff(pool, year - 1) if year else today
            changes = {school: Linear(terms) for school, terms in self._changes[key].items()}
            self._staff[key] = before + SchoolExpressions.of(changes, len(before))
        return self._staff[key]

    def classes(self, course: str, year: int) -> SchoolExpressions:
        """Sections of a course, school by school [sections]."""
        schools = range(len(self.case.school_ids))
        offered = {school: self.sections(school, course, year) for school in schools}
        return SchoolExpressions.of(offered, len(schools))

    def spending(self, fund: str, use: str, year: int) -> SchoolExpressions:
        """All of a planned fund spent on a use, school by school [dollars a year]."""
        schools = self.case.schools_by_line.get((fund, use), [])
        spent = {school: self.dollars(school, fund, use, year) for school in schools}
        return SchoolExpressions.of(spent, len(self.case.school_ids))

    def amounts(self, measure: Measure, year: int) -> list[Linear]:
        """Amounts of a measure, school by school; worked out once for all policies and indices that ask."""
        key = (measure.label, year)
        if key not in self._amounts:
            self._amounts[key] = list(measure.amount(self, year))
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

    def ratio(self, course: str, tier: str, year: int) -> Linear:
        """The class-size limit the planner sets, as sections per student."""
        return self.get("ratio", (course, tier, year))

    def recruits(self, school: int, pool: int, tier: int, year: int) -> Linear:
        """Vacancies filled for a stipend of a tier, up to and in a year [FTE]."""
        return total(self.recruit(school, pool, tier, earlier) for earlier in range(year + 1))

    @property
    def tiers(self) -> Sequence[int]:
        """Stipend tiers, 0 (unpaid) first."""
        return range(len(self.case.stipend_tiers) + 1)


def _scale(values: list[float]) -> float:
    """Return the power of ten that brings a row's coefficients near 1, or 1 where they already are."""
    sizes = list(map(abs, values))
    if not sizes or (WELL_SCALED[0] <= min(sizes) and max(sizes) <= WELL_SCALED[1]):
        return 1.0
    centre = math.fsum(map(math.log10, sizes)) / len(sizes)
    if WELL_SCALED[0] <= 10.0**centre <= WELL_SCALED[1]:
        return 1.0
    return float(10.0 ** -round(centre))
