"""Sentences computed from plans: headlines, names of measures and indices, what a plan's figures mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from planner.equity.indices.base import INDICES
from planner.equity.measures.base import MEASURES
from planner.plan import Plan, Summary
from planner.said import index_words, measure_words, rule_words, sentence
from ui import numbers

__all__ = [
    "FEWER_IS_BETTER",
    "LEVEL",
    "Outline",
    "apart",
    "apart_from",
    "finding",
    "headline",
    "index_meaning",
    "index_words",
    "inequity_made_of",
    "measure_words",
    "proof",
    "reduction",
    "rule_words",
    "sentence",
    "yearly_cost",
]

# Plans whose index is nearer than this are said to be level [points].
LEVEL = 0.05
FEWER_IS_BETTER = {
    "shortfall": "what the schools above the reference have too many, as a share of what all would have",
    "gap": "how many more the group's students meet than all others, as a share of the reference",
}


class Outline(Protocol):
    """What is said of a plan before its details are worked out, and of a whole plan."""

    @property
    def name(self) -> str:
        """Name of the scenario."""

    @property
    def years(self) -> tuple[str, ...]:
        """School years planned."""

    @property
    def summary(self) -> Summary:
        """The plan in a few figures."""


def index_meaning(label: str, measure: str = "") -> str:
    """Return what an index says, as the library puts it; turned round where fewer of a measure is better."""
    kind = label.partition(" ")[0]
    if kind not in INDICES:
        return ""
    meaning = str(INDICES[kind].meaning)
    if measure in MEASURES and MEASURES[measure].fewer_is_better:
        meaning = FEWER_IS_BETTER.get(kind, meaning)
    return meaning


def apart(share: float) -> str:
    """Say how far a group stands from another: 17% less, 4% more, as much."""
    if round(abs(share), 2) == 0:
        return "as much"
    return f"{numbers.percent(abs(share))} {'more' if share > 0 else 'less'}"


def apart_from(share: float, other: str) -> str:
    """Say how a group stands against another, which is named: 17% less than the others."""
    said = apart(share)
    return f"{said} {'as' if said == 'as much' else 'than'} {other}"


def inequity_made_of(plan: Plan) -> str:
    """Return what a plan's inequity index is made of, in one sentence."""
    parts = [
        f"{numbers.percent(row.weight)} {measure_words(row.measure).lower()} ({index_words(row.index)})"
        for row in plan.indices
        if row.weight > 0
    ]
    made_of = numbers.words(parts)
    return f"The inequity index weighs {made_of}. Today is 100; 0 would mean that none of these is found."


def reduction(plan: Outline) -> float:
    """Return by what share of today's a plan lowers the inequity index."""
    before = plan.summary.inequity_before
    return (before - plan.summary.inequity_after) / before if before else 0.0


def yearly_cost(plan: Outline) -> float:
    """Return what a plan spends above today's lines [dollars a year, mean of its years]."""
    return plan.summary.cost_dollars / len(plan.years)


def headline(plans: Sequence[Plan]) -> str:
    """Return the finding of a comparison: which plan goes furthest, and what the next best would save."""
    ranked = sorted(plans, key=lambda plan: (plan.summary.inequity_after, plan.summary.moves_fte))
    best = ranked[0]
    if reduction(best) <= 0:
        return "None of these plans lowers the inequity index below today's."
    to = numbers.points(best.summary.inequity_after)
    level = [p for p in ranked[1:] if abs(p.summary.inequity_after - best.summary.inequity_after) < LEVEL]
    if level:
        names = numbers.words([plan.name for plan in (best, *level)])
        return f"{names} lower the inequity index alike, to {to}."
    before = numbers.points(best.summary.inequity_before)
    first = f"{best.name} lowers the inequity index furthest, from {before} to {to}"
    return f"{first}{_beside(best, ranked[1:])}."


def _beside(best: Plan, others: Sequence[Plan]) -> str:
    """Say what the plan with the fewest moves, or else the least cost, gives up against the best."""
    better = [plan for plan in others if reduction(plan) > 0]
    fewer = [plan for plan in better if plan.summary.moves_fte < best.summary.moves_fte - 0.05]
    if fewer:
        plan = min(fewer, key=lambda each: each.summary.moves_fte)
        saved = f"with {numbers.fte(best.summary.moves_fte - plan.summary.moves_fte)} FTE fewer moved"
        return f"; {plan.name} gets {numbers.percent(reduction(plan) / reduction(best))} as far {saved}"
    cheaper = [plan for plan in better if yearly_cost(plan) < yearly_cost(best) - 500]
    if cheaper:
        plan = min(cheaper, key=yearly_cost)
        saved = f"for {numbers.dollars(yearly_cost(best) - yearly_cost(plan))} a year less"
        return f"; {plan.name} gets {numbers.percent(reduction(plan) / reduction(best))} as far {saved}"
    cost = numbers.dollars(yearly_cost(best))
    return f", with {numbers.fte(best.summary.moves_fte)} FTE moved and {cost} a year"


def finding(plan: Plan) -> str:
    """Return the finding on one plan."""
    figures = plan.summary
    before, after = numbers.points(figures.inequity_before), numbers.points(figures.inequity_after)
    return (
        f"{plan.name}: {numbers.fte(figures.moves_fte)} FTE move, {numbers.fte(figures.hires_fte)} FTE are "
        f"hired, and the inequity index goes from {before} to {after}"
    )


def proof(plan: Plan) -> str:
    """Say how good a plan is proven to be."""
    if plan.status == "optimal":
        return "Proven: no plan under these rules has a lower index."
    gap = numbers.points(plan.summary.inequity_after - plan.summary.bound)
    return f"Time ran out: this is at most {gap} points from the best."
