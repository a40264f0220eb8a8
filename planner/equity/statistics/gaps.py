"""High-poverty against low-poverty schools: the quartile gap of the Texas equity reports.

Campuses are sorted by their low-income share and divided as evenly as possible into four groups; the rate
is averaged in the top and the bottom group; the gap is high less low. Source: the Texas ESSA equity report
(https://kb.ondatasuite.com/knowledge-base/essa-equity-report/). Two things that description leaves open
are settled here, so that neither the order of the rows nor the side counted from matters. With n campuses
the top and the bottom group hold ``floor((n + 1) / 4)`` each. Campuses of equal low-income share that
straddle a cut share the places inside it equally.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from planner.equity.statistics.description import Description
from planner.equity.statistics.population import (
    Array,
    Undefined,
    average,
    first_students,
    population,
    positive,
    statistic,
)

GROUPS = 4


def _quarters(values: ArrayLike, poverty: ArrayLike, weights: ArrayLike | None) -> tuple[float, float]:
    """Return the mean of the top and of the bottom quarter of campuses by poverty."""
    counts, amounts, poor = population(weights, values, poverty)
    if len(counts) < GROUPS:
        raise Undefined
    places = float((len(counts) + 1) // GROUPS)
    _, tie = np.unique(poor, return_inverse=True)
    ties = [np.bincount(tie), np.bincount(tie, counts), np.bincount(tie, counts * amounts)]
    campuses, members, sums = (np.asarray(each, dtype=float) for each in ties)
    high = _first(places, campuses[::-1], members[::-1], sums[::-1])
    return high, _first(places, campuses, members, sums)


def _first(places: float, campuses: Array, members: Array, sums: Array) -> float:
    """Return the mean over the first campuses, tied ones taking their part of the places."""
    part = first_students(campuses, places) / campuses
    return average(part * members, sums / members)


@statistic
def quartile_gap(values: ArrayLike, poverty: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean of the high-poverty quarter of campuses less that of the low-poverty quarter [units of `values`].

    Parameters
    ----------
    values
        Rate or amount of each campus (share of inexperienced teachers, dollars per student); negative
        numbers are ordinary.
    poverty
        Low-income share, or minority share, of each campus; only its order matters.
    weights
        Students or teachers that weigh the averages; None averages campuses, as Texas does. Groups count
        campuses either way; a campus of weight 0 is left out.

    Returns
    -------
    float
        Above 0 if high-poverty campuses have more; NaN with fewer than four campuses.
    """
    high, low = _quarters(values, poverty, weights)
    return high - low


@statistic
def quartile_ratio(values: ArrayLike, poverty: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean of the high-poverty quarter of campuses over that of the low-poverty quarter [no unit].

    Parameters
    ----------
    values, poverty, weights
        As in `quartile_gap`.

    Returns
    -------
    float
        NaN with fewer than four campuses or a low-poverty mean of 0 or less.
    """
    high, low = _quarters(values, poverty, weights)
    return high / positive(low)


@statistic
def high_quartile_gap(
    values: ArrayLike, poverty: ArrayLike, weights: ArrayLike | None = None, *, state_average: float
) -> float:
    """Mean of the high-poverty quarter of campuses less the state average [units of `values`].

    Parameters
    ----------
    values, poverty, weights
        As in `quartile_gap`.
    state_average
        The state's published rate, in the same unit; NaN, if it is not known, makes the gap NaN.
    """
    if math.isinf(state_average):
        raise ValueError("The state average is infinite; if it is not known, give NaN.")
    return _quarters(values, poverty, weights)[0] - state_average


DESCRIPTIONS = (
    Description(
        "quartile_gap",
        "Quartile gap",
        "How much more high-poverty schools have than low-poverty schools.",
        "nearer 0 is more even",
        "any amount; -1 to 1 for rates",
        "The highest-poverty quarter of schools has {size} {unit} more than the lowest-poverty quarter.",
        "The highest-poverty and the lowest-poverty quarter of schools have the same.",
        "The highest-poverty quarter of schools has {size} {unit} less than the lowest-poverty quarter.",
    ),
    Description(
        "quartile_ratio",
        "Quartile ratio",
        "What high-poverty schools have relative to low-poverty schools.",
        "nearer 1 is more even",
        "0 and up, no unit",
        "The highest-poverty quarter of schools has {off}% more than the lowest-poverty quarter.",
        "The highest-poverty and the lowest-poverty quarter of schools have the same.",
        "The highest-poverty quarter of schools has {off}% less than the lowest-poverty quarter.",
        neutral=1.0,
    ),
    Description(
        "high_quartile_gap",
        "High quartile against the state",
        "How much more high-poverty schools have than the state on average.",
        "nearer 0 is more even",
        "any amount; -1 to 1 for rates",
        "The highest-poverty quarter of schools has {size} {unit} more than the state average.",
        "The highest-poverty quarter of schools has the state average.",
        "The highest-poverty quarter of schools has {size} {unit} less than the state average.",
    ),
)
