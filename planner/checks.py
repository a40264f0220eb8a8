"""What can be told of a scenario before any search: what does not fit, and what arithmetic alone rules out.

Every check here is a necessary condition. Where it fails no plan exists, and the sentence says why better
than a search could; where all hold there may still be none, and the conflict report tells which rules clash.
What one policy can tell alone stands in the policy (`problems`, `warnings`); here is what takes several.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from planner.case import Case
from planner.cautions import cautions
from planner.district import POSITIONS_USE, District
from planner.equity.evaluate import undefined_terms
from planner.policies.baseline import continuing_dollars
from planner.problems import InputProblems, Problem
from planner.scenario import Scenario

FTE_SLACK = 1e-6
DOLLAR_SLACK = 1.0
NOVICE, EXPERIENCED = "novice", "experienced"


def check(district: District, scenario: Scenario) -> tuple[list[Problem], list[str]]:
    """Return what is wrong with a scenario for a district, and what its reader should know.

    Parameters
    ----------
    district
        The checked data set.
    scenario
        The resolved scenario.

    Returns
    -------
    problems, warnings
        With any problem there is no plan. What is asked of the figures is only checked once every name fits.
    """
    problems = misfits(district, scenario)
    if problems:
        return sorted(set(problems)), []
    case = Case(district, scenario)
    return sorted(set(impossibilities(case))), list(cautions(case))


def misfits(district: District, scenario: Scenario) -> list[Problem]:
    """Return what in a scenario does not fit the data: names that it does not have, and the like."""
    try:
        return Case(district, scenario).problems()
    except InputProblems as error:
        wrong = [problem.where for problem in error.problems]
        fitting = {
            key: {
                name: change
                for name, change in getattr(scenario, key).items()
                if not any(f"{where}.".startswith(f"{key}.{name}.") for where in wrong)
            }
            for key in ("funds", "uses")
        }
        rest = Case(district, scenario.model_copy(update=fitting))
        return [*error.problems, *rest.problems()]


def impossibilities(case: Case) -> Iterator[Problem]:
    """Yield what no plan can meet, as far as sums by district show it, and what has nothing to be lowered."""
    yield from undefined_terms(case)
    for district in range(len(case.district_names)):
        yield from _too_few_for_class_sizes(case, district)
        yield from _too_few_for_minimum_staffing(case, district)
        yield from _too_many_novices(case, district)
        yield from _floors_out_of_reach(case, district)
        yield from _set_asides_out_of_reach(case, district)
        yield from _pay_without_a_fund(case, district)
        yield from _more_kept_than_there_is(case, district)


def _policies(case: Case, kind: str) -> list[Any]:
    """Policies of a kind; their parameters are their own, so they are read without a type."""
    return list(case.policies_of(kind))


def _where(case: Case, district: int, *parts: str) -> str:
    return ", ".join([*parts, f"district {case.district_names[district]}"])


# Teachers ---------------------------------------------------------------------------------------------------


def most_hires(case: Case, district: int, schools: list[int], pools: list[int]) -> float:
    """Return the most positions that can be filled in the first year: open, paid, with candidates [FTE]."""
    candidates: dict[str, float] = case.hiring.candidates if case.hiring else {}
    recruits = bool(case.stipends and case.stipends.recruits)
    open_pools = [pool for pool in pools if case.hire_limits[schools, pool].sum() > 0]
    for_pay = {pool: float(case.vacancies[schools, pool].sum()) if recruits else 0.0 for pool in open_pools}
    total = 0.0
    for pool in open_pools:
        found = min(
            (fte for name, fte in candidates.items() if case.pools[pool].matches(name)), default=np.inf
        )
        total += min(float(case.hire_limits[schools, pool].sum()), found + for_pay[pool])
    for name, fte in candidates.items():
        if all(case.pools[pool].matches(name) for pool in open_pools):
            total = min(total, fte + sum(for_pay.values()))
    return min(total, _affordable(case, district, schools, open_pools))


def _affordable(case: Case, district: int, schools: list[int], pools: list[int]) -> float:
    """Positions that the first year's money could pay if it paid nothing else [FTE]."""
    pay = case.average_pay[np.ix_(schools, pools)]
    least = float(pay.min()) if pay.size and np.isfinite(pay).all() else 0.0
    funds = sorted({fund for school in schools for fund in _payers(case, school, 0)})
    dollars = sum(_room(case, fund, district) for fund in funds)
    return dollars / least if least > 0 else np.inf


def _room(case: Case, fund: str, district: int) -> float:
    """Dollars a year of a fund beside the pay it carries today."""
    return max(0.0, case.fund_dollars(fund, district) - case.staff_lines(fund, district))


def _too_few_for_class_sizes(case: Case, district: int) -> Iterator[Problem]:
    schools = case.schools_of[district]
    for field, needed in sorted(_teachers_needed(case, district).items()):
        pools = [pool for pool in case.teacher_pools if case.pools[pool].field == field]
        held = float(case.fte[np.ix_(schools, pools)].sum())
        hires = most_hires(case, district, schools, pools)
        if needed > held + hires + FTE_SLACK:
            names = ", ".join(sorted(policy.name for policy in _policies(case, "class_size")))
            yield Problem(
                _where(case, district, f"policies.{names}", f"field {field}"),
                f"limits that take {_fte(needed)} of teachers, {_held(held, hires)}",
                "limits that those teachers can meet",
                "raise the limits, or let more teachers be hired",
            )


def _teachers_needed(case: Case, district: int) -> dict[str, float]:
    """Teachers that the class-size limits take at the very least, by field [FTE]."""
    by_course: dict[tuple[str, str], float] = {}
    by_school: dict[tuple[int, str], float] = {}
    for policy in _policies(case, "class_size"):
        rules = [rule for rule in policy.rules(case) if case.district_of[rule.block.school] == district]
        if policy.semantics == "students_per_teacher":
            for rule in rules:
                key = (rule.block.school, rule.block.field)
                by_school[key] = max(by_school.get(key, 0.0), rule.block.students / rule.limit.max)
        else:
            for course_key, fte in _course_fte(policy, rules).items():
                by_course[course_key] = max(by_course.get(course_key, 0.0), fte)
    sections, students = _by_field(by_course), _by_field(by_school)
    return {
        field: max(sections.get(field, 0.0), students.get(field, 0.0)) for field in {*sections, *students}
    }


def _course_fte(policy: Any, rules: list[Any]) -> dict[tuple[str, str], float]:
    """Teachers that one policy's limits take at the very least, by course and field [FTE]."""
    needed: dict[tuple[str, str], float] = {}
    for rule in rules:
        block = rule.block
        # An average over the district may be met where a teacher gives most sections.
        peers = [other.block for other in rules if other.block.course == block.course]
        pooled = policy.semantics == "district_average"
        most = max(peer.sections_per_fte for peer in peers) if pooled else block.sections_per_fte
        key = (block.course, block.field)
        needed[key] = needed.get(key, 0.0) + _sections(policy, rule) / most
    return needed


def _sections(policy: Any, rule: Any) -> float:
    largest = policy.otherwise_max if policy.semantics == "share_of_classes" else rule.limit.max
    sections = rule.block.students / largest
    return float(np.ceil(round(sections, 9))) if policy.semantics == "every_class" else float(sections)


def _by_field(needed: dict[Any, float]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for (_, field), fte in needed.items():
        totals[field] = totals.get(field, 0.0) + fte
    return totals


def _too_few_for_minimum_staffing(case: Case, district: int) -> Iterator[Problem]:
    for policy in _policies(case, "minimum_staffing"):
        for role in sorted(policy.roles):
            where = f"policies.{policy.name}.roles.{role}"
            short = list(_short_schools(case, district, policy, role))
            yield from (Problem(f"{where}, school {school}", *words) for school, words in short)
            schools, pools = case.schools_of[district], case.pools_like(role)
            needed = sum(policy.least(case, role, school) for school in schools)
            held, hires = (
                float(case.fte[np.ix_(schools, pools)].sum()),
                most_hires(case, district, schools, pools),
            )
            if not short and needed > held + hires + FTE_SLACK:
                yield Problem(_where(case, district, where), *_too_few(role, needed, held, hires))


def _short_schools(
    case: Case, district: int, policy: Any, role: str
) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Yield the schools that cannot have the least of a role: nobody of it may transfer in."""
    pools = case.pools_like(role)
    for school in case.schools_of[district]:
        needed, held = policy.least(case, role, school), float(case.fte[school, pools].sum())
        hires = most_hires(case, district, [school], pools)
        if needed > held + hires + FTE_SLACK and not case.joinable[school, pools].any():
            yield case.school_ids[school], _too_few(role, needed, held, hires)


def _too_few(role: str, needed: float, held: float, hires: float) -> tuple[str, str, str]:
    return (
        f"{_fte(needed)} of {role} asked for, {_held(held, hires)}",
        "no more than there can be",
        "lower the least, or let more be hired",
    )


def _too_many_novices(case: Case, district: int) -> Iterator[Problem]:
    schools = case.schools_of[district]
    novices = [pool for pool in case.teacher_pools if case.pools[pool].experience == NOVICE]
    others = [pool for pool in case.teacher_pools if pool not in novices]
    leaving = case.hiring is not None and case.hiring.attrition_share > 0
    for policy in _policies(case, "novice_share"):
        if policy.high_need_only or leaving:
            continue
        share = policy.limit(case, schools[0])
        held = float(case.fte[np.ix_(schools, novices)].sum())
        teachers = float(case.fte[np.ix_(schools, case.teacher_pools)].sum())
        most = teachers + most_hires(case, district, schools, others)
        if held > share * most + FTE_SLACK:
            yield Problem(
                _where(case, district, f"policies.{policy.name}"),
                f"at most {share:.1%} novices at every school, and {held / most:.1%} in the whole district",
                "a share that the district as a whole can keep",
                "raise the share, or hire teachers who are not novices",
            )


def _floors_out_of_reach(case: Case, district: int) -> Iterator[Problem]:
    schools = case.schools_of[district]
    for policy in _policies(case, "measure_floor"):
        most = _most_in_all(case, district, policy.measure)
        bound = [school for school in schools if case.high_need[school] or not policy.high_need_only]
        needed = (policy.at_least or 0.0) * float(policy.measure.weights(case)[bound].sum())
        in_dollars = policy.measure.kind == "dollars"
        if needed > most + (DOLLAR_SLACK if in_dollars else FTE_SLACK) * len(bound):
            unit = "dollars" if in_dollars else f"FTE of {policy.measure.label.replace('_', ' ')}"
            yield Problem(
                _where(case, district, f"policies.{policy.name}.at_least"),
                f"a floor that takes {needed:,.2f} {unit} in all, and {most:,.2f} that there can be",
                "no more than there can be",
                "lower the floor",
            )


def _most_in_all(case: Case, district: int, measure: Any) -> float:
    """Most of a measure that the district's schools can have together in the first year."""
    schools, pools = case.schools_of[district], case.teacher_pools
    if measure.kind == "experienced_teachers":
        pools = [pool for pool in pools if case.pools[pool].experience == EXPERIENCED]
    elif measure.kind == "dollars" and measure.costing == "actual":
        return _most_dollars(case, district, 0)
    elif measure.kind != "teachers":
        return float(np.inf)
    return float(case.fte[np.ix_(schools, pools)].sum()) + most_hires(case, district, schools, pools)


def _fte(amount: float) -> str:
    return f"{amount:,.2f} FTE"


def _held(held: float, hires: float) -> str:
    return (
        f"and {_fte(held)} there, with {_fte(hires)} more that could be hired"
        if hires
        else f"and {_fte(held)} there"
    )


# Dollars ----------------------------------------------------------------------------------------------------


def _set_asides_out_of_reach(case: Case, district: int) -> Iterator[Problem]:
    for policy in _policies(case, "fund_rules"):
        for fund in case.planned_funds:
            own = list(case.funds[fund].set_asides) if policy.set_asides else []
            added = list(policy.funds[fund].set_asides) if fund in policy.funds else []
            for aside in [*own, *added] if case.alive(fund, 0) else []:
                needed = aside.min_share * case.fund_dollars(fund, district)
                most = min(_room(case, fund, district), _placeable(case, district, fund, aside.uses))
                if needed > most + DOLLAR_SLACK:
                    yield Problem(
                        _where(case, district, f"policies.{policy.name}, fund {fund}"),
                        f"{needed:,.0f} dollars a year set aside for {', '.join(aside.uses)}, "
                        f"and {most:,.0f} that schools can use on it",
                        "no more than can be placed",
                        "lower the share, or open the fund to more schools or uses",
                    )


def _placeable(case: Case, district: int, fund: str, uses: Iterable[str]) -> float:
    """Most dollars a year of a fund that the district's schools can use on some uses."""
    total = 0.0
    for school in case.schools_of[district]:
        for name, use in case.cells_by_school[school]:
            if name == fund and use in uses:
                useful = case.use_limits.get((school, use), np.inf)
                total += (
                    useful if case.may_spend(school, fund, use) else case.lines.get((school, fund, use), 0.0)
                )
    return total


def _pay_without_a_fund(case: Case, district: int) -> Iterator[Problem]:
    for year, label in enumerate(case.years):
        due = {school: case.carried_pay(school, year) for school in case.schools_of[district]}
        due = {school: dollars for school, dollars in due.items() if dollars > DOLLAR_SLACK}
        payers = {school: _payers(case, school, year) for school in due}
        stranded = [school for school in due if not payers[school]]
        rooms = {fund: _running_room(case, fund, district, year) for school in due for fund in payers[school]}
        most = sum(rooms.values())
        if stranded:
            first = min(case.school_ids[school] for school in stranded)
            more = f" and {len(stranded) - 1} more" if len(stranded) > 1 else ""
            dollars = sum(due[school] for school in stranded)
            yield Problem(
                _where(case, district, "funds", label),
                f"{dollars:,.0f} dollars of pay at school {first}{more} that no fund may carry on",
                f"a fund that may pay the use '{POSITIONS_USE}' there",
            )
        elif sum(due.values()) > most + DOLLAR_SLACK * len(due):
            yield Problem(
                _where(case, district, "funds", label),
                f"{sum(due.values()):,.0f} dollars of pay to carry on, {most:,.0f} in the funds that may",
                "funds that can carry the pay of those already hired",
                "a fund that ends leaves its pay to the others",
            )


def _payers(case: Case, school: int, year: int) -> list[str]:
    return [fund for fund in case.cells_by_use.get((school, POSITIONS_USE), []) if case.alive(fund, year)]


def _running_room(case: Case, fund: str, district: int, year: int) -> float:
    """Most dollars of a fund that a year could have: what was saved up too, where it carries over."""
    years = year + 1 if case.funds[fund].carry_over else 1
    return _room(case, fund, district) * years


def _more_kept_than_there_is(case: Case, district: int) -> Iterator[Problem]:
    schools = case.schools_of[district]
    for policy in _policies(case, "hold_harmless"):
        if policy.dollars_per_student is None:
            continue
        bound = [school for school in schools if case.high_need[school] or not policy.high_need_only]
        for year, label in enumerate(case.years):
            kept = policy.dollars_per_student * float(continuing_dollars(case, year)[bound].sum())
            most = _most_dollars(case, district, year)
            if kept > most + DOLLAR_SLACK * len(schools):
                yield Problem(
                    _where(case, district, f"policies.{policy.name}", label),
                    f"{kept:,.0f} dollars to be kept at schools, and {most:,.0f} to share out",
                    "no more than the funds leave",
                    "a fund that ends leaves its pay to the others; lower the share kept",
                )


def _most_dollars(case: Case, district: int, year: int) -> float:
    """Most dollars that the district's schools can have together in a year: pay, fixed lines and funds."""
    schools = case.schools_of[district]
    pay = float((case.fte * case.pay)[schools].sum()) + float(case.fixed_dollars[schools].sum())
    funds = sum(_running_room(case, f, district, year) for f in case.planned_funds if case.alive(f, year))
    # What the funds carry of today's pay is in the pay already.
    return pay + funds - sum(case.carried_pay(school, year) for school in schools)
