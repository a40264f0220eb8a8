"""What the cards of a comparison read: the plans, their looks, one year, one measure, the schools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from planner.district import District
from planner.plan import Plan
from ui import frames, numbers, theme


@dataclass(frozen=True)
class Comparison:
    """One to four plans of one district, looked at through one measure.

    Parameters
    ----------
    measure
        The measure that school charts show.
    """

    plans: tuple[Plan, ...]
    district: District
    measure: frames.SchoolMeasure

    @property
    def looks(self) -> tuple[theme.Look, ...]:
        """How each plan is drawn."""
        return theme.LOOKS[: len(self.plans)]

    @property
    def names(self) -> list[str]:
        """Letter and name of each plan."""
        return [f"{look.letter} {plan.name}" for look, plan in zip(self.looks, self.plans, strict=True)]

    @cached_property
    def year(self) -> str:
        """The school year that is compared."""
        return frames.common_year(self.plans)

    @cached_property
    def group(self) -> str:
        """The student group that need is read from."""
        return str(self.plans[0].district.get("high_need", {}).get("rule", {}).get("by", "low_income"))

    @property
    def need(self) -> str:
        """Words for need on an axis."""
        return f"{self.group.replace('_', '-').capitalize()} students (%)"

    @cached_property
    def facts(self) -> pd.DataFrame:
        """Facts of every school."""
        return frames.school_facts(self.district, self.group)

    @cached_property
    def figures(self) -> list[pd.DataFrame]:
        """The measure at every school, a frame a plan."""
        return [frames.school_figures(plan, self.facts, self.measure, self.year) for plan in self.plans]

    @cached_property
    def flows(self) -> list[pd.DataFrame]:
        """Moves between schools, a frame a plan."""
        return [frames.flows(plan, self.facts) for plan in self.plans]

    def each(self, items: Sequence[Any]) -> Iterator[tuple[Plan, theme.Look, Any]]:
        """Yield every plan with its look and its item."""
        return zip(self.plans, self.looks, items, strict=True)

    def columns(self, side: str = "r") -> list[list[str]]:
        """Return a table column for each plan."""
        return [[name, side] for name in self.names]

    def written(self, value: float) -> str:
        """Write a figure of the measure."""
        return numbers.plain(value, self.measure.decimals)
