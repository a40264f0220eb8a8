"""How far a statistic hangs on the few schools it is taken over.

A district's schools are not a sample of a larger number, so an interval is no margin of error of a survey. It
says how much the figure would vary if schools like these were drawn again: with few schools, a lot.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from planner.equity.statistics.population import Array

MOST_UNDEFINED = 0.05
"""Above this share of undefined draws the rest are a selection, and nothing is said."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A statistic with its uncertainty.

    Parameters
    ----------
    estimate
        The statistic of the schools as they are.
    low, high
        Bounds between which `level` of the draws lie.
    standard_error
        Standard deviation of the draws.
    level
        Share of draws between the bounds.
    draws, undefined
        How many draws were taken, and for how many the statistic was undefined.
    """

    estimate: float
    low: float
    high: float
    standard_error: float
    level: float
    draws: int
    undefined: int


def interval(
    statistic: Callable[..., float],
    *columns: ArrayLike | None,
    seed: int,
    draws: int = 1000,
    level: float = 0.95,
) -> Interval:
    """Bootstrap a statistic: draw schools with replacement, take percentiles of the results.

    ``interval(gini, amounts, students, seed=1)``; parameters go in by ``functools.partial``. The same seed
    gives the same interval. Indices that cannot fall below 0 are drawn low in small districts: read the
    bounds as a spread, not as a test. Source: Efron and Tibshirani, *An Introduction to the Bootstrap*
    (1993), percentile method.

    Parameters
    ----------
    statistic
        Any function of columns with one row a school.
    *columns
        Its columns, in order; None is passed on.
    seed
        Seed of the draws.
    draws
        Number of draws, 2 or more.
    level
        Share of draws between the bounds, above 0 and below 1.

    Returns
    -------
    Interval
        Bounds and standard error are NaN with fewer than two schools, an undefined estimate, or more than
        5% undefined draws.
    """
    if not 0 < level < 1:
        raise ValueError(f"A level is a fraction between 0 and 1; found {level:g}.")
    cells = _columns(columns)
    results = _repeat(lambda rows: statistic(*_taken(cells, rows)), _drawn(_rows(cells), draws, seed))
    low, high, error = _spread(results, level)
    estimate = statistic(*cells)
    if math.isnan(estimate) or _rows(cells) < 2:
        low = high = error = math.nan
    return Interval(estimate, low, high, error, level, draws, int(np.isnan(results).sum()))


def permutation_p_value(
    statistic: Callable[..., float],
    values: ArrayLike,
    *columns: ArrayLike | None,
    seed: int,
    draws: int = 1000,
) -> float:
    """Chance of a statistic at least as far out if amounts fell on schools by lot [0 to 1].

    The first column is shuffled over the schools and the others stay: ``permutation_p_value(quartile_gap,
    rates, poverty, seed=1)``. Two-sided, with the schools as they are counted as one draw, so never 0.

    Parameters
    ----------
    statistic, columns, seed, draws
        As in `interval`.
    values
        The statistic's first column.

    Returns
    -------
    float
        NaN with fewer than two schools, an undefined statistic, or more than 5% undefined draws.
    """
    first = np.asanyarray(values)
    others = _columns((first, *columns))[1:]
    observed = statistic(first, *others)
    results = _repeat(lambda rows: statistic(first[rows], *others), _shuffled(len(first), draws, seed))
    defined = _defined(results)
    if math.isnan(observed) or len(first) < 2 or not len(defined):
        return math.nan
    slack = 1e-12 * max(abs(observed), 1e-300)
    tails = [(defined <= observed + slack).sum(), (defined >= observed - slack).sum()]
    return min(1.0, 2 * (1 + int(min(tails))) / (1 + len(defined)))


type Rows = npt.NDArray[np.int64]
type Cells = list[npt.NDArray[np.generic] | None]


def _columns(columns: tuple[ArrayLike | None, ...]) -> Cells:
    """Return columns as arrays of one length; a mask is kept, as it hides missing cells."""
    cells: Cells = [None if each is None else np.asanyarray(each) for each in columns]
    lengths = {len(each) for each in cells if each is not None}
    if len(lengths) != 1:
        raise ValueError(f"Columns need one length; found {sorted(lengths)} rows.")
    return cells


def _rows(cells: Cells) -> int:
    return next(len(each) for each in cells if each is not None)


def _taken(cells: Cells, rows: Rows) -> Cells:
    return [None if each is None else each[rows] for each in cells]


def _drawn(schools: int, draws: int, seed: int) -> Iterator[Rows]:
    lot = np.random.default_rng(seed)
    return (lot.integers(schools, size=schools) for _ in range(_enough(draws) if schools else 0))


def _shuffled(schools: int, draws: int, seed: int) -> Iterator[Rows]:
    lot = np.random.default_rng(seed)
    return (lot.permutation(schools) for _ in range(_enough(draws)))


def _enough(draws: int) -> int:
    if draws < 2:
        raise ValueError(f"At least 2 draws are needed; found {draws}.")
    return draws


def _repeat(result: Callable[[Rows], float], samples: Iterator[Rows]) -> Array:
    return np.fromiter((result(rows) for rows in samples), dtype=float)


def _defined(results: Array) -> Array:
    """Return the defined draws; none of them if too many are not."""
    missing = np.isnan(results)
    return results[:0] if missing.sum() > MOST_UNDEFINED * len(results) else results[~missing]


def _spread(results: Array, level: float) -> tuple[float, float, float]:
    defined = _defined(results)
    if len(defined) < 2:
        return math.nan, math.nan, math.nan
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high), float(defined.std(ddof=1))
