"""What always holds (model.md section 4): balances, coverage, charging of every cost, budgets by year."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.district import POSITIONS_USE, STIPENDS_USE
from planner.optimize.linear import Expressions, Linear, total
from planner.optimize.model import AllocationModel


def add_conservation(model: AllocationModel) -> None:
    """Add the rows that hold in every scenario."""
    for year in range(len(model.case.years)):
        _balance(model, year)
        _paid_joins_come_from_elsewhere(model, year)
        _no_more_leave_than_there_are(model, year)
        _positions_within_limits(model, year)
        _coverage(model, year)
        _charge_positions(model, year)
        _charge_stipends(model, year)
        _useful_dollars(model, year)
    _budgets(model)


def _balance(model: AllocationModel, year: int) -> None:
    case = model.case
    leaving, joining = (model.by_district(family, year) for family in ("leave", "join"))
    for district, pool in sorted({*leaving, *joining}):
        key = ("balance", case.district_names[district], case.pools[pool], year)
        model.always(key, total(leaving[district, pool]).equals(total(joining[district, pool])))


def _paid_joins_come_from_elsewhere(model: AllocationModel, year: int) -> None:
    """Keep a school from paying its own teachers to join it: a transfer is between two schools."""
    case = model.case
    for schools in case.schools_of:
        for pool in case.teacher_pools:
            both = [s for s in schools if case.paid_join[s, pool] and model.has("leave", (s, pool, year))]
            both = [s for s in both if model.joins(s, pool, year).terms]
            if both:
                moving = model.auxiliary((both[0], "moving", case.pools[pool], year))
                everyone = total(model.leave(s, pool, year) for s in schools)
                model.define((both[0], "moving", case.pools[pool], year), moving.equals(everyone))
            for school in both:
                here = total([model.joins(school, pool, year), model.leave(school, pool, year)])
                model.always((school, "from elsewhere", case.pools[pool], year), here <= moving)


def _no_more_leave_than_there_are(model: AllocationModel, year: int) -> None:
    case = model.case
    # Those who leave in the first year are bounded by today's staff already, as columns.
    families = ("leave", "release", "attrition") if year else ("release", "attrition")
    going = {key[:2] for family in families for key in model.keys(family)}
    for school, pool in sorted(going):
        parts = total([model.leave(school, pool, year), model.released(school, pool, year)])
        bounded = year == 0 and len(parts.terms) == 1 and model.has("leave", (school, pool, year))
        if not parts.terms or bounded:
            continue
        before = model.fte(school, pool, year - 1) if year else float(case.fte[school, pool])
        model.always((school, "staff present", case.pools[pool], year), parts <= before)


def _positions_within_limits(model: AllocationModel, year: int) -> None:
    """Keep positions hired and not released within today's vacancies (or what a policy allows)."""
    case = model.case
    for school, pool, when in model.keys("hire"):
        if when != year:
            continue
        stock = positions(model, school, pool, year)
        limit = float(case.hire_limits[school, pool])
        recruits = model.has("recruit", (school, pool, 1, year))
        if (year or recruits) and limit < float("inf"):
            model.always((school, "positions open", case.pools[pool], year), stock <= limit)
        if recruits:
            filled = total(model.recruits(school, pool, tier, year) for tier in model.tiers[1:])
            vacant = float(case.vacancies[school, pool])
            model.always((school, "vacancies filled", case.pools[pool], year), filled <= vacant)
        if model.has("release", (school, pool, year)):
            model.always((school, "positions held", case.pools[pool], year), stock >= 0)


def positions(model: AllocationModel, school: int, pool: int, year: int) -> Linear:
    """Return the positions hired under the plan and not given up by a year [FTE]."""
    parts: list[Linear] = []
    for earlier in range(year + 1):
        parts += [model.hired(school, pool, earlier), -model.release(school, pool, earlier)]
    return total(parts)


def _coverage(model: AllocationModel, year: int) -> None:
    case = model.case
    needed: dict[str, dict[int, list[Linear]]] = {}
    for block in case.blocks.values():
        if block.course in case.decided_courses:
            part = model.sections(block.school, block.course, year) / block.sections_per_fte
            needed.setdefault(block.field, {}).setdefault(block.school, []).append(part)
    pools_of: dict[str, list[int]] = {}
    for pool in case.teacher_pools:
        pools_of.setdefault(case.pools[pool].field, []).append(pool)
    for field, by_school in needed.items():
        staffed = model.total([model.staff(pool, year) for pool in pools_of.get(field, [])])
        keys = [(school, "coverage", field, year) for school in by_school]
        covered = Expressions.sums(by_school.values()) <= staffed.take(list(by_school))
        model.always_each(keys, covered)


def _charge_positions(model: AllocationModel, year: int) -> None:
    case = model.case
    costs: dict[int, list[Linear]] = {}
    for school, pool, when in model.keys("hire"):
        if when == year:
            pay = float(case.average_pay[school, pool])
            costs.setdefault(school, []).append(positions(model, school, pool, year) * pay)
    _charge(model, POSITIONS_USE, year, costs, case.carried_pay)


def _charge_stipends(model: AllocationModel, year: int) -> None:
    case = model.case
    costs: dict[int, list[Linear]] = {}
    for school, pool, tier in _stipend_places(model, year):
        dollars = case.stipends.cost_per_fte(case.stipend_tiers[tier - 1])
        holders = model.stipend_holders(school, pool, tier, year)
        costs.setdefault(school, []).append(holders * dollars)
        if year:
            model.always((school, "stipends held", case.pools[pool], tier, year), holders >= 0)
    if year:
        _stipends_end_with_leaving(model, year)
        _holders_are_there(model, year)
    _charge(model, STIPENDS_USE, year, costs, case.carried_stipends)


def _stipend_places(model: AllocationModel, year: int) -> list[tuple[int, int, int]]:
    """Return every (school, pool, tier) at which staff who join or fill a vacancy are paid a stipend."""
    keys = [key for family in ("join", "recruit") for key in model.keys(family)]
    return list(dict.fromkeys((s, p, tier) for s, p, tier, when in keys if tier and when == year))


def _stipends_end_with_leaving(model: AllocationModel, year: int) -> None:
    ends: dict[tuple[int, int], list[Linear]] = {}
    for school, pool, tier, when in model.keys("stipend_end"):
        if when == year:
            ends.setdefault((school, pool), []).append(model.stipend_end(school, pool, tier, year))
    for (school, pool), parts in ends.items():
        key = (school, "stipend ends", model.case.pools[pool], year)
        model.always(key, total(parts) <= model.leave(school, pool, year))


def _holders_are_there(model: AllocationModel, year: int) -> None:
    """Keep stipends from being paid to teachers who are gone."""
    held: dict[tuple[int, int], list[Linear]] = {}
    for school, pool, tier in _stipend_places(model, year):
        held.setdefault((school, pool), []).append(model.stipend_holders(school, pool, tier, year))
    for (school, pool), parts in held.items():
        key = (school, "holders present", model.case.pools[pool], year)
        model.always(key, total(parts) <= model.fte(school, pool, year))


def _charge(
    model: AllocationModel,
    use: str,
    year: int,
    costs: dict[int, list[Linear]],
    carried: Callable[[int, int], float],
) -> None:
    """Let each school's lines of a use, over all funds, be just what the use costs there."""
    schools = range(len(model.case.school_ids))
    of_use = [school if spent_on == use else -1 for school, _, spent_on in model.case.cells]
    paid = model.spent(year).grouped(np.array(of_use, dtype=np.int64), len(schools))
    cost = Expressions.sums(costs.get(school, []) for school in schools)
    rest = paid - (cost + np.array([carried(school, year) for school in schools]))
    chosen = np.flatnonzero(rest.decided | (np.abs(rest.constants) > 0.5))
    keys = [(school, "charging", use, year) for school in chosen.tolist()]
    model.always_each(keys, rest.take(chosen).equals(0.0))


def _useful_dollars(model: AllocationModel, year: int) -> None:
    case = model.case
    places = list(case.use_limits)
    number = {place: at for at, place in enumerate(places)}
    limited = [number.get((school, use), -1) for school, _, use in case.cells]
    spent = model.spent(year).grouped(np.array(limited, dtype=np.int64), len(places))
    chosen = np.flatnonzero(spent.decided)
    limits = np.array(list(case.use_limits.values()))[chosen]
    keys = [(places[place][0], "useful", places[place][1], year) for place in chosen.tolist()]
    model.always_each(keys, spent.take(chosen) <= limits)


def _budgets(model: AllocationModel) -> None:
    """Keep each fund within its dollars: year by year, or running totals where unspent money carries over."""
    case = model.case
    parts = [(fund, int(case.district_of[school])) for school, fund, _ in case.cells]
    budgets = list(dict.fromkeys(parts))
    number = {budget: at for at, budget in enumerate(budgets)}
    groups = np.array([number[part] for part in parts], dtype=np.int64)
    spent = [model.spent(year).grouped(groups, len(budgets)) for year in range(len(case.years))]
    for at, (fund, district) in enumerate(budgets):
        room = case.fund_dollars(fund, district) - case.staff_lines(fund, district)
        for year in range(len(case.years)):
            if not case.alive(fund, year):
                break
            years = range(year + 1) if case.funds[fund].carry_over else [year]
            row = total(spent[each][at] for each in years)
            if row.terms:
                key = ("budget", fund, case.district_names[district], year)
                model.always(key, row <= room * len(years))
