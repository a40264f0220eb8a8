"""Gap: how much less the students of a group get than all others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from planner.case import Case
from planner.equity.indices.base import INDICES, Index, Spread
from planner.problems import Problem, nearest


@INDICES.register("gap")
class Gap(Index):
    """``max(0, b - g) / m``: ``g`` the mean over the group's students, ``b`` over all others."""

    kind: ClassVar[str] = "gap"
    title: ClassVar[str] = "Gap"
    meaning: ClassVar[str] = (
        "how much less the group's students get than all others, as a share of the reference"
    )

    group: str = Field(description="student group that is compared with all others")

    @property
    def label(self) -> str:
        """``gap``, the group, and the cell where it is not the district."""
        return f"gap {self.group}" + self.suffix

    def value(self, amounts: np.ndarray, spread: Spread) -> float:
        """Return the index; cells where everyone or no one is in the group are left out; NaN if all are."""
        shares, gaps = [], []
        for cell, direction in _directions(spread):
            per_student = amounts[cell] / spread.weights[cell]
            gaps.append(max(0.0, float((direction * per_student).sum())))
            shares.append(spread.cell_share(cell))
        return float(np.average(gaps, weights=shares)) if shares else float("nan")

    def linear(self, model: Any, key: tuple[Any, ...], amounts: Any, spread: Spread) -> Any:
        """One variable a cell: at least the gap, at least 0."""
        parts, shares = [], []
        for number, (cell, direction) in enumerate(_directions(spread)):
            gap = model.auxiliary((*key, number, "gap"))
            each = [amounts[s] * float(d / spread.weights[s]) for s, d in zip(cell, direction, strict=True)]
            model.define((*key, number, "gap"), gap >= model.sum(each))
            parts.append(gap * spread.cell_share(cell))
            shares.append(spread.cell_share(cell))
        return model.sum(parts) / sum(shares)

    def problems(self, case: Case, where: str) -> Iterable[Problem]:
        """Yield the group where the data does not have it, and schools where its count is not known."""
        if self.group not in case.groups:
            yield Problem(
                f"{where}.group", f"'{self.group}'", "a student group", nearest(self.group, case.groups)
            )
            return
        for school, count in zip(case.school_ids, case.groups[self.group], strict=True):
            if np.isnan(count):
                expected = "a count (0 if there are none), or a figure from a named imputation"
                yield Problem(f"enrollment, school {school}, group {self.group}", "no figure", expected)


def _directions(spread: Spread) -> Iterable[tuple[list[int], np.ndarray]]:
    """Yield each cell and the weights that turn amounts per student into ``(b - g) / m``."""
    assert spread.group is not None
    inside, outside = spread.group
    sign = -1.0 if spread.fewer_is_better else 1.0
    for cell in spread.cells:
        members, others, reference = inside[cell].sum(), outside[cell].sum(), spread.reference[cell[0]]
        if members > 0 and others > 0 and reference > 0:
            yield cell, sign * (outside[cell] / others - inside[cell] / members) / reference
