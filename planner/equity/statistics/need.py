"""Need without outside weights: what the district itself spends per student of each group.

A statistic is need-weighted by giving it amounts per weighted student and weighted students as weights:
``gini(per_student(dollars, weighted), weighted)``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from planner.equity.statistics.description import Description
from planner.equity.statistics.population import Array, column, students


def per_student(amounts: ArrayLike, counts: ArrayLike) -> Array:
    """Amount of each school over its students, or over its need-weighted students [units per student].

    NaN for a school without students: it has no amount per student, not an amount of 0. Negative amounts
    stay negative.
    """
    return _over(column(amounts), students(counts))


def _over(amounts: Array, counts: Array) -> Array:
    if len(amounts) != len(counts):
        raise ValueError(f"Columns differ in length: {len(amounts)} and {len(counts)} rows.")
    quotient: Array = np.divide(amounts, counts, out=np.full_like(amounts, np.nan), where=counts != 0)
    return quotient


def expected_dollars(group_students: ArrayLike, group_dollars: ArrayLike) -> Array:
    """Dollars a school would have at the district's own spending per student of each group [dollars].

    ``expected_s = sum over c of n_sc (dollars_c / n_c)``: no weight comes from outside. Source: Annenberg
    Institute, *Assessing Inequities in School Funding within Districts* (2002, ERIC ED472989); Education
    Resource Strategies.

    Parameters
    ----------
    group_students
        Students of each school (rows) in each group (columns), such as all, low_income, disability.
    group_dollars
        What the district spends on each group in all [dollars]. Together they are the district's dollars.

    Returns
    -------
    Array
        One figure a school; NaN where a cell of the school is missing, and NaN for every school where a
        group's total is (a missing cell makes its group's total unknown). They sum to the dollars given.

    Raises
    ------
    ValueError
        If dollars are spent on a group without students, or shapes differ.
    """
    members, dollars = students(group_students, dimensions=2), column(group_dollars)
    totals = members.sum(axis=0)
    if totals.shape != dollars.shape:
        raise ValueError(f"{len(totals)} groups of students but {len(dollars)} of dollars.")
    if ((totals == 0) & (dollars != 0)).any():
        raise ValueError("Dollars are spent on a group that has no students.")
    rates = np.divide(dollars, totals, out=np.zeros_like(dollars), where=totals != 0)
    expected: Array = members @ rates
    return expected


def need_index(dollars: ArrayLike, group_students: ArrayLike, group_dollars: ArrayLike) -> Array:
    """Actual over expected dollars of each school; below 1 is under-resourced for its need [no unit].

    Parameters
    ----------
    dollars
        Actual dollars of each school; a negative figure gives a negative index.
    group_students, group_dollars
        As in `expected_dollars`.

    Returns
    -------
    Array
        One figure a school; NaN where a cell is missing or nothing is expected.
    """
    return _over(column(dollars), expected_dollars(group_students, group_dollars))


DESCRIPTIONS = (
    Description(
        "need_index",
        "Need index",
        "A school's dollars relative to what the district itself spends on students like its own.",
        "nearer 1 is more even",
        "0 and up, no unit; one figure a school",
        "The school has {off}% more dollars than the district spends on students like its own.",
        "The school has the dollars that the district spends on students like its own.",
        "The school has {off}% fewer dollars than the district spends on students like its own.",
        neutral=1.0,
    ),
)
