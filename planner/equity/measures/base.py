"""What a measure is: an amount for each school, linear in the decisions, over its students."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from planner.district import Strict
from planner.problems import Problem
from planner.registry import Registry

if TYPE_CHECKING:
    from planner.case import Case
    from planner.resources import Resources

TEACHER = "teacher"


class Measure(Strict):
    """Base of all measures.

    A measure is written once, as arithmetic over a `Resources` view: the view of a finished plan gives
    numbers, the view of a model gives linear expressions. So what is optimised and what is reported
    cannot drift apart.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    unit: ClassVar[str]
    fewer_is_better: ClassVar[bool] = False

    @property
    def label(self) -> str:
        """Short name with the parameters that tell it from others of its kind."""
        return self.kind

    @abstractmethod
    def amount(self, resources: Resources, year: int) -> Any:
        """Return the amount `A_s` of every school in a year: an array of numbers or of expressions."""

    def weights(self, case: Case) -> np.ndarray:
        """Return the students each school's amount is shared over, `N_s`; 0 leaves a school out."""
        return case.weighted_students

    def problems(self, case: Case, where: str) -> Iterable[Problem]:
        """Yield what in the measure does not fit the data."""
        return ()


MEASURES: Registry[type[Measure]] = Registry("measure", "planner.equity.measures")
