"""Federal rules for the independent program, from docs/domain.md section 3 and the pages of docs/policies.

Where a rule is a choice between cases (a total cut or not, a cut-off, one of two tests), each case is a
program of its own here, and the least of their optima counts.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from matrices import Sum, plus
from raw_tables import Pool, Raw

if TYPE_CHECKING:
    from independent import Independent

Settings = Mapping[str, Any]
PAY = ("staff", "positions")
FEDERAL_NAMES = ("federal", "federal_other", "title_i", "title_ii", "idea", "perkins", "esser")


# Dollars and staff by who pays ------------------------------------------------------------------------------


def federal(rule: Settings) -> list[str]:
    """Return the funds that a rule counts as federal."""
    return list(rule.get("federal", FEDERAL_NAMES))


def federal_pay(program: Independent, rule: Settings, school: str, year: str | None) -> Sum:
    """Return what federal funds carry of a school's pay: their lines `staff` and `positions`."""
    raw, parts = program.raw, list[Sum | float]()
    for fund in federal(rule):
        planned = fund in raw.funds
        for use in PAY:
            today = raw.lines.get((school, fund, use), 0.0)
            if not planned or year is None:
                parts.append(today)
            elif use == "staff":
                parts.append(today if raw.alive(fund, year) else 0.0)
            else:
                parts.append(program.spend.get((school, fund, use, year), 0.0))
    return plus(parts)


def pay(program: Independent, school: str, year: str | None) -> Sum:
    """Return the pay of a school's staff: today's at its own rates, changes at the district's average."""
    raw, parts = program.raw, list[Sum | float]()
    for pool in raw.pools:
        average = raw.average_pay(raw.district(school), pool)
        held = raw.fte(school, pool) if year is None else program.staff[school, pool, year]
        parts += [held * average, raw.fte(school, pool) * (raw.pay(school, pool) - average)]
    return plus(parts)


def state_local(program: Independent, rule: Settings, school: str, year: str | None) -> Sum:
    """Return a school's state and local dollars; of today for None."""
    raw = program.raw
    parts: list[Sum | float] = [pay(program, school, year), federal_pay(program, rule, school, year) * -1.0]
    for (s, fund, use), dollars in raw.lines.items():
        fixed = fund not in raw.funds or year is None
        if s == school and fixed and use not in PAY and fund not in federal(rule):
            parts.append(dollars)
    for (s, fund, use, y), dollars in program.spend.items():
        if (s, y) == (school, year) and use not in PAY and fund not in federal(rule):
            parts.append(dollars)
    return plus(parts)


def fund_dollars(program: Independent, funds: Iterable[str], district: str, year: str | None) -> Sum:
    """Return all that some funds spend in a district, pay included; today for None."""
    raw, parts, named = program.raw, list[Sum | float](), set(funds)
    inside = set(raw.inside(district))
    for (school, fund, use), dollars in raw.lines.items():
        runs_on = fund not in raw.funds or year is None or (use == "staff" and raw.alive(fund, year))
        if fund in named and school in inside and runs_on:
            parts.append(dollars)
    for (school, fund, _, y), spent in program.spend.items():
        if fund in named and school in inside and y == year:
            parts.append(spent)
    return plus(parts)


# Comparability ----------------------------------------------------------------------------------------------


def comparability_cases(raw: Raw, rule: Settings) -> list[Any]:
    """Return the tests that may be kept, by district; with `either` each district keeps one throughout."""
    test = rule.get("test", "staff")
    tests = ["staff", "salaries"] if test == "either" else [test]
    districts = sorted({raw.district(school) for school in raw.ids})
    return [dict(zip(districts, way, strict=True)) for way in itertools.product(tests, repeat=len(districts))]


def comparability(program: Independent, rule: Settings) -> None:
    """A Title I school's students per staff are at most 110% of the others', or its salaries at least 90%."""
    raw = program.raw
    for schools in _spans(raw, rule.get("within", "level")):
        test = rule["case"][raw.district(schools[0])]
        counting, by_staff = COUNTED[test], test == "staff"
        share = 1 / rule.get("max_ratio", 1.1) if by_staff else rule.get("min_salaries", 0.9)
        large = [s for s in schools if raw.students(s) > rule.get("small_school", 100)]
        served = [s for s in large if raw.schools[s]["title_i"]]
        others = [s for s in large if s not in served]
        all_served = len(served) > 1 and all(raw.schools[s]["title_i"] for s in schools)
        others = served if all_served else others
        for year in raw.years if served and others else []:
            each = {s: counting(program, rule, s, year) for s in large}
            if all_served or rule.get("average", "pooled") == "pooled":
                mean = plus(each[s] for s in others) * (1 / sum(raw.students(s) for s in others))
            else:
                mean = plus(each[s] * (1 / raw.students(s)) for s in others) * (1 / len(others))
            for school in served:
                own = each[school] * (1 / raw.students(school))
                program.lp.at_least(own, mean * share)
                # Where all are Title I, students per staff are as near the mean on its other side.
                other = 1 / (2 - 1 / share) if by_staff else 2 - share
                if all_served and other > 0:
                    program.lp.at_least(mean * other, own)


def _spans(raw: Raw, within: str) -> list[list[str]]:
    keys = {s: (raw.district(s), raw.schools[s]["level"] if within == "level" else "") for s in raw.ids}
    return [[s for s in raw.ids if keys[s] == key] for key in sorted(set(keys.values()))]


def _instructional(raw: Raw, rule: Settings) -> list[Pool]:
    out = {pool for pattern in rule.get("excluded", []) for pool in raw.like(pattern)}
    counted = {pool for pattern in rule.get("instructional", ["teacher"]) for pool in raw.like(pattern)}
    return sorted(counted - out)


def _in_fte(program: Independent, rule: Settings, school: str, year: str) -> Sum:
    """Staff less those that federal funds pay, at the district's average pay of instructional staff."""
    raw, pools = program.raw, _instructional(program.raw, rule)
    district = raw.district(school)
    today = {p: sum(raw.fte(s, p) for s in raw.inside(district)) for p in pools}
    rates = sum(fte * raw.average_pay(district, p) for p, fte in today.items())
    held = plus(program.staff[school, pool, year] for pool in pools)
    per_dollar = sum(today.values()) / rates if rates else 0.0
    return held - federal_pay(program, rule, school, year) * per_dollar


def _in_salaries(program: Independent, rule: Settings, school: str, year: str) -> Sum:
    """Salaries without benefits at the district's rates; pay for experience left out unless asked for."""
    raw, district = program.raw, program.raw.district(school)
    benefits = 1 + float(raw.facts.get("benefit_rate") or 0.0)
    parts: list[Sum | float] = [federal_pay(program, rule, school, year) * (-1 / benefits)]
    for pool in _instructional(raw, rule):
        alike = [p for p in raw.pools if p[:2] == pool[:2]] if rule.get("longevity") != "include" else [pool]
        today = {p: sum(raw.fte(s, p) for s in raw.inside(district)) for p in alike}
        rates = {p: raw.average_pay(district, p) / benefits for p in alike}
        fte = sum(today.values())
        rate = sum(today[p] * rates[p] for p in alike) / fte if fte > 0 else sum(rates.values()) / len(rates)
        parts.append(program.staff[school, pool, year] * rate)
    return plus(parts)


COUNTED: dict[str, Callable[[Independent, Settings, str, str], Sum]] = {
    "staff": _in_fte,
    "salaries": _in_salaries,
}


# Maintenance of effort --------------------------------------------------------------------------------------


def effort_cases(raw: Raw, rule: Settings) -> list[Any]:
    """Return what each year and district is judged by: local dollars, or state and local ones."""
    bases = ["state_local"]
    if rule.get("standard", "esea") == "idea" and rule.get("local"):
        bases.append("local")
    return _each(raw, bases)


def maintenance_of_effort(program: Independent, rule: Settings) -> None:
    """ESEA: 90% of the year before. IDEA: 100% of the most that any earlier year reached."""
    raw = program.raw
    idea = rule.get("standard", "esea") == "idea"
    share = rule.get("min_share", 0.9 if not idea else 1.0)
    for (year, district), basis in rule["case"].items():
        now = _effort(program, rule, district, year, basis)
        place = raw.years.index(year)
        earlier = [None, *raw.years[:place]]
        for before in earlier if idea else earlier[-1:]:
            bar = _effort(program, rule, district, before, basis) if before else None
            least = bar if bar is not None else _comparison(program, rule, district, basis)
            program.lp.at_least(now, least * share - rule.get("less", 0.0))


def _effort(program: Independent, rule: Settings, district: str, year: str | None, basis: str) -> Sum:
    if basis == "local":
        return fund_dollars(program, rule["local"], district, year)
    if "funds" in rule:
        return fund_dollars(program, rule["funds"], district, year)
    return plus(state_local(program, rule, school, year) for school in program.raw.inside(district))


def _comparison(program: Independent, rule: Settings, district: str, basis: str) -> Sum:
    """The comparison year in total or per student, whichever asks less; today's where not given."""
    raw, given = program.raw, rule.get("comparison", {}).get(district, {})
    total = given.get(basis, _effort(program, rule, district, None, basis).constant)
    group = rule.get("group", "disability") if rule.get("standard") == "idea" else "all"
    if "students" not in given:
        return plus([total])
    students = sum(raw.students(school, group) for school in raw.inside(district))
    return plus([min(total, total / given["students"] * students)])


# Maintenance of Equity --------------------------------------------------------------------------------------


def equity_cases(raw: Raw, rule: Settings) -> list[Any]:
    """Return whether each total, of dollars and of staff, is cut in each year and district."""
    parts = [_each(raw, ["not_cut", "cut"]) for _ in ("dollars", "staff")]
    return [dict(zip(("dollars", "staff"), pair, strict=True)) for pair in itertools.product(*parts)]


def maintenance_of_equity(program: Independent, rule: Settings) -> None:
    """No high-poverty school falls by more per student than the district's total does."""
    for test, cases in rule["case"].items():
        for (year, district), case in cases.items():
            if _bound_by_equity(program.raw, rule, district, year):
                _no_faster_than_the_district(program, rule, (test, case), district, year)


def _bound_by_equity(raw: Raw, rule: Settings, district: str, year: str) -> bool:
    schools = raw.inside(district)
    levels = [raw.schools[school]["level"] for school in schools]
    few = sum(map(raw.students, schools)) < rule.get("exempt_below", 1000)
    exempt = few or len(schools) == len(set(levels)) or district in rule.get("exempt_districts", [])
    return not exempt and year in (rule.get("years") or raw.years)


def _no_faster_than_the_district(
    program: Independent, rule: Settings, test: tuple[str, str], district: str, year: str
) -> None:
    raw, schools = program.raw, program.raw.inside(district)
    held = _dollars_held if test[0] == "dollars" else _staff_held
    before = {s: held(program, rule, s, program.before(year)) for s in schools}
    after = {s: held(program, rule, s, year) for s in schools}
    cut = plus(before.values()) - plus(after.values())
    program.lp.at_least(cut if test[1] == "cut" else cut * -1.0, 0.0)
    fall = cut * (1 / sum(map(raw.students, schools))) if test[1] == "cut" else plus([0.0])
    for school in schools:
        if raw.top_share(school, rule.get("high_poverty") or {}):
            further = before[school] * rule.get("further_fall", 0.0)
            lost = (before[school] - after[school] - further) * (1 / raw.students(school))
            program.lp.at_least(fall, lost)


def _dollars_held(program: Independent, rule: Settings, school: str, year: str | None) -> Sum:
    return state_local(program, rule, school, year)


def _staff_held(program: Independent, rule: Settings, school: str, year: str | None) -> Sum:
    raw = program.raw
    pools = {pool for pattern in rule.get("staff") or ["*"] for pool in raw.like(pattern)}
    return plus(
        raw.fte(school, pool) if year is None else program.staff[school, pool, year] for pool in sorted(pools)
    )


# Rank and serve ---------------------------------------------------------------------------------------------


def ranking(raw: Raw, rule: Settings, district: str) -> list[str]:
    """Return the schools that may be served, in order: those above 75%, then the eligible ones."""
    by = rule.get("poverty", "low_income")
    schools = sorted(raw.inside(district), key=lambda s: -raw.students(s, by) / raw.students(s))
    poverty = {s: raw.students(s, by) / raw.students(s) for s in schools}
    average = sum(raw.students(s, by) for s in schools) / sum(map(raw.students, schools))
    first = [s for s in schools if poverty[s] > rule.get("first_above", 0.75)]
    least = min(average, rule.get("eligible_from", 0.35))
    levels = rule.get("levels")
    below = [s for s in schools if s not in first and poverty[s] >= least > 0]
    return [*first, *(s for s in below if not levels or raw.schools[s]["level"] in levels)]


def serve_cases(raw: Raw, rule: Settings) -> list[Any]:
    """Return what may be served in each district: so many ranked schools, or a set where none are ranked."""
    counts: list[list[Any]] = []
    for district in raw.districts:
        if not _is_ranked(raw, rule, district):
            inside = raw.inside(district)
            counts.append([set(s) for k in range(len(inside) + 1) for s in itertools.combinations(inside, k)])
            continue
        ranked, by = ranking(raw, rule, district), rule.get("poverty", "low_income")
        poverty = [raw.students(school, by) / raw.students(school) for school in ranked]
        first = sum(share > rule.get("first_above", 0.75) for share in poverty)
        # The first in rank is always served, and schools with the same share are served together.
        least, last = max(first, min(1, len(ranked))), len(ranked)
        counts.append([k for k in range(least, last + 1) if k in (0, last) or poverty[k] < poverty[k - 1]])
    return [dict(zip(raw.districts, chosen, strict=True)) for chosen in itertools.product(*counts)]


def _is_ranked(raw: Raw, rule: Settings, district: str) -> bool:
    levels = [raw.schools[school]["level"] for school in raw.inside(district)]
    few = sum(map(raw.students, raw.inside(district))) < rule.get("exempt_below", 1000)
    return not few and len(levels) > len(set(levels))


def rank_and_serve(program: Independent, rule: Settings) -> None:
    """Dollars per low-income student never rise down the ranking; none below the cut-off."""
    raw, fund = program.raw, rule.get("fund", "title_i")
    for district, chosen in rule["case"].items():
        for year in raw.years:
            if raw.alive(fund, year):
                _reserved(program, rule, district, year)
                if _is_ranked(raw, rule, district):
                    _served(program, rule, district, year, chosen)
                else:
                    _served_unranked(program, rule, district, year, chosen)


def _served_unranked(
    program: Independent, rule: Settings, district: str, year: str, chosen: set[str]
) -> None:
    """Once a school under 35% is served, each school that is gets 125% of the district's amount a student."""
    raw, fund, by = program.raw, rule.get("fund", "title_i"), rule.get("poverty", "low_income")
    inside = raw.inside(district)
    poor = sum(raw.students(s, by) for s in inside)
    start = rule.get("eligible_from", 0.35)
    low = any(raw.students(s, by) / raw.students(s) < start for s in chosen)
    least = rule.get("floor_share", 1.25) * raw.amount(fund, district) / poor if low else 0.0
    for school in inside:
        got = _at_school(program, fund, school, year)
        if school in chosen:
            program.lp.at_least(got, least * raw.students(school, by))
        else:
            program.lp.at_least(0.0, got)


def _served(program: Independent, rule: Settings, district: str, year: str, count: int) -> None:
    raw, fund, by = program.raw, rule.get("fund", "title_i"), rule.get("poverty", "low_income")
    ranked = ranking(raw, rule, district)
    served = ranked[:count]
    got = {s: _at_school(program, fund, s, year) for s in raw.inside(district)}
    each = {s: got[s] * (1 / raw.students(s, by)) for s in served}
    for school, dollars in got.items():
        if school not in served:
            program.lp.at_least(0.0, dollars)
    poverty = {s: raw.students(s, by) / raw.students(s) for s in served}
    for higher, lower in itertools.permutations(served, 2):
        if poverty[higher] > poverty[lower]:
            program.lp.at_least(each[higher], each[lower])
    poor = sum(raw.students(s, by) for s in got)
    least = rule.get("min_dollars", 0.0)
    if any(share < rule.get("eligible_from", 0.35) for share in poverty.values()):
        least = max(least, rule.get("floor_share", 1.25) * raw.amount(fund, district) / poor)
    for school in served:
        program.lp.at_least(each[school], least)


def _at_school(program: Independent, fund: str, school: str, year: str) -> Sum:
    spent = (d for (s, f, _, y), d in program.spend.items() if (s, f, y) == (school, fund, year))
    return plus([program.raw.lines.get((school, fund, "staff"), 0.0), *spent])


def _reserved(program: Independent, rule: Settings, district: str, year: str) -> None:
    """Keep what is reserved from schools, by running totals where unspent money carries over."""
    raw, fund = program.raw, rule.get("fund", "title_i")
    dollars, schools = raw.amount(fund, district), raw.inside(district)
    years = [y for y in raw.years if y <= year] if raw.funds[fund].get("carry_over") else [year]
    kept = 1 - sum(rule.get("reservations", {}).values())
    spent = plus(_at_school(program, fund, s, y) for s in schools for y in years)
    program.lp.at_least(kept * dollars * len(years), spent)
    paid = plus(program.spend.get((s, fund, "stipends", year), 0.0) for s in schools)
    program.lp.at_least(rule.get("incentives", 0.05) * dollars, paid)


# Supplement, not supplant -----------------------------------------------------------------------------------


def supplement_not_supplant(program: Independent, rule: Settings) -> None:
    """Planned state and local dollars follow weighted students within the tolerance, and read no status."""
    raw = program.raw
    own = [fund for fund in raw.funds if fund not in federal(rule)]
    if _reads_title_i(raw, own):
        program.lp.at_least(0.0, 1.0)
    slack = rule.get("tolerance", 0.05)
    by_students = rule.get("method", "any") == "weighted_students"
    for district, year in itertools.product(raw.districts if by_students else [], raw.years):
        schools = raw.inside(district)
        got = {
            s: plus(d for (at, f, _, y), d in program.spend.items() if (at, y) == (s, year) and f in own)
            for s in schools
        }
        mean = plus(got.values()) * (1 / sum(map(raw.weighted, schools)))
        for school in schools:
            program.lp.at_least(got[school], mean * ((1 - slack) * raw.weighted(school)))
            program.lp.at_least(mean * ((1 + slack) * raw.weighted(school)), got[school])


def _reads_title_i(raw: Raw, funds: list[str]) -> bool:
    """Whether a fund is open to Title I schools only or closed to them, or pays stipends to them only."""
    flagged = [school for school in raw.ids if raw.schools[school]["title_i"]]
    open_to = {fund: raw.funds[fund].get("schools", "all") for fund in funds}
    if any(who == "title_i" or not any(raw.meant(who, s) for s in flagged) for who in open_to.values()):
        return bool(flagged)
    tied = any(rule.get("eligible") == "title_i" for rule in raw.of_kind("stipends"))
    places = itertools.product(raw.ids, funds)
    payable = any(raw.allows(f, "stipends", s) or (s, f, "stipends") in raw.lines for s, f in places)
    return bool(flagged) and tied and payable


# Cases ------------------------------------------------------------------------------------------------------


def _each(raw: Raw, choices: list[str]) -> list[dict[tuple[str, str], str]]:
    """Return every way to choose for each year and district."""
    places = list(itertools.product(raw.years, raw.districts))
    ways = itertools.product(choices, repeat=len(places))
    return [dict(zip(places, way, strict=True)) for way in ways]


CASES: dict[str, Callable[[Raw, Settings], list[Any]]] = {
    "comparability": comparability_cases,
    "maintenance_of_effort": effort_cases,
    "maintenance_of_equity": equity_cases,
    "rank_and_serve": serve_cases,
}
FEDERAL_RULES: dict[str, Callable[[Independent, Settings], None]] = {
    "comparability": comparability,
    "maintenance_of_effort": maintenance_of_effort,
    "maintenance_of_equity": maintenance_of_equity,
    "rank_and_serve": rank_and_serve,
    "supplement_not_supplant": supplement_not_supplant,
}


def alternatives(raw: Raw) -> Iterator[list[dict[str, Any]]]:
    """Yield the policies of a scenario under every combination of their cases."""
    ways = []
    for policy in raw.policies.values():
        cases = CASES[policy["kind"]](raw, policy) if policy["kind"] in CASES else [None]
        ways.append([{**policy, "case": case} for case in cases])
    yield from map(list, itertools.product(*ways))
