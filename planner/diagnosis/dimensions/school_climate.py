"""Dimension 6, Positive & Inviting School Climate: discipline, attendance, and what surveys say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from planner.diagnosis.base import DIMENSIONS, Dimension, Metric, indicator_metric
from planner.diagnosis.facts import Facts


@DIMENSIONS.register("school_climate")
class SchoolClimate(Dimension):
    """Positive & Inviting School Climate."""

    number: ClassVar[int] = 6
    title: ClassVar[str] = "Positive & Inviting School Climate"
    questions: ClassVar[tuple[str, ...]] = (
        "Are schools safe, with a transparent, culturally sensitive and consistently enforced discipline "
        "policy?",
        "Do students and adults build positive relationships?",
        "Do schools foster social-emotional learning?",
        "Do schools engage families?",
    )

    def metrics(self, facts: Facts) -> Sequence[Metric]:
        """Return rates of suspension, expulsion, referral and chronic absence, and survey shares."""
        return _METRICS


_METRICS = (
    indicator_metric(
        "suspension",
        "Students suspended",
        "Students suspended at least once in the year, of all students.",
        "share",
        "less",
        of_students=True,
    ),
    indicator_metric(
        "expulsion",
        "Students expelled",
        "Students expelled in the year, of all students.",
        "share",
        "less",
        of_students=True,
    ),
    indicator_metric(
        "referral",
        "Students referred for discipline",
        "Students referred at least once in the year, of all students.",
        "share",
        "less",
        of_students=True,
    ),
    indicator_metric(
        "days_lost",
        "Days lost to suspension",
        "School days lost to suspension per 100 students.",
        "days",
        "less",
    ),
    indicator_metric(
        "chronic_absence",
        "Students chronically absent",
        "Students chronically absent by the source's definition (commonly 10% of days, or 15 days).",
        "share",
        "less",
        of_students=True,
    ),
    indicator_metric(
        "attendance",
        "Average daily attendance",
        "Students present on the average day, of those enrolled; it hides who is chronically absent.",
        "share",
        "more",
    ),
    indicator_metric(
        "students_feeling_safe",
        "Students who feel safe",
        "Favorable answers of students on safety, of all answers.",
        "share",
        "more",
        of_students=True,
    ),
    indicator_metric(
        "positive_relationships",
        "Students with good relations to adults at school",
        "Favorable answers of students on their relations with adults, of all answers.",
        "share",
        "more",
        of_students=True,
    ),
    indicator_metric(
        "social_emotional_learning",
        "Students who report social-emotional skills",
        "Favorable answers of students on social-emotional learning, of all answers.",
        "share",
        "more",
        of_students=True,
    ),
    indicator_metric(
        "families_informed",
        "Families who feel informed",
        "Favorable answers of families on being informed, of all answers.",
        "share",
        "more",
    ),
)
