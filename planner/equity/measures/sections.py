"""Sections of named courses: the class sizes that students sit in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from planner.case import Case
from planner.equity.measures.base import MEASURES, Measure
from planner.problems import Problem, nearest
from planner.resources import Resources


@MEASURES.register("sections")
class Sections(Measure):
    """Sections of named courses per weighted seat.

    A school's seats in the courses are weighted as its students are (`N_s / n_s`): so a K-8 school is not
    judged short of K-3 sections for having older students too. Schools without the courses are left out.
    """

    kind: ClassVar[str] = "sections"
    title: ClassVar[str] = "Sections per weighted seat"
    unit: ClassVar[str] = "sections"

    courses: list[str] = Field(min_length=1, description="courses that count together")

    @property
    def label(self) -> str:
        """``sections`` and the courses."""
        return f"sections {', '.join(sorted(self.courses))}"

    def amount(self, resources: Resources, year: int) -> Any:
        """Return the sections of the named courses at each school [sections]."""
        return resources.total([resources.classes(course, year) for course in sorted(set(self.courses))])

    def weights(self, case: Case) -> np.ndarray:
        """Return the weighted seats of the named courses by school [weighted students]."""
        seats = np.zeros(len(case.school_ids))
        for (school, course), block in case.blocks.items():
            if course in self.courses:
                seats[school] += block.students
        return np.asarray(seats * case.weighted_students / case.students)

    def problems(self, case: Case, where: str) -> Iterable[Problem]:
        """Yield the courses that the data does not have."""
        for course in self.courses:
            if course not in case.courses:
                yield Problem(
                    f"{where}.courses", f"'{course}'", "a course of the data", nearest(course, case.courses)
                )
