"""How a search ended, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Lost(RuntimeError):  # noqa: N818 - a finding, not a defect of the program
    """HiGHS ended without an answer, whichever way it was asked."""


class Status(StrEnum):
    """How a search ended."""

    OPTIMAL = "optimal"
    STOPPED = "stopped"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Solution:
    """What the search found.

    Parameters
    ----------
    status
        ``stopped`` where time ran out before proof.
    values
        One number a column; empty where nothing feasible was found.
    objective
        Least inequity found, in index points.
    bound
        No plan under these rules can be below this many index points.
    seconds
        Time inside HiGHS.
    settled
        Stages whose optimum was proven, in order.
    """

    status: Status
    values: np.ndarray
    objective: float
    bound: float
    seconds: float
    settled: tuple[str, ...] = ()

    @property
    def has_plan(self) -> bool:
        """Whether any feasible plan was found."""
        return len(self.values) > 0
