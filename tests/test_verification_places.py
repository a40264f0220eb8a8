"""verify finds what is broken at every school, district, fund and year, and names it: worked by hand."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from checking import case_of, district_of, scenario_of
from districts import any_schools, school_id

from planner.case import Case
from planner.outcome import Outcome
from planner.verification.money import money_checks
from planner.verification.staff import staff_checks

FIRST_YEAR, SECOND_YEAR = YEARS = ["2026-27", "2027-28"]
DISTRICTS = ["0600001", "0600002"]
SCHOOLS = [school_id(number, district) for district in (1, 2) for number in (1, 2)]
GENERAL, MATH = POOLS = ["teacher/general/experienced", "teacher/math/experienced"]
COUNSELOR = "counselor/general/experienced"
LINES = (
    ("general", "coaching", 10_000.0),
    ("general", "staff", 5_000.0),
    ("grant", "tutoring", 5_000.0),
)
Decisions = dict[str, dict[tuple[Any, ...], float]]


def case_with(lines: tuple[tuple[str, str, float], ...], **grant: Any) -> Case:
    """Return two districts of two schools over two years, with two of everything.

    Each school has 100 students, 50 of them of low income, 5 general and 3 mathematics teachers, a counselor
    and a vacancy of each, all at $60,000; 3 and 2 sections of two courses, one a teacher. Each district has a
    fund of $100,000 and a grant of $60,000, which may be carried over. `lines` are the fund, use and dollars
    of what each school spends on them today.
    """
    staff = [
        (school, *pool.split("/"), fte, 60_000, 1.0)
        for school in SCHOOLS
        for pool, fte in ((GENERAL, 5.0), (MATH, 3.0), (COUNSELOR, 1.0))
    ]
    courses = [
        (school, course, 60.0, sections, field, 1.0)
        for school in SCHOOLS
        for course, sections, field in (("K-3 core", 3.0, "general"), ("K-3 math", 2.0, "math"))
    ]
    district = district_of(
        any_schools,
        dict.fromkeys(SCHOOLS, ("elementary", 100, 50)),
        staff,  # type: ignore[arg-type]
        courses=courses,
        budget=[(school, *line) for school in SCHOOLS for line in lines],
        funds={
            "general": {"dollars": dict.fromkeys(DISTRICTS, 100_000)},
            "grant": {"dollars": dict.fromkeys(DISTRICTS, 60_000), "carry_over": True, **grant},
        },
        uses={
            "coaching": {"max_dollars_per_target_student": 150},
            "tutoring": {"target": "low_income", "max_dollars_per_target_student": 200},
        },
    )
    sizes = {"courses": {"K-3 core": {"max": 30}, "K-3 math": {"max": 30}}}
    pay = {"eligible": "all", "tiers": [{"dollars": 5000}, {"dollars": 9000}], "fringe_rate": 0}
    return case_of(district, scenario_of(policies={"class_size": sizes, "stipends": pay}, years=YEARS))


@pytest.fixture(scope="module")
def case() -> Case:
    return case_with(LINES)


def broken(case: Case, **decisions: dict[tuple[Any, ...], float]) -> set[tuple[str, str, str]]:
    """Return the rule, place and year of everything that decisions, keyed by names, break."""
    return {(rule.split(":")[0], where, year) for rule, where, year in broken_in_full(case, **decisions)}


def broken_in_full(case: Case, **decisions: dict[tuple[Any, ...], float]) -> set[tuple[str, str, str]]:
    """Return the same with each rule's part, as in ``nothing is negative: leave``."""
    numbers = {
        **case.school_index,
        **{str(pool): number for number, pool in enumerate(case.pools)},
        **{label: number for number, label in enumerate(case.years)},
    }
    keyed: Decisions = {
        family: {tuple(numbers.get(part, part) for part in key): value for key, value in values.items()}
        for family, values in decisions.items()
    }
    outcome = Outcome(case, keyed)
    checks = [*staff_checks(outcome), *money_checks(outcome)]
    return {(check.rule, check.where, check.year) for check in checks if not check.holds}


def from_on(year: str) -> list[str]:
    return YEARS[YEARS.index(year) :]


def test_today_breaks_nothing(case: Case) -> None:
    assert broken(case) == set()


@pytest.mark.parametrize(("school", "year"), list(product(SCHOOLS, YEARS)))
def test_a_fund_overspent(case: Case, school: str, year: str) -> None:
    """Pay of $5,000 at both schools and coaching of $10,000 at the other leave $80,000 of $100,000."""
    useless = ("no use has more dollars than are useful", school, year)
    assert broken(case, dollars={(school, "general", "coaching", year): 80_000.0}) == {useless}
    overspent = {useless, ("no fund is overspent", f"{school[:7]} general", year)}
    assert broken(case, dollars={(school, "general", "coaching", year): 80_010.0}) == overspent


@pytest.mark.parametrize("school", SCHOOLS)
def test_what_a_year_leaves_may_be_spent_in_the_next_where_the_fund_allows(case: Case, school: str) -> None:
    """$10,000 of the grant's $60,000 are spent in the first year: $50,000 are left and $60,000 come."""
    rule, district = "no fund is overspent", school[:7]
    useless = ("no use has more dollars than are useful", school, SECOND_YEAR)
    spent = {(school, "grant", "tutoring", SECOND_YEAR): 105_000.0}
    assert broken(case, dollars=spent) == {useless}
    spent = {(school, "grant", "tutoring", SECOND_YEAR): 105_010.0}
    assert broken(case, dollars=spent) == {useless, (rule, f"{district} grant", SECOND_YEAR)}


@pytest.mark.parametrize(("school", "year"), list(product(SCHOOLS, YEARS)))
@pytest.mark.parametrize(
    ("fund", "use", "most"), [("general", "coaching", 15_000), ("grant", "tutoring", 10_000)]
)
def test_more_dollars_than_are_useful(
    case: Case, school: str, year: str, fund: str, use: str, most: float
) -> None:
    """$150 a student are $15,000, and $200 for each of 50 of low income $10,000."""
    assert broken(case, dollars={(school, fund, use, year): most}) == set()
    rule = "no use has more dollars than are useful"
    assert broken(case, dollars={(school, fund, use, year): most + 10}) == {(rule, school, year)}


@pytest.mark.parametrize(("school", "year", "pool"), list(product(SCHOOLS, YEARS, POOLS)))
def test_positions_filled_and_paid_for(case: Case, school: str, year: str, pool: str) -> None:
    """One position is $60,000 a year from then on; the vacancy is one, and a tenth more is too many."""
    key = (school, pool, year)
    for hired in ({"hire": {key: 1.0}}, {"recruit": {(school, pool, 0, year): 1.0}}):
        unpaid = {("hired positions are paid for", school, label) for label in from_on(year)}
        assert broken(case, **hired) == unpaid
    paid = {(school, "general", "positions", label): 60_000.0 for label in from_on(year)}
    assert broken(case, hire={key: 1.0}, dollars=paid) == set()
    more = dict.fromkeys(paid, 66_000.0)
    assert broken(case, hire={key: 1.1}, dollars=more) == {
        ("hires within the positions that may be filled", f"{school} {pool}", label)
        for label in from_on(year)
    }
    idle = dict.fromkeys(paid, 10.0)
    assert broken(case, dollars=idle) == {("hired positions are paid for", s, y) for s, _, _, y in idle}


@pytest.mark.parametrize(("district", "year", "pool", "tier"), list(product((0, 1), YEARS, POOLS, (1, 2))))
def test_stipends_paid_for(case: Case, district: int, year: str, pool: str, tier: int) -> None:
    """Half a teacher who joins is paid $2,500 or $4,500 from then on, out of any fund."""
    origin, target = SCHOOLS[2 * district : 2 * district + 2]
    moved: Decisions = {"leave": {(origin, pool, year): 0.5}, "join": {(target, pool, tier, year): 0.5}}
    unpaid = {("stipends are paid for", target, label) for label in from_on(year)}
    assert broken(case, **moved) == unpaid
    pay = {(target, "grant", "stipends", label): {1: 2500.0, 2: 4500.0}[tier] for label in from_on(year)}
    assert broken(case, **moved, dollars=pay) == set()
    ended = {"stipend_end": {(target, pool, tier, year): 0.5}}
    rule = "stipends go where they are offered, to staff who hold them"
    assert broken(case, **moved, **ended) == {(rule, f"{target} {pool}", year)}


@pytest.mark.parametrize(("school", "year", "pool"), list(product(SCHOOLS, YEARS, POOLS)))
def test_who_leaves_joins_and_was_there(case: Case, school: str, year: str, pool: str) -> None:
    """All of the 3 or 5 teachers may leave, if they join elsewhere in the district; no more, and not away."""
    other = SCHOOLS[SCHOOLS.index(school) ^ 1]
    present = {GENERAL: 5.0, MATH: 3.0}[pool]
    place = f"{school} {pool}"
    lacking = {("certified staff cover the sections", school, label) for label in from_on(year)}
    all_of_them: Decisions = {
        "leave": {(school, pool, year): present},
        "join": {(other, pool, 0, year): present},
    }
    assert broken(case, **all_of_them) == lacking
    too_many: Decisions = {
        "leave": {(school, pool, year): present + 0.1},
        "join": {(other, pool, 0, year): present + 0.1},
    }
    negative = {("nothing is negative", place, label) for label in from_on(year)}
    assert broken(case, **too_many) == {*lacking, *negative, ("no more leave than there are", place, year)}


@pytest.mark.parametrize(("year", "family"), list(product(YEARS, ("release", "attrition"))))
def test_nothing_is_given_up_without_a_hiring_policy(case: Case, year: str, family: str) -> None:
    """Half of each counselor's position is given up, and no position was filled that could be."""
    places = [f"{school} {COUNSELOR}" for school in SCHOOLS]
    expected = {
        ("positions are given up only where a hiring policy allows it", place, year) for place in places
    }
    if family == "release":
        rule = "hires within the positions that may be filled"
        expected |= {(rule, place, label) for place in places for label in from_on(year)}
    assert broken(case, **{family: {(school, COUNSELOR, year): 0.5 for school in SCHOOLS}}) == expected
    more = broken(case, **{family: {(school, COUNSELOR, year): 1.1 for school in SCHOOLS}})
    assert {found for found in more if found[0] == "no more leave than there are"} == {
        ("no more leave than there are", place, year) for place in places
    }


@pytest.mark.parametrize("year", YEARS)
def test_all_who_leave_join_in_their_district_and_pool(case: Case, year: str) -> None:
    """Half a teacher of each school and pool leaves and joins nowhere."""
    gone = {
        ("transfers balance by district and pool", f"{district} {pool}", year)
        for district, pool in product(DISTRICTS, POOLS)
    }
    gone |= {("staff are conserved", district, label) for district in DISTRICTS for label in from_on(year)}
    assert broken(case, leave={(school, pool, year): 0.5 for school, pool in product(SCHOOLS, POOLS)}) == gone


@pytest.mark.parametrize("year", YEARS)
def test_a_stipend_cannot_end_that_nobody_holds_or_that_no_one_leaves(case: Case, year: str) -> None:
    rule = "stipends go where they are offered, to staff who hold them"
    ended = {(school, pool, 1, year): 0.5 for school, pool in product(SCHOOLS, POOLS)}
    assert broken_in_full(case, stipend_end=ended) == {
        (f"{rule}: {part}", f"{school} {pool}", year)
        for school, pool, _, _ in ended
        for part in ("stipend holders", "stipends end with those who leave")
    }


@pytest.mark.parametrize("pool", POOLS)
def test_vacancies_are_filled_once(case: Case, pool: str) -> None:
    """Of one vacancy 0.6 are filled in each year: within it in the first, and 1.2 in the second."""
    filled = {(school, pool, 1, year): 0.6 for school, year in product(SCHOOLS, YEARS)}
    rule = "hires within the positions that may be filled"
    found = {each for each in broken_in_full(case, recruit=filled) if each[0].startswith(rule)}
    parts = (rule, f"{rule}: vacancies filled for a stipend")
    assert found == {(part, f"{school} {pool}", SECOND_YEAR) for part, school in product(parts, SCHOOLS)}


def test_lines_of_today_go_on() -> None:
    """Positions of $3,000 and stipends of $2,000 a school, and tutoring of $12,000 where $10,000 are useful.

    As they are they keep the rules. With $10 less nobody else pays them, and $10 more are not useful.
    """
    lines = ("general", "positions", 3000.0), ("grant", "stipends", 2000.0), ("grant", "tutoring", 12_000.0)
    more = case_with(lines)
    assert broken(more) == set()
    for fund, use, dollars, rule in (
        ("general", "positions", 2990.0, "hired positions are paid for"),
        ("grant", "stipends", 1990.0, "stipends are paid for"),
        ("grant", "tutoring", 12_010.0, "no use has more dollars than are useful"),
    ):
        places = {(school, fund, use, year): dollars for school, year in product(SCHOOLS, YEARS)}
        assert broken(more, dollars=places) == {(rule, school, year) for school, _, _, year in places}


def test_pay_of_a_fund_that_ends_is_left_to_others_and_its_stipends_are_not() -> None:
    lines = (*LINES, ("grant", "staff", 4000.0), ("grant", "stipends", 2000.0))
    ending = case_with(lines, last_year=FIRST_YEAR)
    assert broken(ending) == {("hired positions are paid for", school, SECOND_YEAR) for school in SCHOOLS}
    carried = {(school, "general", "positions", SECOND_YEAR): 4000.0 for school in SCHOOLS}
    assert broken(ending, dollars=carried) == set()
    stipends = {(school, "general", "stipends", SECOND_YEAR): 2000.0 for school in SCHOOLS}
    assert broken(ending, dollars={**carried, **stipends}) == {
        ("stipends are paid for", school, SECOND_YEAR) for school in SCHOOLS
    }


@pytest.mark.parametrize("year", YEARS)
def test_counselors_do_not_transfer(case: Case, year: str) -> None:
    """Half a counselor of each school goes to the other of its district, so that all stay as they were."""
    leave = {(school, COUNSELOR, year): 0.5 for school in SCHOOLS}
    join = {(school, COUNSELOR, 0, year): 0.5 for school in SCHOOLS}
    assert broken(case, leave=leave, join=join) == {
        ("only teachers transfer", f"{school} {COUNSELOR}", year) for school in SCHOOLS
    }


@pytest.mark.parametrize("year", YEARS)
def test_less_than_nothing(case: Case, year: str) -> None:
    less = {(school, "grant", use, year): -10.0 for school, use in product(SCHOOLS, ("coaching", "tutoring"))}
    assert broken_in_full(case, dollars=less) == {
        ("nothing is negative: dollars", school, year) for school in SCHOOLS
    }
