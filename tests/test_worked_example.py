"""The worked example of the model: two schools, 20 and 10 teachers, a target of 0.15 a student."""

from __future__ import annotations

from typing import Any

import pytest
from checking import case_of, district_of, least_inequity, scenario_of, solved, with_policy
from districts import FIRST, SECOND, two_schools

from planner.district import District
from planner.optimize import Infeasible, solve
from planner.scenario import Scenario

TARGET = {"measure": "teachers", "index": "shortfall", "target": 0.15}


@pytest.fixture(scope="module")
def schools() -> District:
    """Return the two schools."""
    return district_of(two_schools)


def with_rules(**policies: Any) -> Scenario:
    return scenario_of(TARGET, policies=policies)


def test_today(schools: District) -> None:
    """Today 100 * (0.15 - 0.10) / (200 * 0.15) = 1 / 6."""
    plan = solved(schools, with_rules(transfers={"max_share_per_school": 0}))
    assert plan.indices[0].before == pytest.approx(1 / 6, abs=1e-9)
    assert plan.summary.inequity_after == pytest.approx(100, abs=1e-6)


@pytest.mark.parametrize(("share", "moves", "index", "points"), [(0.10, 2, 0.1, 60), (0.15, 3, 2 / 30, 40)])
def test_a_share_may_move(schools: District, share: float, moves: float, index: float, points: float) -> None:
    """A tenth of 20 is 2: amounts 0.18 and 0.12, shortfall 0.1, 60 points; 15% is 3 and 40 points."""
    plan = solved(schools, with_rules(transfers={"max_share_per_school": share}))
    assert plan.summary.moves_fte == pytest.approx(moves, abs=1e-6)
    assert plan.indices[0].after == pytest.approx(index, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(points, abs=1e-6)
    assert plan.summary.bound == pytest.approx(points, abs=1e-6)


def test_the_price_of_a_step(schools: District) -> None:
    """Five percentage points more move one teacher more: 20 points."""
    scenario = with_rules(transfers={"max_share_per_school": 0.10})
    (step,) = scenario.policies["transfers"].steps()
    eased = with_policy(scenario, step.policy)
    assert step.words.endswith("from 10% to 15%")
    assert least_inequity(schools, scenario) - least_inequity(schools, eased) == pytest.approx(20, abs=1e-6)


def test_free_moves(schools: District) -> None:
    """With moves free, 5 move and the index is 0."""
    plan = solved(schools, with_rules())
    assert plan.summary.moves_fte == pytest.approx(5, abs=1e-6)
    assert plan.summary.inequity_after == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("first", "fits"), [(19, False), (18, True)])
def test_more_teachers_than_there_are(schools: District, first: float, fits: bool) -> None:
    """19 and 12 ask 31 teachers of 30: infeasible without hiring, and one FTE less makes room."""
    staffing = {"roles": {"teacher": {"schools": {FIRST: first, SECOND: 12}}}}
    scenario = with_rules(minimum_staffing=staffing)
    if fits:
        assert solved(schools, scenario).summary.inequity_after <= 60 + 1e-6
    else:
        assert case_of(schools, scenario)
        with pytest.raises(Infeasible):
            solve(schools, scenario)
