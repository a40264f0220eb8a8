"""Whole states, from the published files to a plan that a stranger can check."""

from __future__ import annotations

import pytest

from planner.checks import check
from planner.district import District
from planner.optimize import solve
from planner.scenario import resolve_scenario
from planner.verification import verify


@pytest.mark.parametrize("state", ["north_carolina", "kentucky"])
def test_a_plan_of_every_district_at_once_holds(state: str, request: pytest.FixtureRequest) -> None:
    district: District = request.getfixturevalue(state)[0]
    scenario = resolve_scenario(
        {
            "name": "Every district at once",
            "objective": {
                "measures": [
                    {"measure": "experienced_teachers", "index": "shortfall", "weight": 0.6},
                    {"measure": "dollars", "index": "gap", "group": "low_income", "weight": 0.4},
                ]
            },
            "policies": {
                "transfers": {"max_share_per_school": 0.1, "max_share_of_district": 0.04},
                "hold_harmless": {"dollars_per_student": 0.97},
            },
        }
    )
    problems, _ = check(district, scenario)
    assert problems == []
    plan = solve(district, scenario)
    failures = verify(plan, district).failures
    assert not failures, "\n".join(map(str, failures))
    districts = district.schools.set_index("school_id")["district_id"]
    assert plan.summary.inequity_after < plan.summary.inequity_before
    assert all(districts[move.from_school] == districts[move.to_school] for move in plan.moves)
