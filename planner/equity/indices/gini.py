"""Gini: the mean difference between every two students, over twice the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

import numpy as np

from planner.equity.indices.base import INDICES, Index, Spread

# Above this many schools in a cell, pairs are replaced by ordering cuts found as they are needed.
MOST_SCHOOLS_BY_PAIRS = 12
CUT_TOLERANCE = 1e-9


@INDICES.register("gini")
class Gini(Index):
    """``sum over pairs of N_i N_j abs(a_i - a_j) / (W^2 m)``, each pair once, ``W = sum N_s``."""

    kind: ClassVar[str] = "gini"
    title: ClassVar[str] = "Gini"
    meaning: ClassVar[str] = "the mean difference between every two students, over twice the reference"

    def value(self, amounts: np.ndarray, spread: Spread) -> float:
        """Return the index; NaN where a cell's reference is 0 or no school counts."""
        total = 0.0
        for cell in spread.cells:
            reference = spread.reference[cell[0]]
            if not reference > 0:
                return float("nan")
            weights = spread.weights[cell]
            level = amounts[cell] / weights
            apart = float(ordering(level, weights) @ level)
            total += spread.cell_share(cell) * apart / (weights.sum() ** 2 * reference)
        return float(total) if spread.members else float("nan")

    def linear(self, model: Any, key: tuple[Any, ...], amounts: Any, spread: Spread) -> Any:
        """Exact by pairs in small cells; in large ones by ordering cuts, added as the search breaks them."""
        parts = []
        for number, cell in enumerate(spread.cells):
            reference = float(spread.reference[cell[0]])
            levels = [amounts[s] / (float(spread.weights[s]) * reference) for s in cell]
            shares = spread.weights[cell] / spread.weights[cell].sum()
            by = _by_pairs if len(cell) <= MOST_SCHOOLS_BY_PAIRS else _by_cuts
            parts.append(by(model, (*key, number), levels, shares) * spread.cell_share(cell))
        return model.sum(parts)


def ordering(levels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the coefficients that times `levels` give the sum over pairs of ``w_i w_j abs(difference)``.

    For any other levels the same coefficients give at most their sum over pairs, which makes them a cut.
    """
    order = np.argsort(levels, kind="stable")
    ranked = weights[order]
    below = np.concatenate([[0.0], np.cumsum(ranked)[:-1]])
    above = ranked.sum() - below - ranked
    coefficients = np.empty_like(weights)
    coefficients[order] = ranked * (below - above)
    return coefficients


def _by_pairs(model: Any, key: tuple[Any, ...], levels: Sequence[Any], shares: np.ndarray) -> Any:
    parts = []
    for i in range(len(levels)):
        for j in range(i + 1, len(levels)):
            apart = model.auxiliary((*key, i, j, "apart"))
            model.define((*key, i, j, "above"), apart >= levels[i] - levels[j])
            model.define((*key, i, j, "below"), apart >= levels[j] - levels[i])
            parts.append(apart * float(shares[i] * shares[j]))
    return model.sum(parts)


def _by_cuts(model: Any, key: tuple[Any, ...], levels: Sequence[Any], shares: np.ndarray) -> Any:
    held, apart = [], []
    for position, level in enumerate(levels):
        own = model.auxiliary((*key, position, "level"), lower=float("-inf"))
        model.define((*key, position, "level"), own.equals(level))
        held.append(own)
        apart.append(model.auxiliary((*key, position, "apart")))
    model.add_cuts(partial(_add_broken_cuts, held, apart, shares))
    return model.sum(part * float(share / 2) for part, share in zip(apart, shares, strict=True))


def _add_broken_cuts(
    held: Sequence[Any], apart: Sequence[Any], shares: np.ndarray, at: Callable[[Any], float], search: Any
) -> bool:
    """Hold each school's distance from all others to the order in which the schools now stand.

    For school i, ``sum_j w_j abs(a_i - a_j)`` is at least ``a_i (W_below - W_above) - S_below + S_above`` for
    any split of the others in two, with S the weighted sums of the levels; and equal to it for the split
    of the present order. The sums are columns shared by all schools, so a cut has four coefficients.
    Returns whether any cut was broken.
    """
    levels = np.array([at(own) for own in held])
    distance = np.abs(levels[:, None] - levels[None, :]) @ shares
    broken = distance > np.array([at(part) for part in apart]) + CUT_TOLERANCE
    if not broken.any():
        return False
    order = np.argsort(levels, kind="stable")
    sums = [search.add_column() for _ in order]
    for rank, school in enumerate(order):
        upto = held[school] * float(shares[school]) + (sums[rank - 1] if rank else 0.0)
        search.add_row(sums[rank].equals(upto))
    below = np.concatenate([[0.0], np.cumsum(shares[order])])
    for rank, school in enumerate(order):
        if broken[school]:
            balance = float(below[rank] - (below[-1] - below[rank + 1]))
            lower = sums[rank - 1] if rank else 0.0
            least = held[school] * balance + (sums[-1] - sums[rank]) - lower
            search.add_row(apart[school] >= least)
    return True
