"""What changes in a built program when numbers of its scenario change, without building it anew.

A part of the model (what always holds, or one policy) is written once more, by the same code, against the
decisions that are there. Each row lands on the row of the same owner and key; where one has none, or a
decision is new, the program has another pattern and must be built from scratch.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from planner.case import Case
from planner.optimize.conservation import add_conservation
from planner.optimize.decisions import add_decisions
from planner.optimize.linear import Linear, Row, Rows, ends
from planner.optimize.model import ALWAYS, AllocationModel
from planner.optimize.program import Key
from planner.optimize.warm import RowNumbers

DECISIONS = "decisions"
# What `add_decisions` decides, and what it names after it.
DECIDED = {
    *("leave", "join", "hire", "recruit", "release", "attrition", "stipend_end"),
    *("sections", "sections_added", "sections_cut", "dollars", "dollars_added", "dollars_cut"),
}
HIRE_FAMILIES = ("hire", "recruit", "release", "attrition")


class NewPattern(Exception):  # noqa: N818 - a finding, not a defect of the program
    """The edited program has a decision or a row that the present one lacks."""


@dataclass
class Edits:
    """New numbers of some rows and new bounds of some columns of a program."""

    rows: dict[int, RowNumbers] = field(default_factory=dict)
    columns: dict[int, tuple[float, float]] = field(default_factory=dict)


class Redraft(AllocationModel):
    """A model of another case with the pattern of a built one, which shares its columns and rows.

    Parameters
    ----------
    base
        The built model.
    case
        The same district under an edited scenario.
    """

    def __init__(self, base: AllocationModel, case: Case) -> None:
        # Whatever else a model knows of its decisions holds here too, for they are the same.
        self.__dict__.update(base.__dict__)
        self.case = case
        self._known = base._column
        # What policies decide themselves is hidden until they decide it again, as when first applied.
        self._column = {name: column for name, column in base._column.items() if name[0] in DECIDED}
        self.edits = Edits()
        self._amounts = {}

    def _add_column(
        self, family: str, key: Key, lower: float, upper: float, unit: float, integer: bool
    ) -> Linear:
        present = self._known.get((family, key))
        if present is None or len(present.terms) != 1:
            raise NewPattern(f"{family} {key}")
        number = next(iter(present.terms))
        if self.columns[number].unit != unit:
            raise NewPattern(f"{family} {key} in other steps")
        self.edits.columns[number] = (lower, upper)
        self._column[family, key] = present
        return present

    def _add_columns(
        self, family: str, keys: Sequence[Key], upper: list[float], unit: float, integer: bool
    ) -> None:
        for key, most in zip(keys, upper, strict=True):
            self._add_column(family, key, 0.0, most, unit, integer)

    def _add_rows(self, owner: str, keys: Sequence[Key], rows: Rows) -> None:
        starts, columns, values = rows.left.entries
        numbers = [self._number(owner, key) for key in keys]
        scales = np.array([self.rows[number].scale for number in numbers])
        decided, scaled = columns.tolist(), (values * np.repeat(scales, np.diff(starts))).tolist()
        bounds = (rows.left.constants * -scales).tolist()
        for number, (start, end), bound in zip(numbers, pairwise(starts.tolist()), bounds, strict=True):
            left = tuple(decided[start:end]), tuple(scaled[start:end])
            self.edits.rows[number] = RowNumbers(*left, *ends(rows.sense, bound))

    def _add_row(self, owner: str, key: Key, row: Row) -> None:
        number = self._number(owner, key)
        scale = self.rows[number].scale
        terms = {column: value * scale for column, value in sorted(row.left.terms.items()) if value != 0.0}
        left = tuple(terms), tuple(terms.values())
        self.edits.rows[number] = RowNumbers(*left, *ends(row.sense, -row.left.constant * scale))

    def _number(self, owner: str, key: Key) -> int:
        number = self._row.get((owner, key))
        if number is None:
            raise NewPattern(f"{owner} {key}")
        return number

    def add_cuts(self, cut: Any) -> None:
        """Keep the cuts of the built model: the parts that are written again have none."""

    def rewrite(self, parts: Iterable[str]) -> Edits:
        """Write parts of the model again and return the new numbers; a row no longer asked for is freed.

        Parameters
        ----------
        parts
            ``decisions``, ``always`` and names of policies, also of policies that are gone.
        """
        for part in parts:
            if part == DECISIONS:
                add_decisions(self)
                self._close_positions()
            elif part == ALWAYS:
                add_conservation(self)
                self._free(ALWAYS)
            else:
                if part in self.case.scenario.policies:
                    self.case.scenario.policies[part].apply(self)
                self._free(part)
        return self.edits

    def _close_positions(self) -> None:
        """Hold at 0 the positions that are no longer open."""
        for family in HIRE_FAMILIES:
            for key in self.keys(family):
                number = next(iter(self._column[family, key].terms))
                self.edits.columns.setdefault(number, (0.0, 0.0))

    def _free(self, owner: str) -> None:
        for _, number in self.owned(owner):
            if number not in self.edits.rows:
                self.edits.rows[number] = RowNumbers((), (), -math.inf, math.inf)


def parts_to_rewrite(before: Case, after: Case) -> list[str]:
    """Return the parts of the model that an edit of the scenario touches.

    The objective is none of them: its weights are the caller's to change.

    Raises
    ------
    NewPattern
        If the edit changes what may be decided.
    """
    one, other = before.scenario, after.scenario
    if not _same_decisions(before, after):
        raise NewPattern("other decisions")
    positions = _gives_up(before) != _gives_up(after) or not all(
        np.array_equal(_positions(before)[part], _positions(after)[part]) for part in range(2)
    )
    money = before.funds != after.funds or before.stipends != after.stipends
    names = sorted({*one.policies, *other.policies})
    if positions or money:
        return [*([DECISIONS] if positions else []), ALWAYS, *names]
    return [name for name in names if one.policies.get(name) != other.policies.get(name)]


def _same_decisions(before: Case, after: Case) -> bool:
    one, other = before.scenario, after.scenario
    same = (
        before.years == after.years
        and one.high_need == other.high_need
        and (one.fte_step, one.section_step) == (other.fte_step, other.section_step)
        and [(t.measure, t.index) for t in one.objective.measures]
        == [(t.measure, t.index) for t in other.objective.measures]
        and before.uses == after.uses
        and before.decided_courses == after.decided_courses
        and len(before.stipend_tiers) == len(after.stipend_tiers)
        and {name: fund.model_copy(update={"dollars": 0}) for name, fund in before.funds.items()}
        == {name: fund.model_copy(update={"dollars": 0}) for name, fund in after.funds.items()}
    )
    return (
        same
        and np.array_equal(before.joinable, after.joinable)
        and np.array_equal(before.paid_join, after.paid_join)
    )


def _gives_up(case: Case) -> tuple[bool, bool]:
    """Whether hired positions may be given up and stipends fill vacancies: decisions of their own."""
    return bool(case.hiring and case.hiring.release), bool(case.stipends and case.stipends.recruits)


def _positions(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Most positions that may be filled and left unfilled, by school and pool [FTE]."""
    unfilled = case.hiring.attrition_limits(case) if case.hiring else np.zeros_like(case.fte)
    return case.hire_limits, unfilled
