"""Money under a plan, judged from the words of the model alone (model.md section 4), not of the search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from planner.district import POSITIONS_USE, STAFF_USE, STIPENDS_USE
from planner.outcome import Outcome
from planner.policies.base import Finding
from planner.verification.check import Check, at_most, equal, of_findings


def money_checks(outcome: Outcome) -> Iterator[Check]:
    """Yield one check for each rule that holds, and one for each place where a rule is broken."""
    for rule, findings in (
        ("hired positions are paid for", _positions_charged(outcome)),
        ("stipends are paid for", _stipends_charged(outcome)),
        ("funds pay what they allow while they last", _allowed(outcome)),
        ("no fund is overspent", _budgets(outcome)),
        ("no use has more dollars than are useful", _useful(outcome)),
    ):
        yield from of_findings(rule, findings)


def _placed(outcome: Outcome, use: str, year: int) -> np.ndarray:
    """All planned dollars on a use, school by school [dollars a year]."""
    case = outcome.case
    placed = np.zeros(len(case.school_ids))
    for school, fund, name in case.cells:
        if name == use:
            placed[school] += outcome.dollars(school, fund, use, year)
    return placed


def _positions_charged(outcome: Outcome) -> Iterator[Finding]:
    """Yield dollars on positions against the pay of hires, today's lines, and pay that ended funds leave."""
    case = outcome.case
    cells = sorted({key[:2] for family in ("hire", "recruit") for key in outcome.decisions.get(family, {})})
    for year, label in enumerate(case.years):
        owed = np.zeros(len(case.school_ids))
        for school, pool in cells:
            owed[school] += outcome.positions(school, pool, year) * case.average_pay[school, pool]
        for (school, fund, use), dollars in case.lines.items():
            left_behind = use == STAFF_USE and not case.alive(fund, year)
            if fund in case.funds and (use == POSITIONS_USE or left_behind):
                owed[school] += dollars
        paid = _placed(outcome, POSITIONS_USE, year)
        for school, name in enumerate(case.school_ids):
            yield from equal("", (name, label), paid[school], owed[school], "dollars")


def _stipends_charged(outcome: Outcome) -> Iterator[Finding]:
    """Yield the dollars on stipends against what their holders cost and today's lines."""
    case = outcome.case
    families = ("join", "recruit")
    held = {key[:3] for family in families for key in outcome.decisions.get(family, {}) if key[2]}
    for year, label in enumerate(case.years):
        owed = np.zeros(len(case.school_ids))
        for school, pool, tier in held:
            cost = case.stipends.cost_per_fte(case.stipend_tiers[tier - 1])
            owed[school] += outcome.stipend_holders(school, pool, tier, year) * cost
        for (school, fund, use), dollars in case.lines.items():
            if fund in case.funds and use == STIPENDS_USE and case.alive(fund, year):
                owed[school] += dollars
        paid = _placed(outcome, STIPENDS_USE, year)
        for school, name in enumerate(case.school_ids):
            yield from equal("", (name, label), paid[school], owed[school], "dollars")


def _allowed(outcome: Outcome) -> Iterator[Finding]:
    """Yield dollars of ended funds, and those above today's line where a fund may not pay the use."""
    case = outcome.case
    for (school, fund, use, year), dollars in outcome.decisions.get("dollars", {}).items():
        where, label = f"{case.school_ids[school]} {fund} {use}", case.years[year]
        if not case.alive(fund, year):
            yield at_most("the fund has ended", (where, label), dollars, 0.0, "dollars")
        elif use == STAFF_USE:
            yield at_most("today's pay is never placed", (where, label), dollars, 0.0, "dollars")
        elif not case.may_spend(school, fund, use):
            most = case.lines.get((school, fund, use), 0.0)
            yield at_most("the fund may not pay this here", (where, label), dollars, most, "dollars")


def _budgets(outcome: Outcome) -> Iterator[Finding]:
    case = outcome.case
    spent: dict[tuple[str, int, int], float] = defaultdict(float)
    for (school, fund, use), dollars in case.lines.items():
        for year, _ in enumerate(case.years):
            if fund in case.funds and use == STAFF_USE and case.alive(fund, year):
                spent[fund, int(case.district_of[school]), year] += dollars
    for school, fund, use in case.cells:
        for year, _ in enumerate(case.years):
            spent[fund, int(case.district_of[school]), year] += outcome.dollars(school, fund, use, year)
    for fund in case.planned_funds:
        for district, name in enumerate(case.district_names):
            carried = 0.0
            for year, label in enumerate(case.years):
                income = case.fund_dollars(fund, district) if case.alive(fund, year) else 0.0
                available = income + (carried if case.alive(fund, year) else 0.0)
                used = spent[fund, district, year]
                yield at_most("", (f"{name} {fund}", label), used, available, "dollars")
                carried = available - used if case.funds[fund].carry_over else 0.0


def _useful(outcome: Outcome) -> Iterator[Finding]:
    case = outcome.case
    for use, spec in sorted(case.uses.items()):
        most = spec.max_dollars_per_target_student
        if most is None:
            continue
        useful = np.nan_to_num(most * case.groups[spec.target], nan=0.0)
        today = np.zeros(len(case.school_ids))
        for (school, fund, name), dollars in case.lines.items():
            today[school] += dollars if name == use and fund in case.funds else 0.0
        for year, label in enumerate(case.years):
            placed = _placed(outcome, use, year)
            for school, name in enumerate(case.school_ids):
                limit = max(useful[school], today[school])
                yield at_most(use, (name, label), placed[school], limit, "dollars")
