"""Deviation: the share that would have to change hands for every school to stand at the reference."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from planner.equity.indices.base import INDICES, Index, Spread


@INDICES.register("deviation")
class Deviation(Index):
    """``sum N_s * abs(a_s - m) / (2 * sum N_s * m)``: Hoover's index at a fixed mean."""

    kind: ClassVar[str] = "deviation"
    title: ClassVar[str] = "Deviation"
    meaning: ClassVar[str] = (
        "the share that would have to change hands for every school to stand at the reference"
    )

    def value(self, amounts: np.ndarray, spread: Spread) -> float:
        """Return the index; NaN where the reference amount is 0."""
        members = spread.members
        due = (spread.weights * spread.reference)[members]
        apart = np.abs(amounts[members] - due).sum()
        return float(apart / (2 * due.sum())) if due.sum() > 0 else float("nan")

    def linear(self, model: Any, key: tuple[Any, ...], amounts: Any, spread: Spread) -> Any:
        """One variable a school: at least the distance from the reference, both ways."""
        due = spread.weights * spread.reference
        parts = []
        for school in spread.members:
            size = float(due[school]) or 1.0  # nothing is due where a cell has none of the measure today
            apart = model.auxiliary((school, *key, "apart"))
            fraction = (amounts[school] - float(due[school])) / size
            model.define((school, *key, "above"), apart >= fraction)
            model.define((school, *key, "below"), apart >= -fraction)
            parts.append(apart * size)
        return model.sum(parts) / (2 * float(due[spread.members].sum()))
