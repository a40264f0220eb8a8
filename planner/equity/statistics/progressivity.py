"""Whether resources follow wealth or need: slope, elasticity, correlation, progressivity ratio."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from planner.equity.statistics.description import Description
from planner.equity.statistics.population import (
    ROUNDING,
    Array,
    Undefined,
    average,
    base,
    population,
    positive,
    shares,
    statistic,
)


def _distances(counts: Array, numbers: Array) -> Array:
    """Return distances from the mean; a column that never varies explains nothing."""
    if np.ptp(numbers) <= ROUNDING * np.abs(numbers).max():
        raise Undefined
    distances: Array = numbers - average(counts, numbers)
    return distances


def _slope(counts: Array, amounts: Array, wealth: Array) -> float:
    distances = _distances(counts, wealth)
    return float((counts * distances) @ amounts / (counts @ distances**2))


@statistic
def wealth_neutrality_slope(values: ArrayLike, wealth: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Slope of amounts on wealth, or on need: ``sum N (x - X) r / sum N (x - X)^2`` [units per unit of x].

    Least squares with students as weights. Source: Berne and Stiefel (1984).

    Parameters
    ----------
    values
        Amount per student of each school; negative amounts are ordinary.
    wealth
        Property wealth per student, or the low-income share; negative numbers are ordinary.
    weights
        Students; None counts each school once.

    Returns
    -------
    float
        NaN if wealth is the same everywhere (so also for one school).
    """
    return _slope(*population(weights, values, wealth))


@statistic
def wealth_neutrality_elasticity(
    values: ArrayLike, wealth: ArrayLike, weights: ArrayLike | None = None
) -> float:
    """Percent more resource for one percent more wealth, at the means: ``slope X / m`` [no unit].

    Odden and Picus take 0.10 or less as a target.

    Parameters
    ----------
    values, wealth, weights
        As in `wealth_neutrality_slope`.

    Returns
    -------
    float
        NaN if wealth never varies, or the mean of either is 0 or less.
    """
    counts, amounts, rich = population(weights, values, wealth)
    return _slope(counts, amounts, rich) * base(counts, rich) / base(counts, amounts)


@statistic
def wealth_neutrality_correlation(
    values: ArrayLike, wealth: ArrayLike, weights: ArrayLike | None = None
) -> float:
    """Correlation of amounts with wealth, students as weights [-1 to 1].

    Reported beside the elasticity: a small link only matters if it is also a steep one. Odden and Picus
    take 0.50 or less as a target.

    Parameters
    ----------
    values, wealth, weights
        As in `wealth_neutrality_slope`; NaN if either never varies.
    """
    counts, amounts, rich = population(weights, values, wealth)
    across, along = _distances(counts, amounts), _distances(counts, rich)
    spread = math.sqrt(float(counts @ across**2) * float(counts @ along**2))
    return min(max(float((counts * across) @ along) / positive(spread), -1.0), 1.0)


@statistic
def progressivity_ratio(values: ArrayLike, poor_share: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean amount of poor students over that of other students [no unit].

    ``(sum N p r / sum N p) / (sum N (1 - p) r / sum N (1 - p))``. Source: Urban Institute, *Do Poor Kids
    Get Their Fair Share of School Funding?* (2017).

    Parameters
    ----------
    values
        Amount per student of each school. Negative amounts are allowed while the mean of the students who
        are not poor is above 0.
    poor_share
        Share of students who are poor, 0 to 1.
    weights
        Students; None counts each school once.

    Returns
    -------
    float
        Above 1 if poor students get more; NaN if there are no poor students or no others.
    """
    counts, amounts, poor = population(weights, values, poor_share)
    poor_students = counts * shares(poor, "share of poor students")
    others = counts - poor_students
    positive(float(poor_students.sum()))
    positive(float(others.sum()))
    return average(poor_students, amounts) / base(others, amounts)


DESCRIPTIONS = (
    Description(
        "wealth_neutrality_slope",
        "Wealth-neutrality slope",
        "How much more a student has where wealth, or need, is one unit higher.",
        "nearer 0 is more even",
        "any number, in the unit of the amounts per unit of wealth",
        "Where wealth is one unit higher, a student has {size} {unit} more.",
        "A student's amount does not follow wealth.",
        "Where wealth is one unit higher, a student has {size} {unit} less.",
    ),
    Description(
        "wealth_neutrality_elasticity",
        "Wealth-neutrality elasticity",
        "How many percent more a student has where wealth, or need, is one percent higher.",
        "nearer 0 is more even",
        "any number, no unit",
        "Where wealth is 1% higher, a student has {size}% more.",
        "A student's amount does not follow wealth.",
        "Where wealth is 1% higher, a student has {size}% less.",
    ),
    Description(
        "wealth_neutrality_correlation",
        "Wealth-neutrality correlation",
        "How closely amounts follow wealth, or need.",
        "nearer 0 is more even",
        "-1 to 1, no unit",
        "Amounts rise with wealth, with a correlation of {value}.",
        "Amounts and wealth are not correlated.",
        "Amounts fall as wealth rises, with a correlation of {value}.",
    ),
    Description(
        "progressivity_ratio",
        "Progressivity ratio",
        "What poor students get relative to other students.",
        "nearer 1 is more even",
        "0 and up, no unit; above 1 is progressive",
        "Poor students are at schools that have {off}% more per student than those of other students.",
        "Poor students and other students are at schools that have the same per student on average.",
        "Poor students are at schools that have {off}% less per student than those of other students.",
        neutral=1.0,
    ),
)
