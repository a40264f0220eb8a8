"""Reallocation limit: the most that a school's dollars may change in a year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from planner.case import Case
from planner.district import POSITIONS_USE, Share
from planner.equity.measures.dollars import Dollars
from planner.outcome import Outcome
from planner.policies.base import POLICIES, Finding, Policy, Relaxation, from_to, in_dollars, percent
from planner.policies.baseline import continuing_dollars, school_dollars
from planner.resources import Resources

SHARE_STEP = 0.01
DOLLAR_STEP = 100_000.0


@POLICIES.register("reallocation_limit")
class ReallocationLimit(Policy):
    """Most change of a school's dollars from one year to the next, up or down.

    A fund that ends takes with it what it paid at the school the year before; that fall is no
    reallocation and is left out.
    """

    kind: ClassVar[str] = "reallocation_limit"
    title: ClassVar[str] = "Reallocation limit"
    default_source: ClassVar[str] = "district policy (glide path; docs/domain.md 3.9)"

    max_share: Share | None = Field(
        default=None,
        title="most change, of today's dollars",
        description="most change as a share of today's dollars",
    )
    max_dollars: Annotated[float, Field(ge=0)] | None = Field(
        default=None, title="most change in dollars", description="most change [dollars a year]"
    )

    @model_validator(mode="after")
    def _has_a_limit(self) -> ReallocationLimit:
        if self.max_share is None and self.max_dollars is None:
            raise ValueError("max_share or max_dollars")
        return self

    def limit(self, case: Case, school: int) -> float:
        """Return the most that a school's dollars may change in a year [dollars]."""
        today = float(continuing_dollars(case, None)[school])
        by_share = self.max_share * today if self.max_share is not None else float("inf")
        return min(by_share, self.max_dollars if self.max_dollars is not None else float("inf"))

    def statement(self) -> str:
        """Return the rule in words."""
        parts = []
        if self.max_share is not None:
            parts.append(f"{percent(self.max_share)} of today's")
        if self.max_dollars is not None:
            parts.append(f"${self.max_dollars:,.0f}")
        return f"A school's dollars change by at most {' and '.join(parts)} a year."

    def apply(self, model: Any) -> None:
        """Bound the change from the year before, both ways."""
        case = model.case
        for year in range(len(case.years)):
            dollars = model.amounts(Dollars(), year)
            before = model.amounts(Dollars(), year - 1) if year else continuing_dollars(case, None)
            lapsed = _lapsing(model, year)
            for school in range(len(case.school_ids)):
                change = dollars[school] - before[school] + lapsed[school]
                most = self.limit(case, school)
                model.require(self, (school, "rise", year), change <= most)
                model.require(self, (school, "fall", year), change >= -most)

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Subtract each school's dollars from those of the year before."""
        case = outcome.case
        before = continuing_dollars(case, None)
        for year, label in enumerate(case.years):
            dollars = school_dollars(outcome, year)
            change = dollars - (before - _lapsing(outcome, year))
            for school, name in enumerate(case.school_ids):
                most = self.limit(case, school)
                actual = abs(float(change[school]))
                yield Finding(
                    self.name, "change of the school's dollars", name, label, actual, "<=", most, "dollars"
                )
            before = dollars

    def steps(self) -> list[Relaxation]:
        """One percentage point, or $100,000."""
        steps = []
        if self.max_share is not None and self.max_share < 1:
            more = min(1.0, round(self.max_share + SHARE_STEP, 9))
            steps.append(self.relaxed(from_to("the change allowed", self.max_share, more), max_share=more))
        if self.max_dollars is not None:
            more = self.max_dollars + DOLLAR_STEP
            words = from_to("the change allowed", self.max_dollars, more, in_dollars)
            steps.append(self.relaxed(words, max_dollars=more))
        return steps


def _lapsing(resources: Resources, year: int) -> Any:
    """Dollars of the year before, by school, on funds that end with it; positions are pay, and go on."""
    case = resources.case
    if year == 0:
        return continuing_dollars(case, None) - continuing_dollars(case, 0)
    ended = sorted(
        {fund for fund in case.planned_funds if case.alive(fund, year - 1) and not case.alive(fund, year)}
    )
    lines = sorted({(fund, use) for _, fund, use in case.cells if fund in ended and use != POSITIONS_USE})
    return resources.total([resources.spending(fund, use, year - 1) for fund, use in lines])
