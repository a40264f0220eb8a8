"""Whom a group of students meets: exposure rates and gaps as ESSA asks for them.

ESSA compares the rates at which low-income and minority students and their peers are taught by
inexperienced, out-of-field or ineffective teachers: 20 USC 6311(g)(1)(B) and 6312(b)(2). The same formulas
give a group's mean of any other amount (dollars per student, class size).
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from planner.equity.statistics.description import Description
from planner.equity.statistics.location import mean
from planner.equity.statistics.population import positive, statistic


def exposure_rate(values: ArrayLike, group_students: ArrayLike) -> float:
    """Rate that a student of the group meets on average: ``sum P r / sum P`` [units of `values`].

    Parameters
    ----------
    values
        Rate of each school, such as inexperienced over all teachers; a school without teachers has no
        rate (NaN) and makes the result NaN if it has students of the group. Negative numbers are ordinary.
    group_students
        Students of the group in each school [students].

    Returns
    -------
    float
        NaN if the group has no students.
    """
    return mean(values, group_students)


def exposure_gap(values: ArrayLike, group_students: ArrayLike, peer_students: ArrayLike) -> float:
    """Rate of the group less that of its peers [units of `values`].

    Parameters
    ----------
    values
        As in `exposure_rate`.
    group_students, peer_students
        Students of the group and of its peers (all others, as a rule) in each school [students].

    Returns
    -------
    float
        Above 0 if the group meets more of it; NaN if either has no students.
    """
    return exposure_rate(values, group_students) - exposure_rate(values, peer_students)


@statistic
def exposure_ratio(values: ArrayLike, group_students: ArrayLike, peer_students: ArrayLike) -> float:
    """Rate of the group over that of its peers [no unit].

    Parameters
    ----------
    values, group_students, peer_students
        As in `exposure_gap`.

    Returns
    -------
    float
        Above 1 if the group meets more of it; NaN if the peers' rate is 0 or less.
    """
    return exposure_rate(values, group_students) / positive(exposure_rate(values, peer_students))


DESCRIPTIONS = (
    Description(
        "exposure_rate",
        "Exposure rate",
        "What a student of the group meets on average.",
        "a level, not a comparison",
        "0 to 1 for rates",
        "A student of the group meets {value} {unit} on average.",
        "A student of the group meets 0 {unit} on average.",
    ),
    Description(
        "exposure_gap",
        "Exposure gap",
        "How much more a student of the group meets than a peer.",
        "nearer 0 is more even",
        "-1 to 1 for rates",
        "A student of the group meets {size} {unit} more than a peer on average.",
        "A student of the group and a peer meet the same on average.",
        "A student of the group meets {size} {unit} less than a peer on average.",
    ),
    Description(
        "exposure_ratio",
        "Exposure ratio",
        "What a student of the group meets relative to a peer.",
        "nearer 1 is more even",
        "0 and up, no unit",
        "A student of the group meets {off}% more than a peer on average.",
        "A student of the group and a peer meet the same on average.",
        "A student of the group meets {off}% less than a peer on average.",
        neutral=1.0,
    ),
)
