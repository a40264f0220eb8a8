"""The reported rows of a plan, worked out from its outcome alone: classes, schools, funds, policies, summary.

The same functions write a plan and, in `verify`, judge one. Nothing is read off the search; figures are
rounded once, by unit (`planner.plan.DECIMALS`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from planner.case import Case
from planner.district import STAFF_USE, STIPENDS_USE
from planner.equity.evaluate import Judgement, inequity, inequity_today
from planner.equity.measures.dollars import Dollars
from planner.outcome import Outcome, Today
from planner.plan import (
    ClassSize,
    DollarLine,
    FundRow,
    Limit,
    Move,
    PolicyRow,
    SchoolRow,
    Summary,
    known,
    rounded,
)
from planner.plan_outcome import class_size_row
from planner.policies.base import Finding, Policy, worst
from planner.reporting_equity import index_rows, judge, statistic_rows
from planner.resources import Resources, teachers_of_experience

__all__ = [
    "class_size_rows",
    "class_size_warnings",
    "dollar_rows",
    "findings_by_policy",
    "fund_rows",
    "gap_of",
    "index_rows",
    "judge",
    "limit_rows",
    "policy_rows",
    "rounded",
    "school_rows",
    "statistic_rows",
    "summary_of",
]

# A class size that rises by more than this share is warned of (model.md section 4).
NOTABLE_RISE = 0.10
# Finer than class sizes: sections are judged by students over the limit.
LIMIT_UNIT = "students per section"


# Classes ----------------------------------------------------------------------------------------------------


def class_size_rows(outcome: Outcome) -> tuple[ClassSize, ...]:
    """Return the sections and class sizes of every course, school by school and year by year."""
    case = outcome.case
    decided = set(case.decided_courses)
    rows = [
        class_size_row(block, case, year, outcome.sections(school, course, year), course in decided)
        for year in range(len(case.years))
        for (school, course), block in case.blocks.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.year, row.school_id, row.course)))


def class_size_warnings(rows: Iterable[ClassSize]) -> tuple[str, ...]:
    """Return a sentence for each year and undecided course whose class sizes rise by over 10% somewhere."""
    risen: dict[tuple[str, str], list[tuple[float, ClassSize]]] = defaultdict(list)
    for row in rows:
        rise = _rise(row)
        if not row.decided and rise > NOTABLE_RISE:
            risen[row.year, row.course].append((rise, row))
    return tuple(_rise_sentence(year, course, found) for (year, course), found in sorted(risen.items()))


def _rise(row: ClassSize) -> float:
    before, after = row.class_size_before, row.class_size_after
    if not before or not row.students:
        return 0.0
    return math.inf if after is None else after / before - 1


def _rise_sentence(year: str, course: str, found: list[tuple[float, ClassSize]]) -> str:
    rise, most = max(found, key=lambda item: (item[0], item[1].school_id))
    schools = f"{len(found)} school{'s' if len(found) > 1 else ''}"
    size = (
        "has no teacher left for it"
        if most.class_size_after is None
        else f"goes from {most.class_size_before:.1f} to {most.class_size_after:.1f} students (+{rise:.0%})"
    )
    return (
        f"{year}: class sizes of {course}, which the plan does not decide, rise by over {NOTABLE_RISE:.0%} "
        f"at {schools}; most at school {most.school_id}, which {size}."
    )


def limit_rows(outcome: Outcome) -> tuple[Limit, ...]:
    """Return every class-size limit that binds somewhere: fixed ones, and those that the plan set."""
    case = outcome.case
    found = {
        Limit(policy.name, label, course, tier, free, limit)
        for policy in case.policies_of("class_size")
        for year, label in enumerate(case.years)
        for course, tier, free, limit in _limits(outcome, policy, year)
    }
    return tuple(sorted(found, key=lambda row: (row.year, row.policy, row.course, row.tier)))


def _limits(outcome: Outcome, policy: Policy, year: int) -> Iterable[tuple[str, str, bool, float]]:
    """Yield (course, tier, set by the plan, limit); a school's waived limit is a tier of its own."""
    for rule in policy.rules(outcome.case):  # type: ignore[attr-defined]
        course, ratio = rule.block.course, outcome.ratio(rule.block.course, rule.tier, year)
        tier = f"waived {outcome.case.school_ids[rule.block.school]}" if rule.tier == "waived" else rule.tier
        set_here = rule.limit.free and ratio > 0
        yield course, tier, set_here, rounded(1.0 / ratio if set_here else rule.limit.max, LIMIT_UNIT)


# Schools and funds ------------------------------------------------------------------------------------------


def school_rows(outcome: Outcome) -> tuple[SchoolRow, ...]:
    """Return what each school has, today and under the plan, year by year."""
    case = outcome.case
    today = _resources_of(Today(case), 0)
    names = list(enumerate(case.district.schools["school_name"].tolist()))
    rows: list[SchoolRow] = []
    for year in range(len(case.years)):
        after = _resources_of(outcome, year)
        rows += [_school_row(case, (school, name), year, today, after) for school, name in names]
    return tuple(sorted(rows, key=lambda row: (row.year, row.school_id)))


def _resources_of(resources: Resources, year: int) -> dict[str, np.ndarray]:
    pools = resources.case.teacher_pools
    return {
        "teachers": resources.total([resources.staff(pool, year) for pool in pools]),
        "novice": teachers_of_experience(resources, year, "novice"),
        "experienced": teachers_of_experience(resources, year, "experienced"),
        "dollars": np.asarray(Dollars().amount(resources, year)),
    }


def _school_row(
    case: Case,
    named: tuple[int, str],
    year: int,
    before: dict[str, np.ndarray],
    after: dict[str, np.ndarray],
) -> SchoolRow:
    school, name = named
    figures = {
        f"{what}_{when}": rounded(values[what][school], "dollars" if what == "dollars" else "FTE")
        for when, values in (("before", before), ("after", after))
        for what in before
    }
    return SchoolRow(
        year=case.years[year],
        school_id=case.school_ids[school],
        school_name=name,
        level=case.level_of[school],
        students=rounded(case.students[school], "students"),
        weighted_students=rounded(case.weighted_students[school], "students"),
        high_need=bool(case.high_need[school]),
        **figures,
    )


def fund_rows(outcome: Outcome) -> tuple[FundRow, ...]:
    """Return each planned fund's account by district and year: what came, what was spent, what is left."""
    case = outcome.case
    placed: dict[tuple[str, int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for school, fund, use in case.cells:
        for year in range(len(case.years)):
            both = placed[fund, int(case.district_of[school]), year]
            both[0] += case.today_dollars(school, fund, use, year)
            both[1] += outcome.dollars(school, fund, use, year)
    rows = [
        row
        for fund in case.planned_funds
        for district in range(len(case.district_names))
        for row in _fund_years(case, fund, district, placed)
    ]
    return tuple(sorted(rows, key=lambda row: (row.year, row.district_id, row.fund)))


def _fund_years(
    case: Case, fund: str, district: int, placed: dict[tuple[str, int, int], list[float]]
) -> Iterable[FundRow]:
    left = 0.0
    pay = case.staff_lines(fund, district)
    for year, label in enumerate(case.years):
        alive = case.alive(fund, year)
        carried = left if case.funds[fund].carry_over and alive else 0.0
        available = case.fund_dollars(fund, district) if alive else 0.0
        paid = pay if alive else 0.0
        before, after = placed[fund, district, year]
        left = available + carried - paid - after
        figures = (available, paid, before, after, carried, left)
        if any(figures):
            yield FundRow(
                label, case.district_names[district], fund, *(rounded(value, "dollars") for value in figures)
            )


def dollar_rows(outcome: Outcome) -> tuple[DollarLine, ...]:
    """Return every line of planned dollars, but for lines that are 0 today and under the plan."""
    case = outcome.case
    rows = []
    for year, label in enumerate(case.years):
        for school, fund, use in case.cells:
            before = rounded(case.today_dollars(school, fund, use, year), "dollars")
            after = rounded(outcome.dollars(school, fund, use, year), "dollars")
            if before or after:
                rows.append(DollarLine(label, case.school_ids[school], fund, use, before, after))
    return tuple(sorted(rows, key=lambda row: (row.year, row.school_id, row.fund, row.use)))


# Policies and summary ---------------------------------------------------------------------------------------


def findings_by_policy(outcome: Outcome) -> dict[str, list[Finding]]:
    """Return every judgement of each policy of the scenario, by the policy's name."""
    policies = outcome.case.scenario.policies
    return {name: list(policies[name].check(outcome)) for name in sorted(policies)}


def policy_rows(outcome: Outcome) -> tuple[PolicyRow, ...]:
    """Return each policy with the place where the plan comes nearest to its limit."""
    found = findings_by_policy(outcome)
    return tuple(_policy_row(outcome, name, findings) for name, findings in found.items())


def _policy_row(outcome: Outcome, name: str, findings: list[Finding]) -> PolicyRow:
    policy = outcome.case.scenario.policies[name]
    # A broken rule comes first: slack in different units cannot be compared.
    nearest = worst([finding for finding in findings if not finding.holds] or findings)
    return PolicyRow(
        name=name,
        kind=policy.kind,
        statement=policy.statement(),
        source=policy.citation,
        holds=all(finding.holds for finding in findings),
        rule=nearest.rule if nearest else "",
        where=nearest.where if nearest else "",
        year=nearest.year if nearest else "",
        actual=known(nearest.actual, nearest.unit) if nearest else None,
        sense=nearest.sense if nearest else "",
        limit=known(nearest.limit, nearest.unit) if nearest else None,
        slack=known(nearest.slack, nearest.unit) if nearest else None,
        unit=nearest.unit if nearest else "",
    )


def summary_of(
    outcome: Outcome,
    moves: Iterable[Move],
    judgements: list[Judgement],
    bound: float,
    gap: float,
) -> Summary:
    """Return the plan in a few figures; `bound` [points] and `gap` [share] come from the search."""
    case = outcome.case
    hires = [*outcome.decisions.get("hire", {}).values(), *outcome.decisions.get("recruit", {}).values()]
    return Summary(
        inequity_before=rounded(inequity_today(judgements), "points"),
        inequity_after=rounded(inequity(judgements), "points"),
        bound=rounded(bound, "points"),
        gap=rounded(gap, "index"),
        moves_fte=rounded(math.fsum(move.fte for move in moves), "FTE"),
        hires_fte=rounded(math.fsum(hires), "FTE"),
        cost_dollars=rounded(_dollars_added(outcome, None), "dollars"),
        stipend_dollars=rounded(_dollars_added(outcome, STIPENDS_USE), "dollars"),
        schools=len(case.school_ids),
        students=rounded(case.students.sum(), "students"),
        staff_fte=rounded(case.fte.sum(), "FTE"),
    )


def gap_of(reached: float, bound: float) -> float:
    """Return how far a plan is from the bound, as a share of its inequity, or of a point where less is left.

    A plan that leaves no inequity but the rounding of its figures is as good as its bound of 0.
    """
    return max(0.0, reached - bound) / max(reached, 1.0)


def _dollars_added(outcome: Outcome, only: str | None) -> float:
    """Planned dollars above today's lines run on, over all years; of one use, or of all but today's pay."""
    case = outcome.case
    return math.fsum(
        outcome.dollars(school, fund, use, year) - case.today_dollars(school, fund, use, year)
        for school, fund, use in case.cells
        for year in range(len(case.years))
        if use != STAFF_USE and only in (None, use)
    )
