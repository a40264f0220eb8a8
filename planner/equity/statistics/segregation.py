"""How apart groups of students are schooled: dissimilarity, exposure, isolation, Theil's H.

Source of the first three: Massey and Denton, "The dimensions of residential segregation", Social Forces 67
(1988); of H: Reardon and Firebaugh, "Measures of multigroup segregation", Sociological Methodology 32 (2002).
Numbers of students are never negative: a negative one is refused.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from planner.equity.statistics.description import Description
from planner.equity.statistics.entropy import times_log
from planner.equity.statistics.population import (
    ROUNDING,
    Array,
    Undefined,
    population,
    positive,
    statistic,
    students,
)


def _parts(group: ArrayLike, others: ArrayLike) -> tuple[Array, Array]:
    """Return each school's part of the group and of the others."""
    _, ours, theirs = population(None, students(group), students(others))
    return ours / positive(float(ours.sum())), theirs / positive(float(theirs.sum()))


def _met(group: ArrayLike, met: ArrayLike, total: ArrayLike) -> float:
    """Return the share of `met` among the schoolmates of an average student of the group."""
    everyone, ours, theirs = population(students(total), students(group), students(met))
    if (np.maximum(ours, theirs) > everyone * (1 + ROUNDING)).any():
        raise ValueError("A school has more students of a group than students.")
    return float(ours @ (theirs / everyone) / positive(float(ours.sum())))


@statistic
def dissimilarity(group: ArrayLike, others: ArrayLike) -> float:
    """Share of the group that would have to change schools: ``sum |x / X - y / Y| / 2`` [0 to 1].

    Parameters
    ----------
    group, others
        Students of the group, and all others, in each school [students].

    Returns
    -------
    float
        0 if every school has the district's mix, 1 if none has both; NaN if either has no students.
    """
    ours, theirs = _parts(group, others)
    return float(np.abs(ours - theirs).sum() / 2)


@statistic
def exposure_index(group: ArrayLike, others: ArrayLike, total: ArrayLike) -> float:
    """Share of others among a group student's schoolmates: ``sum (x / X) (y / t)`` [0 to 1].

    Parameters
    ----------
    group, others
        Students of the group, and of the group it may meet, in each school [students].
    total
        All students of each school [students]; a school without any is left out.

    Returns
    -------
    float
        NaN if the group has no students.
    """
    return _met(group, others, total)


@statistic
def isolation(group: ArrayLike, total: ArrayLike) -> float:
    """Share of the group's own among its schoolmates: ``sum (x / X) (x / t)`` [0 to 1].

    It is at least the group's share of the district. With two groups it is 1 less `exposure_index`.

    Parameters
    ----------
    group, total
        Students of the group, and all students, in each school [students].
    """
    return _met(group, group, total)


@statistic
def theil_h(group_students: ArrayLike) -> float:
    """Theil's H, the information index of segregation: ``sum t (E - E_s) / (E T)`` [0 to 1].

    ``E`` is the entropy of the district's mix, ``E_s`` that of a school's.

    Parameters
    ----------
    group_students
        Students of each school (rows) in each group (columns), every student in one group only.

    Returns
    -------
    float
        0 if every school has the district's mix, 1 if every school has one group; NaN if there are no
        students, only one group has any, or a cell is missing.
    """
    members = students(group_students, dimensions=2)
    if members.size == 0 or np.isnan(members).any():
        raise Undefined
    schools = members[members.sum(axis=1) > 0]
    sizes = schools.sum(axis=1)
    district = positive(_entropy(schools.sum(axis=0) / positive(float(sizes.sum()))))
    inside = sizes @ -times_log(schools / sizes[:, None]).sum(axis=1) / sizes.sum()
    return min(max(float(1 - inside / district), 0.0), 1.0)


def _entropy(mix: Array) -> float:
    return float(-times_log(mix).sum())


DESCRIPTIONS = (
    Description(
        "dissimilarity",
        "Dissimilarity index",
        "The share of a group that would have to change schools for every school to have the same mix.",
        "lower is more even",
        "0 to 1, no unit",
        "{percent}% of the group would have to change schools for every school to have the same mix.",
        "Every school has the same mix.",
    ),
    Description(
        "exposure_index",
        "Exposure index",
        "The share of the other group among the schoolmates of a student of the group.",
        "a level, not a comparison",
        "0 to 1, no unit",
        "Of the students in a group member's school, {percent}% are of the other group on average.",
        "The group has no schoolmates of the other group.",
    ),
    Description(
        "isolation",
        "Isolation index",
        "The share of a group's own students in the schools its members attend.",
        "a level, not a comparison",
        "the group's share of the district, to 1",
        "Of the students in a group member's school, {percent}% are of the same group on average.",
        "The group has no students of its own in its schools.",
    ),
    Description(
        "theil_h",
        "Theil's H",
        "How much less varied schools are than the district.",
        "lower is more even",
        "0 to 1, no unit",
        "The average school is {percent}% less varied than the district.",
        "Every school has the district's mix.",
    ),
)
