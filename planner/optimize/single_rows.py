"""Rows of one decision, which HiGHS takes as bounds of that decision: fewer rows make every step cheaper.

At 150 schools two rows in five are such (how many of a school's teachers may leave). Whoever asks still sees
rows: their numbers change one by one, and each has its own price.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from planner.optimize.program import Arrays

Bounds = tuple[float, float]
# Numbers of columns or rows, their lower and their upper bounds, as HiGHS takes them.
ManyBounds = tuple[np.ndarray, np.ndarray, np.ndarray]
IN_NO_ROW = -1
FREE = (-np.inf, np.inf)


class SingleRows:
    """The rows of a program that hold one decision each.

    Parameters
    ----------
    program
        The program as whole arrays.

    Attributes
    ----------
    others : Arrays
        The program without these rows, its columns within all bounds.
    places : list of int
        For each row of the program its number among the others; -1 for a row of one decision.
    """

    def __init__(self, program: Arrays) -> None:
        alone = np.diff(program.starts) == 1
        rows = np.flatnonzero(alone)
        self.places: list[int] = np.where(alone, IN_NO_ROW, np.cumsum(~alone) - 1).tolist()
        self._at = {row: at for at, row in enumerate(rows.tolist())}
        self._columns = program.indices[program.starts[rows]]
        self._values = program.values[program.starts[rows]]
        self._bounds = np.array([program.row_lower[rows], program.row_upper[rows]])
        self._own = np.array([program.lower, program.upper])
        self.others = self._without(program, ~alone)

    def _without(self, program: Arrays, kept: np.ndarray) -> Arrays:
        lower, upper = self._narrowed()
        sizes = np.diff(program.starts)
        entries = np.repeat(kept, sizes)
        return replace(
            program,
            lower=lower,
            upper=upper,
            row_lower=program.row_lower[kept],
            row_upper=program.row_upper[kept],
            starts=np.concatenate(([0], np.cumsum(sizes[kept]))).astype(np.int32),
            indices=program.indices[entries],
            values=program.values[entries],
        )

    def __contains__(self, row: int) -> bool:
        return row in self._at

    def terms(self, row: int) -> dict[int, float]:
        """Return the column of a row's one decision, and its coefficient."""
        at = self._at[row]
        return {int(self._columns[at]): float(self._values[at])}

    def bounds(self, row: int) -> Bounds:
        """Return the bounds of a row."""
        lower, upper = self._bounds[:, self._at[row]]
        return float(lower), float(upper)

    def change_value(self, row: int, value: float) -> None:
        """Change the coefficient of a row; its bounds are to be changed thereafter."""
        self._values[self._at[row]] = value

    def change_rows(self, bounds: Mapping[int, Bounds]) -> ManyBounds:
        """Change the bounds of rows and return what this makes of their columns."""
        at = [self._at[row] for row in bounds]
        self._bounds[:, at] = np.array(list(bounds.values()), dtype=float).reshape(-1, 2).T
        return self._of(self._columns[at])

    def change_columns(self, bounds: Mapping[int, Bounds]) -> ManyBounds:
        """Change the columns' own bounds and return what this makes of them."""
        columns = np.fromiter(bounds, dtype=np.int32)
        self._own[:, columns] = np.array(list(bounds.values()), dtype=float).reshape(-1, 2).T
        return self._of(columns)

    def give_up(self, row: int) -> ManyBounds:
        """Hold a row no longer, for it is to have other decisions; return what is left of its column."""
        left = self.change_rows({row: FREE})
        del self._at[row]
        return left

    def prices(self, duals: np.ndarray) -> tuple[dict[int, float], np.ndarray]:
        """Share the duals of the columns' bounds between the rows and the columns themselves.

        A dual belongs to the bound that is the narrowest: to the column's own where a row says the same, for
        then more room in the row alone changes nothing.

        Returns
        -------
        rows : dict
            The dual of every row that has one.
        columns : numpy.ndarray
            What is left to the columns' own bounds.
        """
        side = np.where(duals > 0, 0, 1)[self._columns]
        each = np.arange(len(self._columns))
        said = self._limits()[side, each]
        narrowest = said == self._narrowed()[side, self._columns]
        presses = narrowest & (said != self._own[side, self._columns]) & (duals[self._columns] != 0.0)
        left, rows = duals.copy(), {}
        for row, at in self._at.items():
            if presses[at]:
                column = self._columns[at]
                rows[row] = float(left[column] / self._values[at])
                left[column] = 0.0
        return rows, left

    def _limits(self) -> np.ndarray:
        """Return what each row says of its column's lower and upper bound."""
        one, other = self._bounds / self._values
        return np.array([np.minimum(one, other), np.maximum(one, other)])

    def _narrowed(self) -> np.ndarray:
        """Return the lower and upper bounds of all columns, as narrow as the rows make them."""
        narrowed = self._own.copy()
        least, most = self._limits()
        np.maximum.at(narrowed[0], self._columns, least)
        np.minimum.at(narrowed[1], self._columns, most)
        return narrowed

    def _of(self, columns: np.ndarray) -> ManyBounds:
        columns = np.unique(columns)
        lower, upper = self._narrowed()[:, columns]
        return columns, lower, upper
