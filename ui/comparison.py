"""What the cards of a comparison read: the plans, their looks, one year, one measure, the schools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from planner.district import District
from planner.plan import Plan
from ui import frames, numbers, theme
from ui.drawings import Drawings

# Comparisons whose drawings are kept [each holds a few hundred kilobytes].
MOST_KEPT = 24


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
    drawings: Drawings = field(default_factory=Drawings, repr=False, compare=False)

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

    @cached_property
    def school_ids(self) -> list[str]:
        """Id of each school, in the order of the figures."""
        return [str(school) for school in self.facts["school_id"]]


class _ByIdentity:
    """Plans and their district as a key: each is one object for all who ask for it."""

    def __init__(self, plans: tuple[Plan, ...], district: District) -> None:
        self.plans, self.district = plans, district
        self._key = (*map(id, plans), id(district))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and self._key == other._key


def comparison(plans: Sequence[Plan], district: District, measure: str) -> Comparison:
    """Return the comparison of some plans by a measure: one object, with its drawings, for all who ask."""
    return _comparison(_ByIdentity(tuple(plans), district), measure)


@lru_cache(maxsize=MOST_KEPT)
def _comparison(key: _ByIdentity, measure: str) -> Comparison:
    return Comparison(key.plans, key.district, frames.SCHOOL_MEASURES[measure])
