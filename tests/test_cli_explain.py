"""The commands around a plan: explain, frontier, stress, sweep."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.optimize import OutOfTime
from planner.plan_file import read_plan
from tests.districts import FIRST, SECOND, two_schools

TEN = {"transfers": {"max_share_per_school": 0.10}}
TOO_MUCH = {"minimum_staffing": {"roles": {"teacher": {"schools": {FIRST: 19, SECOND: 12}}}}}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return two_schools(tmp_path / "data")


def scenario_file(folder: Path, **keys: Any) -> Path:
    measures = [{"measure": "teachers", "index": "shortfall", "target": 0.15}]
    content = {"name": "Worked example", "objective": {"measures": measures}, "policies": TEN, **keys}
    (folder / "scenario.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder / "scenario.yaml"


def run(*arguments: Any) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def run_json(*arguments: Any) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


def test_explain_in_words(tmp_path: Path, data: Path) -> None:
    shown = run("explain", data, scenario_file(tmp_path)).stdout
    assert "inequity 60.0 of 100" in shown
    assert "from 10% to 15%" in shown
    assert "stopped by transfers" in shown
    assert "loses most" in shown


def test_explain_as_json(tmp_path: Path, data: Path) -> None:
    found = run_json("explain", data, scenario_file(tmp_path))
    assert found["index_after"] == 60
    assert found["prices"][0]["points"] == 20
    assert found["prices"][0]["sentence"].endswith("would lower the index from 60 to 40.")
    assert found["reasons"]["move"][0]["points"] == pytest.approx(40)
    assert [school["teachers"] for school in found["gains"]["schools"]] == [
        {"before": 20, "after": 18},
        {"before": 10, "after": 12},
    ]


def test_explain_tells_which_schools_pass_their_federal_tests(tmp_path: Path, data: Path) -> None:
    rules = {**TEN, "maintenance_of_equity": {"exempt_below": 0}}
    scenario = scenario_file(tmp_path, policies=rules)
    shown = run("explain", data, scenario, "--only", "tests").stdout
    assert "maintenance of equity: all 2 tests of 1 school pass" in " ".join(shown.split())
    assert run_json("explain", data, scenario, "--only", "tests")["tests"][0]["passes"] is True
    assert "No rule" in run("explain", data, scenario_file(tmp_path), "--only", "tests").stdout


def test_explain_only_one_part(tmp_path: Path, data: Path) -> None:
    assert set(run_json("explain", data, scenario_file(tmp_path), "--only", "prices")) == {
        "scenario",
        "index_after",
        "prices",
    }
    assert run("explain", data, scenario_file(tmp_path), "--only", "price").exit_code == 2


@pytest.mark.parametrize(
    ("verb", "called"),
    [("explain", "optimize.solve"), ("frontier", "optimize.frontier.trace"), ("stress", "stress.stress")],
)
def test_where_time_runs_out_it_is_said(
    verb: str, called: str, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*_: Any, **__: Any) -> None:
        raise OutOfTime("no plan found in 1 seconds")

    monkeypatch.setattr(f"planner.{called}", late)
    result = run(verb, data, scenario_file(tmp_path), "--json")
    assert result.exit_code == 4 and "Raise solver.time_limit_seconds" in result.stderr
    assert json.loads(result.stdout) == {"scenario": "Worked example", "status": "stopped", "plan": None}


@pytest.mark.parametrize("verb", ["solve", "explain", "frontier", "stress"])
def test_where_there_is_no_plan_the_conflict_is_said(verb: str, tmp_path: Path, data: Path) -> None:
    result = run(verb, data, scenario_file(tmp_path, policies=TOO_MUCH), "--json")
    assert result.exit_code == 3
    found = json.loads(result.stdout)
    assert found["status"] == "infeasible"
    assert found["conflict"]["policies"] == ["minimum_staffing"]
    assert "1 FTE" in found["conflict"]["least_change"]
    assert "minimum staffing" in result.stderr


def test_the_patch_is_written_and_solves(tmp_path: Path, data: Path) -> None:
    scenario_file(tmp_path, policies=TOO_MUCH)
    run("explain", data, tmp_path / "scenario.yaml", "--patch", tmp_path / "room.yaml")
    child = {"name": "with room", "extends": "scenario.yaml", "changes": ["room.yaml"]}
    (tmp_path / "child.yaml").write_text(yaml.safe_dump(child), encoding="utf-8")
    assert run("solve", data, tmp_path / "child.yaml").exit_code == 0


def test_a_frontier_and_the_plan_behind_a_point(tmp_path: Path, data: Path) -> None:
    scenario = scenario_file(tmp_path, policies={})
    found = run_json("frontier", data, scenario, "--plan", 8, "-o", tmp_path / "plan.yaml")
    assert len(found["points"]) == 21
    assert found["points"][8]["inequity"] == pytest.approx(60)
    assert read_plan(tmp_path / "plan.yaml").summary.moves_fte == pytest.approx(2)
    assert "100.00" in run("frontier", data, scenario).stdout


@pytest.mark.parametrize(
    "options", [["--from", "1"], ["--plan", "3"], ["--plan", "21", "-o", "plan.yaml"]], ids=" ".join
)
def test_options_of_a_frontier_that_do_not_fit(options: list[str], tmp_path: Path, data: Path) -> None:
    assert run("frontier", data, scenario_file(tmp_path), *options).exit_code == 2


def test_a_frontier_of_one_level_says_so(tmp_path: Path, data: Path) -> None:
    nobody = scenario_file(tmp_path, policies={"transfers": {"max_share_per_school": 0}})
    assert "one level only" in run("frontier", data, nobody).stdout


def test_a_stress_test(tmp_path: Path, data: Path) -> None:
    found = run_json("stress", data, scenario_file(tmp_path), "--draws", 2)
    assert [trial["name"] for trial in found["trials"]] == ["enrolment 1", "enrolment 2"]
    assert "decisions" in found
    assert "(seed 1)" in run("stress", data, scenario_file(tmp_path), "--draws", 2).stdout


def test_a_sweep_with_a_cluster_of_its_own(tmp_path: Path, data: Path) -> None:
    pytest.importorskip("distributed")
    scenario = scenario_file(tmp_path, sweep={"policies.transfers.max_share_per_school": [0.1, 0.15]})
    found = run_json("sweep", data, scenario, "-o", tmp_path / "rows.parquet", "--workers", 1)
    assert found["status"] == {"optimal": 2}
    rows = pd.read_parquet(tmp_path / "rows.parquet")
    assert rows["inequity_after"].tolist() == pytest.approx([60, 40])
    assert len(list((tmp_path / "rows.sweep" / "points").iterdir())) == 2


def test_a_sweep_that_cannot_be(tmp_path: Path, data: Path) -> None:
    assert run("sweep", data, scenario_file(tmp_path), "-o", tmp_path / "rows.txt").exit_code == 2
    result = run("sweep", data, scenario_file(tmp_path), "-o", tmp_path / "rows.csv")
    assert result.exit_code == 1
    assert "no grid" in result.stderr
