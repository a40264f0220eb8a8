"""A program that HiGHS keeps hold of while numbers in it change, each solve starting from a known basis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from planner.optimize.linear import Linear, Row
from planner.optimize.objective import Stage
from planner.optimize.program import Program
from planner.optimize.search import obey_cuts
from planner.optimize.single_rows import FREE, Bounds
from planner.optimize.solution import Status
from planner.optimize.solver import DUAL_SIMPLEX, PRIMAL_SIMPLEX, Session, as_arrays

ENDLESS = 1e9
# Costs are perturbed against stalling; from a basis so near the answer a tenth of HiGHS's usual amount is
# enough and leaves less to clean up: at 150 schools 4 to 13% less time over 18 moves of levers.
LITTLE_PERTURBATION = {"dual_simplex_cost_perturbation_multiplier": 0.1}


class RowNumbers(NamedTuple):
    """The numbers of a row: its columns in order, their coefficients and its bounds, as HiGHS has them."""

    columns: tuple[int, ...]
    values: tuple[float, ...]
    lower: float
    upper: float

    @property
    def is_free(self) -> bool:
        """Whether the row holds whatever is decided."""
        return (self.lower, self.upper) == FREE

    @property
    def terms(self) -> dict[int, float]:
        """Coefficients by column."""
        return dict(zip(self.columns, self.values, strict=True))

    def activity(self, values: np.ndarray) -> float:
        """Return the row's left side at a point."""
        return sum(c * float(values[column]) for column, c in zip(self.columns, self.values, strict=True))


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a search ended: HiGHS's own record, and the size of the program it belongs to.

    Asking the record for its size copies it, which takes longer than starting from it.
    """

    statuses: Any
    columns: int
    rows: int


class WarmSession(Session):
    """A continuous program that is solved again after changes of bounds and coefficients.

    After such a change the last basis is no longer feasible but still, or nearly, optimal: dual simplex
    takes few steps from it, where primal simplex would have to start anew.

    Parameters
    ----------
    program
        The program as whole arrays, without whole-step decisions.
    seconds
        Time limit of one question.
    """

    def __init__(self, program: Program, seconds: float) -> None:
        super().__init__(program, ENDLESS, gap=0.0)
        self._set(LITTLE_PERTURBATION)
        self._decisions = len(program.lower)
        self._each = seconds
        self._asked_at = 0.0
        self._hold_rows: list[int] = []

    def begin(self) -> None:
        """Start the clock of a new question."""
        self._asked_at = self.seconds
        self._limit = self.seconds + self._each

    @property
    def seconds_of_question(self) -> float:
        """Seconds inside HiGHS since `begin`."""
        return self.seconds - self._asked_at

    @contextmanager
    def held(self) -> Iterator[None]:
        """Take back all that `hold` does meanwhile."""
        lp = self._highs.getLp()
        columns = np.array(lp.col_lower_), np.array(lp.col_upper_)
        rows = np.array(lp.row_lower_), np.array(lp.row_upper_)
        self._hold_rows.clear()
        try:
            yield
        finally:
            self._highs.changeColsBounds(len(columns[0]), _numbers(columns[0]), *columns)
            self._highs.changeRowsBounds(len(rows[0]), _numbers(rows[0]), *rows)  # type: ignore[attr-defined]
            self.change_rows(dict.fromkeys(self._hold_rows, FREE))

    def hold(self, stage: Stage, values: np.ndarray, status: Status) -> int | None:
        """Hold a stage as every session does, to be taken back at the end of `held`."""
        row = super().hold(stage, values, status)
        self._hold_rows += [] if row is None else [row]
        return row

    def settle(
        self, expression: Linear, cuts: Sequence[Callable[..., bool]] = (), basis: Basis | None = None
    ) -> Status:
        """Minimise from a basis kept earlier, with cuts as they break; from scratch where there is none."""
        if basis is not None:
            self._highs.setOptionValue("simplex_strategy", DUAL_SIMPLEX)
            self._start_at(basis)
        status = self.minimise(expression)
        self._highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        return obey_cuts(self, status, cuts)

    def basis(self) -> Basis:
        """Return a copy of the basis of the last solve."""
        return Basis(self._highs.getBasis(), *self._size())

    def _start_at(self, basis: Basis) -> None:
        # Cuts may have been added since; then the basis that HiGHS holds is the nearest there is.
        if (basis.columns, basis.rows) == self._size():
            self._highs.setBasis(basis.statuses)

    def _size(self) -> tuple[int, int]:
        return int(self._highs.getNumCol()), int(self._highs.getNumRow())

    def reduced_prices(self) -> np.ndarray:
        """Return the dual of every column's own bounds."""
        return self._singles.prices(np.array(self._highs.getSolution().col_dual, dtype=float))[1]

    def add_free_row(self, expression: Linear) -> int:
        """Add a row without bounds, to be bounded later, and return its number."""
        return self.add_row(Row(Linear(expression.terms, -np.inf), "<="))

    def change_terms(self, row: int, before: Mapping[int, float], after: Mapping[int, float]) -> None:
        """Change the coefficients of a row that differ."""
        if row in self._singles:
            self._give_a_row(row)
        for column in sorted(before.keys() | after.keys()):
            value = after.get(column, 0.0)
            if before.get(column, 0.0) != value:
                self._highs.changeCoeff(self._places[row], column, value)

    def _give_a_row(self, row: int) -> None:
        """Make a row of its own of one that was bounds of its decision."""
        singles = self._singles
        bounds, left = singles.bounds(row), Linear(singles.terms(row))
        self._bound_columns(singles.give_up(row))
        self._places[row] = self._places[self.add_free_row(left)]
        self.change_rows({row: bounds})

    def write_rows(self, before: Mapping[int, RowNumbers], after: Mapping[int, RowNumbers]) -> None:
        """Put new numbers of rows in the place of the present ones, keeping the basis."""
        for row, numbers in after.items():
            old = before[row]
            if old.columns != numbers.columns or old.values != numbers.values:
                self._change_left_side(row, old, numbers)
        self.change_rows({row: (numbers.lower, numbers.upper) for row, numbers in after.items()})

    def _change_left_side(self, row: int, before: RowNumbers, after: RowNumbers) -> None:
        present = before.terms
        if row in self._singles:
            present = self._singles.terms(row)
            if after.is_free:
                return
            if after.columns == tuple(present):
                self._singles.change_value(row, after.values[0])
                return
        self.change_terms(row, present, after.terms)

    def change_columns(self, bounds: Mapping[int, Bounds]) -> None:
        """Change the bounds of columns, keeping the basis."""
        decided = {column: pair for column, pair in bounds.items() if column < self._decisions}
        added = {column: pair for column, pair in bounds.items() if column >= self._decisions}
        self._bound_columns(self._singles.change_columns(decided))
        self._bound_columns(as_arrays(added))


def _numbers(array: np.ndarray) -> np.ndarray:
    return np.arange(len(array), dtype=np.int32)
