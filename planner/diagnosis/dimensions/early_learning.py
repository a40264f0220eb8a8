"""Dimension 8, High-Quality Early Learning: seats before kindergarten, and how good they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from planner.diagnosis.base import DIMENSIONS, Amounts, Dimension, Metric, indicator_metric
from planner.diagnosis.facts import Facts
from planner.equity.statistics import per_student

SEATS, CHILDREN = "prek_seats", "kindergarten_students"


@DIMENSIONS.register("early_learning")
class EarlyLearning(Dimension):
    """High-Quality Early Learning."""

    number: ClassVar[int] = 8
    title: ClassVar[str] = "High-Quality Early Learning"
    questions: ClassVar[tuple[str, ...]] = (
        "What are enrollment and attendance rates in pre-kindergarten, by student group?",
        "How do programs score on independent evaluations of quality, by student group?",
    )

    def metrics(self, facts: Facts) -> Sequence[Metric]:
        """Return pre-K seats over students and over kindergartners, attendance and quality."""
        return _METRICS


def _per_student(facts: Facts) -> Amounts:
    seats = facts.indicator(SEATS).values
    students = np.where(np.isnan(seats), 0.0, facts.students)
    return Amounts(100 * per_student(seats, students), students, students)


def _per_child(facts: Facts) -> Amounts:
    seats, children = facts.indicator(SEATS).values, facts.indicator(CHILDREN).values
    known = np.where(np.isnan(seats) | np.isnan(children), 0.0, children)
    return Amounts(per_student(seats, known), known, known)


_METRICS = (
    Metric(
        "prek_seats_per_kindergartner",
        "Pre-K seats per kindergartner",
        "Pre-K seats of a school over its kindergarten students.",
        "ratio",
        "more",
        _per_child,
        f"the indicators '{SEATS}' and '{CHILDREN}' in the table indicators",
        (f"indicators.{SEATS}", f"indicators.{CHILDREN}"),
    ),
    Metric(
        "prek_seats_per_hundred",
        "Pre-K seats per 100 students",
        "Pre-K seats of a school per 100 of its students: a stand-in for seats per child who enters school.",
        "seats",
        "more",
        _per_student,
        f"the indicator '{SEATS}' in the table indicators",
        (f"indicators.{SEATS}",),
    ),
    indicator_metric(
        "kindergartners_with_prek",
        "Kindergartners who attended pre-K",
        "Kindergarten students who attended pre-K the year before.",
        "share",
        "more",
        of_students=True,
    ),
    indicator_metric(
        "prek_attendance",
        "Attendance in pre-K",
        "Days attended of days enrolled in pre-K.",
        "share",
        "more",
    ),
    indicator_metric(
        "prek_quality",
        "Quality score of pre-K",
        "Score of an independent evaluation (NAEYC, NIEER or the state's own).",
        "score",
        "more",
    ),
)
