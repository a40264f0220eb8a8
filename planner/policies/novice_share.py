"""Novice share: most novices among a school's teachers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field, model_validator

from planner.case import Case
from planner.district import Share
from planner.outcome import Outcome
from planner.policies.base import POLICIES, Finding, Policy, Relaxation, from_to, percent, plain

STEP = 0.05


@POLICIES.register("novice_share")
class NoviceShare(Policy):
    """Most novice FTE as a share of a school's teachers, or of the district's share today.

    Both sides are decisions, and ``novices <= share * teachers`` is linear in them.
    """

    kind: ClassVar[str] = "novice_share"
    title: ClassVar[str] = "Novice share"
    default_source: ClassVar[str] = (
        "ESEA 1111(g)(1)(B): not served at disproportionate rates by inexperienced teachers"
    )

    max_share: Share | None = Field(
        default=None,
        title="most novices among a school's teachers",
        description="most novices as a share of a school's teachers",
    )
    relative_to_district: Annotated[float, Field(gt=0, le=10)] | None = Field(
        default=None,
        title="most novices, of the district's share",
        description="most novices as a multiple of the district's share today",
    )
    high_need_only: bool = Field(
        default=False, title="bind high-need schools only", description="bind high-need schools only"
    )

    @model_validator(mode="after")
    def _has_a_limit(self) -> NoviceShare:
        if self.max_share is None and self.relative_to_district is None:
            raise ValueError("max_share or relative_to_district")
        return self

    def limit(self, case: Case, school: int) -> float:
        """Return the most novices at a school as a share of its teachers."""
        limits = [1.0 if self.max_share is None else self.max_share]
        if self.relative_to_district is not None:
            schools = case.schools_of[case.district_of[school]]
            novices = float(case.fte[np.ix_(schools, _novice_pools(case))].sum())
            teachers = float(case.fte[np.ix_(schools, case.teacher_pools)].sum())
            limits.append(self.relative_to_district * novices / teachers if teachers else 1.0)
        return min(limits)

    def statement(self) -> str:
        """Return the rule in words."""
        parts = []
        if self.max_share is not None:
            parts.append(f"at most {percent(self.max_share)} of a school's teachers are novices")
        if self.relative_to_district is not None:
            parts.append(
                f"a school's novice share is at most {self.relative_to_district:g} times the district's today"
            )
        where = " (high-need schools)" if self.high_need_only else ""
        text = "; ".join(parts) + where + "."
        return text[0].upper() + text[1:]

    def apply(self, model: Any) -> None:
        """Bound novices by the share of all teachers, school by school."""
        case = model.case
        for school in self._schools(case):
            share = self.limit(case, school)
            for year in range(len(case.years)):
                novices = model.sum(model.fte(school, pool, year) for pool in _novice_pools(case))
                teachers = model.sum(model.fte(school, pool, year) for pool in case.teacher_pools)
                model.require(self, (school, year), novices <= teachers * share)

    def _schools(self, case: Case) -> list[int]:
        return [s for s in range(len(case.school_ids)) if case.high_need[s] or not self.high_need_only]

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Divide novices by teachers in the finished plan."""
        case = outcome.case
        novice_pools = _novice_pools(case)
        for year, label in enumerate(case.years):
            table = outcome.fte_table(year)
            for school in self._schools(case):
                teachers = float(table[school, case.teacher_pools].sum())
                if teachers > TINY:
                    share = float(table[school, novice_pools].sum()) / teachers
                    limit = self.limit(case, school)
                    rule = f"novices of {teachers:.1f} teachers"
                    yield Finding(
                        self.name, rule, case.school_ids[school], label, share, "<=", limit, "share"
                    )

    def steps(self) -> list[Relaxation]:
        """Five percentage points of a school's teachers; a tenth of the district's share."""
        steps = []
        if self.max_share is not None and self.max_share < 1:
            more = min(1.0, round(self.max_share + STEP, 9))
            words = from_to("the share of novices", self.max_share, more)
            steps.append(self.relaxed(words, max_share=more))
        if self.relative_to_district is not None:
            more = round(self.relative_to_district + 0.1, 9)
            change = from_to("the share of novices", self.relative_to_district, more, plain)
            words = f"{change} times the district's"
            steps.append(self.relaxed(words, relative_to_district=more))
        return steps


TINY = 1e-6


def _novice_pools(case: Case) -> list[int]:
    return [pool for pool in case.teacher_pools if case.pools[pool].experience == "novice"]
