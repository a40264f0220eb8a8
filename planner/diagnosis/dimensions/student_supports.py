"""Dimension 7, Student Supports & Intervention: support staff, special education, dollars of support."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np

from planner.diagnosis.base import DIMENSIONS, Amounts, Dimension, Metric, indicator_metric
from planner.diagnosis.facts import DISABILITY, SPECIAL_FIELDS, Facts
from planner.equity.statistics import per_student

ROLES = (
    ("counselor", "Counselors"),
    ("nurse", "Nurses"),
    ("psychologist", "Psychologists"),
    ("social_worker", "Social workers"),
)


@DIMENSIONS.register("student_supports")
class StudentSupports(Dimension):
    """Student Supports & Intervention."""

    number: ClassVar[int] = 7
    title: ClassVar[str] = "Student Supports & Intervention"
    questions: ClassVar[tuple[str, ...]] = (
        "Do all students have access to the social-emotional, physical, mental-health, family and "
        "post-secondary supports they need?",
        "Are students who are identified for support served?",
    )

    def metrics(self, facts: Facts) -> Sequence[Metric]:
        """Return support staff per student, special education teachers, and dollars of uses with a target."""
        targeted = [name for name, use in sorted(facts.district.facts.uses.items()) if use.target != "all"]
        return (
            *(_per_thousand(role, title) for role, title in ROLES),
            _SPECIAL,
            *(_support(use, facts.district.facts.uses[use].target) for use in targeted),
            _SERVED,
        )


def _per_thousand(role: str, title: str) -> Metric:
    def read(facts: Facts) -> Amounts:
        return Amounts(1000 * per_student(facts.role(role), facts.students), facts.students, facts.students)

    return Metric(
        f"{role}s_per_thousand",
        f"{title} per 1,000 students",
        f"FTE of the role {role} per 1,000 students; a school that lists its staff and none of these has 0.",
        "per_thousand",
        "more",
        read,
        f"the role {role} in the table staff",
        ("staff.fte",),
        ("policy:minimum_staffing",),
    )


def _special(facts: Facts) -> Amounts:
    teachers, members = facts.field_teachers(SPECIAL_FIELDS), facts.group(DISABILITY)
    return Amounts(100 * per_student(teachers, np.nan_to_num(members)), members, members)


_SPECIAL = Metric(
    "special_teachers",
    "Special education teachers per 100 students with disabilities",
    "Teacher FTE of the field special_ed over students of the group disability.",
    "per_hundred",
    "more",
    _special,
    "teachers of the field special_ed in the table staff, and the group disability in the table enrollment",
    ("staff.fte", "enrollment.students"),
    ("measure:teachers", "policy:transfers", "policy:hiring"),
)
_SERVED = indicator_metric(
    "identified_served",
    "Identified students who are served",
    "Of students identified for a support, those who receive it.",
    "share",
    "more",
    levers=("measure:support",),
    of_students=True,
)


def _support(use: str, target: str) -> Metric:
    return Metric(
        f"support:{use}",
        f"Dollars of {use.replace('_', ' ')} per student it is meant for",
        f"Today's dollars of the use {use} over students of the group {target}.",
        "dollars",
        "more",
        _dollars_of(use, target),
        f"lines of the use {use} in the table budget",
        ("budget.dollars", "enrollment.students"),
        ("measure:support", "policy:fund_rules"),
    )


def _dollars_of(use: str, target: str) -> Callable[[Facts], Amounts]:
    def read(facts: Facts) -> Amounts:
        members = facts.group(target)
        return Amounts(per_student(facts.use_dollars(use), np.nan_to_num(members)), members, members)

    return read
