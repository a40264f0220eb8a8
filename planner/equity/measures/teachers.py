"""Teachers: every FTE of the role teacher."""

from __future__ import annotations

from typing import Any, ClassVar

from planner.equity.measures.base import MEASURES, Measure
from planner.resources import Resources


@MEASURES.register("teachers")
class Teachers(Measure):
    """Teachers per weighted student."""

    kind: ClassVar[str] = "teachers"
    title: ClassVar[str] = "Teachers per weighted student"
    unit: ClassVar[str] = "FTE"

    def amount(self, resources: Resources, year: int) -> Any:
        """Return the teachers of each school [FTE]."""
        return resources.total([resources.staff(pool, year) for pool in resources.case.teacher_pools])
