"""Tail: how far the worst-off share of students stands from the reference."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from planner.equity.indices.base import INDICES, Index, Spread


@INDICES.register("tail")
class Tail(Index):
    """``(m - c) / m``, not below 0: ``c`` the mean over the worst-off ``alpha`` of weighted students."""

    kind: ClassVar[str] = "tail"
    title: ClassVar[str] = "Tail"
    meaning: ClassVar[str] = "how far the worst-off share of students stands from the reference"

    alpha: Annotated[float, Field(gt=0, le=1)] = Field(default=0.2, description="share of weighted students")

    @property
    def label(self) -> str:
        """``tail``, the share and the cell where they are not the usual ones."""
        share = "" if self.alpha == 0.2 else f" {self.alpha:g}"
        return f"tail{share}" + self.suffix

    def value(self, amounts: np.ndarray, spread: Spread) -> float:
        """Return the index; NaN where a cell's reference is 0 or no school counts."""
        total = 0.0
        sign = -1.0 if spread.fewer_is_better else 1.0
        for cell in spread.cells:
            reference = spread.reference[cell[0]]
            if not reference > 0:
                return float("nan")
            worst = sign * _worst_share_mean(
                sign * amounts[cell] / spread.weights[cell], spread.weights[cell], self.alpha
            )
            total += spread.cell_share(cell) * max(0.0, sign * (reference - worst) / reference)
        return float(total) if spread.members else float("nan")

    def linear(self, model: Any, key: tuple[Any, ...], amounts: Any, spread: Spread) -> Any:
        """One threshold a cell and one variable a school below it (conditional value at risk)."""
        parts = []
        sign = -1.0 if spread.fewer_is_better else 1.0
        for number, cell in enumerate(spread.cells):
            reference = float(spread.reference[cell[0]])
            threshold = model.auxiliary((*key, number, "threshold"), lower=float("-inf"))
            tail = model.auxiliary((*key, number, "tail"))
            share = self.alpha * float(spread.weights[cell].sum())
            below = []
            for school in cell:
                lack = model.auxiliary((school, *key, "below threshold"))
                amount = amounts[school] * (sign / (float(spread.weights[school]) * reference))
                model.define((school, *key, "below threshold"), lack >= threshold - amount)
                below.append(lack * (float(spread.weights[school]) / share))
            model.define((*key, number, "tail"), tail >= sign - threshold + model.sum(below))
            parts.append(tail * spread.cell_share(cell))
        return model.sum(parts)


def _worst_share_mean(per_student: np.ndarray, weights: np.ndarray, alpha: float) -> float:
    """Return the mean of the lowest amounts over a share of the weight."""
    order = np.argsort(per_student, kind="stable")
    share = alpha * weights.sum()
    before = np.concatenate([[0.0], np.cumsum(weights[order])[:-1]])
    taken = np.clip(share - before, 0.0, weights[order])
    return float((taken * per_student[order]).sum() / share)
