"""A finished plan as numbers: today's figures changed by the plan's decisions.

It speaks the vocabulary of `planner.resources.Resources`, and that of policies' checks. It is filled from
plan tables only, never from a solver, so `verify` and the reports share it and the optimiser does not.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from planner.case import Case

Key = tuple[Any, ...]
# How many staff a school has changes with these, whoever holds a stipend.
STAFF_FAMILIES = ("leave", "join", "hire", "recruit", "release", "attrition")
FAMILIES = (*STAFF_FAMILIES, "stipend_end", "sections", "dollars", "ratio")


class Sums:
    """Sums of arrays, the part of `Resources` that a model, a plan and today share."""

    case: Case

    def nothing(self) -> Any:
        """Return 0 for every school."""
        return np.zeros(len(self.case.school_ids))

    def total(self, parts: list[Any]) -> Any:
        """Sum arrays, school by school."""
        return sum(parts, self.nothing())

    def weighted(self, parts: list[Any], factors: np.ndarray) -> Any:
        """Sum arrays, school by school, each times its own factor there; `factors` is schools by parts."""
        return self.total([part * factors[:, at] for at, part in enumerate(parts)])


class Today(Sums):
    """Today's staff, sections and dollars, before any plan; every year is alike."""

    def __init__(self, case: Case) -> None:
        self.case = case

    def staff(self, pool: int, year: int) -> np.ndarray:
        """Today's staff of a pool, school by school [FTE]."""
        return self.case.fte[:, pool]

    def classes(self, course: str, year: int) -> np.ndarray:
        """Today's sections of a course, school by school [sections]."""
        blocks = (self.case.blocks.get((school, course)) for school in range(len(self.case.school_ids)))
        return np.array([block.sections if block else 0.0 for block in blocks])

    def spending(self, fund: str, use: str, year: int) -> np.ndarray:
        """Today's lines, school by school [dollars a year]."""
        schools = range(len(self.case.school_ids))
        return np.array([self.case.lines.get((school, fund, use), 0.0) for school in schools])


@dataclass(frozen=True)
class Outcome(Sums):
    """The decisions of a plan, and what they leave each school with.

    Parameters
    ----------
    case
        The district and scenario.
    decisions
        Values by family and key, as in `planner.optimize.model`: FTE, sections, dollars a year, and for
        ``ratio`` sections per student. What is not there is 0, or as today for sections and dollars.
    """

    case: Case
    decisions: Mapping[str, Mapping[Key, float]]
    _fte: dict[int, np.ndarray] = field(default_factory=dict, repr=False, compare=False)
    _placed: dict[int, dict[tuple[str, str], np.ndarray]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def get(self, family: str, key: Key) -> float:
        """Return a decision; 0 where the plan holds none."""
        return self.decisions.get(family, {}).get(key, 0.0)

    def beside(self, changed: Mapping[str, Mapping[Key, float | None]]) -> Outcome:
        """Return the outcome of another plan; what does not change is not worked out again.

        Parameters
        ----------
        changed
            By family and key the decisions that differ; None where the other plan holds none.
        """
        decisions = {**self.decisions}
        for family, values in changed.items():
            merged = {**decisions.get(family, {}), **values}
            decisions[family] = {key: value for key, value in merged.items() if value is not None}
        same_staff = not any(changed.get(family) for family in STAFF_FAMILIES)
        other = Outcome(self.case, decisions, self._fte if same_staff else {})
        other._placed.update(self._placed)
        for school, fund, use, year in changed.get("dollars", ()):
            table = other._placed.get(year, {}).get((fund, use))
            if table is not None:
                table = table.copy()
                table[school] = other.dollars(school, fund, use, year)
                other._placed[year] = {**other._placed[year], (fund, use): table}
        return other

    # Vocabulary of Resources ------------------------------------------------------------------------------

    def staff(self, pool: int, year: int) -> np.ndarray:
        """Staff of a pool at the end of a year's moves, school by school [FTE]."""
        return self.fte_table(year)[:, pool]

    def classes(self, course: str, year: int) -> np.ndarray:
        """Sections of a course, school by school [sections]."""
        return np.array([self.sections(school, course, year) for school in range(len(self.case.school_ids))])

    def spending(self, fund: str, use: str, year: int) -> np.ndarray:
        """All of a planned fund spent on a use, school by school [dollars a year]."""
        if year not in self._placed:
            tables: dict[tuple[str, str], np.ndarray] = {}
            for school, name, on in self.case.cells:
                if (name, on) not in tables:
                    tables[name, on] = self.nothing()
                tables[name, on][school] = self.dollars(school, name, on, year)
            self._placed[year] = tables
        return self._placed[year].get((fund, use), np.zeros(len(self.case.school_ids)))

    # Staff ------------------------------------------------------------------------------------------------

    def fte(self, school: int, pool: int, year: int) -> float:
        """Staff of a pool at a school at the end of a year's moves [FTE]."""
        return float(self.fte_table(year)[school, pool])

    def fte_table(self, year: int) -> np.ndarray:
        """Staff by school and pool at the end of a year's moves [FTE]."""
        if year < 0:
            return self.case.fte
        if year not in self._fte:
            table = self.fte_table(year - 1).copy()
            for family in ("leave", "release", "attrition"):
                table -= self.table(family, year)
            for family in ("hire", "join", "recruit"):
                table += self.table(family, year)
            self._fte[year] = table
        return self._fte[year]

    def table(self, family: str, year: int, tiers: Container[int] | None = None) -> np.ndarray:
        """A staff decision of a year by school and pool, at some stipend tiers or all [FTE]."""
        table = np.zeros_like(self.case.fte)
        for key, value in self.decisions.get(family, {}).items():
            if key[-1] == year and (tiers is None or key[2] in tiers):
                table[key[0], key[1]] += value
        return table

    def leaving(self, school: int, pool: int, year: int) -> float:
        """Staff who transfer out [FTE]."""
        return self.get("leave", (school, pool, year))

    def joining(self, school: int, pool: int, year: int, tiers: Iterable[int] | None = None) -> float:
        """Staff who transfer in, at some stipend tiers or all [FTE]."""
        tiers = range(len(self.case.stipend_tiers) + 1) if tiers is None else tiers
        return sum(self.get("join", (school, pool, tier, year)) for tier in tiers)

    def recruited(self, school: int, pool: int, year: int) -> float:
        """Vacancies filled only because a stipend is paid, also where a plan names none [FTE]."""
        tiers = range(len(self.case.stipend_tiers) + 1)
        return sum(self.get("recruit", (school, pool, tier, year)) for tier in tiers)

    def hired(self, school: int, pool: int, year: int) -> float:
        """All new positions filled [FTE]."""
        return self.get("hire", (school, pool, year)) + self.recruited(school, pool, year)

    def positions(self, school: int, pool: int, year: int) -> float:
        """Positions hired under the plan and not given up by a year [FTE]."""
        years = range(year + 1)
        return sum(self.hired(school, pool, y) - self.get("release", (school, pool, y)) for y in years)

    def stipend_holders(self, school: int, pool: int, tier: int, year: int) -> float:
        """Staff paid a stipend of a tier in a year [FTE]."""
        held = 0.0
        for earlier in range(year + 1):
            key = (school, pool, tier, earlier)
            held += self.get("join", key) + self.get("recruit", key) - self.get("stipend_end", key)
        return held

    def paid(self, year: int) -> np.ndarray:
        """Staff paid a stipend of any tier in a year, by school and pool [FTE]."""
        tiers = range(1, len(self.case.stipend_tiers) + 1)
        held = np.zeros_like(self.case.fte)
        for earlier in range(year + 1):
            held += self.table("join", earlier, tiers) + self.table("recruit", earlier, tiers)
            held -= self.table("stipend_end", earlier, tiers)
        return held

    # Courses and money ------------------------------------------------------------------------------------

    def sections(self, school: int, course: str, year: int) -> float:
        """Sections of a course; of courses that are no decision, their share of the staff left [sections]."""
        found = self.decisions.get("sections", {}).get((school, course, year))
        if found is not None:
            return found
        block = self.case.blocks.get((school, course))
        return block.sections if block else 0.0

    def dollars(self, school: int, fund: str, use: str, year: int) -> float:
        """All of a planned fund spent on a use [dollars a year]."""
        found = self.decisions.get("dollars", {}).get((school, fund, use, year))
        return self.case.today_dollars(school, fund, use, year) if found is None else found

    def ratio(self, course: str, tier: str, year: int) -> float:
        """The class-size limit the plan sets, as sections per student; 0 where it sets none."""
        return self.get("ratio", (course, tier, year))
