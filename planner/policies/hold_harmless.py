"""Hold harmless: what no school may lose, as a share of what it has today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import Field, model_validator

from planner.case import Case
from planner.district import Share
from planner.equity.measures.dollars import Dollars
from planner.outcome import Outcome
from planner.policies.base import POLICIES, Finding, Policy, Relaxation, from_to, percent
from planner.policies.baseline import continuing_dollars, school_dollars

STEP = 0.01


@POLICIES.register("hold_harmless")
class HoldHarmless(Policy):
    """Least share of today's dollars or teachers per student that a school keeps.

    Students do not change in a plan, so the share per student is the share of the total. Dollars of a
    fund that has ended are no longer part of what is kept.
    """

    kind: ClassVar[str] = "hold_harmless"
    title: ClassVar[str] = "Hold harmless"
    default_source: ClassVar[str] = "district policy; compare Title I hold harmless, ESEA 1122(c)"

    dollars_per_student: Share | None = Field(
        default=None,
        title="least share of today's dollars per student",
        description="least share of today's dollars per student",
    )
    fte_per_student: Share | None = Field(
        default=None,
        title="least share of today's teachers per student",
        description="least share of today's teachers per student",
    )
    high_need_only: bool = Field(
        default=False, title="bind high-need schools only", description="bind high-need schools only"
    )

    @model_validator(mode="after")
    def _has_a_share(self) -> HoldHarmless:
        if self.dollars_per_student is None and self.fte_per_student is None:
            raise ValueError("dollars_per_student or fte_per_student")
        return self

    def statement(self) -> str:
        """Return the rule in words."""
        parts = []
        if self.dollars_per_student is not None:
            parts.append(f"{percent(self.dollars_per_student)} of today's dollars per student")
        if self.fte_per_student is not None:
            parts.append(f"{percent(self.fte_per_student)} of today's teachers per student")
        who = "Each high-need school" if self.high_need_only else "Each school"
        return f"{who} keeps at least {' and '.join(parts)}."

    def _schools(self, case: Case) -> list[int]:
        return [s for s in range(len(case.school_ids)) if case.high_need[s] or not self.high_need_only]

    def apply(self, model: Any) -> None:
        """Bound each school's dollars and teachers from below."""
        case = model.case
        for year in range(len(case.years)):
            if self.dollars_per_student is not None:
                schools = self._schools(case)
                dollars = model.amounts(Dollars(), year).take(schools)
                least = self.dollars_per_student * continuing_dollars(case, year)[schools]
                keys = [(school, "dollars", year) for school in schools]
                model.require_each(self, keys, dollars >= least)
            if self.fte_per_student is not None:
                for school in self._schools(case):
                    teachers = model.sum(model.fte(school, pool, year) for pool in case.teacher_pools)
                    least_fte = self.fte_per_student * float(case.fte[school, case.teacher_pools].sum())
                    model.require(self, (school, "teachers", year), teachers >= least_fte)

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Compare each school's dollars and teachers per student with today's."""
        case = outcome.case
        today = case.fte[:, case.teacher_pools].sum(axis=1)
        for year, label in enumerate(case.years):
            dollars, kept = school_dollars(outcome, year), continuing_dollars(case, year)
            teachers = outcome.fte_table(year)[:, case.teacher_pools].sum(axis=1)
            for school in self._schools(case):
                name, students = case.school_ids[school], float(case.students[school])
                if self.dollars_per_student is not None:
                    limit = self.dollars_per_student * float(kept[school]) / students
                    actual = float(dollars[school]) / students
                    unit = "dollars per student"
                    yield Finding(self.name, unit, name, label, actual, ">=", limit, unit)
                if self.fte_per_student is not None:
                    limit = self.fte_per_student * float(today[school])
                    yield Finding(
                        self.name, "teachers", name, label, float(teachers[school]), ">=", limit, "FTE"
                    )

    def steps(self) -> list[Relaxation]:
        """One percentage point of today's dollars or teachers."""
        steps = []
        for key, words in (("dollars_per_student", "dollars"), ("fte_per_student", "teachers")):
            share = getattr(self, key)
            if share:
                less = max(0.0, round(share - STEP, 9))
                steps.append(self.relaxed(from_to(f"the share of {words} kept", share, less), **{key: less}))
        return steps
