"""Range: the distance between the best-off and the worst-off school."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from planner.equity.indices.base import INDICES, Index, Spread


@INDICES.register("range")
class Range(Index):
    """``(max a_s - min a_s) / m``; with ``floor_only``, ``(m - min a_s) / m``, not below 0."""

    kind: ClassVar[str] = "range"
    title: ClassVar[str] = "Range"
    meaning: ClassVar[str] = (
        "the distance between the best-off and the worst-off school, as a share of the reference"
    )

    floor_only: bool = Field(
        default=False, description="only how far the worst-off school is below the reference"
    )

    @property
    def label(self) -> str:
        """``range`` or ``range floor``."""
        name = "range floor" if self.floor_only else "range"
        return name + self.suffix

    def value(self, amounts: np.ndarray, spread: Spread) -> float:
        """Return the index; NaN where a cell's reference is 0 or no school counts."""
        total = 0.0
        sign = -1.0 if spread.fewer_is_better else 1.0
        for cell in spread.cells:
            reference = spread.reference[cell[0]]
            if not reference > 0:
                return float("nan")
            level = sign * amounts[cell] / spread.weights[cell] / reference
            apart = max(0.0, sign - level.min()) if self.floor_only else level.max() - level.min()
            total += spread.cell_share(cell) * float(apart)
        return float(total) if spread.members else float("nan")

    def linear(self, model: Any, key: tuple[Any, ...], amounts: Any, spread: Spread) -> Any:
        """Two variables a cell: at most the least amount, at least the most."""
        parts = []
        sign = -1.0 if spread.fewer_is_better else 1.0
        for number, cell in enumerate(spread.cells):
            # A helper of at least 0 holds the distance, so free bounds never make the program unbounded.
            apart = model.auxiliary((*key, number, "apart"))
            worst = model.auxiliary((*key, number, "worst"), lower=float("-inf"))
            best = sign if self.floor_only else model.auxiliary((*key, number, "best"), lower=float("-inf"))
            for school in cell:
                scale = sign / (float(spread.weights[school]) * float(spread.reference[school]))
                model.define((school, *key, "worst"), worst <= amounts[school] * scale)
                if not self.floor_only:
                    model.define((school, *key, "best"), best >= amounts[school] * scale)
            model.define((*key, number, "apart"), apart >= best - worst)
            parts.append(apart * spread.cell_share(cell))
        return model.sum(parts)
