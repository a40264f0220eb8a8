"""Stipends: worked by hand, then on random districts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from checking import (
    assert_relaxing_never_hurts,
    broken,
    district_of,
    dollars_of,
    edited,
    moved_too,
    scenario_of,
    solved,
    teachers_of,
)
from districts import FIRST, SECOND, two_schools
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
from planner.plan import Plan, StaffChange
from planner.policies.stipends import Stipends

THIRD = "060000100003"
POOL = ("teacher", "general", "experienced")
TWO_YEARS = ["2026-27", "2027-28"]
TIERS = [{"dollars": 5000, "share": 0.05}, {"dollars": 10_000, "share": 0.10}]


def schools_with(**fund: Any) -> District:
    """Return 20 and 10 teachers for 100 students each, and a fund for stipends at the second school."""
    fund = {"dollars": 20_000, "uses": ["stipends", "positions"], **fund}
    return district_of(two_schools, funds={"grant": fund})


def plan_of(
    district: District, settings: dict[str, Any], plan_years: list[str] | None = None, **more: Any
) -> Plan:
    policies = {"stipends": {"fringe_rate": 0, **settings}, **more}
    return solved(district, scenario_of(policies=policies, years=plan_years or ["2026-27"]))


def test_supply_by_tier() -> None:
    """5% of 30 teachers, 1.5, move for $5,000: $7,500. The rest of $20,000 pays 1.25 more at $10,000.

    2.75 of the 5 that are lacking move: 2.25 / 5 is 45.
    """
    plan = plan_of(schools_with(), {"tiers": TIERS})
    assert sorted((move.stipend, move.fte) for move in plan.moves) == [(5000, 1.5), (10_000, 1.25)]
    assert plan.summary.inequity_after == pytest.approx(45, abs=1e-6)
    assert dollars_of(plan, "stipends") == {SECOND: pytest.approx(20_000)}


def test_supply_ends_where_the_curve_does() -> None:
    """With money for all, 10% of 30 move, 3 in all: 2 of 5 are lacking, 40."""
    plan = plan_of(schools_with(dollars=100_000), {"tiers": TIERS})
    assert plan.summary.moves_fte == pytest.approx(3, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(40, abs=1e-6)
    assert dollars_of(plan, "stipends") == {SECOND: pytest.approx(1.5 * 5000 + 1.5 * 10_000)}


def test_payroll_tax_is_paid() -> None:
    """One tier of $10,000 with 25% on top costs $12,500: $20,000 moves 1.6 teachers, 3.4 / 5 is 68."""
    plan = plan_of(schools_with(), {"tiers": [{"dollars": 10_000, "share": 0.1}], "fringe_rate": 0.25})
    assert plan.summary.moves_fte == pytest.approx(1.6, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(68, abs=1e-6)


def test_the_same_teachers_are_paid_every_year() -> None:
    """$10,000 a year pays 1.5 at $5,000 and 0.25 at $10,000, and the same ones again: 65 in both years."""
    plan = plan_of(schools_with(dollars=10_000), {"tiers": TIERS}, TWO_YEARS)
    assert plan.summary.moves_fte == pytest.approx(1.75, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(65, abs=1e-6)
    assert dollars_of(plan, "stipends", 1) == {SECOND: pytest.approx(10_000)}


def test_supply_does_not_renew_itself() -> None:
    """With money for all, 3 of 30 move in the first year, and no one else in the second: 40, not less."""
    plan = plan_of(schools_with(dollars=100_000), {"tiers": TIERS}, TWO_YEARS)
    assert teachers_of(plan, 1) == pytest.approx([17, 13], abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(40, abs=1e-6)


def test_the_effect_ends_with_the_pay() -> None:
    """The grant ends after the first year: the 1.75 who came go back, and 65 and 100 make 82.5."""
    plan = plan_of(schools_with(dollars=10_000, last_year="2026-27"), {"tiers": TIERS}, TWO_YEARS)
    assert teachers_of(plan, 1) == pytest.approx([20, 10], abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(82.5, abs=1e-6)
    ended = sum(row.fte for row in plan.staff_changes if row.change == "stipend_end")
    assert ended == pytest.approx(1.75, abs=1e-6)


def test_no_money_no_moves() -> None:
    """No fund may pay stipends at the second school: nobody moves there, for nobody does so unpaid."""
    plan = plan_of(schools_with(schools=[FIRST]), {"tiers": TIERS})
    assert plan.moves == ()
    assert plan.summary.inequity_after == pytest.approx(100, abs=1e-6)


def test_response_presets() -> None:
    """Central: 5% for $10,000, 1.5 of 30 move, 70. Low: 0.7%, 0.21 move, 95.8. High: 10%, 3 move, 40."""
    found = {}
    for response in ("low", "central", "high"):
        plan = plan_of(schools_with(dollars=100_000), {"tiers": [{"dollars": 10_000}], "response": response})
        found[response] = plan.summary.inequity_after
    assert found == pytest.approx({"low": 95.8, "central": 70, "high": 40}, abs=1e-6)


def test_never_past_what_was_studied() -> None:
    """$20,000 moves no more than $10,000 does, and the plan warns of it."""
    plan = plan_of(schools_with(dollars=100_000), {"tiers": [{"dollars": 20_000}]})
    assert plan.summary.inequity_after == pytest.approx(70, abs=1e-6)
    assert any("were studied" in warning for warning in plan.warnings)


def test_vacancies_filled_for_the_pay() -> None:
    """Half of 2 vacancies are filled for $5,000: one hire, who costs $60,000 and the stipend.

    No one else can be found. The mean stays today's 15: the second has 11 then, 4 of 5 lacking, 80.
    """
    grant = {"dollars": 200_000, "uses": ["stipends", "positions"]}
    district = district_of(two_schools, vacancies=(0, 2), funds={"grant": grant})
    tiers = [{"dollars": 5000, "share": 0, "vacancies_filled": 0.5}]
    hiring = {"candidates": {"teacher": 0}, "vacancies_only": True}
    plan = plan_of(district, {"tiers": tiers}, hiring=hiring, transfers={"max_share_per_school": 0})
    assert [(row.change, row.fte) for row in plan.staff_changes] == [("recruit", 1.0)]
    assert plan.summary.inequity_after == pytest.approx(80, abs=1e-6)
    assert dollars_of(plan, "positions") == {SECOND: pytest.approx(60_000)}
    assert dollars_of(plan, "stipends") == {SECOND: pytest.approx(5000)}


def test_vacancies_filled_up_to_each_tier_over_all_schools_that_pay() -> None:
    """Of 4 vacancies at two schools 1.2 are filled for $5,000 and 2 for up to $9,000: 0.8 are paid the more.

    The mean of 40 teachers is 40 / 3, so that both lack 10 / 3, and 2 of 20 / 3 are won: 70.
    """
    grant = {"dollars": 400_000, "uses": ["stipends", "positions"]}
    district = district_of(
        two_schools, (20, 10, 10), (100, 100, 100), vacancies=(0, 2, 2), funds={"grant": grant}
    )
    tiers = [
        {"dollars": 5000, "share": 0, "vacancies_filled": 0.3},
        {"dollars": 9000, "share": 0, "vacancies_filled": 0.5},
    ]
    hiring = {"candidates": {"teacher": 0}, "vacancies_only": True}
    pays = {"eligible": [SECOND, THIRD], "tiers": tiers}
    plan = plan_of(district, pays, hiring=hiring, transfers={"max_share_per_school": 0})
    filled = {5000.0: 0.0, 9000.0: 0.0}
    for row in plan.staff_changes:
        filled[row.stipend] += row.fte
    assert filled == pytest.approx({5000.0: 1.2, 9000.0: 0.8}, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(70, abs=1e-6)


def test_no_one_is_paid_to_stay_where_they_are() -> None:
    """The grant can only pay stipends, and the first school's teachers are protected: nobody can be paid.

    A school's teachers leaving it and joining it again would put the grant's dollars there without a move.
    """
    district = district_of(
        two_schools,
        (10, 10),
        funds={"grant": {"dollars": 50_000, "uses": ["stipends"]}},
        budget=[(FIRST, "x", "m", 9e4)],
    )
    policies = {
        "stipends": {"eligible": [SECOND], "tiers": [{"dollars": 5000, "share": 1}]},
        "transfers": {"protected_schools": [FIRST]},
    }
    plan = solved(district, scenario_of({"measure": "dollars", "index": "shortfall"}, policies=policies))
    assert plan.moves == ()
    assert dollars_of(plan, "stipends") == {}


def test_stipends_of_today_go_on() -> None:
    """A line of $4,000 for stipends today is carried beside the plan's own: 1.5 movers at $5,000 and it."""
    grant = {"dollars": 11_500, "uses": ["stipends"]}
    district = district_of(two_schools, funds={"grant": grant}, budget=[(SECOND, "grant", "stipends", 4000)])
    plan = plan_of(district, {"tiers": TIERS})
    assert plan.summary.moves_fte == pytest.approx(1.5, abs=1e-6)
    assert dollars_of(plan, "stipends") == {SECOND: pytest.approx(11_500)}


def test_a_tier_alone_may_fill_vacancies_or_take_its_share_from_the_response() -> None:
    given, none = {"dollars": 5000, "share": 0.01}, {"dollars": 9000}
    filling = {**none, "share": 0.02, "vacancies_filled": 0.5}
    assert Stipends.model_validate({"tiers": [given, filling]}).recruits
    assert not Stipends.model_validate({"tiers": [given, none]}).recruits
    (higher,) = Stipends.model_validate({"tiers": [given, none]}).steps()
    assert higher.policy.as_data()["response"] == "high"
    assert Stipends.model_validate({"tiers": [given, filling]}).steps() == []


def test_tiers_must_rise() -> None:
    for tiers in (
        [{"dollars": 5000, "share": 0.1}, {"dollars": 4000, "share": 0.2}],
        [{"dollars": 5000, "share": 0.2}, {"dollars": 9000, "share": 0.1}],
    ):
        with pytest.raises(ValidationError):
            Stipends.model_validate({"tiers": tiers})


@given(districts, years, share(0, 0.2), share(0, 0.2), st.sampled_from(("low", "central")))
def test_kept_priced_and_guarded(
    district: District, when: list[str], low: float, more: float, response: str
) -> None:
    def rules(factor: float) -> dict[str, Any]:
        tiers = [
            {"dollars": 4000, "share": low * factor},
            {"dollars": 9000, "share": (low + more) * factor},
        ]
        return {"stipends": {"tiers": tiers}, "transfers": {"voluntary": True}}

    scenario = scenario_with(rules(1.0), when)
    plan = kept_and_priced(district, scenario, "stipends")
    assert_stricter_never_helps(district, scenario, scenario_with(rules(0.5), when))
    preset = scenario_with({"stipends": {"tiers": [{"dollars": 8000}], "response": response}}, when)
    assert_relaxing_never_hurts(district, preset, "stipends")
    if plan.moves:
        paid = next(n for n, move in enumerate(plan.moves) if move.stipend > 0)
        extra = plan.moves[paid].fte + (low + more) * float(district.staff["fte"].sum()) + 0.01
        more_paid = replace(plan, moves=edited(plan.moves, paid, fte=extra))
        assert_breaks(more_paid, district, scenario, "stipends")
        unpaid = replace(plan, moves=edited(plan.moves, paid, stipend=0.0))
        assert_breaks(unpaid, district, scenario, "stipends")


def test_each_part_of_the_rule_is_judged() -> None:
    """Movers past the supply, an unpaid joiner, vacancies past their share, pay for those who are gone."""
    district = schools_with(dollars=100_000)
    policies = {"stipends": {"tiers": TIERS, "fringe_rate": 0}}
    scenario = scenario_of(policies=policies, years=TWO_YEARS)
    plan = solved(district, scenario)
    assert not broken(plan, district, scenario, "stipends")
    first = plan.moves[0]
    for row in (replace(first, fte=0.2), replace(first, fte=0.02, stipend=0.0)):
        assert_breaks(replace(plan, moves=(*plan.moves, row)), district, scenario, "stipends")
    recruit = StaffChange("2026-27", SECOND, *POOL, "recruit", 0.5, 5000.0)
    assert_breaks(replace(plan, staff_changes=(recruit,)), district, scenario, "stipends")
    gone = replace(first, year="2027-28", from_school=SECOND, to_school=FIRST, fte=12.0, stipend=0.0)
    assert_breaks(replace(plan, moves=(*plan.moves, gone)), district, scenario, "stipends")


def test_all_who_are_there_may_be_paid_and_no_more() -> None:
    """Nobody is at the second and third today: a fifth of 20 come, 2 to each as the range asks, all paid.

    That keeps the rule. With a fiftieth of them gone from either school, pay for 2 is pay for too many.
    """
    fund = {"dollars": 100_000, "uses": ["stipends"]}
    district = district_of(two_schools, (20, 0, 0), (100, 100, 100), funds={"grant": fund})
    stipends = {"eligible": [SECOND, THIRD], "tiers": [{"dollars": 5000, "share": 0.2}], "fringe_rate": 0}
    scenario = scenario_of({"measure": "teachers", "index": "range"}, policies={"stipends": stipends})
    plan = solved(district, scenario)
    assert sorted((move.to_school, move.fte) for move in plan.moves) == [(SECOND, 2.0), (THIRD, 2.0)]
    for school in (SECOND, THIRD):
        found = broken(moved_too(plan, school, FIRST, 0.04, POOL), district, scenario, "stipends")
        assert [(f.where, f.actual, f.limit) for f in found] == [(school, 2.0, pytest.approx(1.96))]
