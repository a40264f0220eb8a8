"""Dimension 2, Teaching Quality & Diversity: who teaches whom, and who stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from planner.diagnosis.base import (
    DIMENSIONS,
    Amounts,
    Array,
    Dimension,
    Metric,
    Unavailable,
    indicator_metric,
)
from planner.diagnosis.facts import Facts
from planner.equity.statistics import per_student

BANDS = ("staff.fte", "staff.experience")
OF_COLOR, WHITE = "teachers_of_color", "white"
MOVES = ("policy:transfers", "policy:stipends", "policy:hiring")


@DIMENSIONS.register("teaching_quality")
class TeachingQuality(Dimension):
    """Teaching Quality & Diversity."""

    number: ClassVar[int] = 2
    title: ClassVar[str] = "Teaching Quality & Diversity"
    questions: ClassVar[tuple[str, ...]] = (
        "Are novice teachers, ineffective teachers and long-term substitutes assigned evenly across student "
        "groups and schools?",
        "Do all students have access to engaging, standards-aligned teaching?",
        "Are teachers of color retained, and do teachers reflect the students they teach?",
    )

    def metrics(self, facts: Facts) -> Sequence[Metric]:
        """Return shares of teachers by experience, certification and rating, vacancies and turnover."""
        return (*_EXPERIENCE, _VACANCIES, *_INDICATORS, _PARITY)

    def unavailable(self) -> Sequence[Unavailable]:
        """Return what needs somebody to sit in the classroom."""
        needs = (
            "ratings of observed lessons against the standards, which is no figure of the planner's tables"
        )
        return (Unavailable("observed_teaching", "Engaging, standards-aligned teaching", needs),)


def _share(facts: Facts, part: Array) -> Amounts:
    return Amounts(per_student(part, facts.teachers), facts.students, facts.students)


def _parity(facts: Facts) -> Amounts:
    teachers, white = facts.indicator(OF_COLOR).values, facts.group(WHITE)
    students = 1 - per_student(np.minimum(white, facts.students), facts.students)
    shown = np.where(students > 0, students, np.nan)
    return Amounts(teachers / shown, facts.students, facts.students)


def _vacant(facts: Facts) -> Amounts:
    vacant = facts.teacher_vacancies
    return Amounts(per_student(vacant, facts.teachers + vacant), facts.students, facts.students)


_EXPERIENCE = (
    Metric(
        "novice_share",
        "Novice teachers",
        "Novice FTE over all teacher FTE; ESSA calls them inexperienced and leaves the definition to states.",
        "share",
        "less",
        lambda facts: _share(facts, facts.teachers_of(facts.settings.novice)),
        "teachers by band in the column experience of the table staff",
        BANDS,
        ("measure:novice_teachers", *MOVES, "policy:novice_share"),
    ),
    Metric(
        "experienced_share",
        "Experienced teachers",
        "FTE of the band experienced over all teacher FTE.",
        "share",
        "more",
        lambda facts: _share(facts, facts.teachers_of(["experienced"])),
        "teachers by band in the column experience of the table staff",
        BANDS,
        ("measure:experienced_teachers", *MOVES),
    ),
)
_VACANCIES = Metric(
    "vacancy_share",
    "Vacant teaching positions",
    "Positions budgeted and unfilled over all positions, filled or not.",
    "share",
    "less",
    _vacant,
    "the column vacancies in the table staff",
    ("staff.fte", "staff.vacancies"),
    ("measure:teachers", "policy:hiring", "policy:stipends"),
)
_INDICATORS = (
    indicator_metric(
        "provisional_teachers",
        "Teachers without a full license",
        "Teachers on a provisional or emergency license, of all teachers.",
        "share",
        "less",
    ),
    indicator_metric(
        "alternative_route_teachers",
        "Teachers on an alternative route",
        "Teachers hired before they completed a preparation program (lateral entry), of all teachers.",
        "share",
        "less",
    ),
    indicator_metric(
        "board_certified_teachers",
        "National Board certified teachers",
        "Teachers certified by the National Board for Professional Teaching Standards, of all teachers.",
        "share",
        "more",
        # Shown beside the figures that the dimension's questions ask for, and no headline in their place.
        ranked=False,
    ),
    indicator_metric(
        "out_of_field_teachers",
        "Teachers out of field",
        "Teachers of a subject they are not certified for, of all teachers.",
        "share",
        "less",
    ),
    indicator_metric(
        "not_highly_qualified_classes",
        "Classes not taught by highly qualified teachers",
        "Classes whose teacher is not highly qualified, of all classes.",
        "share",
        "less",
    ),
    indicator_metric(
        "effective_teachers",
        "Teachers rated effective",
        "Teachers rated effective or better, of all rated teachers.",
        "share",
        "more",
    ),
    indicator_metric(
        "long_term_substitutes",
        "Long-term substitutes",
        "Teaching positions held by long-term substitutes, of all positions.",
        "share",
        "less",
        levers=("policy:hiring",),
    ),
    indicator_metric(
        "teacher_turnover",
        "Teacher turnover",
        "Teachers who left the school within a year, of all teachers.",
        "share",
        "less",
    ),
    indicator_metric(
        "teacher_absence",
        "Teachers absent more than 10 days",
        "Teachers absent more than 10 school days in the year, of all teachers.",
        "share",
        "less",
    ),
    indicator_metric(
        "average_years",
        "Teachers' years of experience",
        "Average years of experience of the school's teachers.",
        "years",
        "more",
        levers=("measure:experienced_teachers", *MOVES),
    ),
    indicator_metric(
        OF_COLOR,
        "Teachers of color",
        "Teachers of color, of all teachers.",
        "share",
        "more",
    ),
    indicator_metric(
        "teachers_of_color_turnover",
        "Turnover of teachers of color",
        "Teachers of color who left the school within a year, of all its teachers of color.",
        "share",
        "less",
    ),
)
_PARITY = Metric(
    "teacher_student_parity",
    "Teachers of color against students of color",
    "Share of teachers of color over the share of students of color: 1.00 is teachers who reflect their "
    "students.",
    "times",
    "more",
    _parity,
    f"the indicator '{OF_COLOR}' in the table indicators, and the group {WHITE} in the table enrollment",
    (f"indicators.{OF_COLOR}", "enrollment.students"),
)
