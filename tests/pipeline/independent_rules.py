"""Each policy's rows for the independent program, from its docstring and parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from independent_indices import amount, amount_today, measure_of, shared_over
from matrices import INFINITY, Sum, plus
from raw_tables import Pool, Raw

if TYPE_CHECKING:
    from independent import Independent

Settings = Mapping[str, Any]
EXPERIENCES = ["novice", "developing", "experienced"]
# domain.md section 4: the share of teachers who move, for the dollars a year that were studied and no more.
RESPONSE = {"low": (0.007, 5_000), "central": (0.05, 10_000), "high": (0.10, 10_000)}


# Policies that shape the decisions --------------------------------------------------------------------------


@dataclass(frozen=True)
class StipendRule:
    """The supply curve: dollars, cumulative shares of a pool and of vacancies, by tier from the lowest."""

    eligible: str | list[str]
    experience: list[str]
    tiers: list[float]
    shares: list[float]
    filled: list[float]
    fringe: float

    def cost(self, tier: int) -> float:
        """Cost of one holder of a tier, counted from 1 [dollars a year]."""
        return self.tiers[tier - 1] * (1 + self.fringe)


def stipend_rule(raw: Raw) -> StipendRule | None:
    """Return the scenario's stipends."""
    for rule in raw.of_kind("stipends"):
        share, studied = RESPONSE[rule.get("response", "central")]
        return StipendRule(
            rule.get("eligible", "high_need"),
            rule.get("experience", EXPERIENCES),
            [tier["dollars"] for tier in rule["tiers"]],
            [tier.get("share", share * min(tier["dollars"] / studied, 1.0)) for tier in rule["tiers"]],
            [tier.get("vacancies_filled", 0.0) for tier in rule["tiers"]],
            rule.get("fringe_rate", 0.0765),
        )
    return None


@dataclass(frozen=True)
class HireRule:
    """What a scenario says of new positions; without a policy, vacancies may be filled."""

    freeze: bool = False
    vacancies_only: bool = False
    candidates: tuple[str, ...] = ()
    release: bool = False
    attrition_share: float = 0.0

    def open_positions(self, raw: Raw, school: str, pool: Pool) -> float:
        """Return the most positions that may be held at once [FTE]."""
        if self.freeze:
            return 0.0
        found = not self.vacancies_only and any(self._opens(raw, name, pool) for name in self.candidates)
        return INFINITY if found and self._fits(raw, school, pool) else raw.vacant(school, pool)

    @staticmethod
    def _opens(raw: Raw, name: str, pool: Pool) -> bool:
        """A name without an experience means the least experienced pool of each field."""
        if pool not in raw.like(name):
            return False
        rivals = [other for other in raw.like(name) if other[:2] == pool[:2]]
        return name.count("/") == 2 or pool == min(rivals, key=lambda other: EXPERIENCES.index(other[2]))

    @staticmethod
    def _fits(raw: Raw, school: str, pool: Pool) -> bool:
        return pool[0] != "teacher" or raw.uses_field(school, pool)


def hire_rule(raw: Raw) -> HireRule:
    """Return what the scenario says of new positions."""
    for rule in raw.of_kind("hiring"):
        return HireRule(
            rule.get("freeze", False),
            rule.get("vacancies_only", False),
            tuple(rule.get("candidates", {})),
            rule.get("release", False),
            rule.get("attrition_share", 0.0),
        )
    return HireRule()


# One function a policy --------------------------------------------------------------------------------------


def class_size(program: Independent, rule: Settings) -> None:
    for year in program.raw.years:
        CLASS_SIZE[rule.get("semantics", "school_average")](program, rule, year)


def _limits(program: Independent, rule: Settings) -> list[tuple[str, str, str, Settings]]:
    """Return (school, course, tier, limit) of every block that the rule binds."""
    raw, found = program.raw, []
    for (school, course), block in raw.blocks.items():
        if (
            course not in rule["courses"]
            or school in rule.get("exclude_schools", [])
            or not block["students"]
        ):
            continue
        limit, tier = rule["courses"][course], "other"
        if limit.get("high_need") and raw.high_need(school):
            limit, tier = limit["high_need"], "high_need"
        # A waiver is leave to have more students, never a tighter limit.
        if rule.get("waivers", {}).get(school, 0.0) > limit["max"]:
            limit, tier = {"max": rule["waivers"][school]}, "waived"
        found.append((school, course, tier, limit))
    return found


def _seats(program: Independent, school: str, course: str) -> float:
    return float(program.raw.blocks[school, course]["students"])


def _every_class(program: Independent, rule: Settings, year: str) -> None:
    for school, course, _, limit in _limits(program, rule):
        whole = math.ceil(round(_seats(program, school, course) / limit["max"], 9))
        program.lp.at_least(program.classes[school, course, year], whole)


def _school_average(program: Independent, rule: Settings, year: str) -> None:
    # A limit that the planner sets is at most `max`; setting it lower than the sections ask binds nothing.
    for school, course, _, limit in _limits(program, rule):
        needed = _seats(program, school, course) / limit["max"]
        program.lp.at_least(program.classes[school, course, year], needed)


def _district_average(program: Independent, rule: Settings, year: str) -> None:
    found = _limits(program, rule)
    groups = {(program.raw.district(school), course, tier) for school, course, tier, _ in found}
    for district, name, group in sorted(groups):
        rows = [
            (program.classes[school, course, year], _seats(program, school, course) / limit["max"])
            for school, course, tier, limit in found
            if (program.raw.district(school), course, tier) == (district, name, group)
        ]
        program.lp.at_least(plus(offered for offered, _ in rows), sum(needed for _, needed in rows))


def _share_of_classes(program: Independent, rule: Settings, year: str) -> None:
    """Small classes at the limit and large ones at `otherwise_max` together seat everyone."""
    small: dict[str, list[Sum]] = {}
    offered: dict[str, list[Sum]] = {}
    for school, course, _, limit in _limits(program, rule):
        few, many = program.lp.column(), program.lp.column()
        program.lp.equal(program.classes[school, course, year], few + many)
        seated = few * limit["max"] + many * rule["otherwise_max"]
        program.lp.at_least(seated, _seats(program, school, course))
        small.setdefault(program.raw.district(school), []).append(few)
        offered.setdefault(program.raw.district(school), []).append(few + many)
    for district, parts in small.items():
        program.lp.at_least(plus(parts), plus(offered[district]) * rule.get("share", 1.0))


def _students_per_teacher(program: Independent, rule: Settings, year: str) -> None:
    for school, course, _, limit in _limits(program, rule):
        field = program.raw.blocks[school, course]["field"]
        least = _seats(program, school, course) / limit["max"]
        program.lp.at_least(program.field_staff(school, field, year), least)


CLASS_SIZE: dict[str, Callable[[Independent, Settings, str], None]] = {
    "every_class": _every_class,
    "school_average": _school_average,
    "district_average": _district_average,
    "share_of_classes": _share_of_classes,
    "students_per_teacher": _students_per_teacher,
}


def transfers(program: Independent, rule: Settings) -> None:
    raw = program.raw
    for year in raw.years:
        for school in raw.ids:
            for pool in raw.teacher_pools:
                shares = [] if rule.get("max_share_per_school") is None else [rule["max_share_per_school"]]
                guarded = any(pool in raw.like(pattern) for pattern in rule.get("protected_pools", []))
                if guarded or school in rule.get("protected_schools", []):
                    shares = [0.0]
                for share in shares:
                    program.lp.at_least(share * raw.fte(school, pool), program.leaving(school, pool, year))
        for district in raw.districts:
            _district_transfers(program, rule, district, year)


def _district_transfers(program: Independent, rule: Settings, district: str, year: str) -> None:
    raw = program.raw
    schools = raw.inside(district)
    pools = {pool: sum(raw.fte(school, pool) for school in schools) for pool in raw.teacher_pools}
    if rule.get("max_share_of_district") is not None:
        moving = plus(program.leaving(school, pool, year) for school in schools for pool in pools)
        program.lp.at_least(rule["max_share_of_district"] * sum(pools.values()), moving)
    for pool, present in pools.items() if rule.get("voluntary") else []:
        unpaid = plus(
            column
            for (_, target, p, tier, y), column in program.move.items()
            if (p, tier, y) == (pool, 0, year) and target in schools
        )
        back = plus(
            column for (s, p, _, y), column in program.end.items() if (p, y) == (pool, year) and s in schools
        )
        program.lp.at_least(back + rule.get("volunteer_share", 0.0) * present, unpaid)


def stipends(program: Independent, _: Settings) -> None:
    raw, rule = program.raw, program.stipends
    assert rule is not None
    for year in raw.years:
        for district in raw.districts:
            schools = raw.inside(district)
            for pool in raw.teacher_pools:
                present = sum(raw.fte(school, pool) for school in schools)
                moved: Sum | float = 0.0
                for tier in range(1, len(rule.tiers) + 1):
                    places = [school for school in schools if (school, pool) in program.paying]
                    moved = plus([moved, *(program.held[school, pool, tier, year] for school in places)])
                    moved = moved - _recruited(program, places, [pool], [tier], year)
                    program.lp.at_least(rule.shares[tier - 1] * present, moved)
            _recruit_limits(program, rule, schools, year)


def _recruit_limits(program: Independent, rule: StipendRule, schools: list[str], year: str) -> None:
    vacant = sum(program.raw.vacant(school, pool) for school, pool in program.paying if school in schools)
    for tier in range(1, len(rule.tiers) + 1):
        pools = program.raw.teacher_pools
        filled = _recruited(program, schools, pools, list(range(1, tier + 1)), year)
        program.lp.at_least(rule.filled[tier - 1] * vacant, filled)


def _recruited(
    program: Independent, schools: list[str], pools: list[Pool], tiers: list[int], year: str
) -> Sum:
    return plus(
        column
        for (s, p, k, y), column in program.recruit.items()
        if s in schools and p in pools and k in tiers and y <= year
    )


def hiring(program: Independent, rule: Settings) -> None:
    raw = program.raw
    for district in raw.districts:
        schools = raw.inside(district)
        for year in raw.years:
            for name, most in rule.get("candidates", {}).items():
                places = [(school, pool) for school in schools for pool in raw.like(name)]
                hires = plus(program.change.get(("hire", *place, year), 0.0) for place in places)
                program.lp.at_least(most, hires)
            hired = {s: plus(program.hired(s, pool, year) for pool in raw.pools) for s in schools}
            first = plus(hires for school, hires in hired.items() if raw.high_need(school))
            program.lp.at_least(first, plus(hired.values()) * rule.get("high_need_share", 0.0))
        vacant = [(s, p) for s in schools for p in raw.pools if raw.vacant(s, p) > 0]
        filled = plus(program.positions(*place, raw.years[-1]) for place in vacant)
        least = rule.get("fill_vacancies", 0.0) * sum(raw.vacant(*place) for place in vacant)
        program.lp.at_least(filled, least)


def minimum_staffing(program: Independent, rule: Settings) -> None:
    raw = program.raw
    for role, least in rule["roles"].items():
        for school in raw.ids:
            asked = [least.get("schools", {}).get(school, 0.0)]
            if not least.get("levels") or raw.schools[school]["level"] in least["levels"]:
                asked.append(least.get("per_school", 0.0))
                asked.append(raw.students(school) / least.get("students_per_fte", INFINITY))
            for year in raw.years:
                held = plus(program.staff[school, pool, year] for pool in raw.like(role))
                program.lp.at_least(held, max(asked))


def novice_share(program: Independent, rule: Settings) -> None:
    raw = program.raw
    novice = [pool for pool in raw.teacher_pools if pool[2] == "novice"]
    for school in _bound(program, rule):
        peers = raw.inside(raw.district(school))
        teachers = sum(raw.fte(peer, pool) for peer in peers for pool in raw.teacher_pools)
        share = rule.get("max_share", 1.0)
        if "relative_to_district" in rule and teachers:
            district = sum(raw.fte(peer, pool) for peer in peers for pool in novice) / teachers
            share = min(share, rule["relative_to_district"] * district)
        for year in raw.years:
            everyone = plus(program.staff[school, pool, year] for pool in raw.teacher_pools)
            program.lp.at_least(everyone * share, plus(program.staff[school, pool, year] for pool in novice))


def hold_harmless(program: Independent, rule: Settings) -> None:
    raw = program.raw
    for school in _bound(program, rule):
        fte = sum(raw.fte(school, pool) for pool in raw.teacher_pools)
        for year in raw.years:
            kept = rule.get("dollars_per_student", 0.0) * _running_on(raw, school, year)
            program.lp.at_least(program.school_dollars(school, year), kept)
            teachers = plus(program.staff[school, pool, year] for pool in raw.teacher_pools)
            program.lp.at_least(teachers, rule.get("fte_per_student", 0.0) * fte)


def reallocation_limit(program: Independent, rule: Settings) -> None:
    """A fund that ends takes with it what it paid the year before; that fall is left out of the change."""
    raw = program.raw
    for school in raw.ids:
        whole = _running_on(raw, school, None)
        limits = [rule["max_share"] * whole] if "max_share" in rule else []
        most = min([*limits, rule.get("max_dollars", INFINITY)])
        before: Sum | float = whole
        for year in raw.years:
            now, earlier = program.school_dollars(school, year), program.before(year)
            if earlier is None:
                ended: Sum | float = whole - _running_on(raw, school, year)
            else:
                funds = [f for f in raw.funds if raw.alive(f, earlier) and not raw.alive(f, year)]
                cells = [(f, u) for f in funds for u in raw.placeable_uses if u != "positions"]
                ended = plus(program.spend.get((school, *cell, earlier), 0.0) for cell in cells)
            change = now - before + ended
            program.lp.at_least(most, change)
            program.lp.at_least(change, -most)
            before = now


def plan_limit(program: Independent, rule: Settings) -> None:
    """All years together: what moves, and what is placed beyond today's lines."""
    raw = program.raw
    if rule.get("max_moves") is not None:
        program.lp.at_least(rule["max_moves"], plus(program.move.values()))
    if rule.get("max_dollars") is not None:
        added = plus(column - raw.today(*cell) for cell, column in program.spend.items())
        program.lp.at_least(rule["max_dollars"], added)


def _running_on(raw: Raw, school: str, year: str | None) -> float:
    """Today's dollars of a school that have not ended by a year; all of today's for None."""
    found = sum(raw.fte(school, pool) * raw.pay(school, pool) for pool in raw.pools)
    for (s, fund, use), dollars in raw.lines.items():
        if s != school or use in ("staff", "positions"):
            continue
        if fund not in raw.funds or year is None or raw.alive(fund, year):
            found += dollars
    return found


def fund_rules(program: Independent, rule: Settings) -> None:
    raw = program.raw
    for fund, spec in raw.funds.items():
        own = rule.get("funds", {}).get(fund, {})
        asides = [*own.get("set_asides", [])]
        asides += (spec.get("set_asides") or []) if rule.get("set_asides", True) else []
        alive = [year for year in raw.years if raw.alive(fund, year)]
        for district in raw.districts if alive else []:
            dollars = raw.amount(fund, district)
            for aside in asides:
                spent = _spent(program, fund, district, alive, aside["uses"])
                program.lp.at_least(spent, aside["min_share"] * dollars * len(alive))
            _caps(program, own, fund, district, alive)
            if "spend_down" in own:
                until = [year for year in alive if year <= own["spend_down"]["by"]]
                spent = _spent(program, fund, district, until, None)
                share = own["spend_down"].get("min_share", 1.0)
                program.lp.at_least(spent, share * dollars * len(until))
        _barred(program, own, fund, alive)


def _spent(program: Independent, fund: str, district: str, years: list[str], uses: list[str] | None) -> Sum:
    """What a fund spends, today's pay among it where all uses are meant or `staff` is one of them."""
    pay = program.raw.pay_lines(fund, district) if uses is None or "staff" in uses else 0.0
    return program.placed(fund, district, years, uses) + pay * len(years)


def _caps(program: Independent, own: Settings, fund: str, district: str, alive: list[str]) -> None:
    for cap in own.get("caps", []):
        if "max_share" in cap:
            most = cap["max_share"] * program.raw.amount(fund, district) * len(alive)
            program.lp.at_least(most, _spent(program, fund, district, alive, cap["uses"]))
        for year in alive if "max_dollars" in cap else []:
            program.lp.at_least(cap["max_dollars"], _spent(program, fund, district, [year], cap["uses"]))


def _barred(program: Independent, own: Settings, fund: str, alive: list[str]) -> None:
    """Only dollars added to today's lines are judged by uses, schools and one_time_only."""
    raw = program.raw
    for (school, name, use, year), dollars in program.spend.items():
        lasting = use in ("positions", "stipends") or raw.uses.get(use, {}).get("recurring", True)
        barred = (
            ("uses" in own and use not in own["uses"])
            or ("schools" in own and school not in own["schools"])
            or (own.get("one_time_only") and lasting)
        )
        if name == fund and barred and year in alive:
            program.lp.at_least(raw.today(school, fund, use, year), dollars)


def measure_floor(program: Independent, rule: Settings) -> None:
    raw, measure = program.raw, measure_of(rule["measure"])
    for school in _bound(program, rule):
        shared = shared_over(raw, measure, school)
        if not shared > 0:
            continue
        today = rule.get("share_of_today", 0.0) * amount_today(program, measure, school)
        fewer = measure["measure"] == "novice_teachers"
        for year in raw.years:
            now = amount(program, measure, school, year)
            program.lp.at_least(now, rule.get("at_least", 0.0) * shared)
            if "at_most" in rule:
                program.lp.at_least(rule["at_most"] * shared, now)
            if "share_of_today" in rule:
                program.lp.at_least(today if fewer else now, now if fewer else today)


def _bound(program: Independent, rule: Settings) -> list[str]:
    only = rule.get("high_need_only", False)
    return [school for school in program.raw.ids if not only or program.raw.high_need(school)]


RULES: dict[str, Callable[[Independent, Settings], None]] = {
    "class_size": class_size,
    "transfers": transfers,
    "stipends": stipends,
    "hiring": hiring,
    "minimum_staffing": minimum_staffing,
    "novice_share": novice_share,
    "hold_harmless": hold_harmless,
    "reallocation_limit": reallocation_limit,
    "fund_rules": fund_rules,
    "measure_floor": measure_floor,
    "plan_limit": plan_limit,
}
