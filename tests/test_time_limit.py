"""The seconds a scenario allows are those of all its stages together, in whole steps and in any amounts."""

from __future__ import annotations

from typing import Any

import pytest
from checking import district_of, scenario_of
from districts import two_schools

from planner.case import checked_case
from planner.optimize.building import build
from planner.optimize.objective import stages
from planner.optimize.solver import Session

LIMIT, SPENT = 60.0, 50.0


@pytest.mark.parametrize("settings", [{"fte_step": 1.0}, {}], ids=["whole steps", "any amounts"])
def test_a_later_run_gets_what_the_earlier_ones_left(settings: dict[str, Any]) -> None:
    scenario = scenario_of(policies={"transfers": {"max_share_per_school": 0.1}}, **settings)
    model = build(checked_case(district_of(two_schools), scenario))
    inequity = stages(model)[0].expression
    session = Session(model.program, LIMIT, gap=0.0)
    assert session.is_integer == bool(settings)
    session.minimise(inequity)
    session.seconds = SPENT
    # HiGHS counts a continuous program's time from the first run on, a whole-step program's anew.
    before = 0.0 if session.is_integer else session._highs.getRunTime()
    session.minimise(inequity)
    allowed = session._highs.getOptionValue("time_limit")[1] - before
    assert allowed == pytest.approx(LIMIT - SPENT)
