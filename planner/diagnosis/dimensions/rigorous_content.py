"""Dimension 4, Empowering, Rigorous Content: who gets to advanced courses and the arts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from planner.diagnosis.base import (
    DIMENSIONS,
    Amounts,
    Dimension,
    Metric,
    NotMeasured,
    Unavailable,
    indicator_metric,
)
from planner.diagnosis.facts import Facts

ADVANCED = "advanced"
RATES = (
    ("grade8_algebra", "Grade 8 students in Algebra I", "Grade 8 students enrolled in Algebra I or beyond."),
    ("advanced_enrollment", "Students in advanced courses", "Students enrolled in any advanced course."),
    ("ap_enrollment", "Students in AP courses", "Students enrolled in an Advanced Placement course."),
    ("ib_enrollment", "Students in IB courses", "Students enrolled in the International Baccalaureate."),
    ("dual_enrollment", "Students in dual enrollment", "Students enrolled in a college course."),
    ("gifted_enrollment", "Students in gifted programs", "Students in a gifted and talented program."),
    (
        "eligible_enrolled",
        "Eligible students who are enrolled",
        "Of students who meet the entrance criteria of an advanced course, those enrolled in one.",
    ),
    ("arts_enrollment", "Students in arts courses", "Students enrolled in an arts course."),
)


@DIMENSIONS.register("rigorous_content")
class RigorousContent(Dimension):
    """Empowering, Rigorous Content."""

    number: ClassVar[int] = 4
    title: ClassVar[str] = "Empowering, Rigorous Content"
    questions: ClassVar[tuple[str, ...]] = (
        "Do all students have access to high-quality and culturally relevant curriculum?",
        "Do all students have access to advanced courses, and are eligible students enrolled in them?",
        "Do all students have access to arts and enrichment?",
    )

    def metrics(self, facts: Facts) -> Sequence[Metric]:
        """Return enrollment rates in advanced courses and the arts, and advanced seats."""
        rates = [
            indicator_metric(name, title, meaning, "share", "more", of_students=True)
            for name, title, meaning in RATES
        ]
        return (*rates, _SEATS)

    def unavailable(self) -> Sequence[Unavailable]:
        """Return what needs a review of the curriculum."""
        needs = "a rating of the curriculum of each school, which is no figure of the planner's tables"
        return (Unavailable("curriculum_quality", "Quality of the curriculum", needs),)


def _seats(facts: Facts) -> Amounts:
    seats = np.zeros(len(facts))
    offered = np.zeros(len(facts), dtype=bool)
    for (school, course), block in facts.case.blocks.items():
        if ADVANCED in course.lower():
            seats[school] += block.students
            offered[school] = True
    if not offered.any():
        raise NotMeasured("the table courses has no course named advanced")
    # A level at which no school offers such courses is not asked; a school beside one that does has none.
    levels = np.array(facts.case.level_of)
    with_courses = np.isin(np.arange(len(facts)), [school for school, _ in facts.case.blocks])
    asked = np.isin(levels, levels[offered]) & with_courses
    values = np.where(asked, 100 * seats / facts.students, np.nan)
    return Amounts(values, np.where(asked, facts.students, 0.0), np.where(asked, facts.students, 0.0))


_SEATS = Metric(
    "advanced_seats",
    "Seats in advanced courses per 100 students",
    "Seats taken in courses named advanced, at the levels that offer them, per 100 students.",
    "seats",
    "more",
    _seats,
    "courses with the word advanced in the table courses",
    ("courses.students",),
    ("measure:sections", "policy:class_size"),
)
