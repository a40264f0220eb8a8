"""Rows and columns for scipy: the few words in which the independent program is written."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

INFINITY = float("inf")
# HiGHS sometimes ends without an answer at the tightest tolerance.
TOLERANCES = (1e-9, 1e-8, 1e-7)


class Sum:
    """A linear sum: coefficients by column, and a constant under the column -1."""

    def __init__(self, parts: dict[int, float] | None = None) -> None:
        self.parts = parts or {}

    def __add__(self, other: Sum | float) -> Sum:
        found = dict(self.parts)
        for column, value in _parts(other).items():
            found[column] = found.get(column, 0.0) + value
        return Sum(found)

    __radd__ = __add__

    def __mul__(self, factor: float) -> Sum:
        return Sum({column: value * float(factor) for column, value in self.parts.items()})

    __rmul__ = __mul__

    def __sub__(self, other: Sum | float) -> Sum:
        return self + Sum(_parts(other)) * -1.0

    def __rsub__(self, other: Sum | float) -> Sum:
        return self * -1.0 + other

    @property
    def constant(self) -> float:
        """What no column changes."""
        return self.parts.get(-1, 0.0)

    @property
    def columns(self) -> dict[int, float]:
        """Coefficients of the columns."""
        return {column: value for column, value in self.parts.items() if column >= 0 and value != 0.0}


def _parts(given: Sum | float) -> dict[int, float]:
    return given.parts if isinstance(given, Sum) else {-1: float(given)}


def plus(parts: Iterable[Sum | float]) -> Sum:
    """Add sums and numbers."""
    result = Sum()
    for part in parts:
        result = result + part
    return result


class Matrices:
    """A program that is being written: bounds and kinds of columns, rows of one bound."""

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[dict[int, float], float, bool]] = []

    def column(
        self, upper: float = INFINITY, lower: float = 0.0, step: float | None = None, unit: float = 1.0
    ) -> Sum:
        """Add a column, in multiples of a step or counted in a unit, and return it as a sum."""
        unit = step or unit
        most = upper / unit
        self.lower.append(lower / unit)
        self.upper.append(np.floor(most + 1e-9) if step else most)
        self.whole.append(step is not None)
        return Sum({len(self.lower) - 1: unit})

    def at_least(self, left: Sum | float, right: Sum | float) -> None:
        """Require left >= right."""
        self._row(left, right, exact=False)

    def equal(self, left: Sum | float, right: Sum | float) -> None:
        """Require left = right."""
        self._row(left, right, exact=True)

    def _row(self, left: Sum | float, right: Sum | float, exact: bool) -> None:
        difference = plus([left]) - right
        self.rows.append((difference.columns, -difference.constant, exact))

    def least(self, cost: Sum) -> float | None:
        """Return the least value of a sum, or None where no point keeps all rows."""
        count = len(self.lower)
        weights = np.zeros(count)
        for column, value in cost.columns.items():
            weights[column] = value
        inequalities = self._matrix([row for row in self.rows if not row[2]], count)
        equalities = self._matrix([row for row in self.rows if row[2]], count)
        whole = np.array(self.whole, dtype=int)
        # HiGHS 1.15 has called feasible whole-step programs infeasible in presolve (seed 90 was one).
        for tolerance, presolve in itertools.product(TOLERANCES, (True, False)):
            found = linprog(  # type: ignore[call-overload]
                weights,
                A_ub=-inequalities[0],
                b_ub=-inequalities[1],
                A_eq=equalities[0],
                b_eq=equalities[1],
                bounds=np.column_stack([self.lower, self.upper]),
                integrality=whole,
                method="highs",
                options={
                    "primal_feasibility_tolerance": tolerance,
                    "dual_feasibility_tolerance": tolerance,
                    "mip_rel_gap": 0.0,
                    "presolve": presolve,
                },
            )
            if found.status == 0 or (found.status == 2 and not (presolve and whole.any())):
                break
        if found.status == 2:
            return None
        assert found.status == 0, found.message
        return float(found.fun) + cost.constant

    @staticmethod
    def _matrix(
        rows: list[tuple[dict[int, float], float, bool]], count: int
    ) -> tuple[csr_matrix, np.ndarray]:
        values: list[float] = []
        columns: list[int] = []
        starts, right = [0], []
        for parts, bound, _ in rows:
            # Rows of dollars are large: each is divided by its largest coefficient.
            size = max((abs(value) for value in parts.values()), default=1.0)
            columns += list(parts)
            values += [value / size for value in parts.values()]
            starts.append(len(columns))
            right.append(bound / size)
        matrix = csr_matrix(
            (np.array(values), np.array(columns, dtype=int), starts), shape=(len(rows), count)
        )
        return matrix, np.array(right)
