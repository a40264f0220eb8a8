"""What a statistic says, in words a school board reads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

type Direction = Literal[
    "lower is more even",
    "higher is more even",
    "nearer 0 is more even",
    "nearer 1 is more even",
    "a level, not a comparison",
]


def plain(number: float) -> str:
    """Return a number as a reader expects it: 12,960 or 0.0432."""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"


@dataclass(frozen=True, slots=True)
class Description:
    """The words of one statistic.

    Parameters
    ----------
    name
        The function's name.
    title
        The field's name for it.
    measures
        What it measures, in one sentence.
    direction
        Which way is more even.
    bounds
        The values it can take, with the unit.
    above, at, below
        Sentence templates for a value above, at and below `neutral`. They may use ``{value}``, ``{size}``
        (without sign), ``{percent}`` (size as percent or percentage points), ``{off}`` (percent away from
        1), ``{double}`` (twice the percent), ``{rest}`` (percent left to 100) and ``{unit}``.
        An empty `below` uses `above`.
    neutral
        The value at which there is nothing to report.
    """

    name: str
    title: str
    measures: str
    direction: Direction
    bounds: str
    above: str
    at: str
    below: str = ""
    neutral: float = 0.0

    def sentence(self, value: float, unit: str = "units") -> str:
        """Say in plain English what a value means.

        Parameters
        ----------
        value
            What the statistic returned; NaN is said to be undefined.
        unit
            What the amounts are counted in, such as ``dollars``.
        """
        if math.isnan(value):
            return (
                f"{self.title} is undefined here: a needed figure is missing, or there is nothing to compare."
            )
        return self._template(value).format(
            value=plain(value),
            size=plain(abs(value)),
            percent=f"{100 * abs(value):.1f}",
            off=f"{100 * abs(value - 1):.1f}",
            double=f"{200 * abs(value):.1f}",
            rest=f"{100 * (1 - value):.1f}",
            unit=unit,
        )

    def _template(self, value: float) -> str:
        if math.isclose(value, self.neutral, abs_tol=1e-9):
            return self.at
        return self.below if value < self.neutral and self.below else self.above
