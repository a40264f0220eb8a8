"""The shipped scenarios: each plan stands beside its scenario in short, and every plan is verified."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from planner.demo import SCENARIOS
from planner.district import District, load_district
from planner.inheritance import load_scenario
from planner.optimize import solve
from planner.plan import Plan
from planner.verification import verify

RIVERBEND = Path(__file__).resolve().parent.parent / "scenarios" / "riverbend"
EXPECTED = RIVERBEND / "expected"


@pytest.fixture(scope="module")
def district() -> District:
    return load_district(RIVERBEND / "district")


@pytest.fixture(scope="module", params=SCENARIOS)
def shipped(request: pytest.FixtureRequest, district: District) -> tuple[str, Plan]:
    name = str(request.param)
    return name, solve(district, load_scenario(RIVERBEND / f"{name}.yaml"))


def in_short(plan: Plan) -> dict[str, Any]:
    """The figures of a plan that a change of the planner must not move unnoticed."""
    indices = {f"{row.measure}, {row.index}": row.after for row in plan.indices if row.weight > 0}
    return {"status": plan.status, "summary": asdict(plan.summary), "indices": indices}


def test_every_shipped_plan_holds(shipped: tuple[str, Plan], district: District) -> None:
    _, plan = shipped
    assert verify(plan, district).failures == ()
    assert plan.status == "optimal"


def test_shipped_plans_are_as_expected(shipped: tuple[str, Plan], refresh_golden: bool) -> None:
    name, plan = shipped
    file = EXPECTED / f"{name}.yaml"
    if refresh_golden:
        file.parent.mkdir(exist_ok=True)
        file.write_text(yaml.safe_dump(in_short(plan), sort_keys=False), encoding="utf-8")
    expected = yaml.safe_load(file.read_text(encoding="utf-8"))
    found = in_short(plan)
    assert found["status"] == expected["status"]
    for part in ("summary", "indices"):
        assert found[part].keys() == expected[part].keys()
        for key, value in expected[part].items():
            # Another build of HiGHS may stop a last digit elsewhere; a changed plan is further off.
            assert math.isclose(found[part][key], value, rel_tol=1e-5, abs_tol=1e-5), (name, key)


def test_only_today_leaves_inequity_where_it_is(shipped: tuple[str, Plan]) -> None:
    name, plan = shipped
    if name == "today":
        assert math.isclose(plan.summary.inequity_after, 100.0)
        assert plan.moves == () and plan.staff_changes == ()
    else:
        assert plan.summary.inequity_after < 99


def test_every_scenario_file_of_the_folder_is_shipped() -> None:
    files = {path.stem for path in RIVERBEND.glob("*.yaml")}
    assert files == {*SCENARIOS, "base"}
