"""How unevenly the whole is shared out: the Lorenz curve, Gini and Hoover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from planner.equity.statistics.description import Description
from planner.equity.statistics.population import (
    Array,
    Undefined,
    ascending,
    average,
    base,
    population,
    positive,
    share,
    statistic,
)


@dataclass(frozen=True, slots=True, eq=False)
class LorenzCurve:
    """Corners of a Lorenz curve, from (0, 0) to (1, 1).

    Parameters
    ----------
    students
        Share of students, from those with the lowest amounts up [0 to 1].
    resources
        Share of the resource those students hold [0 to 1; below 0 where amounts are negative].
    """

    students: Array
    resources: Array


def lorenz_curve(values: ArrayLike, weights: ArrayLike | None = None) -> LorenzCurve:
    """Share of the resource held by each share of students, lowest amounts first.

    Source: M. O. Lorenz, "Methods of measuring the concentration of wealth" (1905).

    Parameters
    ----------
    values
        Amount per student of each school. Negative amounts make the curve dip below 0.
    weights
        Students, or need-weighted students, of each school; None counts each school once.

    Returns
    -------
    LorenzCurve
        A single point (NaN, NaN) where undefined: no students, a missing cell, or a mean of 0 or less.
    """
    try:
        counts, amounts = ascending(*population(weights, values))
        base(counts, amounts)
    except Undefined:
        return LorenzCurve(np.array([np.nan]), np.array([np.nan]))
    return LorenzCurve(_running_share(counts), _running_share(counts * amounts))


def _running_share(parts: Array) -> Array:
    running = np.concatenate(([0.0], np.cumsum(parts)))
    shares: Array = running / running[-1]
    return shares


@statistic
def lorenz_share(values: ArrayLike, weights: ArrayLike | None = None, *, part: float) -> float:
    """Share of the resource held by the students with the least [0 to `part`].

    ``L(part)``, the Lorenz curve read at a share of students, the school at the cut in proportion.

    Parameters
    ----------
    values, weights
        As in `lorenz_curve`.
    part
        Share of students, 0 to 1.
    """
    curve = lorenz_curve(values, weights)
    return float(np.interp(share(part), curve.students, curve.resources))


@statistic
def gini(values: ArrayLike, weights: ArrayLike | None = None, *, sample: bool = False) -> float:
    """Gini coefficient: ``sum over i, j of N_i N_j |r_i - r_j| / (2 N^2 m)`` [no unit].

    Computed from the sorted amounts in n log n. Source: C. Gini (1912); the uncorrected form is that of
    the R package ineq and of NCES 2000-020.

    Parameters
    ----------
    values
        Amount per student of each school. Negative amounts are allowed while the mean is above 0; the
        value may then pass 1.
    weights
        Students, or need-weighted students, of each school; None counts each school once.
    sample
        Multiply by ``N / (N - 1)``: the rows are a sample and the weights whole units.

    Returns
    -------
    float
        0 to 1; NaN if the mean is 0 or less, or, for a sample, if there is one unit or less.
    """
    counts, amounts = ascending(*population(weights, values))
    centre, total = base(counts, amounts), float(counts.sum())
    rank = 2 * np.cumsum(counts) - counts - total
    gap = float((counts * rank) @ (amounts - centre)) / (total * total * centre)
    return max(gap, 0.0) * (total / positive(total - 1) if sample else 1.0)


@statistic
def hoover(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Share to be moved to make amounts equal: ``sum N |r - m| / (2 N m)`` [0 to 1].

    Also called Ricci-Schutz, Pietra, Robin Hood, or half the relative mean deviation.

    Parameters
    ----------
    values
        Amount per student of each school. Negative amounts are allowed while the mean is above 0; the
        value may then pass 1.
    weights
        Students, or need-weighted students, of each school; None counts each school once.

    Returns
    -------
    float
        NaN if the mean is 0 or less.
    """
    counts, amounts = population(weights, values)
    centre = base(counts, amounts)
    return average(counts, np.abs(amounts - centre)) / (2 * centre)


DESCRIPTIONS = (
    Description(
        "lorenz_share",
        "Lorenz share",
        "How much of the whole the students with the least hold together.",
        "higher is more even",
        "0 to the chosen share of students",
        "The chosen part of students, those with the least, hold {percent}% of the whole.",
        "The chosen part of students, those with the least, hold none of it.",
        "The chosen part of students hold less than nothing, because some amounts are negative.",
    ),
    Description(
        "gini",
        "Gini coefficient",
        "How far apart two students drawn by lot are, relative to the mean.",
        "lower is more even",
        "0 to 1, no unit",
        "Two students drawn by lot differ by {double}% of the mean on average.",
        "Every student has the same amount.",
    ),
    Description(
        "hoover",
        "Hoover index",
        "The share of the whole that would have to move between schools to make amounts equal.",
        "lower is more even",
        "0 to 1, no unit",
        "{percent}% of the whole would have to move between schools to give every student the same.",
        "Every student has the same amount.",
    ),
)
