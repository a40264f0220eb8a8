"""Plan limit: the most teachers that all years together may move, and dollars that they may add."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from planner.outcome import Outcome
from planner.policies.base import POLICIES, Finding, Policy, Relaxation, from_to, in_dollars, plain

MOVES_STEP = 5.0
DOLLAR_STEP = 100_000.0
WHOLE = "the whole plan"


@POLICIES.register("plan_limit")
class PlanLimit(Policy):
    """Most that a plan as a whole may take: what a board allows before it asks what it buys.

    Moves are FTE that transfer, over all years and districts. Dollars are the planned dollars above today's
    lines run on, less what is taken from other lines, over all years.
    """

    kind: ClassVar[str] = "plan_limit"
    title: ClassVar[str] = "Limit of the whole plan"
    default_source: ClassVar[str] = "the board's budget decision"

    max_moves: Annotated[float, Field(ge=0)] | None = Field(
        default=None,
        title="most teachers who transfer",
        description="most teachers who transfer, over all years [FTE]",
    )
    max_dollars: Annotated[float, Field(ge=0)] | None = Field(
        default=None,
        title="most dollars added",
        description="most planned dollars above today's, over all years",
    )

    @model_validator(mode="after")
    def _has_a_limit(self) -> PlanLimit:
        if self.max_moves is None and self.max_dollars is None:
            raise ValueError("max_moves or max_dollars")
        return self

    def statement(self) -> str:
        """Return the rule in words."""
        parts = []
        if self.max_moves is not None:
            parts.append(f"moves at most {round(self.max_moves, 6):g} FTE of teachers")
        if self.max_dollars is not None:
            parts.append(f"adds at most ${self.max_dollars:,.0f} to today's spending")
        return f"Over all its years the plan {' and '.join(parts)}."

    def apply(self, model: Any) -> None:
        """Bound the sums over all schools and years."""
        if self.max_moves is not None:
            moving = model.sum(model.get("leave", key) for key in model.keys("leave"))
            model.require(self, (WHOLE, "moves"), moving <= self.max_moves)
        if self.max_dollars is not None:
            case = model.case
            added = model.sum(
                model.dollars(*cell, year) - case.today_dollars(*cell, year)
                for cell in case.cells
                for year in range(len(case.years))
            )
            model.require(self, (WHOLE, "dollars"), added <= self.max_dollars)

    def check(self, outcome: Outcome) -> Iterator[Finding]:
        """Count all who leave a school for another, and all dollars beyond today's."""
        case, years = outcome.case, range(len(outcome.case.years))
        if self.max_moves is not None:
            moved = float(sum(outcome.table("leave", year).sum() for year in years))
            yield Finding(self.name, "teachers moved", WHOLE, "", moved, "<=", self.max_moves, "FTE")
        if self.max_dollars is not None:
            placed = sum(outcome.dollars(*cell, year) for cell in case.cells for year in years)
            today = sum(case.today_dollars(*cell, year) for cell in case.cells for year in years)
            most = self.max_dollars
            yield Finding(self.name, "dollars added", WHOLE, "", placed - today, "<=", most, "dollars")

    def steps(self) -> list[Relaxation]:
        """Five FTE more, or $100,000 more."""
        steps = []
        if self.max_moves is not None:
            more = self.max_moves + MOVES_STEP
            words = f"{from_to('the teachers who may move', self.max_moves, more, plain)} FTE"
            steps.append(self.relaxed(words, max_moves=more))
        if self.max_dollars is not None:
            more = self.max_dollars + DOLLAR_STEP
            words = from_to("the dollars that may be added", self.max_dollars, more, in_dollars)
            steps.append(self.relaxed(words, max_dollars=more))
        return steps
