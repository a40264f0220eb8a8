"""Dimension 3, School Leadership Quality & Diversity: who leads the school, how long, with how much help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from planner.diagnosis.base import DIMENSIONS, Amounts, Dimension, Metric, indicator_metric
from planner.diagnosis.facts import Facts
from planner.equity.statistics import per_student

LEADERS = ("principal", "assistant_principal", "administrator")


@DIMENSIONS.register("school_leadership")
class SchoolLeadership(Dimension):
    """School Leadership Quality & Diversity."""

    number: ClassVar[int] = 3
    title: ClassVar[str] = "School Leadership Quality & Diversity"
    questions: ClassVar[tuple[str, ...]] = (
        "Do all students have access to strong school leaders who stay?",
        "Do leaders reflect the students and staff of their schools?",
    )

    def metrics(self, facts: Facts) -> Sequence[Metric]:
        """Return principals' tenure, turnover and rating, and leaders per student."""
        return (*_TENURE, _LEADERS, _SPAN)


def _leaders(facts: Facts) -> Amounts:
    rate = 1000 * per_student(facts.role(*LEADERS), facts.students)
    return Amounts(rate, facts.students, facts.students)


def _span(facts: Facts) -> Amounts:
    leaders = facts.role(*LEADERS)
    teachers = np.where(leaders > 0, facts.teachers / np.where(leaders > 0, leaders, 1.0), np.nan)
    return Amounts(teachers, facts.students, facts.students)


_TENURE = (
    indicator_metric(
        "principal_experience",
        "Principal's years in the role",
        "Years the principal has led any school.",
        "years",
        "more",
    ),
    indicator_metric(
        "principal_tenure",
        "Principal's years at the school",
        "Years the principal has led the school.",
        "years",
        "more",
    ),
    indicator_metric(
        "principal_turnover",
        "Principals in three years",
        "Changes of principal within three years.",
        "ratio",
        "less",
    ),
    indicator_metric(
        "principal_rating",
        "Principals rated effective",
        "1 if the principal is rated effective or better, else 0.",
        "share",
        "more",
    ),
    indicator_metric(
        "leaders_of_color",
        "Leaders of color",
        "School leaders of color, of all its leaders.",
        "share",
        "more",
    ),
)
_LEADERS = Metric(
    "leaders_per_thousand",
    "School leaders per 1,000 students",
    "FTE of the roles principal, assistant_principal and administrator, per 1,000 students; one principal a "
    "school is more per student in a small school.",
    "per_thousand",
    "more",
    _leaders,
    "a role principal, assistant_principal or administrator in the table staff",
    ("staff.fte",),
    ("policy:minimum_staffing",),
)
_SPAN = Metric(
    "teachers_per_leader",
    "Teachers per school leader",
    "Teacher FTE over the FTE of the roles principal, assistant_principal and administrator: how many one "
    "leader looks after. A school that lists no leader is left out.",
    "teachers",
    "less",
    _span,
    "a role principal, assistant_principal or administrator in the table staff",
    ("staff.fte",),
    ("policy:minimum_staffing",),
)
