"""Measures and indices for the independent program: amounts by the text, epigraphs of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matrices import INFINITY, Sum, plus
from raw_tables import Raw

if TYPE_CHECKING:
    from independent import Independent

# An index below this is that of schools that are alike but for the rounding of floating-point numbers.
ROUNDING = 1e-9
Measure = Mapping[str, Any]
Amounts = Mapping[str, Sum]


class Undefined(Exception):  # noqa: N818 - it says something of the data, not of the code
    """An index of the objective is not defined today."""


# Measures ---------------------------------------------------------------------------------------------------


def measure_of(given: str | Measure) -> Measure:
    """Return a measure as a map, however it is written."""
    return {"measure": given} if isinstance(given, str) else given


def shared_over(raw: Raw, measure: Measure, school: str) -> float:
    """Return the weighted students (or seats, or target students) that a school's amount is shared over."""
    if measure["measure"] == "sections":
        seats = sum(
            row["students"] for (s, c), row in raw.blocks.items() if s == school and c in measure["courses"]
        )
        return float(seats) * raw.weighted(school) / raw.students(school)
    if measure["measure"] == "support":
        return raw.students(school, raw.uses.get(measure["use"], {}).get("target", "all"))
    return raw.weighted(school)


def _teachers(experience: str | None) -> Callable[[Independent, Measure, str, str], Sum]:
    def count(program: Independent, _: Measure, school: str, year: str) -> Sum:
        pools = [pool for pool in program.raw.teacher_pools if experience in (None, pool[2])]
        return plus(program.staff[school, pool, year] for pool in pools)

    return count


def _dollars(program: Independent, measure: Measure, school: str, year: str) -> Sum:
    return program.school_dollars(school, year, measure.get("costing", "actual"))


def _sections(program: Independent, measure: Measure, school: str, year: str) -> Sum:
    return plus(
        program.classes.get((school, course, year), 0.0) for course in sorted(set(measure["courses"]))
    )


def _support(program: Independent, measure: Measure, school: str, year: str) -> Sum:
    raw, use = program.raw, measure["use"]
    fixed = [d for (s, f, u), d in raw.lines.items() if (s, u) == (school, use) and f not in raw.funds]
    return plus([program.spent_on(school, use, year), *fixed])


AMOUNTS: dict[str, Callable[[Independent, Measure, str, str], Sum]] = {
    "teachers": _teachers(None),
    "experienced_teachers": _teachers("experienced"),
    "novice_teachers": _teachers("novice"),
    "dollars": _dollars,
    "sections": _sections,
    "support": _support,
}


def amount(program: Independent, measure: Measure, school: str, year: str) -> Sum:
    """Return a school's amount of a measure in a year, as a sum of columns."""
    return AMOUNTS[measure["measure"]](program, measure, school, year)


def amount_today(program: Independent, measure: Measure, school: str) -> float:
    """Return a school's amount today, from the tables alone."""
    raw, kind = program.raw, measure["measure"]
    if kind in ("teachers", "experienced_teachers", "novice_teachers"):
        pools = [p for p in raw.teacher_pools if kind == "teachers" or kind == f"{p[2]}_teachers"]
        return sum(raw.fte(school, pool) for pool in pools)
    if kind == "sections":
        blocks = raw.blocks.items()
        return float(sum(r["sections"] for (s, c), r in blocks if s == school and c in measure["courses"]))
    if kind == "support":
        return float(sum(d for (s, _, u), d in raw.lines.items() if (s, u) == (school, measure["use"])))
    average = measure.get("costing") == "average"
    pays = {p: raw.average_pay(raw.district(school), p) if average else raw.pay(school, p) for p in raw.pools}
    lines = sum(
        dollars
        for (s, _, use), dollars in raw.lines.items()
        if s == school and use not in ("staff", "positions")
    )
    return float(sum(raw.fte(school, pool) * pay for pool, pay in pays.items()) + lines)


# Indices ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """Schools compared with one another: weights, amounts per weighted student over the reference."""

    raw: Raw
    schools: list[str]
    weight: dict[str, float]
    reference: float
    level: dict[str, Sum]
    turned: bool

    @property
    def total(self) -> float:
        """Weighted students of the cell."""
        return sum(self.weight.values())

    @property
    def sign(self) -> float:
        """1, or -1 where fewer is better."""
        return -1.0 if self.turned else 1.0


def points(program: Independent) -> Sum:
    """Return ``100 * sum v_m * index_m(plan) / index_m(today)``, each index the mean of its years."""
    parts = []
    for term in program.raw.scenario["objective"]["measures"]:
        today = index_today(program, term)
        values = []
        for year in program.raw.years:
            amounts = {s: amount(program, term, s, year) for s in program.raw.ids}
            values.append(index(program, term, amounts, Program(program)))
        scale = 100 * term.get("weight", 1.0) / (today if today > 0 else 1.0) / len(program.raw.years)
        parts.append(plus(values) * scale)
    return plus(parts)


def index_today(program: Independent, term: Measure) -> float:
    """Return an index of today's amounts: the same epigraphs over numbers, minimised."""
    amounts = {s: Sum({-1: amount_today(program, term, s)}) for s in program.raw.ids}
    found = index(program, term, amounts, Numbers()).constant
    return found if found > ROUNDING else 0.0


class Program:
    """Epigraphs as columns and rows."""

    def __init__(self, program: Independent) -> None:
        self._lp = program.lp

    def most(self, parts: list[Sum]) -> Sum:
        """Return a column at least as large as each part."""
        top = self._lp.column(lower=-INFINITY)
        for part in parts:
            self._lp.at_least(top, part)
        return top


class Numbers:
    """Epigraphs of numbers are numbers."""

    @staticmethod
    def most(parts: list[Sum]) -> Sum:
        """Return the largest part."""
        return Sum({-1: max(part.constant for part in parts)})


def index(program: Independent, term: Measure, amounts: Amounts, over: Program | Numbers) -> Sum:
    """Return an index of the amounts."""
    raw = program.raw
    weight = {s: shared_over(raw, term, s) for s in raw.ids}
    members = [school for school in raw.ids if weight[school] > 0]
    cells: dict[tuple[str, ...], list[str]] = {}
    for school in members:
        level = (str(raw.schools[school]["level"]),) if term.get("within") == "level" else ()
        cells.setdefault((raw.district(school), *level), []).append(school)
    found = []
    for schools in cells.values():
        due = sum(amount_today(program, term, s) for s in schools) / sum(weight[s] for s in schools)
        reference = float(term.get("target") or due)
        level_of = {s: amounts[s] * (1 / weight[s]) for s in schools}
        own = {s: weight[s] for s in schools}
        found.append(Cell(raw, schools, own, reference, level_of, term["measure"] == "novice_teachers"))
    return INDICES[term["index"]](found, term, over)


def _due(cells: list[Cell]) -> float:
    due = sum(cell.total * cell.reference for cell in cells)
    if due <= 0:
        raise Undefined("no school has an amount")
    return due


def shortfall(cells: list[Cell], _: Measure, over: Program | Numbers) -> Sum:
    """All that is had or due, whichever is more, less what is had: what is lacking (or beyond, turned)."""
    parts = []
    for cell in cells:
        unit = cell.reference or 1.0
        for school in cell.schools:
            level, due = cell.level[school] * (1 / unit), Sum({-1: cell.reference / unit})
            lack = over.most([level, due]) - (due if cell.turned else level)
            parts.append(lack * (cell.weight[school] * unit))
    return plus(parts) * (1 / _due(cells))


def deviation(cells: list[Cell], _: Measure, over: Program | Numbers) -> Sum:
    """Twice the larger of amount and reference, less both: their distance."""
    parts = []
    for cell in cells:
        unit = cell.reference or 1.0
        for school in cell.schools:
            level, due = cell.level[school] * (1 / unit), Sum({-1: cell.reference / unit})
            apart = 2 * over.most([level, due]) - level - due
            parts.append(apart * (cell.weight[school] * unit))
    return plus(parts) * (1 / (2 * _due(cells)))


def _averaged(cells: list[Cell], of: Callable[[Cell], Sum]) -> Sum:
    """The mean of each cell's own index by weighted students."""
    if not cells or any(not cell.reference > 0 for cell in cells):
        raise Undefined("no reference")
    everyone = sum(cell.total for cell in cells)
    return plus(of(cell) * (cell.total / everyone) for cell in cells)


def gap(cells: list[Cell], term: Measure, over: Program | Numbers) -> Sum:
    """The others' mean less the group's, student by student."""
    group = term["group"]

    def of(cell: Cell) -> Sum:
        inside = {s: cell.raw.students(s, group) for s in cell.schools}
        outside = {s: cell.raw.students(s) - inside[s] for s in cell.schools}
        own = plus(cell.level[s] * inside[s] for s in cell.schools) * (1 / sum(inside.values()))
        others = plus(cell.level[s] * outside[s] for s in cell.schools) * (1 / sum(outside.values()))
        return over.most([(others - own) * (cell.sign / cell.reference), Sum()])

    mixed = []
    for cell in cells:
        members = sum(cell.raw.students(s, group) for s in cell.schools)
        everyone = sum(cell.raw.students(s) for s in cell.schools)
        if 0 < members < everyone and cell.reference > 0:
            mixed.append(cell)
    return _averaged(mixed, of)


def tail(cells: list[Cell], term: Measure, over: Program | Numbers) -> Sum:
    """Fill the worst-off share in every order of schools: the right order gives the largest lack."""

    def of(cell: Cell) -> Sum:
        share = term.get("alpha", 0.2) * cell.total
        lacks = [Sum()]
        for order in itertools.permutations(cell.schools):
            left, mean = share, Sum()
            for school in order:
                taken = min(left, cell.weight[school])
                mean, left = mean + cell.level[school] * (taken / share), left - taken
            lacks.append((cell.reference - mean) * (cell.sign / cell.reference))
        return over.most(lacks)

    return _averaged(cells, of)


def spread(cells: list[Cell], term: Measure, over: Program | Numbers) -> Sum:
    """The largest of all differences between two schools, or between the reference and a school."""

    def of(cell: Cell) -> Sum:
        levels = [cell.level[school] * (1 / cell.reference) for school in cell.schools]
        if term.get("floor_only"):
            return over.most([Sum(), *((1.0 - level) * cell.sign for level in levels)])
        return over.most([Sum(), *(a - b for a, b in itertools.permutations(levels, 2))])

    return _averaged(cells, of)


def gini(cells: list[Cell], _: Measure, over: Program | Numbers) -> Sum:
    """Over all ordered pairs, what the first has more than the second."""

    def of(cell: Cell) -> Sum:
        level = {school: cell.level[school] * (1 / cell.reference) for school in cell.schools}
        more = [
            over.most([Sum(), level[i] - level[j]]) * (cell.weight[i] * cell.weight[j])
            for i, j in itertools.permutations(cell.schools, 2)
        ]
        return plus(more) * (1 / cell.total**2)

    return _averaged(cells, of)


INDICES: dict[str, Callable[[list[Cell], Measure, Program | Numbers], Sum]] = {
    "shortfall": shortfall,
    "gap": gap,
    "deviation": deviation,
    "tail": tail,
    "range": spread,
    "gini": gini,
}
