"""Dollars of a named use per student it is meant for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from planner.case import Case
from planner.equity.measures.base import MEASURES, Measure
from planner.problems import Problem, nearest
from planner.resources import Resources


@MEASURES.register("support")
class Support(Measure):
    """Planned dollars of one use per student of the group that the use targets."""

    kind: ClassVar[str] = "support"
    title: ClassVar[str] = "Dollars of a use per target student"
    unit: ClassVar[str] = "dollars"

    use: str = Field(description="use of the data set whose dollars count")

    @property
    def label(self) -> str:
        """``support`` and the use."""
        return f"support {self.use}"

    def amount(self, resources: Resources, year: int) -> Any:
        """Return the dollars of the use at each school, planned and fixed [dollars a year]."""
        case = resources.case
        funds = sorted({fund for _, fund, use in case.cells if use == self.use})
        fixed = np.zeros(len(case.school_ids))
        for (school, fund, use), dollars in case.lines.items():
            fixed[school] += dollars if use == self.use and fund not in case.funds else 0.0
        return resources.total([*(resources.spending(fund, self.use, year) for fund in funds), fixed])

    def weights(self, case: Case) -> np.ndarray:
        """Return the students of the use's target group by school [students]."""
        target = case.uses[self.use].target if self.use in case.uses else "all"
        return np.asarray(np.nan_to_num(case.groups[target], nan=0.0))

    def problems(self, case: Case, where: str) -> Iterable[Problem]:
        """Yield the use where the data does not have it, and students of its target that are not known."""
        if self.use not in case.use_names:
            yield Problem(
                f"{where}.use", f"'{self.use}'", "a use of the data", nearest(self.use, case.use_names)
            )
            return
        target = case.uses[self.use].target if self.use in case.uses else "all"
        for school, count in zip(case.school_ids, case.groups[target], strict=True):
            if np.isnan(count):
                expected = "a count (0 if there are none), or a figure from a named imputation"
                yield Problem(f"enrollment, school {school}, group {target}", "no figure", expected)
