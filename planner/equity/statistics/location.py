"""How much students have: the mean, the median, a percentile, the lowest, the worst-off."""

from __future__ import annotations

from numpy.typing import ArrayLike

from planner.equity.statistics.description import Description
from planner.equity.statistics.population import (
    Undefined,
    ascending,
    at_share,
    average,
    first_students,
    population,
    share,
    statistic,
)


@statistic
def mean(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean amount of a student: ``sum N r / sum N`` [units of `values`].

    Parameters
    ----------
    values
        Amount per student of each school; negative amounts count as they are.
    weights
        Students, or need-weighted students, of each school; None counts each school once.

    Returns
    -------
    float
        NaN without students or with a missing cell.
    """
    counts, amounts = population(weights, values)
    return average(counts, amounts)


@statistic
def quantile(values: ArrayLike, weights: ArrayLike | None = None, *, part: float) -> float:
    """Amount below which a part of the students lie [units of `values`].

    Students are lined up by their school's amount; a cut exactly between two schools is halfway between
    them (numpy's ``averaged_inverted_cdf`` over one entry a student). Negative amounts are ordinary.

    Parameters
    ----------
    values, weights
        As in `mean`.
    part
        Share of students, 0 to 1.
    """
    counts, amounts = ascending(*population(weights, values))
    return at_share(counts, amounts, share(part))


def median(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Amount of the student in the middle [units of `values`]; see `quantile`."""
    return quantile(values, weights, part=0.5)


@statistic
def lowest(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Lowest amount of any school with students: the level a max-min plan raises [units of `values`].

    Source: the max-min rule of J. Rawls, *A Theory of Justice* (1971). Negative amounts are ordinary.
    """
    return float(population(weights, values)[1].min())


@statistic
def highest(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Highest amount of any school with students [units of `values`]; the worst where fewer is better."""
    return float(population(weights, values)[1].max())


@statistic
def worst_share_mean(
    values: ArrayLike, weights: ArrayLike | None = None, *, part: float = 0.2, fewer_is_better: bool = False
) -> float:
    """Mean amount of the worst-off part of students (conditional value at risk) [units of `values`].

    ``max over t of t - sum N max(0, t - r) / (part sum N)``: the mean over the lowest `part` of students,
    the school at the cut counted in proportion. Source: Rockafellar and Uryasev, "Optimization of
    conditional value-at-risk", Journal of Risk 2 (2000).

    Parameters
    ----------
    values, weights
        As in `mean`; negative amounts are ordinary.
    part
        Share of students, above 0 and up to 1; 1 gives the mean. 0 is nobody, so NaN.
    fewer_is_better
        Take the highest amounts as the worst (novice teachers, class size).
    """
    counts, amounts = population(weights, values)
    sign = -1.0 if fewer_is_better else 1.0
    counts, amounts = ascending(counts, sign * amounts)
    if share(part) == 0:
        raise Undefined
    return sign * average(first_students(counts, part * counts.sum()), amounts)


DESCRIPTIONS = (
    Description(
        "mean",
        "Mean",
        "The amount of a student on average.",
        "a level, not a comparison",
        "any amount",
        "A student has {value} {unit} on average.",
        "A student has 0 {unit} on average.",
    ),
    Description(
        "median",
        "Median",
        "The amount of the student in the middle.",
        "a level, not a comparison",
        "any amount",
        "Half of the students have {value} {unit} or less.",
        "Half of the students have 0 {unit} or less.",
    ),
    Description(
        "quantile",
        "Percentile",
        "The amount below which a chosen part of students lie.",
        "a level, not a comparison",
        "any amount",
        "The chosen part of students have {value} {unit} or less.",
        "The chosen part of students have 0 {unit} or less.",
    ),
    Description(
        "lowest",
        "Lowest amount (max-min)",
        "What students of the least supplied school have.",
        "a level, not a comparison",
        "any amount",
        "No school has less than {value} {unit} per student.",
        "The least supplied school has 0 {unit} per student.",
    ),
    Description(
        "highest",
        "Highest amount",
        "What students of the most supplied school have.",
        "a level, not a comparison",
        "any amount",
        "No school has more than {value} {unit} per student.",
        "The most supplied school has 0 {unit} per student.",
    ),
    Description(
        "worst_share_mean",
        "Mean of the worst-off share",
        "What the worst-off part of students have on average.",
        "a level, not a comparison",
        "any amount",
        "The worst-off part of students have {value} {unit} on average.",
        "The worst-off part of students have 0 {unit} on average.",
    ),
)
