"""Maintenance of effort: ESEA's 90%, IDEA's four tests, worked by hand, then on random districts."""

from __future__ import annotations

from typing import Any

import pytest
from checking import broken, case_of, district_of, scenario_of, solved, solved_or_none, spent_too
from districts import FIRST, two_schools
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
from planner.policies.maintenance_of_effort import MaintenanceOfEffort
from planner.problems import InputProblems
from planner.scenario import Scenario

STAY = {"transfers": {"max_share_per_school": 0}}
YEARS = ["2026-27", "2027-28", "2028-29"]


def kept(years: list[str] | None = None, **settings: Any) -> Scenario:
    """Return a scenario that evens out dollars by cutting them, under the rule."""
    policies = {"maintenance_of_effort": settings, **STAY}
    return scenario_of(
        {"measure": "dollars", "index": "deviation"}, policies=policies, years=years or ["2026-27"]
    )


@pytest.fixture(scope="module")
def state_and_local() -> District:
    """Return two schools with $600,000 of pay, and $300,000 of lines at the first: $1,500,000 in all.

    The first is $150,000 above the mean, the second $150,000 below it.
    """
    general = {"dollars": 300_000, "uses": ["materials"], "schools": [FIRST]}
    lines = [(FIRST, "general", "materials", 300_000)]
    return district_of(two_schools, (10, 10), funds={"general": general}, budget=lines)


@pytest.mark.parametrize(
    ("settings", "points"),
    [
        ({}, 50),
        ({"min_share": 0.95}, 75),
        ({"min_share": 1.0}, 100),
        ({"min_share": 1.0, "less": 75_000}, 75),
        ({"min_share": 1.0, "comparison": {"0600001": {"state_local": 1_425_000}}}, 75),
        ({"min_share": 1.0, "comparison": {"0600001": {"students": 210.526315789}}}, 75),
        ({"min_share": 1.0, "comparison": {"0600001": {"students": 150}}}, 100),
        ({"min_share": 1.0, "federal": ["general"]}, 50),
    ],
)
def test_esea(state_and_local: District, settings: dict[str, Any], points: float) -> None:
    """90% of $1,500,000 lets $150,000 go, all that is above the mean: 150 of 300 away remain, 50.

    At 95%, or $75,000 less asked, $75,000 goes: 75. Per student: 200 now of 210.5 then is 95%, 75; more
    students than then lower no bar. A federal fund is no effort.
    """
    plan = solved(state_and_local, kept(**settings))
    assert plan.summary.inequity_after == pytest.approx(points, abs=1e-5)


def test_esea_compares_with_the_year_before(state_and_local: District) -> None:
    """95% of $1,500,000 is $1,425,000, 95% of that $1,353,750: $75,000 goes, then $146,250, then $150,000.

    225, 153.75 and 150 of 300 away: the mean of 75, 51.25 and 50.
    """
    plan = solved(state_and_local, kept(YEARS, min_share=0.95))
    assert plan.summary.inequity_after == pytest.approx((75 + 51.25 + 50) / 3, abs=1e-5)


@pytest.fixture(scope="module")
def special_education() -> District:
    """Return $600,000 of pay each, and $100,000 of two funds each at the first: $100,000 above the mean."""
    names, fund = ("sped_local", "sped_state"), {"dollars": 100_000}
    lines = [(FIRST, name, "services", 100_000) for name in names]
    return district_of(
        two_schools,
        (10, 10),
        funds={name: {**fund, "uses": ["services"], "schools": [FIRST]} for name in names},
        budget=lines,
    )


BOTH = {"standard": "idea", "funds": ["sped_local", "sped_state"], "group": "low_income"}


@pytest.mark.parametrize(
    ("settings", "points"),
    [
        ({}, 100),
        ({"local": ["sped_local"]}, 50),
        ({"local": ["sped_local"], "bases": {"2026-27 0600001": "state_local"}}, 100),
        ({"comparison": {"0600001": {"students": 200}}}, 50),
        ({"comparison": {"0600001": {"students": 125}}}, 80),
        ({"less": 50_000}, 75),
    ],
)
def test_idea(special_education: District, settings: dict[str, Any], points: float) -> None:
    """$200,000 of state and local money may not fall, 100; by the local test the state's $100,000 may, 50.

    Per student: 100 now of 200 then halve the bar, 50; of 125 then lower it by $40,000, 160 of 200 away, 80.
    An exception of $50,000: 75.
    """
    plan = solved(special_education, kept(**BOTH, **settings))
    assert plan.summary.inequity_after == pytest.approx(points, abs=1e-5)


def test_idea_s_choice_is_noted(special_education: District) -> None:
    plan = solved(special_education, kept(**BOTH, local=["sped_local"]))
    assert plan.provenance["cases"]["kept"]["maintenance_of_effort"]["bases"] == {"2026-27 0600001": "local"}


def test_idea_may_take_another_test_each_year(special_education: District) -> None:
    """Eight choices in three years; by the local test each year the state's money goes in all of them."""
    plan = solved(special_education, kept(YEARS, **BOTH, local=["sped_local"]))
    assert plan.provenance["cases"]["tried"] == 8
    assert plan.summary.inequity_after == pytest.approx(50, abs=1e-5)


def test_a_fund_that_ends_cannot_keep_up() -> None:
    """The fund ends after the first year and nothing takes its place: no plan keeps the rule after it."""
    fund = {"dollars": 100_000, "uses": ["services"], "last_year": "2026-27"}
    lines = [(FIRST, "sped", "services", 100_000)]
    district = district_of(two_schools, (10, 10), funds={"sped": fund}, budget=lines)
    rule = {"standard": "idea", "funds": ["sped"], "group": "low_income"}
    assert solved_or_none(district, kept(**rule)) is not None
    assert solved_or_none(district, kept(YEARS[:2], **rule)) is None


def test_tampering_is_found(state_and_local: District, special_education: District) -> None:
    scenario = kept()
    plan = solved(state_and_local, scenario)
    assert not broken(plan, state_and_local, scenario, "maintenance_of_effort")
    less = spent_too(plan, FIRST, "general", "materials", -10)
    assert_breaks(less, state_and_local, scenario, "maintenance_of_effort")
    scenario = kept(**BOTH, local=["sped_local"])
    plan = solved(special_education, scenario)
    less = spent_too(plan, FIRST, "sped_local", "services", -10)
    assert_breaks(less, special_education, scenario, "maintenance_of_effort")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"standard": "idea"}, "the state and local funds that pay for special education"),
        ({"funds": ["sped_state"]}, "only with standard: idea"),
        ({**BOTH, "local": ["general"]}, "local funds that are among funds"),
        ({**BOTH, "funds": ["sped_stat"]}, "did you mean 'sped_state'?"),
        ({**BOTH, "group": "disabilty"}, "a student group"),
        ({**BOTH, "federal": ["sped_local"]}, "the federal fund 'sped_local'"),
        ({**BOTH, "comparison": {"06": {"students": 1}}}, "a district_id"),
    ],
)
def test_what_is_wrong_is_said(special_education: District, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputProblems) as error:
        case_of(special_education, kept(**settings))
    assert message in str(error.value)


@given(districts, share(0.9, 1))
def test_kept_priced_and_guarded(district: District, least: float) -> None:
    rule = {"min_share": least, "federal": ["grant"]}
    scenario = scenario_with({"maintenance_of_effort": rule}, ["2026-27"])
    kept_and_priced(district, scenario, "maintenance_of_effort")
    looser = {**rule, "min_share": least - 0.1}
    assert_stricter_never_helps(
        district, scenario_with({"maintenance_of_effort": looser}, ["2026-27"]), scenario
    )


def test_every_year_and_district_may_choose_its_test() -> None:
    """Two years of two districts and two tests are 16 cases; four years are 256, more than can be tried."""
    rule = {"standard": "idea", "funds": ["general", "local"], "local": ["local"], "group": "low_income"}
    years = ["2026-27", "2027-28", "2028-29", "2029-30"]
    case = case_of(two_districts(), scenario_of(policies={"maintenance_of_effort": rule}, years=years[:2]))
    variants = case.scenario.policies["maintenance_of_effort"].cases(case)
    chosen = [each.bases for each in variants if isinstance(each, MaintenanceOfEffort)]
    keys = [f"{year} {district}" for year in years[:2] for district in ("0600001", "0600002")]
    assert all(list(bases) == keys and set(bases.values()) <= {"state_local", "local"} for bases in chosen)
    assert len({tuple(bases.values()) for bases in chosen}) == len(chosen) == 16
    with pytest.raises(InputProblems, match="256 choices; expected at most 64"):
        case_of(two_districts(), scenario_of(policies={"maintenance_of_effort": rule}, years=years))
