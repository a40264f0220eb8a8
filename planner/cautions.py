"""What the reader of a scenario should know before trusting its plan: nothing is wrong, and yet."""

from __future__ import annotations

from collections.abc import Iterator

from planner.case import Case
from planner.district import PAY_USES
from planner.problems import nearest

# Indices that also fall where the better-off are brought down.
LEVELLING_INDICES = ("gini", "range", "deviation")
# Dollars below this are rounding.
DOLLAR_SLACK = 1.0


def cautions(case: Case) -> Iterator[str]:
    """Yield sentences the user should read before trusting the plan."""
    for name in sorted(case.scenario.policies):
        yield from case.scenario.policies[name].warnings(case)
    yield from _evened_out_downwards(case)
    yield from _cliffs(case)
    yield from _nothing_to_decide(case)
    yield from _added(case)


def _evened_out_downwards(case: Case) -> Iterator[str]:
    guards = case.policies_of("measure_floor") + case.policies_of("hold_harmless")
    terms = [
        term.name
        for term in case.scenario.objective.measures
        if term.index.kind in LEVELLING_INDICES and not getattr(term.index, "floor_only", False)
    ]
    if terms and not guards:
        yield (
            f"{', '.join(terms)}: evening out downwards also lowers this index. "
            "Add a measure_floor or hold_harmless policy to keep schools from losing what they have."
        )


def _cliffs(case: Case) -> Iterator[str]:
    for fund in case.planned_funds:
        lasting = sum(
            dollars for (_, name, use), dollars in case.lines.items() if name == fund and use in PAY_USES
        )
        if lasting > DOLLAR_SLACK and not case.alive(fund, len(case.years) - 1):
            yield (
                f"The fund {fund} ends with {case.funds[fund].last_year}; other funds must then carry "
                f"the {lasting:,.0f} dollars a year of pay that are on it today."
            )


def _nothing_to_decide(case: Case) -> Iterator[str]:
    movable = bool((case.joinable & (len(case.school_ids) > 1)).any())
    if not movable and not (case.hire_limits > 0).any() and not case.cells and not case.decided_courses:
        yield "Nothing in this scenario can be moved, hired or spent: the plan will be as today."


def _added(case: Case) -> Iterator[str]:
    facts, scenario = case.district.facts, case.scenario
    for kind, own, named in (("fund", facts.funds, scenario.funds), ("use", facts.uses, scenario.uses)):
        for name in sorted(set(named) - set(own)):
            hint = nearest(name, own)
            doubt = f" ({hint})" if hint else ""
            yield f"The {kind} {name} is not in the data: the scenario adds it{doubt}."
