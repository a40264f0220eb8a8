"""Fund rules: worked by hand, then on random districts."""

from __future__ import annotations

from typing import Any

import pytest
from checking import broken, district_of, dollars_of, scenario_of, solved, solved_or_none, spent_too
from districts import FIRST, SECOND, any_schools, school_id, two_schools
from hypothesis import given
from hypothesis import strategies as st
from policy_properties import (
    assert_breaks,
    assert_stricter_never_helps,
    districts,
    kept_and_priced,
    scenario_with,
    share,
    years,
)
from pydantic import ValidationError

from planner.district import District
from planner.plan import Plan
from planner.policies.fund_rules import FundRules

USES = {"tutoring": {"recurring": False}, "coaching": {}}
COACHING = {"measure": "support", "use": "coaching", "index": "shortfall", "target": 500}
TWO_YEARS = ["2026-27", "2027-28"]


def schools_with(budget: Any = (), **fund: Any) -> District:
    """Return two schools of 100 students and a fund of $100,000, all that coaching is due at $500 each."""
    grant = {"dollars": 100_000, "uses": ["tutoring", "coaching"], **fund}
    return district_of(two_schools, (10, 10), funds={"grant": grant}, uses=USES, budget=budget)


def scenario_under(rule: dict[str, Any], plan_years: list[str] | None = None, **policy: Any) -> Any:
    policies = {"fund_rules": {"funds": {"grant": rule}, **policy}}
    return scenario_of(COACHING, policies=policies, years=plan_years or TWO_YEARS[:1])


def coaching(plan: Plan, year: int = 0) -> float:
    return sum(dollars_of(plan, "coaching", year).values())


@pytest.mark.parametrize(
    ("rule", "dollars"),
    [
        ({}, 100_000),
        ({"set_asides": [{"uses": ["tutoring"], "min_share": 0.4}]}, 60_000),
        ({"caps": [{"uses": ["coaching"], "max_share": 0.25}]}, 25_000),
        ({"caps": [{"uses": ["coaching"], "max_dollars": 30_000}]}, 30_000),
        ({"uses": ["tutoring"]}, 0),
        ({"schools": [SECOND]}, 50_000),
        ({"one_time_only": True}, 0),
    ],
)
def test_what_is_left_for_coaching(rule: dict[str, Any], dollars: float) -> None:
    """40% set aside for tutoring leave $60,000; caps leave a quarter, or $30,000; at one school half is due.

    Coaching comes back every year, so that one-time dollars may not pay it. What is lacking of $100,000 is
    the index, and nothing is there today: 100 points are the whole of it.
    """
    plan = solved(schools_with(), scenario_under(rule))
    assert coaching(plan) == pytest.approx(dollars, abs=0.01)
    assert plan.summary.inequity_after == pytest.approx(100 - dollars / 1000, abs=1e-4)


def test_the_set_asides_of_the_data_bind_too() -> None:
    """The fund's own terms set aside 30% for tutoring: $70,000 are left; all of it where they are dropped."""
    district = schools_with(set_asides=[{"uses": ["tutoring"], "min_share": 0.3}])
    assert coaching(solved(district, scenario_under({}))) == pytest.approx(70_000, abs=0.01)
    assert coaching(solved(district, scenario_under({}, set_asides=False))) == pytest.approx(
        100_000, abs=0.01
    )


def test_shares_are_of_all_years() -> None:
    """A cap of a quarter of two years' $200,000 is $50,000 in all; $30,000 a year is $60,000."""
    by_share = solved(
        schools_with(), scenario_under({"caps": [{"uses": ["coaching"], "max_share": 0.25}]}, TWO_YEARS)
    )
    by_year = solved(
        schools_with(), scenario_under({"caps": [{"uses": ["coaching"], "max_dollars": 3e4}]}, TWO_YEARS)
    )
    assert coaching(by_share) + coaching(by_share, 1) == pytest.approx(50_000, abs=0.01)
    assert (coaching(by_year), coaching(by_year, 1)) == pytest.approx((30_000, 30_000), abs=0.01)


def test_spend_down() -> None:
    """Teachers are even, and nothing asks for dollars but the rule: 80% of $100,000 are spent, no more."""
    down = {"spend_down": {"by": "2026-27", "min_share": 0.8}}
    policies = {"fund_rules": {"funds": {"grant": down}}}
    plan = solved(schools_with(), scenario_of(policies=policies))
    assert plan.summary.cost_dollars == pytest.approx(80_000, abs=0.02)


def test_spend_down_counts_the_years_until_then() -> None:
    """All of two years' dollars by the second: $200,000, wherever in time, as the fund carries over."""
    down = {"spend_down": {"by": "2027-28"}}
    district = schools_with(carry_over=True, last_year="2027-28")
    scenario = scenario_of(policies={"fund_rules": {"funds": {"grant": down}}}, years=[*TWO_YEARS, "2028-29"])
    assert solved(district, scenario).summary.cost_dollars == pytest.approx(200_000, abs=0.02)


def test_pay_counts_where_staff_is_named() -> None:
    """$40,000 of the fund pays staff today. Half set aside for staff and tutoring asks $10,000 of tutoring.

    Of the $60,000 that can be placed, $50,000 are left for coaching. A spend-down of 90% counts pay too:
    $50,000 are placed.
    """
    line = [(FIRST, "grant", "staff", 40_000)]
    district = schools_with(budget=line, uses=["staff", "tutoring", "coaching"])
    aside = {"set_asides": [{"uses": ["staff", "tutoring"], "min_share": 0.5}]}
    assert coaching(solved(district, scenario_under(aside))) == pytest.approx(50_000, abs=0.01)
    down = {"fund_rules": {"funds": {"grant": {"spend_down": {"by": "2026-27", "min_share": 0.9}}}}}
    assert solved(district, scenario_of(policies=down)).summary.cost_dollars == pytest.approx(
        50_000, abs=0.02
    )


def test_lines_of_today_run_on() -> None:
    """$20,000 of coaching stand today: no rule on new dollars takes them away, and none are added."""
    district = schools_with(budget=[(FIRST, "grant", "coaching", 20_000)])
    for rule in ({"uses": ["tutoring"]}, {"one_time_only": True}, {"schools": []}):
        plan = solved(district, scenario_under(rule))
        assert coaching(plan) == pytest.approx(20_000, abs=0.01)


def test_dollars_by_district() -> None:
    """Each district's own dollars: a set-aside of half leaves $50,000 of one's and $10,000 of the other's."""
    one, two = school_id(1, 1), school_id(1, 2)
    dollars = {one[:7]: 100_000, two[:7]: 20_000}
    district = district_of(
        any_schools,
        {one: ("elementary", 200, 10), two: ("elementary", 200, 10)},
        [(name, "teacher", "general", "novice", 10, 60_000, 0) for name in (one, two)],
        funds={"grant": {"dollars": dollars, "uses": ["tutoring", "coaching"]}},
        uses=USES,
    )
    plan = solved(district, scenario_under({"set_asides": [{"uses": ["tutoring"], "min_share": 0.5}]}))
    assert dollars_of(plan, "coaching") == {
        one: pytest.approx(50_000, abs=0.01),
        two: pytest.approx(10_000, abs=0.01),
    }


def test_what_is_useful_comes_first() -> None:
    """Tutoring is of use up to $100 a student, $20,000: a set-aside of 40% of $100,000 cannot be met."""
    uses = {**USES, "tutoring": {"max_dollars_per_target_student": 100}}
    grant = {"dollars": 100_000, "uses": ["tutoring", "coaching"]}
    district = district_of(two_schools, (10, 10), funds={"grant": grant}, uses=uses)
    rule = {"set_asides": [{"uses": ["tutoring"], "min_share": 0.4}]}
    assert solved_or_none(district, scenario_under(rule)) is None


def test_a_cap_without_a_number_is_refused() -> None:
    with pytest.raises(ValidationError):
        FundRules.model_validate({"funds": {"grant": {"caps": [{"uses": ["coaching"]}]}}})


@given(districts, years, share(0, 0.6), share(0.3, 1), share(0, 0.7), st.booleans())
def test_kept_priced_and_guarded(
    district: District, when: list[str], aside: float, cap: float, spent: float, one_time: bool
) -> None:
    def rules(less: float) -> dict[str, Any]:
        general = {
            "caps": [
                {"uses": ["coaching"], "max_share": max(0.0, cap - less), "max_dollars": 5e5 * (1 - less)}
            ],
            "one_time_only": one_time,
        }
        grant = {
            "set_asides": [{"uses": ["tutoring"], "min_share": min(1.0, aside + less)}],
            "spend_down": {"by": when[-1], "min_share": spent},
        }
        return {"fund_rules": {"funds": {"general": general, "grant": grant}}}

    scenario = scenario_with(rules(0), when)
    plan = kept_and_priced(district, scenario, "fund_rules")
    assert_stricter_never_helps(district, scenario, scenario_with(rules(0.1), when))
    school = str(district.schools["school_id"].iloc[0])
    total = float(district.facts.funds["general"].dollars)  # type: ignore[arg-type]
    over = spent_too(plan, school, "general", "coaching", cap * total * len(when) + 50)
    assert_breaks(over, district, scenario, "fund_rules")


def test_each_part_of_the_rule_is_judged() -> None:
    """One line edited by $100 breaks whichever part of the rule forbids it."""
    cases: list[tuple[dict[str, Any], str, float]] = [
        ({"set_asides": [{"uses": ["tutoring"], "min_share": 0.4}]}, "tutoring", -100),
        ({"caps": [{"uses": ["coaching"], "max_share": 0.25}]}, "coaching", 100),
        ({"caps": [{"uses": ["coaching"], "max_dollars": 30_000}]}, "coaching", 100),
        ({"uses": ["tutoring"]}, "coaching", 100),
        ({"schools": [FIRST]}, "coaching", 100),
        ({"one_time_only": True}, "coaching", 100),
        ({"spend_down": {"by": "2026-27"}}, "coaching", -100),
    ]
    for rule, use, dollars in cases:
        scenario = scenario_under(rule)
        district = schools_with()
        plan = solved(district, scenario)
        assert not broken(plan, district, scenario, "fund_rules")
        school = next((row.school_id for row in plan.dollars if row.use == use and row.after > 200), SECOND)
        school = SECOND if "schools" in rule else school
        assert_breaks(spent_too(plan, school, "grant", use, dollars), district, scenario, "fund_rules")
