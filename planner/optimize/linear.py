"""Linear expressions over the columns of a model, and the rows made from them.

PuLP's own expressions keep handles to variables; these keep column numbers, which makes sums of thousands
of terms cheap and leaves nothing of PuLP in the hands of policies and measures. An expression never changes
once it is made, so one may stand in many places.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np

Sense = Literal["<=", ">=", "="]


class Linear:
    """An expression ``constant + sum coefficient * column``.

    Parameters
    ----------
    terms
        Coefficient of each column number.
    constant
        The part that no decision changes.
    """

    __slots__ = ("constant", "terms")

    def __init__(self, terms: dict[int, float] | None = None, constant: float = 0.0) -> None:
        self.terms: dict[int, float] = terms if terms is not None else {}
        self.constant = float(constant)

    def __add__(self, other: Linear | float) -> Linear:
        if not isinstance(other, Linear):
            return Linear(self.terms, self.constant + other)
        return total([self, other])

    __radd__ = __add__

    def __neg__(self) -> Linear:
        return self * -1.0

    def __sub__(self, other: Linear | float) -> Linear:
        if not isinstance(other, Linear):
            return Linear(self.terms, self.constant - other)
        terms = dict(self.terms)
        for column, value in other.terms.items():
            terms[column] = terms.get(column, 0.0) - value
        return Linear(terms, self.constant - other.constant)

    def __rsub__(self, other: Linear | float) -> Linear:
        return total([other, -self])

    def __mul__(self, factor: float) -> Linear:
        factor = float(factor)
        return Linear(
            {column: value * factor for column, value in self.terms.items()}, self.constant * factor
        )

    __rmul__ = __mul__

    def __truediv__(self, divisor: float) -> Linear:
        return self * (1.0 / float(divisor))

    def __le__(self, other: Linear | float) -> Row:
        return Row(self - other, "<=")

    def __ge__(self, other: Linear | float) -> Row:
        return Row(self - other, ">=")

    def equals(self, other: Linear | float) -> Row:
        """Return the row that makes both sides equal."""
        return Row(self - other, "=")

    def at(self, values: np.ndarray) -> float:
        """Return what the expression comes to where the columns have these values."""
        return self.constant + sum(value * float(values[column]) for column, value in self.terms.items())

    def __repr__(self) -> str:
        parts = [f"{value:g}*x{column}" for column, value in sorted(self.terms.items())]
        return " + ".join([*parts, f"{self.constant:g}"])


class Row(NamedTuple):
    """A rule ``left <= 0``, ``left >= 0`` or ``left = 0``."""

    left: Linear
    sense: Sense


NOTHING = Linear()


def total(parts: Iterable[Linear | float]) -> Linear:
    """Sum expressions and numbers in one pass."""
    terms: dict[int, float] = {}
    constant = 0.0
    for part in parts:
        if not isinstance(part, Linear):
            constant += float(part)
            continue
        constant += part.constant
        for column, value in part.terms.items():
            terms[column] = terms[column] + value if column in terms else value
    return Linear(terms, constant)


class Expressions:
    """Many expressions as sparse arrays, one a school or one a row: cheap to scale, add and compare at once.

    Parameters
    ----------
    rows, columns, values
        Entries: ``values[i]`` is a coefficient of column ``columns[i]`` in expression ``rows[i]``; where an
        expression has a column twice, both count.
    constants
        The part of each expression that no decision changes.
    """

    # An array of numbers times or plus this is this class's work, not NumPy's.
    __array_ufunc__ = None

    def __init__(
        self, rows: np.ndarray, columns: np.ndarray, values: np.ndarray, constants: np.ndarray
    ) -> None:
        self.rows, self.columns, self.values = rows, columns, values
        self.constants = constants

    @classmethod
    def constant(cls, amounts: np.ndarray) -> Expressions:
        """Return amounts that no decision changes."""
        nowhere = np.empty(0, dtype=np.int64)
        return cls(nowhere, nowhere, np.empty(0), amounts)

    @classmethod
    def sums(cls, parts: Iterable[Iterable[Linear]]) -> Expressions:
        """Return the sum of each list of expressions."""
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        constants: list[float] = []
        for row, summands in enumerate(parts):
            constants.append(0.0)
            for part in summands:
                constants[row] += part.constant
                rows += [row] * len(part.terms)
                columns += part.terms
                values += part.terms.values()
        where = np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)
        return cls(*where, np.array(values, dtype=float), np.array(constants, dtype=float))

    def __add__(self, other: Expressions | np.ndarray | float) -> Expressions:
        if not isinstance(other, Expressions):
            return Expressions(self.rows, self.columns, self.values, self.constants + other)
        return Expressions(
            np.concatenate((self.rows, other.rows)),
            np.concatenate((self.columns, other.columns)),
            np.concatenate((self.values, other.values)),
            self.constants + other.constants,
        )

    __radd__ = __add__

    def __sub__(self, other: Expressions | np.ndarray | float) -> Expressions:
        return self + other * -1.0

    def __rsub__(self, other: np.ndarray | float) -> Expressions:
        return self * -1.0 + other

    def __mul__(self, factor: np.ndarray | float) -> Expressions:
        each = np.broadcast_to(np.asarray(factor, dtype=float), self.constants.shape)
        return Expressions(self.rows, self.columns, self.values * each[self.rows], self.constants * each)

    __rmul__ = __mul__

    def __le__(self, other: Any) -> Rows:
        return Rows(self - other, "<=")

    def __ge__(self, other: Any) -> Rows:
        return Rows(self - other, ">=")

    def equals(self, other: Expressions | np.ndarray | float) -> Rows:
        """Return the rows that make both sides equal."""
        return Rows(self - other, "=")

    def __len__(self) -> int:
        return len(self.constants)

    def __getitem__(self, place: int) -> Linear:
        return self._each[place]

    def __iter__(self) -> Iterator[Linear]:
        return iter(self._each)

    def take(self, places: Sequence[int] | np.ndarray) -> Expressions:
        """Return some of the expressions, in the order given, each at most once."""
        chosen = np.asarray(places, dtype=np.int64)
        row_of = np.full(len(self), -1)
        row_of[chosen] = np.arange(len(chosen))
        rows = row_of[self.rows]
        kept = rows >= 0
        return Expressions(rows[kept], self.columns[kept], self.values[kept], self.constants[chosen])

    def grouped(self, groups: np.ndarray, count: int) -> Expressions:
        """Return the sums of `count` groups; `groups` says which one each expression is in, -1 for none."""
        rows = groups[self.rows]
        inside, kept = groups >= 0, rows >= 0
        constants = np.bincount(groups[inside], weights=self.constants[inside], minlength=count)
        return Expressions(rows[kept], self.columns[kept], self.values[kept], constants)

    def sum(self) -> Linear:
        """Return the sum of all the expressions."""
        everything = np.zeros_like(self.rows)
        return Expressions(everything, self.columns, self.values, np.array([self.constants.sum()]))[0]

    @cached_property
    def decided(self) -> np.ndarray:
        """Which expressions depend on a decision."""
        return np.bincount(self.rows, minlength=len(self)) > 0

    @cached_property
    def entries(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Entries by expression and column, each column once: where each begins, columns, coefficients."""
        order = np.lexsort((self.columns, self.rows))
        rows, columns = self.rows[order], self.columns[order]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
        first = np.flatnonzero(new)
        values = np.add.reduceat(self.values[order], first) if len(first) else np.empty(0)
        there = values != 0.0
        starts = np.searchsorted(rows[first][there], np.arange(len(self) + 1))
        return starts, columns[first][there], values[there]

    @cached_property
    def _each(self) -> list[Linear]:
        starts, columns, values = (part.tolist() for part in self.entries)
        return [
            Linear(dict(zip(columns[start:end], values[start:end], strict=True)), constant)
            for (start, end), constant in zip(pairwise(starts), self.constants.tolist(), strict=True)
        ]


class Rows(NamedTuple):
    """Rules alike: each ``left <= 0``, ``left >= 0`` or ``left = 0``."""

    left: Expressions
    sense: Sense


def ends(sense: Sense, bound: float) -> tuple[float, float]:
    """Return the lower and upper bound of a row of a sense."""
    return -math.inf if sense == "<=" else bound, math.inf if sense == ">=" else bound
