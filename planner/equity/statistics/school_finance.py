"""The statistics of school-finance cases: federal range ratio, McLoone, Verstegen, adequacy."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from planner.equity.statistics.description import Description
from planner.equity.statistics.population import (
    Array,
    ascending,
    at_share,
    average,
    first_students,
    population,
    positive,
    statistic,
)


@statistic
def federal_range_ratio(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Restricted range over the 5th percentile: ``(P95 - P5) / P5`` [no unit].

    Percentiles count students. Source: 34 CFR 222.162 and the appendix to its subpart; a State whose
    ratio is at most 0.25 counts as equalised there.

    Parameters
    ----------
    values
        Amount per student of each school or district.
    weights
        Students; None counts each row once.

    Returns
    -------
    float
        0 and up; NaN if the 5th percentile is 0 or negative.
    """
    counts, amounts = ascending(*population(weights, values))
    return at_share(counts, amounts, 0.95) / positive(at_share(counts, amounts, 0.05)) - 1


@statistic
def mcloone(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean of the lower half of students over the median [0 to 1].

    ``sum of r over the lower half of students / (M N / 2)``. The half is of students, the school at the
    median split; the readings "strictly below" and "at or below the median" give other figures. Odden and
    Picus take 0.95 or more as a target.

    Parameters
    ----------
    values
        Amount per student of each school. Negative amounts are allowed while the median is above 0.
    weights
        Students; None counts each school once.

    Returns
    -------
    float
        1 if the lower half all have the median; NaN if the median is 0 or less.
    """
    counts, amounts = ascending(*population(weights, values))
    return _half_over_median(counts, amounts)


@statistic
def verstegen(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean of the upper half of students over the median [1 and up].

    The mirror of `mcloone`, with the same reading of "half". Source: Verstegen and Salmon (1989); 1.05 or
    less is a usual target.

    Parameters
    ----------
    values, weights
        As in `mcloone`.
    """
    counts, amounts = ascending(*population(weights, values))
    return _half_over_median(counts[::-1], amounts[::-1])


def _half_over_median(counts: Array, amounts: Array) -> float:
    """Return the mean of the first half of students over the median, from amounts in order."""
    middle = positive(at_share(counts, amounts, 0.5))
    return average(first_students(counts, 0.5 * float(counts.sum())), amounts) / middle


def _short(values: ArrayLike, adequate: ArrayLike, weights: ArrayLike | None) -> tuple[float, float]:
    """Return what is missing to the adequate level and what that level takes in all."""
    level = np.full(np.shape(values), adequate, dtype=float) if np.ndim(adequate) == 0 else adequate
    counts, amounts, least = population(weights, values, level)
    gaps: Array = np.maximum(least - amounts, 0.0)
    return float(counts @ gaps), float(counts @ least)


@statistic
def adequacy_shortfall(values: ArrayLike, adequate: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Amount that would bring every school up: ``sum N max(0, A - r)`` [units of `values` x students].

    A school above its level offsets nothing. Source: the Odden-Picus adequacy gap.

    Parameters
    ----------
    values
        Amount per student of each school; a negative amount is further below.
    adequate
        Adequate amount per student: one number, or one a school.
    weights
        Students; None counts each school once.
    """
    return _short(values, adequate, weights)[0]


@statistic
def adequacy_shortfall_share(
    values: ArrayLike, adequate: ArrayLike, weights: ArrayLike | None = None
) -> float:
    """`adequacy_shortfall` over what the adequate level takes in all: ``/ sum N A`` [0 to 1].

    Parameters
    ----------
    values, adequate, weights
        As in `adequacy_shortfall`; a negative amount can take it past 1.

    Returns
    -------
    float
        NaN if the adequate level takes 0 or less in all.
    """
    short, needed = _short(values, adequate, weights)
    return short / positive(needed)


DESCRIPTIONS = (
    Description(
        "federal_range_ratio",
        "Federal range ratio",
        "How much more the student at the 95th percentile has than the one at the 5th.",
        "lower is more even",
        "0 and up, no unit",
        "The student at the 95th percentile has {percent}% more than the student at the 5th.",
        "The student at the 95th percentile has the same as the student at the 5th.",
    ),
    Description(
        "mcloone",
        "McLoone index",
        "What the lower half of students have, relative to the median.",
        "higher is more even",
        "0 to 1, no unit",
        "The lower half of students have {off}% more than the median on average.",
        "The lower half of students all have the median amount.",
        "The lower half of students have {off}% less than the median on average.",
        neutral=1.0,
    ),
    Description(
        "verstegen",
        "Verstegen index",
        "What the upper half of students have, relative to the median.",
        "lower is more even",
        "1 and up, no unit",
        "The upper half of students have {off}% more than the median on average.",
        "The upper half of students all have the median amount.",
        "The upper half of students have {off}% less than the median on average.",
        neutral=1.0,
    ),
    Description(
        "adequacy_shortfall",
        "Adequacy shortfall",
        "What it would take to bring every school up to the adequate level.",
        "lower is more even",
        "0 and up, in the unit of the amounts times students",
        "It would take {value} {unit} to bring every school up to the adequate level.",
        "Every school is at or above the adequate level.",
    ),
    Description(
        "adequacy_shortfall_share",
        "Adequacy shortfall, as a share",
        "What is missing to the adequate level, as a share of what that level takes.",
        "lower is more even",
        "0 to 1, no unit",
        "{percent}% of what the adequate level takes is missing.",
        "Every school is at or above the adequate level.",
    ),
)
