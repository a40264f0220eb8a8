"""Linear expressions over the columns of a model, and the rows made from them.

PuLP's own expressions keep handles to variables; these keep column numbers, which makes sums of thousands
of terms cheap and leaves nothing of PuLP in the hands of policies and measures. An expression never changes
once it is made, so one may stand in many places.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

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
        more = part.terms
        if not terms:
            terms = more.copy()
        elif terms.keys().isdisjoint(more):
            terms.update(more)
        else:
            for column, value in more.items():
                terms[column] = terms.get(column, 0.0) + value
    return Linear(terms, constant)


def weighted(parts: Iterable[Linear], factors: Iterable[float]) -> Linear:
    """Sum expressions, each times a number, in one pass."""
    terms: dict[int, float] = {}
    constant = 0.0
    for part, factor in zip(parts, factors, strict=True):
        constant += part.constant * factor
        for column, value in part.terms.items():
            terms[column] = terms.get(column, 0.0) + value * factor
    return Linear(terms, constant)
