"""Seeded draws that give the same figures on every machine, and whole-number rounding without bias."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]

UNIFORMS_IN_BELL = 12


class Draws:
    """A stream of random figures for one topic.

    Each topic has a stream of its own, so a change to one table leaves the others as they were. Only uniform
    draws are taken: numpy may change how its normal or multinomial draws are made from one release to the
    next, and the committed data sets must come out the same.

    Parameters
    ----------
    seed
        The data set's seed, 0 or more.
    topic
        What is drawn (``staff``).
    """

    def __init__(self, seed: int, topic: str) -> None:
        self._generator = np.random.default_rng([seed, *topic.encode()])

    def uniform(self, low: float, high: float, *shape: int) -> Floats:
        """Draw figures evenly between `low` and `high`."""
        return low + (high - low) * self._generator.random(shape)

    def bell(self, *shape: int) -> Floats:
        """Draw nearly normal figures of mean 0 and standard deviation 1, none beyond 6."""
        return self._generator.random((*shape, UNIFORMS_IN_BELL)).sum(axis=-1) - UNIFORMS_IN_BELL / 2

    def order(self, count: int) -> Ints:
        """Draw an order of `count` things."""
        return np.argsort(self._generator.random(count), kind="stable")

    def whole(self, amounts: Floats) -> Ints:
        """Round amounts up or down at random, so that their mean stays."""
        return np.floor(amounts + self._generator.random(amounts.shape)).astype(np.int64)

    def split(self, totals: Ints, weights: Floats) -> Ints:
        """Split whole totals into whole parts by weight, each within one of its exact part.

        Parameters
        ----------
        totals
            One total a row.
        weights
            One row a total, one column a part, 0 or more.
        """
        reached = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True) * totals[:, None]
        reached[:, -1] = totals
        marks = np.floor(reached + self._generator.random((len(totals), 1)))
        return np.diff(marks, axis=1, prepend=0.0).astype(np.int64)


def choose(level: Texts, by_level: dict[str, float]) -> Floats:
    """Return each school's figure for its level."""
    return np.array([by_level[str(name)] for name in level], dtype=np.float64)


def between(low_poverty: float, high_poverty: float, poverty: Floats) -> Floats:
    """Return the figure on the straight line from a school without poverty to one of nothing else."""
    return low_poverty + (high_poverty - low_poverty) * poverty


def texts(values: Sequence[str]) -> Texts:
    """Return texts as an array."""
    return np.array(values, dtype=np.str_)
