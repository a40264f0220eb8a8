"""Shortfall: what the schools below the reference lack, as a share of what all should have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from planner.equity.indices.base import INDICES, Index, Spread


@INDICES.register("shortfall")
class Shortfall(Index):
    """``sum N_s * max(0, m - a_s) / sum N_s * m``; for a measure where fewer is better, the excess."""

    kind: ClassVar[str] = "shortfall"
    title: ClassVar[str] = "Shortfall"
    meaning: ClassVar[str] = "what the schools below the reference lack, as a share of what all should have"

    def value(self, amounts: np.ndarray, spread: Spread) -> float:
        """Return the index; NaN where the reference amount is 0."""
        members = spread.members
        due = (spread.weights * spread.reference)[members]
        lacking = due - amounts[members]
        if spread.fewer_is_better:
            lacking = -lacking
        return float(np.maximum(0.0, lacking).sum() / due.sum()) if due.sum() > 0 else float("nan")

    def linear(self, model: Any, key: tuple[Any, ...], amounts: Sequence[Any], spread: Spread) -> Any:
        """One variable a school: at least what it lacks, at least 0."""
        due = spread.weights * spread.reference
        sign = -1.0 if spread.fewer_is_better else 1.0
        parts = []
        for school in spread.members:
            # Shares of all that is due, so that variables of dollars and of FTE are alike in size.
            size = float(due[school]) or 1.0
            lack = model.auxiliary((school, *key, "lack"))
            fraction = (float(due[school]) - amounts[school]) * (sign / size)
            model.define((school, *key, "lack"), lack >= fraction)
            parts.append(lack * size)
        return model.sum(parts) / float(due[spread.members].sum())
