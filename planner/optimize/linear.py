"""Linear expressions over the columns of a model, and the rows made from them.

PuLP's own expressions keep handles to variables; these keep column numbers, which makes sums of thousands
of terms cheap and leaves nothing of PuLP in the hands of policies and measures. An expression never changes
once it is made, so one may stand in many places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

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


class SchoolExpressions:
    """One expression a school, as sparse arrays: cheap to scale, and to sum over many pools and lines.

    Parameters
    ----------
    schools, columns, values
        Entries: ``values[i]`` is a coefficient of column ``columns[i]`` in the expression of ``schools[i]``;
        where a school has a column twice, both count.
    constants
        The part of each school's expression that no decision changes.
    """

    # An array of numbers times or plus this is this class's work, not NumPy's.
    __array_ufunc__ = None

    def __init__(
        self, schools: np.ndarray, columns: np.ndarray, values: np.ndarray, constants: np.ndarray
    ) -> None:
        self.schools, self.columns, self.values = schools, columns, values
        self.constants = constants

    @classmethod
    def constant(cls, amounts: np.ndarray) -> SchoolExpressions:
        """Return amounts that no decision changes."""
        nowhere = np.empty(0, dtype=np.int64)
        return cls(nowhere, nowhere, np.empty(0), amounts)

    @classmethod
    def of(cls, expressions: Mapping[int, Linear], count: int) -> SchoolExpressions:
        """Return the expressions of some schools, and 0 for the others of `count` schools."""
        sizes = [len(each.terms) for each in expressions.values()]
        constants = np.zeros(count)
        constants[list(expressions)] = [each.constant for each in expressions.values()]
        return cls(
            np.repeat(np.fromiter(expressions, np.int64, len(expressions)), sizes),
            np.array([column for each in expressions.values() for column in each.terms], dtype=np.int64),
            np.array([value for each in expressions.values() for value in each.terms.values()]),
            constants,
        )

    def __add__(self, other: SchoolExpressions | np.ndarray | float) -> SchoolExpressions:
        if not isinstance(other, SchoolExpressions):
            return SchoolExpressions(self.schools, self.columns, self.values, self.constants + other)
        return SchoolExpressions(
            np.concatenate((self.schools, other.schools)),
            np.concatenate((self.columns, other.columns)),
            np.concatenate((self.values, other.values)),
            self.constants + other.constants,
        )

    __radd__ = __add__

    def __mul__(self, factor: np.ndarray | float) -> SchoolExpressions:
        each = np.broadcast_to(np.asarray(factor, dtype=float), self.constants.shape)
        values = self.values * each[self.schools]
        return SchoolExpressions(self.schools, self.columns, values, self.constants * each)

    __rmul__ = __mul__

    def __len__(self) -> int:
        return len(self.constants)

    def __getitem__(self, school: int) -> Linear:
        return self._each[school]

    def __iter__(self) -> Iterator[Linear]:
        return iter(self._each)

    @cached_property
    def _each(self) -> list[Linear]:
        order = np.lexsort((self.columns, self.schools))
        schools, columns = self.schools[order], self.columns[order]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (schools[1:] != schools[:-1]) | (columns[1:] != columns[:-1])
        first = np.flatnonzero(new)
        sums = np.add.reduceat(self.values[order], first).tolist() if len(first) else []
        held = columns[first].tolist()
        bounds = np.searchsorted(schools[first], np.arange(len(self) + 1)).tolist()
        return [
            Linear(dict(zip(held[start:end], sums[start:end], strict=True)), constant)
            for (start, end), constant in zip(pairwise(bounds), self.constants.tolist(), strict=True)
        ]
