"""Experienced teachers: the pools that the data calls experienced."""

from __future__ import annotations

from typing import Any, ClassVar

from planner.equity.measures.base import MEASURES, Measure
from planner.resources import Resources, teachers_of_experience


@MEASURES.register("experienced_teachers")
class ExperiencedTeachers(Measure):
    """Experienced teachers per weighted student."""

    kind: ClassVar[str] = "experienced_teachers"
    title: ClassVar[str] = "Experienced teachers per weighted student"
    unit: ClassVar[str] = "FTE"

    def amount(self, resources: Resources, year: int) -> Any:
        """Return the experienced teachers of each school [FTE]."""
        return teachers_of_experience(resources, year, "experienced")
