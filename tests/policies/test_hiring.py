"""Hiring: worked by hand, then on random districts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from checking import broken, case_of, changed_too, district_of, dollars_of, scenario_of, solved, teachers_of
from districts import FIRST, SECOND, two_schools
from hypothesis import assume, given
from hypothesis import strategies as st
from policy_examples import two_districts
from policy_properties import (
    assert_breaks,
    assert_stricter_never_helps,
    districts,
    kept_and_priced,
    scenario_with,
    share,
    years,
)

from planner.district import District
from planner.outcome import Outcome
from planner.plan import Plan, StaffChange
from planner.problems import InputProblems

POOL = ("teacher", "general", "experienced")
TWO_YEARS = ["2026-27", "2027-28"]
NO_MOVES = {"max_share_per_school": 0}


def schools_with(
    vacancies: tuple[float, float] = (0, 4), dollars: float = 1_000_000, **fund: Any
) -> District:
    """Return 20 and 10 teachers at $60,000, with vacancies, and a fund for positions."""
    funds = {"general": {"dollars": dollars, "uses": ["positions"], **fund}}
    return district_of(two_schools, vacancies=vacancies, funds=funds)


def scenario_under(hiring: dict[str, Any] | None, measure: Any = None, **more: Any) -> Any:
    policies: dict[str, Any] = {"transfers": NO_MOVES, **({} if hiring is None else {"hiring": hiring})}
    return scenario_of(*([measure] if measure else []), policies=policies, **more)


def plan_of(district: District, hiring: dict[str, Any] | None, **more: Any) -> Plan:
    return solved(district, scenario_under(hiring, **more))


def test_without_a_policy_vacancies_are_filled() -> None:
    """The second school lacks 5 and has 4 vacancies: 1 of 5 is left, 20; 4 positions cost $240,000."""
    plan = plan_of(schools_with(), None)
    assert plan.summary.inequity_after == pytest.approx(20, abs=1e-6)
    assert dollars_of(plan, "positions") == {SECOND: pytest.approx(240_000)}


@pytest.mark.parametrize(
    ("hiring", "points"),
    [
        ({"freeze": True}, 100),
        ({"candidates": {"teacher": 3}}, 40),
        ({"candidates": {"teacher/general": 1.5}}, 70),
        ({"candidates": {"teacher": 5}}, 0),
        ({"candidates": {"teacher": 5}, "vacancies_only": True}, 20),
    ],
)
def test_candidates(hiring: dict[str, Any], points: float) -> None:
    """5 are lacking and 4 vacant. No one, 3, 1.5 or 5 found leave 5, 2, 3.5 or 0; in vacancies only, 1."""
    assert plan_of(schools_with(), hiring).summary.inequity_after == pytest.approx(points, abs=1e-6)


def test_a_fund_must_pay() -> None:
    """$120,000 pays 2 positions: 3 of 5 are lacking, 60."""
    plan = plan_of(schools_with(dollars=120_000), {"candidates": {"teacher": 5}})
    assert plan.summary.hires_fte == pytest.approx(2, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(60, abs=1e-6)


def test_positions_are_paid_every_year() -> None:
    """$120,000 a year pays 2 positions in the first year and no third in the second: 60 and 60."""
    plan = plan_of(schools_with(dollars=120_000), {"candidates": {"teacher": 5}}, years=TWO_YEARS)
    assert teachers_of(plan, 1) == pytest.approx([20, 12], abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(60, abs=1e-6)


@pytest.mark.parametrize(("release", "points"), [(False, 100), (True, 80)])
def test_a_position_lasts_until_released(release: bool, points: float) -> None:
    """The fund ends after the first year. Hired for good, no one can be paid then: 100.

    Where positions may be given up, 2 are filled for the one year: 60 and 100 make 80.
    """
    district = schools_with(dollars=120_000, last_year="2026-27")
    plan = plan_of(district, {"candidates": {"teacher": 5}, "release": release}, years=TWO_YEARS)
    assert plan.summary.inequity_after == pytest.approx(points, abs=1e-6)
    assert [row.change for row in plan.staff_changes] == (["hire", "release"] if release else [])


def test_vacancies_are_filled_where_they_are() -> None:
    """1 and 4 are vacant, 5 can be found: all filled, 1 and 4, though the second could take all 5."""
    plan = plan_of(schools_with((1, 4)), {"candidates": {"teacher": 5}, "fill_vacancies": 1})
    assert {(row.school_id, row.fte) for row in plan.staff_changes} == {(FIRST, 1.0), (SECOND, 4.0)}


def test_filling_in_the_last_year() -> None:
    """4 vacant, 2 found a year: all are filled over two years. Lacking 3, then 1, of 5: mean 40."""
    hiring = {"candidates": {"teacher": 2}, "fill_vacancies": 1, "vacancies_only": True}
    plan = plan_of(schools_with(), hiring, years=TWO_YEARS)
    assert teachers_of(plan, 1) == pytest.approx([20, 14], abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(40, abs=1e-6)


def test_more_vacancies_than_candidates_is_told_before_the_search() -> None:
    with pytest.raises(InputProblems, match="no more vacancies than candidates"):
        plan_of(schools_with(), {"candidates": {"teacher": 2}, "fill_vacancies": 1})


def test_the_fewest_candidates_of_the_names_that_fit_a_pool_count() -> None:
    """5 teachers can be found, half of one of them for general classes: 2 vacancies there stay open."""
    with pytest.raises(InputProblems, match=r"2\.0 FTE of vacancies to fill and candidates for 0\.5"):
        plan_of(
            schools_with((0, 2)), {"candidates": {"teacher": 5, "teacher/general": 0.5}, "fill_vacancies": 1}
        )


def test_a_name_opens_the_least_experienced_pool_of_each_field() -> None:
    """Of general and mathematics teachers, novices where there are any; other pools only their vacancies."""
    case = case_of(two_districts(), scenario_of(policies={"hiring": {"candidates": {"teacher": 3}}}))
    opened = np.isinf(case.hire_limits)
    assert opened.all(axis=0).tolist() == opened.any(axis=0).tolist()
    assert {str(pool) for pool, is_open in zip(case.pools, opened[0], strict=True) if is_open} == {
        "teacher/general/novice",
        "teacher/math/experienced",
    }


def test_no_more_hires_than_vacancies_at_any_school() -> None:
    """Each of four schools has a novice's vacancy: all may be filled at once, and none by a fiftieth more."""
    rule = {"candidates": {"teacher": 9}, "vacancies_only": True}
    case = case_of(two_districts(), scenario_of(policies={"hiring": rule}))
    novices = next(n for n, pool in enumerate(case.pools) if str(pool) == "teacher/general/novice")
    vacant = [school for school in range(len(case.school_ids)) if case.vacancies[school, novices] > 0]
    for fte, wrong in ((1.0, []), (1.02, [case.school_ids[school] for school in vacant])):
        hires = {(school, novices, 0): fte for school in vacant}
        found = case.scenario.policies["hiring"].check(Outcome(case, {"hire": hires}))
        assert [finding.where for finding in found if not finding.holds] == wrong
    assert len(vacant) == 4


def test_high_need_first() -> None:
    """Half of the vacancies, 2 of 4, must be filled; at least 3 of 4 hires at the high-need second school.

    The first has 4 vacant, the second none: where 2 fill vacancies, 6 more go to the second by the rule.
    They are wanted there anyway: 5 of them; the sixth is only for the rule.
    """
    hiring = {"candidates": {"teacher": 9}, "fill_vacancies": 0.5, "high_need_share": 0.75}
    plan = plan_of(schools_with((4, 0)), hiring)
    hired = {row.school_id: row.fte for row in plan.staff_changes}
    assert hired[FIRST] >= 2 - 1e-6
    assert hired[SECOND] >= 3 * hired[FIRST] - 1e-6


def test_attrition() -> None:
    """A tenth of the first school's 20 may be left unfilled: the range falls from 20 - 10 to 18 - 10, 80."""
    wide = {"measure": "teachers", "index": "range"}
    plan = plan_of(schools_with((0, 0)), {"attrition_share": 0.1}, measure=wide)
    assert teachers_of(plan) == pytest.approx([18, 10], abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(80, abs=1e-6)


def test_whole_steps() -> None:
    """Half positions: candidates for 3.3 FTE make 3.0, 2 of 5 lacking, 40."""
    plan = plan_of(schools_with(), {"candidates": {"teacher": 3.3}}, fte_step=0.5)
    assert plan.summary.hires_fte == pytest.approx(3.0, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(40, abs=1e-6)


def test_positions_of_today_and_pay_of_an_ended_fund_are_carried() -> None:
    """A grant that ends pays $60,000 of today's staff and has a position line of $30,000.

    In the second year the general fund must carry both, $90,000 of its $150,000: one more position fits in
    each year, 4 of 5 lacking, 80. In the first year $60,000 of the grant's own staff still binds it.
    """
    funds = {
        "general": {"dollars": 150_000, "uses": ["positions"]},
        "grant": {"dollars": 90_000, "uses": ["positions"], "last_year": "2026-27"},
    }
    lines = [(SECOND, "grant", "staff", 60_000), (SECOND, "grant", "positions", 30_000)]
    district = district_of(two_schools, vacancies=(0, 4), funds=funds, budget=lines)
    plan = plan_of(district, None, years=TWO_YEARS)
    assert teachers_of(plan, 1) == pytest.approx([20, 11], abs=1e-6)
    assert dollars_of(plan, "positions", 1) == {SECOND: pytest.approx(150_000)}


@given(districts, years, st.integers(0, 4), share(0, 0.5), share(0, 0.5), st.booleans())
def test_kept_priced_and_guarded(
    district: District, when: list[str], found: int, fill: float, first: float, release: bool
) -> None:
    def rules(factor: float) -> dict[str, Any]:
        return {
            "hiring": {
                "candidates": {"teacher": found * factor},
                "fill_vacancies": fill / 2,
                "high_need_share": first,
                "release": release,
                "attrition_share": 0.05,
            }
        }

    vacant = float(district.staff["vacancies"].sum())
    assume(fill / 2 * vacant <= found / 2)
    scenario = scenario_with(rules(1.0), when)
    plan = kept_and_priced(district, scenario, "hiring")
    assert_stricter_never_helps(district, scenario, scenario_with(rules(0.5), when))
    row = district.staff[
        (district.staff["role"] == "teacher") & (district.staff["experience"] == "novice")
    ].iloc[0]
    pool = (row.role, row.field, row.experience)
    for change, fte in (("hire", found + 0.01), ("attrition", 0.05 * row.fte + 0.01)):
        assert_breaks(changed_too(plan, row.school_id, change, fte, pool), district, scenario, "hiring")


def test_each_part_of_the_rule_is_judged() -> None:
    """Each row written in by hand breaks a part of the rule that the plan kept."""
    district = schools_with((1, 4))
    cases: list[tuple[dict[str, Any], str, float]] = [
        ({"freeze": True}, "hire", 0.5),
        ({"freeze": True}, "recruit", 0.5),
        ({"candidates": {"teacher": 5}, "vacancies_only": True}, "hire", 4.05),
        ({"candidates": {"teacher": 3}}, "hire", 3.05),
        ({"candidates": {"teacher": 3}, "high_need_share": 0.5}, "hire", 3.05),
        ({"attrition_share": 0.1}, "attrition", 2.05),
        ({"candidates": {"teacher": 3}}, "release", 0.02),
    ]
    for hiring, change, fte in cases:
        scenario = scenario_under(hiring)
        plan = replace(solved(district, scenario), staff_changes=())
        assert not broken(plan, district, scenario, "hiring")
        row = StaffChange("2026-27", FIRST, *POOL, change, fte, 0.0)
        assert_breaks(replace(plan, staff_changes=(row,)), district, scenario, "hiring")
    asked = scenario_under({"candidates": {"teacher": 5}, "fill_vacancies": 1})
    assert_breaks(replace(solved(district, asked), staff_changes=()), district, asked, "hiring")


def test_unfilled_vacancies_are_not_made_up_elsewhere() -> None:
    """Five hires at the school with four vacancies leave the other's one vacancy open."""
    district = schools_with((1, 4))
    scenario = scenario_under({"candidates": {"teacher": 5}, "fill_vacancies": 1})
    plan = solved(district, scenario)
    row = StaffChange("2026-27", SECOND, *POOL, "hire", 5.0, 0.0)
    assert_breaks(replace(plan, staff_changes=(row,)), district, scenario, "hiring")


def test_stipends_fill_vacancies_too() -> None:
    """No candidates, and half of 2 vacancies filled for $5,000: half of them can be asked for."""
    district = schools_with((0, 2), uses=["positions", "stipends"])
    tiers = [{"dollars": 5000, "share": 0, "vacancies_filled": 0.5}]
    hiring = {"candidates": {"teacher": 0}, "vacancies_only": True, "fill_vacancies": 0.5}
    policies = {"hiring": hiring, "stipends": {"tiers": tiers}, "transfers": NO_MOVES}
    plan = solved(district, scenario_of(policies=policies))
    assert [(row.change, row.fte) for row in plan.staff_changes] == [("recruit", 1.0)]
