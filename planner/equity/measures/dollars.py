"""Dollars of a school: pay of its staff, fixed lines and planned dollars."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from planner.equity.measures.base import MEASURES, Measure
from planner.resources import Resources, planned_dollars, staff_pay


@MEASURES.register("dollars")
class Dollars(Measure):
    """Dollars per weighted student (model.md section 6); a hired position is pay and counted once."""

    kind: ClassVar[str] = "dollars"
    title: ClassVar[str] = "Dollars per weighted student"
    unit: ClassVar[str] = "dollars"

    costing: Literal["actual", "average"] = Field(
        default="actual", description="staff at what they are paid, or at their pool's district average"
    )

    @property
    def label(self) -> str:
        """``dollars``, with the costing where it is not actual pay."""
        return "dollars" if self.costing == "actual" else "dollars at average pay"

    def amount(self, resources: Resources, year: int) -> Any:
        """Return all dollars of each school [dollars a year]."""
        pay = staff_pay(resources, year, self.costing)
        return resources.total([pay, planned_dollars(resources, year), resources.case.fixed_dollars])
