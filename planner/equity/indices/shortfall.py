"""Shortfall: what the schools below the reference lack, as a share of what all should have."""

from __future__ import annotations

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

    def linear(self, model: Any, key: tuple[Any, ...], amounts: Any, spread: Spread) -> Any:
        """One variable a school: at least what it lacks, at least 0."""
        due = (spread.weights * spread.reference)[spread.members]
        sign = -1.0 if spread.fewer_is_better else 1.0
        # Shares of what is due, so that variables of dollars and of FTE are alike in size.
        size = np.where(due > 0, due, 1.0)
        keys = [(school, *key, "lack") for school in spread.members]
        lacking = model.auxiliaries(keys)
        model.define_each(keys, lacking >= (due - amounts.take(spread.members)) * (sign / size))
        return (lacking * size).sum() / float(due.sum())
