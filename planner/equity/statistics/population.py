"""Who is counted, what is missing and what is undefined: decided here once for every statistic.

Three rules hold for the whole library.

1. **Missing is never zero.** NaN (or a masked cell) in a row that counts makes the result NaN.
2. **Undefined is NaN, never 0**: no students at all, a mean of 0 or less under a ratio, an empty group.
   Nothing infinite is returned either.
3. **Nonsense is refused** with a `ValueError` that says what was found: columns of different lengths,
   infinite cells, negative numbers of students, a share outside 0 to 1.

A row with no students is not part of the population: it is dropped before anything is read from it, so
that a closed school whose amount per student is missing does no harm. One school alone is as even as can
be: a statistic of unevenness between schools is then 0, because every student has the same amount.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

type Array = npt.NDArray[np.float64]

ROUNDING = 1e-9
"""Relative differences up to this are taken for rounding: less than one student in a billion."""


class Undefined(ArithmeticError):  # noqa: N818 - a value does not exist; nothing went wrong
    """There is no such number for this population; `statistic` turns it into NaN."""


def statistic[**P](formula: Callable[P, float]) -> Callable[P, float]:
    """Make a formula return a plain float, NaN where it is undefined or infinite."""

    @wraps(formula)
    def defined(*args: P.args, **kwargs: P.kwargs) -> float:
        try:
            value = float(formula(*args, **kwargs))
        except Undefined:
            return math.nan
        return value if math.isfinite(value) else math.nan

    return defined


def column(values: ArrayLike, dimensions: int = 1) -> Array:
    """Return cells as floats, masked cells as NaN; refuse infinite cells and other shapes."""
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(float), np.nan)
    array: Array = np.asarray(values, dtype=float)
    if array.ndim != dimensions:
        raise ValueError(f"A column has {dimensions} dimension(s); this one has {array.ndim}.")
    infinite = np.isinf(array)
    if infinite.any():
        raise ValueError(f"Row {int(np.argwhere(infinite)[0, 0])} is infinite; a missing figure is NaN.")
    return array


def students(counts: ArrayLike, dimensions: int = 1) -> Array:
    """Return numbers of students as floats; refuse negative ones."""
    array = column(counts, dimensions)
    negative = array < 0
    if negative.any():
        row = int(np.argwhere(negative)[0, 0])
        raise ValueError(f"Numbers of students are 0 or more; row {row} holds {array[negative][0]:g}.")
    return array


def share(value: float, name: str = "share") -> float:
    """Return a share from 0 to 1 (NaN is undefined); refuse any other number."""
    if math.isnan(value):
        raise Undefined
    if not 0 <= value <= 1:
        raise ValueError(f"A {name} is a fraction from 0 to 1; found {value:g}.")
    return value


def shares(values: Array, name: str) -> Array:
    """Return a column of shares from 0 to 1; refuse any other number."""
    if ((values < 0) | (values > 1)).any():
        raise ValueError(
            f"Each {name} is a fraction from 0 to 1; found {values.min():g} to {values.max():g}."
        )
    return values


def population(weights: ArrayLike | None, *columns: ArrayLike) -> tuple[Array, ...]:
    """Return the students and the given columns of the rows that have students.

    Parameters
    ----------
    weights
        Students of each row [students], or need-weighted students; None counts every row once.
    *columns
        One number a row each.

    Raises
    ------
    Undefined
        If no row has students, or a needed cell is missing.
    ValueError
        If columns differ in length, a cell is infinite or a number of students negative.
    """
    cells = [column(values) for values in columns]
    counts = np.ones(len(cells[0])) if weights is None else students(weights)
    rows = (counts, *cells)
    if len({len(each) for each in rows}) > 1:
        raise ValueError(f"Columns differ in length: {', '.join(str(len(each)) for each in rows)} rows.")
    counted = counts != 0  # NaN counts: an unknown number of students is not none
    rows = rows if counted.all() else tuple(each[counted] for each in rows)
    if not counted.any() or any(np.isnan(each).any() for each in rows):
        raise Undefined
    return rows


def positive(number: float) -> float:
    """Return a number that may stand under a ratio: above 0, or the ratio is undefined."""
    if not number > 0:
        raise Undefined
    return number


def average(counts: Array, amounts: Array) -> float:
    """Return the mean amount of a student."""
    return float(counts @ amounts / counts.sum())


def base(counts: Array, amounts: Array) -> float:
    """Return a mean that may stand under a ratio: above 0, and not what rounding left of a sum of 0."""
    centre = average(counts, amounts)
    if not centre > ROUNDING * average(counts, np.abs(amounts)):
        raise Undefined
    return centre


def ascending(counts: Array, amounts: Array) -> tuple[Array, Array]:
    """Return students and amounts with the lowest amounts first."""
    order = np.argsort(amounts, kind="stable")
    return counts[order], amounts[order]


def first_students(counts: Array, most: float) -> Array:
    """Return how many of each row's students are among the first `most`, splitting the last row."""
    before = np.cumsum(counts) - counts
    taken: Array = np.clip(most - before, 0.0, counts)
    return taken


def at_share(counts: Array, amounts: Array, part: float) -> float:
    """Return the amount below which a part of the students lie (amounts ascending).

    Where the cut falls exactly between two rows it is halfway between their amounts, so the answer is
    the same whether students are counted one by one or by school.
    """
    passed = np.cumsum(counts) / counts.sum()
    cuts = np.searchsorted(passed, [part - ROUNDING, part + ROUNDING])
    return float(amounts[np.minimum(cuts, len(amounts) - 1)].mean())
