"""Measure floor: no school below (or above) a level of a measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field, SerializeAsAny, field_validator, model_validator

from planner.case import Case
from planner.equity.measures.base import MEASURES, Measure
from planner.outcome import Outcome, Today
from planner.policies.base import POLICIES, Finding, Policy, Relaxation, from_to, percent, plain
from planner.problems import InputProblems, Problem

STEP = 0.05
Level = Annotated[float, Field(ge=0)]


@POLICIES.register("measure_floor")
class MeasureFloor(Policy):
    """No school below a given amount per weighted student, or below a share of what it has today.

    Pair any dispersion index with ``share_of_today: 1``: evening out downwards also lowers a Gini
    (Ogryczak; domain.md section 5). For novices, of whom fewer is better, the share is a most.
    """

    kind: ClassVar[str] = "measure_floor"
    title: ClassVar[str] = "Measure floor"
    default_source: ClassVar[str] = "district policy; Ogryczak et al. on pairing dispersion with a floor"

    measure: SerializeAsAny[Measure] = Field(description="a measure by name, or a map with its parameters")
    at_least: Level | None = Field(default=None, description="least amount per weighted student")
    at_most: Level | None = Field(default=None, description="most amount per weighted student")
    share_of_today: Annotated[float, Field(ge=0, le=10)] | None = Field(
        default=None,
        title="least share of the school's own today",
        description="least share of the school's own amount today (most, where fewer is better)",
    )
    high_need_only: bool = Field(
        default=False, title="bind high-need schools only", description="bind high-need schools only"
    )

    @field_validator("measure", mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        if isinstance(given, Measure):
            return given
        data = {"measure": given} if isinstance(given, str) else dict(given)
        kind = str(data.pop("measure", ""))
        try:
            return MEASURES[kind].model_validate(data)
        except InputProblems as error:
            problem = error.problems[0]
            raise ValueError(f"{problem.expected} {problem.hint}".strip()) from None

    @model_validator(mode="after")
    def _has_a_level(self) -> MeasureFloor:
        if self.at_least is None and self.at_most is None and self.share_of_today is None:
            raise ValueError("at_least, at_most or share_of_today")
        return self

    def as_data(self) -> dict[str, Any]:
        """Return the settings as they stand in a scenario file."""
        measure = {
            "measure": self.measure.kind,
            **self.measure.model_dump(mode="json", exclude_defaults=True),
        }
        return {**super().as_data(), "measure": measure}

    def bounds(self, case: Case, school: int, today: float, weight: float) -> tuple[float, float]:
        """Return the least and the most of a school's amount, in the measure's unit."""
        least = (self.at_least or 0.0) * weight
        most = self.at_most * weight if self.at_most is not None else float("inf")
        if self.share_of_today is not None:
            if self.measure.fewer_is_better:
                most = min(most, self.share_of_today * today)
            else:
                least = max(least, self.share_of_today * today)
        return least, most

    @property
    def _words(self) -> str:
        return self.measure.label.replace("_", " ")

    def statement(self) -> str:
        """Return the rule in words."""
        name, parts = self._words, []
        if self.at_least is not None:
            parts.append(f"at least {self.at_least:g} {self.measure.unit} per weighted student")
        if self.at_most is not None:
            parts.append(f"at most {self.at_most:g} {self.measure.unit} per weighted student")
        if self.share_of_today is not None:
            most = "most" if self.measure.fewer_is_better else "least"
            parts.append(f"at {most} {percent(self.share_of_today)} of what it has today")
        who = "Each high-need school" if self.high_need_only else "Each school"
        return f"{who} has {' and '.join(parts)} of {name}."

    def _schools(self, case: Case) -> list[int]:
        weights = self.measure.weights(case)
        return [
            s for s in np.flatnonzero(weights > 0).tolist() if case.high_need[s] or not self.high_need_only
        ]

    def apply(self, model: Any) -> None:
        """Bound each school's amount."""
        case = model.case
        today, weights = self.measure.amount(Today(case), 0), self.measure.weights(case)
        for year in range(len(case.years)):
            amounts = model.amounts(self.measure, year)
            for school in self._schools(case):
                least, most = self.bounds(case, school, float(today[school]), float(weights[school]))
                if least > 0:
                    model.require(self, (school, "least", year), amounts[school] >= least)
                if most < float("inf"):
                    model.require(self, (school, "most", year), amounts[school] <= most)

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Compare each school's amount with its bounds."""
        case = outcome.case
        today, weights = self.measure.amount(Today(case), 0), self.measure.weights(case)
        unit = self.measure.unit
        for year, label in enumerate(case.years):
            amounts = self.measure.amount(outcome, year)
            for school in self._schools(case):
                name, actual = case.school_ids[school], float(amounts[school])
                least, most = self.bounds(case, school, float(today[school]), float(weights[school]))
                if least > 0:
                    yield Finding(self.name, self.measure.label, name, label, actual, ">=", least, unit)
                if most < float("inf"):
                    yield Finding(self.name, self.measure.label, name, label, actual, "<=", most, unit)

    def unit_of(self, key: str) -> str:
        """Return the unit of the levels."""
        return f"{self.measure.unit} per weighted student"

    def steps(self) -> list[Relaxation]:
        """Five percentage points of today, or five percent of the level."""
        steps = []
        if self.share_of_today is not None:
            eased = self.share_of_today + (STEP if self.measure.fewer_is_better else -STEP)
            eased = max(0.0, round(eased, 9))
            words = from_to(f"the share of today's {self._words}", self.share_of_today, eased)
            steps.append(self.relaxed(words, share_of_today=eased))
        if self.at_least:
            less = round(self.at_least * (1 - STEP), 12)
            steps.append(
                self.relaxed(from_to(f"the least {self._words}", self.at_least, less, plain), at_least=less)
            )
        if self.at_most is not None:
            more = round(self.at_most * (1 + STEP), 12)
            steps.append(
                self.relaxed(from_to(f"the most {self._words}", self.at_most, more, plain), at_most=more)
            )
        return steps

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield what in the measure does not fit the data."""
        return self.measure.problems(case, f"policies.{self.name}.measure")
