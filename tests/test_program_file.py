"""The program as a file: HiGHS, reading it from the file, finds the bound that the plan reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import highspy
import pulp
import pytest
from districts import small_district, two_schools
from plans import WORKED
from test_cli import run, run_json, scenario_file

from planner.case import checked_case
from planner.district import load_district
from planner.inheritance import load_scenario
from planner.optimize import build, solve
from planner.optimize.as_pulp import as_pulp
from planner.optimize.objective import stages
from planner.optimize.program_file import write_program
from planner.problems import InputProblems
from planner.scenario import resolve_scenario

GAP = {"measure": "novice_teachers", "index": "gap", "group": "low_income"}
RULES: dict[str, Any] = {
    "transfers": {"max_share_per_school": 0.2},
    "class_size": {"courses": {"K-3 core": {"max": 24}}},
}


def optimum(path: Path) -> float:
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    assert highs.readModel(str(path)) == highspy.HighsStatus.kOk
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(highs.getInfo().objective_function_value)


@pytest.mark.parametrize("ending", ["lp", "mps"])
def test_another_reader_finds_the_same_bound(tmp_path: Path, ending: str) -> None:
    district = load_district(small_district(tmp_path / "data", schools=7))
    scenario = resolve_scenario({"name": "test", "objective": {"measures": [GAP]}, "policies": RULES})
    plan = solve(district, scenario)
    written = write_program(district, scenario, tmp_path / f"program.{ending}")
    assert optimum(written.path) == pytest.approx(plan.summary.bound, abs=1e-5)
    assert written.rows == plan.provenance["rows"]
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_pulp_itself_finds_the_same_bound(tmp_path: Path) -> None:
    """PuLP hands its problem to HiGHS row by row, from a cold start and with its own options."""
    district = load_district(small_district(tmp_path / "data", schools=7))
    scenario = resolve_scenario({"name": "test", "objective": {"measures": [GAP]}, "policies": RULES})
    model = build(checked_case(district, scenario))
    problem = as_pulp(model, stages(model)[0].expression)
    problem.solve(pulp.HiGHS(msg=False))
    bound = solve(district, scenario).summary.bound
    assert problem.objective is not None
    assert problem.objective.value() == pytest.approx(bound, abs=1e-5)


def test_a_number_in_the_objective_that_no_decision_changes_is_not_lost(tmp_path: Path) -> None:
    district = load_district(two_schools(tmp_path / "data"))
    model = build(checked_case(district, resolve_scenario(WORKED)))
    problem = as_pulp(model, stages(model)[0].expression + 7.0)
    problem.writeLP(str(tmp_path / "p.lp"), max_length=200)
    bound = solve(district, resolve_scenario(WORKED)).summary.bound
    assert optimum(tmp_path / "p.lp") == pytest.approx(bound + 7.0, abs=1e-5)


def test_the_command_writes_the_file_and_says_what_its_optimum_is(tmp_path: Path) -> None:
    data, scenario, out = two_schools(tmp_path / "data"), scenario_file(tmp_path), tmp_path / "p.lp"
    result = run("program", data, scenario, "-o", out)
    assert result.exit_code == 0
    assert "least inequity" in result.stderr
    facts = run_json("program", data, scenario, "-o", out)
    assert facts["file"] == str(out)
    plan = solve(load_district(data), load_scenario(scenario))
    assert optimum(out) == pytest.approx(plan.summary.bound, abs=1e-5)


def test_another_ending_is_a_problem_in_words(tmp_path: Path) -> None:
    data, scenario = two_schools(tmp_path / "data"), scenario_file(tmp_path)
    result = run("program", data, scenario, "-o", tmp_path / "p.txt")
    assert result.exit_code == 1
    assert "a file that ends in .lp or .mps" in result.stderr
    assert WORKED["name"] not in result.stdout


def test_rules_that_are_a_choice_between_programs_are_named(tmp_path: Path) -> None:
    """A tenth of all staff may go: both totals of maintenance of equity fall or do not, 4 programs."""
    policies = {"hiring": {"attrition_share": 0.1}, "maintenance_of_equity": {"exempt_below": 0}}
    scenario = resolve_scenario({**WORKED, "policies": policies})
    district = load_district(two_schools(tmp_path / "data"))
    with pytest.raises(InputProblems, match=r"a choice between 4 programs \(maintenance_of_equity\)"):
        write_program(district, scenario, tmp_path / "program.lp")
    assert not (tmp_path / "program.lp").exists()


def test_what_the_file_of_a_gini_index_leaves_out_is_said(tmp_path: Path) -> None:
    scenario = resolve_scenario(
        {**WORKED, "objective": {"measures": [{"measure": "teachers", "index": "gini", "weight": 1}]}}
    )
    district = load_district(small_district(tmp_path / "data", 1, 20))
    assert any(
        "this is a bound" in note for note in write_program(district, scenario, tmp_path / "p.lp").notes
    )
