"""What always holds (model.md section 4): balances, coverage, charging of every cost, budgets by year."""

from __future__ import annotations

from planner.district import POSITIONS_USE, STIPENDS_USE
from planner.optimize.linear import Linear, total
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
    leaving, joining = (_by_district(model, family, year) for family in ("leave", "join"))
    for district, pool in sorted({*leaving, *joining}):
        key = ("balance", case.district_names[district], case.pools[pool], year)
        leave, join = total(leaving.get((district, pool), ())), total(joining.get((district, pool), ()))
        model.always(key, leave.equals(join))


def _by_district(model: AllocationModel, family: str, year: int) -> dict[tuple[int, int], list[Linear]]:
    """Return the decisions of a family in a year by (district, pool)."""
    found: dict[tuple[int, int], list[Linear]] = {}
    districts = model.case.district_of.tolist()
    for key in model.keys(family):
        if key[-1] == year:
            found.setdefault((districts[key[0]], key[1]), []).append(model.get(family, key))
    return found


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
    going = {key[:2] for family in ("leave", "release", "attrition") for key in model.keys(family)}
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
    needed: dict[tuple[int, str], list[Linear]] = {}
    for block in case.blocks.values():
        if block.course in case.decided_courses:
            part = model.sections(block.school, block.course, year) / block.sections_per_fte
            needed.setdefault((block.school, block.field), []).append(part)
    pools_of: dict[str, list[int]] = {}
    for pool in case.teacher_pools:
        pools_of.setdefault(case.pools[pool].field, []).append(pool)
    fields = sorted({field for _, field in needed})
    staffed = {
        field: model.total([model.staff(pool, year) for pool in pools_of.get(field, [])]) for field in fields
    }
    for (school, field), parts in needed.items():
        model.always((school, "coverage", field, year), total(parts) <= staffed[field][school])


def _charge_positions(model: AllocationModel, year: int) -> None:
    case = model.case
    costs: dict[int, list[Linear]] = {}
    for school, pool, when in model.keys("hire"):
        if when == year:
            pay = float(case.average_pay[school, pool])
            costs.setdefault(school, []).append(positions(model, school, pool, year) * pay)
    for school in range(len(case.school_ids)):
        cost = total(costs.get(school, []))
        _charge(model, school, POSITIONS_USE, year, cost + case.carried_pay(school, year))


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
    for school in range(len(case.school_ids)):
        cost = total(costs.get(school, []))
        _charge(model, school, STIPENDS_USE, year, cost + case.carried_stipends(school, year))


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


def _charge(model: AllocationModel, school: int, use: str, year: int, cost: Linear) -> None:
    funds = model.case.cells_by_use.get((school, use), [])
    paid = total(model.dollars(school, fund, use, year) for fund in funds)
    if paid.terms or cost.terms or abs(paid.constant - cost.constant) > 0.5:
        model.always((school, "charging", use, year), paid.equals(cost))


def _useful_dollars(model: AllocationModel, year: int) -> None:
    case = model.case
    for (school, use), limit in case.use_limits.items():
        spent = total(
            model.dollars(school, fund, use, year) for fund in case.cells_by_use.get((school, use), [])
        )
        if spent.terms:
            model.always((school, "useful", use, year), spent <= limit)


def _budgets(model: AllocationModel) -> None:
    """Keep each fund within its dollars: year by year, or running totals where unspent money carries over."""
    case = model.case
    cells: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for school, fund, use in case.cells:
        cells.setdefault((fund, int(case.district_of[school])), []).append((school, use))
    for (fund, district), places in cells.items():
        room = case.fund_dollars(fund, district) - case.staff_lines(fund, district)
        spent: list[Linear] = []
        for year in range(len(case.years)):
            if not case.alive(fund, year):
                break
            this_year = [model.dollars(school, fund, use, year) for school, use in places]
            spent = [*spent, *this_year] if case.funds[fund].carry_over else this_year
            years = year + 1 if case.funds[fund].carry_over else 1
            row = total(spent)
            if row.terms:
                model.always(("budget", fund, case.district_names[district], year), row <= room * years)
