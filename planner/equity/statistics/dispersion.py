"""How far apart schools are: the range, the restricted range and the coefficient of variation."""

from __future__ import annotations

from numpy.typing import ArrayLike

from planner.equity.statistics.description import Description
from planner.equity.statistics.population import (
    Array,
    ascending,
    at_share,
    base,
    population,
    positive,
    share,
    statistic,
)


@statistic
def value_range(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Highest less lowest amount: ``max r - min r`` [units of `values`].

    Source: Berne and Stiefel, *The Measurement of Equity in School Finance* (1984).

    Parameters
    ----------
    values
        Amount per student of each school; negative amounts are ordinary.
    weights
        Students of each school; only whether there are any matters.
    """
    _, amounts = population(weights, values)
    return float(amounts.max() - amounts.min())


@statistic
def restricted_range(
    values: ArrayLike, weights: ArrayLike | None = None, *, low: float = 0.05, high: float = 0.95
) -> float:
    """95th less 5th percentile of students: ``P95 - P5`` [units of `values`].

    Percentiles count students, not schools (34 CFR 222 subpart K, appendix). Source: Odden and Picus,
    *School Finance: A Policy Perspective*. Negative amounts are ordinary.

    Parameters
    ----------
    values, weights
        As in `value_range`; weights are students.
    low, high
        Shares of students at which the two percentiles stand.
    """
    counts, amounts = ascending(*population(weights, values))
    return at_share(counts, amounts, share(high)) - at_share(counts, amounts, share(low))


@statistic
def coefficient_of_variation(
    values: ArrayLike, weights: ArrayLike | None = None, *, sample: bool = False
) -> float:
    """Return the standard deviation over the mean: ``sqrt(sum N (r - m)^2 / sum N) / m`` [no unit].

    Source: NCES 2000-020, *Trends in Disparities in School District Level Expenditures per Pupil*. Odden
    and Picus set a target of 0.10 or less.

    Parameters
    ----------
    values
        Amount per student of each school. Negative amounts are allowed while the mean is above 0.
    weights
        Students of each school; None counts each school once.
    sample
        Divide by ``sum N - 1`` instead: the rows are a sample and the weights whole units.

    Returns
    -------
    float
        NaN if the mean is 0 or less, or, for a sample, if there is one unit or less.
    """
    counts, amounts = population(weights, values)
    centre = base(counts, amounts)
    return _deviation(counts, amounts - centre, sample) / centre


def _deviation(counts: Array, distances: Array, sample: bool) -> float:
    units = positive(float(counts.sum()) - 1) if sample else float(counts.sum())
    return float((counts @ distances**2 / units) ** 0.5)


DESCRIPTIONS = (
    Description(
        "value_range",
        "Range",
        "The distance between the most and the least supplied school.",
        "lower is more even",
        "0 and up, in the unit of the amounts",
        "The most supplied school has {value} {unit} per student more than the least supplied.",
        "Every school has the same amount per student.",
    ),
    Description(
        "restricted_range",
        "Restricted range",
        "The distance between the 95th and the 5th percentile of students.",
        "lower is more even",
        "0 and up, in the unit of the amounts",
        "Leaving out the highest and the lowest twentieth of students, amounts are {value} {unit} apart.",
        "Leaving out the highest and the lowest twentieth of students, all have the same amount.",
    ),
    Description(
        "coefficient_of_variation",
        "Coefficient of variation",
        "The typical distance of a student's amount from the mean, as a share of the mean.",
        "lower is more even",
        "0 and up, no unit",
        "Students' amounts typically lie {percent}% of the mean away from the mean.",
        "Every student has the same amount.",
    ),
)
