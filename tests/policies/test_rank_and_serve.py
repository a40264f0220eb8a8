"""Rank and serve: the ranking and the cut-offs worked by hand, then on random districts."""

from __future__ import annotations

from typing import Any

import pytest
from checking import broken, case_of, district_of, dollars_of, scenario_of, solved, spent_too
from districts import any_schools, school_id
from hypothesis import given
from policy_examples import two_districts
from policy_properties import (
    assert_breaks,
    assert_stricter_never_helps,
    districts,
    kept_and_priced,
    scenario_with,
    share,
)

from planner.district import District
from planner.outcome import Outcome
from planner.policies.rank_and_serve import RankAndServe
from planner.problems import InputProblems
from planner.scenario import Scenario

A, B, C, D = (school_id(number) for number in (1, 2, 3, 4))
TWO_YEARS = ["2026-27", "2027-28"]
LACKING = {"measure": "dollars", "index": "shortfall"}


def four_schools(
    poor: tuple[float, ...] = (70, 34, 17, 15),
    budget: list[tuple[str, str, str, float]] | None = None,
    **fund: Any,
) -> District:
    """Return schools of 100 students and $600,000 of pay; all but the second have $100,000 of local lines.

    Title I has $136,000, $1,000 for each of the 136 low-income students.
    """
    ids = [A, B, C, D]
    lines = [(name, "local", "materials", 100_000.0) for name in (A, C, D)]
    return district_of(
        any_schools,
        {name: ("elementary", 100, count) for name, count in zip(ids, poor, strict=True)},
        [(name, "teacher", "general", "experienced", 10.0, 60_000, 0.0) for name in ids],
        budget=[*lines, *(budget or [])],
        funds={"title_i": {"dollars": 136_000, "uses": ["tutoring"], **fund}},
        uses={"tutoring": {}},
    )


def ranked(years: list[str] = TWO_YEARS[:1], **settings: Any) -> Scenario:
    """Return the scenario that gives dollars to the second school, which lacks $75,000 of the mean."""
    policies = {"rank_and_serve": {"exempt_below": 0, **settings}, "transfers": {"max_share_per_school": 0}}
    return scenario_of(LACKING, policies=policies, years=years)


SHARED = 136_000 / 104 * 34


@pytest.mark.parametrize(
    ("settings", "dollars"),
    [
        ({}, SHARED),
        ({"cut_offs": {"0600001": 1}}, 0),
        ({"cut_offs": {"0600001": 2}}, SHARED),
        ({"floor_share": 1.4}, 0),
        ({"reservations": {"administration": 0.04}}, 0.96 * SHARED),
        ({"reservations": {"administration": 0.1}}, 0),
        ({"levels": ["middle"]}, 0),
        ({"exempt_below": 1000}, 75_000),
        ({"exempt_below": 1000, "reservations": {"administration": 0.6}}, 0.4 * 136_000),
        ({"exempt_below": 1000, "reservations": {"administration": 0.7}}, 0),
        ({"exempt_below": 1000, "served": {"0600001": [A, B]}}, 75_000 - 26_500),
        ({"exempt_below": 1000, "served": {"0600001": [A]}}, 0),
    ],
)
def test_how_much_may_reach_the_second_school(settings: dict[str, Any], dollars: float) -> None:
    """Of 70, 34, 17 and 15 low-income students, 34 on average: the first two are eligible.

    The second is under 35%, so once it is served both get at least $1,250 a student, $130,000 of $136,000; at
    best both get $1,307.69, and its 34 students $44,461.54. A floor of $1,400, $145,600, or 10% reserved,
    $122,400, is more than there is: then the first alone is served. A district exempt from the ranking serves
    the second alone and gives it all of $75,000 that it lacks, or the 40% that reservations leave, as long as
    that is at least $1,250 a student, $42,500; 30% is not. With the first, $87,500, $48,500 is left for it.
    """
    plan = solved(four_schools(), ranked(**settings))
    assert plan.summary.inequity_after == pytest.approx(100 * (75_000 - dollars) / 75_000, abs=1e-4)


# The Department of Education's example of the 125% rule, www2.ed.gov/legislation/ESEA/Title_I/example1.html:
# enrolment and low-income students of the eligible schools; the rest of the district; dollars.
ELIGIBLE = [(696, 273), (870, 292), (951, 275), (276, 78), (601, 130), (1134, 230), (1080, 206), (933, 176)]
THE_REST = (14_059 - 6_541, 2_618 - 1_660)
ALLOCATION, FOR_SCHOOLS = 2_366_381.0, 2_137_808.0


def test_the_department_s_example_of_the_125_percent_rule() -> None:
    """$2,366,381 for 2,618 students are $903.89, and 125% of that $1,129.86.

    The example gives each of their 1,660 low-income students $1,287.84, $351,579 at the first school.
    """
    ids = [school_id(number) for number in range(1, 10)]
    counts = dict(zip(ids, [*ELIGIBLE, THE_REST], strict=True))
    district = district_of(
        any_schools,
        {name: ("elementary", students, poor) for name, (students, poor) in counts.items()},
        [(name, "teacher", "general", "experienced", 10.0, 60_000, 0.0) for name in ids],
        funds={"title_i": {"dollars": ALLOCATION, "uses": ["tutoring"]}},
        uses={"tutoring": {}},
    )
    rule = {"reservations": {"all": round(1 - FOR_SCHOOLS / ALLOCATION, 6)}}
    case = case_of(district, scenario_of(policies={"rank_and_serve": rule}))
    policy = case.scenario.policies["rank_and_serve"]
    assert isinstance(policy, RankAndServe)
    (ranking,) = policy.rankings(case)
    assert [case.school_ids[school] for school in ranking.order] == ids[:8]
    assert ranking.least == pytest.approx(1_129.86, abs=0.01)

    def holds(least: float, at_the_last: float) -> bool:
        each = {case.school_index[name]: least * counts[name][1] for name in ids[:8]}
        each[case.school_index[ids[7]]] = at_the_last * counts[ids[7]][1]
        dollars = {(school, "title_i", "tutoring", 0): spent for school, spent in each.items()}
        return all(finding.holds for finding in policy.check(Outcome(case, {"dollars": dollars})))

    assert round(FOR_SCHOOLS / 1_660 * 273) == 351_579
    assert holds(FOR_SCHOOLS / 1_660, FOR_SCHOOLS / 1_660)
    assert holds(1_129.87, 1_129.87)
    assert not holds(1_200, 1_129)
    assert not holds(1_200, 1_201)


def test_the_cut_offs_are_cases() -> None:
    """The first is above 35% and the second below it: two cut-offs, of which serving both is better."""
    plan = solved(four_schools(), ranked())
    assert plan.provenance["cases"]["tried"] == 2
    assert plan.provenance["cases"]["kept"]["rank_and_serve"]["cut_offs"] == {"0600001": 2}


@pytest.mark.parametrize(
    ("poor", "settings", "cut_offs"),
    [
        ((80, 60, 40, 36), {}, [4]),
        ((80, 60, 40, 36), {"min_dollars": 100}, [1, 2, 3, 4]),
        ((80, 78, 40, 36), {"min_dollars": 100}, [2, 3, 4]),
        ((80, 60, 40, 20), {"min_dollars": 100}, [1, 2, 3]),
        ((80, 60, 60, 60), {"min_dollars": 100}, [1, 4]),
        ((34, 33, 17, 15), {}, [1, 2]),
    ],
)
def test_which_cut_offs_are_tried(
    poor: tuple[float, ...], settings: dict[str, Any], cut_offs: list[int]
) -> None:
    """Schools above 75% come first and together; ties are served together; 20% is not eligible.

    Without a least amount, cut-offs from 35% up are one case: a school may be served with nothing.
    """
    case = case_of(four_schools(poor), ranked(**settings))
    policy = case.scenario.policies["rank_and_serve"]
    assert isinstance(policy, RankAndServe)
    assert policy.cut_offs_of(case, policy.rankings(case)[0]) == cut_offs


def judged(lines: dict[str, float], poor: tuple[float, ...] = (80, 60, 40, 20), **settings: Any) -> list[str]:
    """Return what is wrong with today's Title I lines."""
    budget = [(name, "title_i", "tutoring", dollars) for name, dollars in lines.items()]
    case = case_of(four_schools(poor, budget), ranked(**settings))
    findings = case.scenario.policies["rank_and_serve"].check(Outcome(case, {}))
    return [f"{finding.where} {finding.rule}" for finding in findings if not finding.holds]


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ({A: 80_000, B: 56_000}, []),
        ({A: 60_000, B: 60_000}, [f"{A} as much per low-income student as the next school, {B}"]),
        ({A: 80_000, C: 10_000}, [f"{B} as much per low-income student as the next school, {C}"]),
        ({A: 80_000, D: 5_000}, [f"{D} not eligible"]),
        ({}, []),
    ],
)
def test_judged_by_what_each_school_gets(lines: dict[str, float], wrong: list[str]) -> None:
    """$1,000 a student, then $933: falls. $750, then $1,000: rises. Then the second school is skipped."""
    assert judged(lines) == wrong


def test_the_125_rule_is_judged() -> None:
    """$100,000 is $1,429 for each of 70; $36,000 is $1,059 for each of 34, under $1,250."""
    wrong = judged({A: 100_000, B: 36_000}, (70, 34, 17, 15))
    assert wrong == [f"{B} the least a served school gets"]


def test_five_percent_for_incentives() -> None:
    """$6,800 of $136,000 may pay stipends; $6,900 may not."""
    for dollars, wrong in ((6_800.0, []), (6_900.0, ["0600001 teacher incentives"])):
        budget = [(A, "title_i", "stipends", dollars)]
        case = case_of(four_schools((80, 60, 40, 20), budget, uses=["tutoring", "stipends"]), ranked())
        findings = case.scenario.policies["rank_and_serve"].check(Outcome(case, {}))
        assert [f"{f.where} {f.rule}" for f in findings if not f.holds] == wrong


def test_tampering_is_found() -> None:
    district, scenario = four_schools(), ranked()
    plan = solved(district, scenario)
    assert not broken(plan, district, scenario, "rank_and_serve")
    assert_breaks(spent_too(plan, C, "title_i", "tutoring", 100), district, scenario, "rank_and_serve")
    assert_breaks(spent_too(plan, B, "title_i", "tutoring", 100), district, scenario, "rank_and_serve")
    assert_breaks(spent_too(plan, B, "title_i", "tutoring", -5_000), district, scenario, "rank_and_serve")


def test_every_year_is_ranked() -> None:
    plan = solved(four_schools(), ranked(years=TWO_YEARS))
    assert [dollars_of(plan, "tutoring", year)[B] for year in (0, 1)] == pytest.approx([SHARED, SHARED])


def test_pay_on_the_fund_counts_as_what_a_school_gets() -> None:
    """$10,000 of today's pay at the second school, and $20,000 at the first, leave as much less to place."""
    pay = [(B, "title_i", "staff", 10_000.0), (A, "title_i", "staff", 20_000.0)]
    plan = solved(four_schools(budget=pay), ranked())
    assert dollars_of(plan, "tutoring")[B] == pytest.approx(SHARED - 10_000)


def test_what_is_reserved_may_not_be_saved_up() -> None:
    """96% of $136,000 is left for schools: $130,560 in the first year and $261,120 in both together."""
    scenario = ranked(years=TWO_YEARS, reservations={"administration": 0.04})
    plan = solved(four_schools(carry_over=True), scenario)
    spent = [sum(dollars_of(plan, "tutoring", year).values()) for year in (0, 1)]
    assert spent[0] <= 130_560 + 1 and sum(spent) == pytest.approx(261_120)
    late = spent_too(plan, A, "title_i", "tutoring", 10, year=1)
    found = broken(late, four_schools(carry_over=True), scenario, "rank_and_serve")
    assert ("left for schools", TWO_YEARS[1]) in {(finding.rule, finding.year) for finding in found}


def test_cut_offs_of_two_districts() -> None:
    """The first one or two of 70 and 60 poor of 100 are served, and of 80, who must be, and 50."""
    case = case_of(two_districts(), ranked(fund="grant", min_dollars=50))
    policy = case.scenario.policies["rank_and_serve"]
    assert isinstance(policy, RankAndServe)
    orders = [[case.school_ids[school] for school in each.order] for each in policy.rankings(case)]
    assert orders == [[school_id(3), school_id(2)], [school_id(2, 2), school_id(3, 2)]]
    tried = [each.cut_offs for each in policy.cases(case) if isinstance(each, RankAndServe)]
    assert tried == [{"0600001": one, "0600002": two} for one in (1, 2) for two in (1, 2)]


def test_the_125_rule_is_judged_where_no_ranking_binds() -> None:
    """The second alone has its $75,000; the fourth, with 15 low-income students, would need $18,750."""
    district, scenario = four_schools(), ranked(exempt_below=1000)
    plan = solved(district, scenario)
    assert_breaks(spent_too(plan, D, "title_i", "tutoring", 18_000), district, scenario, "rank_and_serve")
    enough = spent_too(plan, D, "title_i", "tutoring", 18_750)
    assert not broken(enough, district, scenario, "rank_and_serve")


def test_more_sets_of_schools_than_can_be_tried_are_told() -> None:
    """Five schools under 35% make 32 sets: the 125% rule is left out unless the schools served are named."""
    ids = [school_id(number) for number in range(1, 6)]
    district = district_of(
        any_schools,
        dict.fromkeys(ids, ("elementary", 100, 20)),
        [(name, "teacher", "general", "experienced", 10.0, 60_000, 0.0) for name in ids],
        funds={"title_i": {"dollars": 10_000, "uses": ["tutoring"]}},
        uses={"tutoring": {}},
    )
    for served, told in (({}, True), ({"0600001": ids[:1]}, False)):
        case = case_of(district, ranked(exempt_below=1000, served=served))
        policy = case.scenario.policies["rank_and_serve"]
        assert len(policy.cases(case)) == 1
        assert ("not applied" in " ".join(policy.warnings(case))) is told


def test_schools_and_districts_served_are_known() -> None:
    with pytest.raises(InputProblems, match="a district_id"):
        case_of(four_schools(), ranked(served={"0600009": []}))
    with pytest.raises(InputProblems, match="a school_id"):
        case_of(four_schools(), ranked(served={"0600001": ["nowhere"]}))


def test_warnings() -> None:
    """The fund reaches the second school only: the first, above it, gets nothing, so nor can the second."""
    case = case_of(four_schools(schools=[B], dollars=600_000), ranked())
    warnings = " ".join(case.scenario.policies["rank_and_serve"].warnings(case))
    assert "out of its reach" in warnings and A in warnings
    assert "no reservation parent_engagement" in warnings
    exempt = case_of(four_schools(), ranked(exempt_below=1000))
    assert "is exempt" in " ".join(exempt.scenario.policies["rank_and_serve"].warnings(exempt))


@given(districts, share(0, 0.3), share(0.5, 1.25))
def test_kept_priced_and_guarded(district: District, reserved: float, floor: float) -> None:
    rule = {
        "exempt_below": 0,
        "fund": "grant",
        "reservations": {"administration": reserved},
        "floor_share": floor,
    }
    scenario = scenario_with({"rank_and_serve": rule}, ["2026-27"])
    plan = kept_and_priced(district, scenario, "rank_and_serve")
    looser = scenario_with({"rank_and_serve": {**rule, "reservations": {}}}, ["2026-27"])
    assert_stricter_never_helps(district, looser, scenario)
    least_poor = max(
        plan.schools, key=lambda row: (-_poverty(district, row.school_id), row.school_id)
    ).school_id
    tampered = spent_too(plan, least_poor, "grant", "tutoring", 1_000_000)
    assert_breaks(tampered, district, scenario, "rank_and_serve")


def _poverty(district: District, school: str) -> float:
    counts = district.enrollment[district.enrollment["school_id"] == school].set_index("group")["students"]
    return float(counts["low_income"] / counts["all"])
