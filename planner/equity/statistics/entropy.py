"""Inequality that weighs the bottom or the top: Theil T and L, their parts, and Atkinson."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from planner.equity.statistics.description import Description
from planner.equity.statistics.population import (
    Array,
    Undefined,
    average,
    base,
    population,
    positive,
    statistic,
)


def _relative(counts: Array, amounts: Array) -> Array:
    """Return amounts over their mean; a logarithm of a negative amount does not exist."""
    if amounts.min() < 0:
        raise Undefined
    relative: Array = amounts / base(counts, amounts)
    return relative


def times_log(numbers: Array) -> Array:
    """Return ``x log x``, 0 where x is 0 (its limit)."""
    logs: Array = np.log(numbers, out=np.zeros_like(numbers), where=numbers > 0)
    return numbers * logs


@statistic
def theil_t(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Theil T: ``sum N (r / m) log(r / m) / sum N`` [nats].

    Weighs differences at the top. Source: H. Theil, *Economics and Information Theory* (1967). The R
    package REAT calls Theil L "theil": compare like with like.

    Parameters
    ----------
    values
        Amount per student of each school, 0 or more; a school at 0 adds 0, the limit.
    weights
        Students, or need-weighted students, of each school; None counts each school once.

    Returns
    -------
    float
        0 to ``log(number of students)``; NaN with any negative amount or a mean of 0.
    """
    counts, amounts = population(weights, values)
    return max(average(counts, times_log(_relative(counts, amounts))), 0.0)


@statistic
def theil_l(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Theil L, the mean log deviation: ``sum N log(m / r) / sum N`` [nats].

    Weighs differences at the bottom.

    Parameters
    ----------
    values, weights
        As in `theil_t`.

    Returns
    -------
    float
        0 and up; NaN with any amount of 0 or less (at 0 it has no finite value).
    """
    counts, amounts = population(weights, values)
    positive(float(amounts.min()))
    return max(-average(counts, np.log(_relative(counts, amounts))), 0.0)


@statistic
def theil_between(values: ArrayLike, groups: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Part of Theil T that lies between groups: Theil T of the groups' means [nats].

    Parameters
    ----------
    values, weights
        As in `theil_t`.
    groups
        A label for each row (level, district); a missing label makes the result NaN.
    """
    labels = pd.factorize(np.asarray(groups))[0]
    counts, amounts, group = population(weights, values, np.where(labels < 0, np.nan, labels))
    _relative(counts, amounts)
    group_of = group.astype(int)
    totals, sums = np.bincount(group_of, counts), np.bincount(group_of, counts * amounts)
    counted = totals > 0
    return theil_t(sums[counted] / totals[counted], totals[counted])


def theil_within(values: ArrayLike, groups: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Part of Theil T that lies within groups: `theil_t` less `theil_between` [nats]."""
    return theil_t(values, weights) - theil_between(values, groups, weights)


@statistic
def atkinson(values: ArrayLike, weights: ArrayLike | None = None, *, epsilon: float = 0.5) -> float:
    """Atkinson index: ``1 - (sum N (r / m)^(1 - e) / sum N)^(1 / (1 - e))`` [0 to 1].

    For ``e = 1`` it is 1 less the geometric over the arithmetic mean. Source: A. B. Atkinson, "On the
    measurement of inequality", Journal of Economic Theory 2 (1970).

    Parameters
    ----------
    values
        Amount per student of each school, 0 or more; negative amounts make it NaN. With ``e`` of 1 or
        more, any school at 0 makes it 1, the limit.
    weights
        Students, or need-weighted students, of each school; None counts each school once.
    epsilon
        Aversion to inequality, 0 or more; 0 does not mind and gives 0.
    """
    if not 0 <= epsilon < math.inf:
        raise ValueError(f"Aversion to inequality (epsilon) is a number of 0 or more; found {epsilon:g}.")
    counts, amounts = population(weights, values)
    relative = _relative(counts, amounts)
    if epsilon >= 1 and relative.min() == 0:
        return 1.0
    return min(max(1 - _equal_equivalent(counts, relative, epsilon), 0.0), 1.0)


def _equal_equivalent(counts: Array, relative: Array, epsilon: float) -> float:
    """Return the amount that, had by all, is worth as much; by logarithms, so that no power overflows."""
    with np.errstate(divide="ignore"):
        logs = np.log(relative)
    if epsilon == 1:
        return math.exp(average(counts, logs))
    powers = (1 - epsilon) * logs
    most = powers.max()
    return math.exp((most + math.log(average(counts, np.exp(powers - most)))) / (1 - epsilon))


DESCRIPTIONS = (
    Description(
        "theil_t",
        "Theil T",
        "How far the sharing is from even, differences at the top counting most.",
        "lower is more even",
        "0 to the logarithm of the number of students, nats",
        "Theil T is {value}: amounts are uneven, with most weight on the students who have the most.",
        "Every student has the same amount.",
    ),
    Description(
        "theil_l",
        "Theil L (mean log deviation)",
        "How far the sharing is from even, differences at the bottom counting most.",
        "lower is more even",
        "0 and up, nats",
        "Theil L is {value}: amounts are uneven, with most weight on the students who have the least.",
        "Every student has the same amount.",
    ),
    Description(
        "theil_between",
        "Theil T between groups",
        "The part of Theil T that comes from groups having different means.",
        "lower is more even",
        "0 to Theil T, nats",
        "Of Theil T, {value} comes from differences between the groups' means.",
        "The groups have the same mean.",
    ),
    Description(
        "theil_within",
        "Theil T within groups",
        "The part of Theil T that comes from differences inside groups.",
        "lower is more even",
        "0 to Theil T, nats",
        "Of Theil T, {value} comes from differences inside the groups.",
        "Inside each group every student has the same amount.",
    ),
    Description(
        "atkinson",
        "Atkinson index",
        "The share of the whole that could be given up, were the rest shared equally, without loss.",
        "lower is more even",
        "0 to 1, no unit",
        "Shared equally, {rest}% of the whole would be worth as much to students as all of it is now.",
        "Every student has the same amount, or the aversion to inequality is set to 0.",
    ),
)
