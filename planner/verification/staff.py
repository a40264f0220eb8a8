"""Staff under a plan, judged from the words of the model alone (model.md section 4), not of the search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from planner.equity.measures.base import TEACHER
from planner.outcome import Outcome
from planner.policies.base import Finding
from planner.verification.check import Check, at_least, at_most, equal, of_findings

CHANGES = ("leave", "join", "hire", "recruit", "release", "attrition", "stipend_end")
GOES = ("leave", "release", "attrition")
COVERAGE = "certified staff cover the sections"


def staff_checks(outcome: Outcome) -> Iterator[Check]:
    """Yield one check for each rule that holds, and one for each place where a rule is broken."""
    for rule, findings in (
        ("nothing is negative", _not_negative(outcome)),
        ("transfers balance by district and pool", _balance(outcome)),
        ("only teachers transfer", _transfers(outcome)),
        ("no more leave than there are", _staff_present(outcome)),
        ("staff are conserved", _staff_conserved(outcome)),
        ("hires within the positions that may be filled", _positions(outcome)),
        ("positions are given up only where a hiring policy allows it", _given_up(outcome)),
        ("stipends go where they are offered, to staff who hold them", _stipends(outcome)),
        (COVERAGE, _coverage(outcome)),
        ("whole steps where they are asked for", _steps(outcome)),
    ):
        yield from of_findings(rule, findings)


def _not_negative(outcome: Outcome) -> Iterator[Finding]:
    case = outcome.case
    for family, values in sorted(outcome.decisions.items()):
        unit = {"dollars": "dollars", "sections": "sections", "ratio": "sections per student"}.get(
            family, "FTE"
        )
        for key, value in values.items():
            if not value >= 0:
                where = case.school_ids[key[0]] if isinstance(key[0], int) else str(key[0])
                yield at_least(family, (where, case.years[key[-1]]), value, 0.0, unit)
    for year, label in enumerate(case.years):
        lowest = (
            np.unravel_index(np.argmin(outcome.fte_table(year)), case.fte.shape) if case.fte.size else None
        )
        if lowest is not None:
            school, pool = (int(number) for number in lowest)
            held = outcome.fte(school, pool, year)
            where = f"{case.school_ids[school]} {case.pools[pool]}"
            yield at_least("staff", (where, label), held, 0.0, "FTE")


def _balance(outcome: Outcome) -> Iterator[Finding]:
    case = outcome.case
    totals: dict[tuple[int, int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (school, pool, year), fte in outcome.decisions.get("leave", {}).items():
        totals[int(case.district_of[school]), pool, year][0] += fte
    for (school, pool, _, year), fte in outcome.decisions.get("join", {}).items():
        totals[int(case.district_of[school]), pool, year][1] += fte
    for (district, pool, year), (out, into) in sorted(totals.items()):
        where = f"{case.district_names[district]} {case.pools[pool]}"
        yield from equal("who leaves joins", (where, case.years[year]), out, into, "FTE")


def _transfers(outcome: Outcome) -> Iterator[Finding]:
    case = outcome.case
    for (school, pool, year), fte in outcome.decisions.get("leave", {}).items():
        where = f"{case.school_ids[school]} {case.pools[pool]}"
        if case.pools[pool].role != TEACHER:
            yield at_most("staff who are no teachers", (where, case.years[year]), fte, 0.0, "FTE")


def _staff_present(outcome: Outcome) -> Iterator[Finding]:
    case = outcome.case
    going: dict[tuple[int, int, int], float] = defaultdict(float)
    for family in GOES:
        for key, fte in outcome.decisions.get(family, {}).items():
            going[key] += fte
    for (school, pool, year), fte in going.items():
        present = outcome.fte(school, pool, year - 1)
        where = f"{case.school_ids[school]} {case.pools[pool]}"
        yield at_most("", (where, case.years[year]), fte, present, "FTE")


def _staff_conserved(outcome: Outcome) -> Iterator[Finding]:
    """Yield, by district and year, all staff against today's staff, hires and positions given up."""
    case = outcome.case
    for number, schools in enumerate(case.schools_of):
        expected = float(case.fte[schools].sum())
        for year, label in enumerate(case.years):
            for family, sign in (("hire", 1), ("recruit", 1), ("release", -1), ("attrition", -1)):
                for key, fte in outcome.decisions.get(family, {}).items():
                    here = key[-1] == year and case.district_of[key[0]] == number
                    expected += sign * fte if here else 0.0
            held = float(outcome.fte_table(year)[schools].sum())
            yield from equal("", (case.district_names[number], label), held, expected, "FTE")


def _positions(outcome: Outcome) -> Iterator[Finding]:
    case = outcome.case
    cells = {
        key[:2] for family in ("hire", "recruit", "release") for key in outcome.decisions.get(family, {})
    }
    for school, pool in sorted(cells):
        where = f"{case.school_ids[school]} {case.pools[pool]}"
        for year, label in enumerate(case.years):
            held = outcome.positions(school, pool, year)
            yield at_most("", (where, label), held, float(case.hire_limits[school, pool]), "FTE")
            yield at_least("positions held", (where, label), held, 0.0, "FTE")
            recruited = sum(outcome.recruited(school, pool, earlier) for earlier in range(year + 1))
            if recruited:
                vacant = float(case.vacancies[school, pool])
                yield at_most("vacancies filled for a stipend", (where, label), recruited, vacant, "FTE")


def _given_up(outcome: Outcome) -> Iterator[Finding]:
    """Yield what is given up with no policy that could allow it; the policy itself judges how much."""
    case = outcome.case
    for family in ("release", "attrition"):
        for (school, pool, year), fte in outcome.decisions.get(family, {}).items():
            if case.hiring is None:
                where = f"{case.school_ids[school]} {case.pools[pool]}"
                yield at_most(family, (where, case.years[year]), fte, 0.0, "FTE")


def _stipends(outcome: Outcome) -> Iterator[Finding]:
    case = outcome.case
    paid = {
        key
        for family in ("join", "recruit", "stipend_end")
        for key in outcome.decisions.get(family, {})
        if key[2]
    }
    for school, pool, tier, year in sorted(paid):
        where = f"{case.school_ids[school]} {case.pools[pool]}"
        if not case.paid_join[school, pool]:
            taken = sum(outcome.get(family, (school, pool, tier, year)) for family in ("join", "recruit"))
            yield at_most("stipends that are not offered", (where, case.years[year]), taken, 0.0, "FTE")
        held = outcome.stipend_holders(school, pool, tier, year)
        yield at_least("stipend holders", (where, case.years[year]), held, 0.0, "FTE")
    for school, pool, year in sorted({(school, pool, year) for school, pool, _, year in paid}):
        tiers = range(1, len(case.stipend_tiers) + 1)
        ended = sum(outcome.get("stipend_end", (school, pool, tier, year)) for tier in tiers)
        where = f"{case.school_ids[school]} {case.pools[pool]}"
        gone = outcome.leaving(school, pool, year)
        yield at_most("stipends end with those who leave", (where, case.years[year]), ended, gone, "FTE")


def _coverage(outcome: Outcome) -> Iterator[Finding]:
    case = outcome.case
    for year, label in enumerate(case.years):
        needed: dict[tuple[int, str], float] = defaultdict(float)
        for (school, course), block in case.blocks.items():
            if course in case.decided_courses:
                needed[school, block.field] += outcome.sections(school, course, year) / block.sections_per_fte
        for (school, field), fte in needed.items():
            pools = [pool for pool in case.teacher_pools if case.pools[pool].field == field]
            certified = sum(outcome.fte(school, pool, year) for pool in pools)
            yield at_most(field, (case.school_ids[school], label), fte, certified, "FTE")


def _steps(outcome: Outcome) -> Iterator[Finding]:
    case = outcome.case
    asked = dict.fromkeys(CHANGES, (case.scenario.fte_step, "FTE"))
    asked["sections"] = (case.scenario.section_step, "sections")
    for family, (step, unit) in asked.items():
        if step is None:
            continue
        for key, value in outcome.decisions.get(family, {}).items():
            if family != "sections" or key[1] in case.decided_courses:
                away = abs(value - step * round(value / step))
                place = (case.school_ids[key[0]], case.years[key[-1]])
                yield at_most(f"{family}, distance from a multiple of {step:g}", place, away, 0.0, unit)
