"""Schools in the order in which Title I serves them, and how far down the order may be served."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Ranking:
    """A district's schools in the order in which they are served.

    Parameters
    ----------
    order
        Eligible schools, poorest first.
    poverty
        Poverty share of every school; NaN where it is not known.
    first
        How many of them stand above the share that must be served first.
    above_floor
        How many stand at or above the share under which the 125% rule starts.
    least
        Least dollars per low-income student under the 125% rule.
    """

    district: int
    order: list[int]
    poverty: np.ndarray
    first: int
    above_floor: int
    least: float

    def ends(self, keep_repeats: bool) -> list[int]:
        """Return the cut-offs worth trying: schools with the same share are served together.

        Parameters
        ----------
        keep_repeats
            Whether cut-offs above the floor differ, since each served school gets a least amount.
        """
        share = [float(self.poverty[s]) for s in self.order]
        ends = [k for k in range(1, len(share) + 1) if k == len(share) or share[k] < share[k - 1]]
        ends = [k for k in ends if k >= self.first]
        if not keep_repeats:
            repeats = [k for k in ends if k <= self.above_floor][:-1]
            ends = [k for k in ends if k not in repeats]
        return ends or [0]

    def neighbours(self, order: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield each school with every one of the next lower share; schools of one share are not ordered."""
        groups = [list(tied) for _, tied in itertools.groupby(order, key=lambda s: float(self.poverty[s]))]
        for upper, lower in itertools.pairwise(groups):
            yield from itertools.product(upper, lower)
