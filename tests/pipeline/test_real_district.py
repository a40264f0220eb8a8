"""A real district, from the published files to a verified plan; skipped where the files are not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.district import load_district
from planner.optimize import solve
from planner.plan_file import read_plan, write_plan
from planner.scenario import resolve_scenario
from planner.sources import import_source
from planner.verification import verify

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "nc_src_2019"
DURHAM = "320"
QUESTION: dict[str, Any] = {
    "name": "Move up to a tenth of a school's teachers",
    "objective": {
        "measures": [
            {"measure": "experienced_teachers", "index": "shortfall", "within": "level", "weight": 0.6},
            {"measure": "dollars", "index": "gap", "group": "low_income", "weight": 0.4},
        ]
    },
    "policies": {
        "transfers": {"max_share_per_school": 0.1, "max_share_of_district": 0.04},
        "hold_harmless": {"fte_per_student": 0.95},
    },
}


@pytest.fixture(scope="module")
def durham(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not REAL.is_dir():
        pytest.skip("the public files of North Carolina are not beside the project")
    out = tmp_path_factory.mktemp("durham") / "data"
    import_source("nc-report-card", REAL, out, district=DURHAM)
    return out


def test_a_real_district_gets_a_plan_that_holds(durham: Path, tmp_path: Path) -> None:
    district = load_district(durham)
    plan = solve(district, resolve_scenario(QUESTION))
    failures = verify(plan, district).failures
    assert not failures, "\n".join(map(str, failures))
    assert plan.status == "optimal"
    assert plan.summary.schools == 52
    assert 0 < plan.summary.inequity_after < plan.summary.inequity_before
    assert 0 < plan.summary.moves_fte <= 0.04 * plan.summary.staff_fte + 1e-4
    write_plan(plan, tmp_path / "plan.yaml")
    assert read_plan(tmp_path / "plan.yaml") == plan


def test_what_was_filled_in_is_listed_in_the_plan(durham: Path) -> None:
    district = load_district(durham)
    plan = solve(district, resolve_scenario(QUESTION))
    assert {row.method for row in plan.imputed} == {entry.method for entry in district.facts.imputed}
    assert plan.imputed
