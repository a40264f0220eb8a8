"""Dimension 10, Diverse Classrooms & Schools: how evenly students of each group are spread over schools."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from planner.diagnosis.base import DIMENSIONS, Amounts, Dimension, Metric, Unavailable
from planner.diagnosis.facts import Facts
from planner.diagnosis.words import capital, group_words
from planner.equity.statistics import per_student

MIX = "share_of:"


@DIMENSIONS.register("diverse_schools")
class DiverseSchools(Dimension):
    """Diverse Classrooms & Schools."""

    number: ClassVar[int] = 10
    title: ClassVar[str] = "Diverse Classrooms & Schools"
    questions: ClassVar[tuple[str, ...]] = (
        "What is the composition of the district's students?",
        "How does the composition of schools compare with that of the district?",
        "How does the composition of classrooms compare with that of their school?",
    )

    def metrics(self, facts: Facts) -> Sequence[Metric]:
        """Return each group's share of every school."""
        return tuple(_share_of(group) for group in facts.group_names)

    def unavailable(self) -> Sequence[Unavailable]:
        """Return what needs the roster of each section."""
        needs = "a roster of sections with the groups of the students in each"
        return (Unavailable("classroom_mix", "Classrooms against their school", needs),)


def _share_of(group: str) -> Metric:
    return Metric(
        f"{MIX}{group}",
        f"{capital(group_words(group))}, share of the school",
        f"Students of the group {group} over all students of the school; the gap is between the schools that "
        "the group attends and those that all others attend.",
        "share",
        "less",
        _shares(group),
        f"the group {group} in the table enrollment",
        ("enrollment.students",),
        of_students=True,
        share_of=group,
    )


def _shares(group: str) -> Callable[[Facts], Amounts]:
    def read(facts: Facts) -> Amounts:
        return Amounts(per_student(facts.group(group), facts.students), facts.students, facts.students)

    return read
