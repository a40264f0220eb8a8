"""What an index is: one number for how unequally a measure is spread, 0 where no school lacks.

Amounts come as `A_s`, each school's total; `N_s` are its weighted students and ``m`` the reference,
fixed before solving. Cells are the groups of schools compared with one another: districts, or levels
inside districts.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from planner.district import Strict
from planner.problems import Problem
from planner.registry import Registry

if TYPE_CHECKING:
    from planner.case import Case


@dataclass(frozen=True)
class Spread:
    """The data an index is judged over, one entry a school.

    Parameters
    ----------
    weights
        `N_s`, weighted students; schools with 0 are out of the index.
    reference
        ``m`` of each school's cell, in units of the measure per weighted student.
    cell
        Number of the cell each school is compared in.
    group
        Students of the group the index names, and of all others; None where it names none.
    fewer_is_better
        Whether the signs turn (novice teachers).
    """

    weights: np.ndarray
    reference: np.ndarray
    cell: np.ndarray
    group: tuple[np.ndarray, np.ndarray] | None = None
    fewer_is_better: bool = False

    @cached_property
    def members(self) -> list[int]:
        """Schools that count, in order."""
        return list(np.flatnonzero(self.weights > 0).tolist())

    @cached_property
    def cells(self) -> list[list[int]]:
        """Schools that count, cell by cell."""
        found: dict[int, list[int]] = {}
        for school in self.members:
            found.setdefault(int(self.cell[school]), []).append(school)
        return [found[cell] for cell in sorted(found)]

    def cell_share(self, cell: Sequence[int]) -> float:
        """Return a cell's share of all weighted students that count."""
        return float(self.weights[list(cell)].sum() / self.weights[self.members].sum())


class Index(Strict):
    """Base of all indices."""

    kind: ClassVar[str]
    title: ClassVar[str]
    meaning: ClassVar[str]

    within: Literal["district", "level"] = Field(
        default="district", description="whether schools are compared over the district or inside their level"
    )
    target: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="reference amount per weighted student; today's mean where none is given"
    )

    @property
    def label(self) -> str:
        """Short name with the parameters that tell it from others of its kind."""
        return self.kind + self.suffix

    @property
    def suffix(self) -> str:
        """Words for the cell and the target, where they are not the usual ones."""
        cell = " within level" if self.within == "level" else ""
        return cell + (f" target {self.target:g}" if self.target is not None else "")

    @abstractmethod
    def value(self, amounts: np.ndarray, spread: Spread) -> float:
        """Return the index of known amounts by the plain formula; NaN where it is not defined."""

    @abstractmethod
    def linear(self, model: Any, key: tuple[Any, ...], amounts: Any, spread: Spread) -> Any:
        """Return a linear expression that is at least the index, and equal to it where minimised.

        Parameters
        ----------
        model
            The model: ``model.auxiliary(key, ...)`` adds a variable, ``model.define(key, row)`` a row.
        key
            Names the term and year, for variables and rows.
        amounts
            One linear expression a school.
        spread
            The weights, references and cells.
        """

    def problems(self, case: Case, where: str) -> Iterable[Problem]:
        """Yield what in the index does not fit the data."""
        return ()


INDICES: Registry[type[Index]] = Registry("index", "planner.equity.indices")
