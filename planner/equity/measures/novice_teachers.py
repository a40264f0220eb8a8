"""Novice teachers, of whom fewer is better."""

from __future__ import annotations

from typing import Any, ClassVar

from planner.equity.measures.base import MEASURES, Measure
from planner.resources import Resources, teachers_of_experience


@MEASURES.register("novice_teachers")
class NoviceTeachers(Measure):
    """Novice teachers per weighted student.

    A share of a school's teachers would have a decision below the line and not be linear; novices per
    student are. The true share is reported beside it.
    """

    kind: ClassVar[str] = "novice_teachers"
    title: ClassVar[str] = "Novice teachers per weighted student"
    unit: ClassVar[str] = "FTE"
    fewer_is_better: ClassVar[bool] = True

    def amount(self, resources: Resources, year: int) -> Any:
        """Return the novice teachers of each school [FTE]."""
        return teachers_of_experience(resources, year, "novice")
