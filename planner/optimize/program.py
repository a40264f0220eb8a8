"""The program as whole arrays, the form in which HiGHS takes it, and what its columns and rows mean."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

Key = tuple[Any, ...]
WELL_SCALED = (1e-2, 1e2)


class Column(NamedTuple):
    """What a column means: `unit` is the size of one step of it in the family's own unit."""

    family: str
    key: Key
    unit: float


class RowLabel(NamedTuple):
    """Whose row it is, and the factor its coefficients were multiplied by for good scaling."""

    owner: str
    key: Key
    scale: float


@dataclass
class Program:
    """The program as whole arrays, the form in which HiGHS takes it: minimise over columns in bounds."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Arrays:
    """A program as NumPy arrays; `starts` ends with the number of entries."""

    lower: np.ndarray
    upper: np.ndarray
    integer: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    starts: np.ndarray
    indices: np.ndarray
    values: np.ndarray

    @classmethod
    def of(cls, program: Program) -> Arrays:
        """Return the arrays of a program."""
        return cls(
            np.array(program.lower, dtype=float),
            np.array(program.upper, dtype=float),
            np.array(program.integer, dtype=bool),
            np.array(program.row_lower, dtype=float),
            np.array(program.row_upper, dtype=float),
            np.array([*program.starts, len(program.indices)], dtype=np.int32),
            np.array(program.indices, dtype=np.int32),
            np.array(program.values, dtype=float),
        )


def scales_of(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return the scale of each row, as `scale_of` does for one."""
    scales = np.ones(len(starts) - 1)
    filled = np.flatnonzero(np.diff(starts))
    if not len(filled):
        return scales
    sizes, begins = np.abs(values), starts[filled]
    least, most = np.minimum.reduceat(sizes, begins), np.maximum.reduceat(sizes, begins)
    centre = np.add.reduceat(np.log10(sizes), begins) / np.diff(starts)[filled]
    low, high = np.log10(WELL_SCALED)
    ill = ((least < WELL_SCALED[0]) | (most > WELL_SCALED[1])) & ((centre < low) | (centre > high))
    scales[filled[ill]] = 10.0 ** -np.round(centre[ill])
    return scales


def scale_of(values: list[float]) -> float:
    """Return the power of ten that brings a row's coefficients near 1, or 1 where they already are."""
    sizes = list(map(abs, values))
    if not sizes or (WELL_SCALED[0] <= min(sizes) and max(sizes) <= WELL_SCALED[1]):
        return 1.0
    centre = math.fsum(map(math.log10, sizes)) / len(sizes)
    if WELL_SCALED[0] <= 10.0**centre <= WELL_SCALED[1]:
        return 1.0
    return float(10.0 ** -round(centre))
