"""The command line: exit codes, JSON keys, problems in words on stderr, never a traceback."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from districts import small_district, two_schools
from plans import RICH, WORKED, worked_example
from rich.console import Console
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.cli.tables import verification_tables
from planner.demo import riverbend
from planner.optimize import OutOfTime
from planner.optimize.stopping import heed
from planner.plan_file import read_plan, write_plan
from planner.verification.check import Check, Verification

ROOT = Path(__file__).resolve().parent.parent
PLANNER = [sys.executable, "-c", "from planner.cli import main; main()"]
SOLVE_KEYS = {
    "scenario",
    "status",
    "index_before",
    "index_after",
    "bound",
    "gap",
    "moves_fte",
    "cost_dollars",
    "seconds",
    "plan",
    "measures",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return the data of the worked example."""
    return two_schools(tmp_path / "data")


def scenario_file(folder: Path, content: dict[str, Any] | None = None, name: str = "scenario.yaml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(content or WORKED), encoding="utf-8")
    return path


def run(*arguments: Any) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def run_json(*arguments: Any) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


# Solve ------------------------------------------------------------------------------------------------------


def test_solve_writes_a_plan_and_says_what_it_is(tmp_path: Path, data: Path) -> None:
    result = run("solve", data, scenario_file(tmp_path), "-o", tmp_path / "plan.yaml")
    assert result.exit_code == 0
    assert "60.0" in result.stdout
    assert "Wrote" in result.stderr
    plan = read_plan(tmp_path / "plan.yaml")
    assert plan.summary.inequity_after == pytest.approx(60.0)
    assert plan.made_at.endswith("+00:00")


def test_solve_as_json(tmp_path: Path, data: Path) -> None:
    found = run_json("solve", data, scenario_file(tmp_path), "-o", tmp_path / "plan.yaml")
    assert set(found) >= SOLVE_KEYS
    assert found["scenario"] == "Worked example"
    assert found["status"] == "optimal"
    assert (found["index_before"], found["index_after"]) == (100.0, pytest.approx(60.0))
    assert found["bound"] == pytest.approx(60.0)
    assert found["moves_fte"] == pytest.approx(2.0)
    assert found["cost_dollars"] == 0.0
    assert found["plan"] == str(tmp_path / "plan.yaml")
    assert found["seconds"] >= 0
    assert {"name", "index", "before", "after"} <= set(found["measures"][0])
    assert found["measures"][0]["before"] == pytest.approx(1 / 6)


def test_solve_without_a_file_writes_none(tmp_path: Path, data: Path) -> None:
    scenario = scenario_file(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert run_json("solve", data, scenario)["plan"] is None
    assert sorted(tmp_path.rglob("*")) == before


def test_a_place_that_cannot_be_written_to_is_told_before_the_search(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.optimize.solve", lambda *_, **__: pytest.fail("searched"))
    (tmp_path / "plans").mkdir()
    (tmp_path / "file").touch()
    for place in (tmp_path / "plans", tmp_path / "file" / "plan.yaml"):
        result = run("solve", data, scenario_file(tmp_path), "-o", place)
        assert result.exit_code == 1
        assert f"{place}: found a place that cannot be written to" in result.stderr


def test_set_changes_one_value_and_the_plan_keeps_it(tmp_path: Path, data: Path) -> None:
    arguments = ("solve", data, scenario_file(tmp_path), "-o", tmp_path / "plan.yaml")
    change = "policies.transfers.max_share_per_school=0.15"
    assert run_json(*arguments, "--set", change)["index_after"] == pytest.approx(40.0)
    plan = read_plan(tmp_path / "plan.yaml")
    assert plan.scenario["policies"]["transfers"] == {"max_share_per_school": 0.15}
    assert plan.provenance["set"] == [change]
    assert run("verify", tmp_path / "plan.yaml", "--data", data).exit_code == 0


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ("policies.transfers.max_share_per_school", 2, "name=value"),
        ("=5", 2, "name=value"),
        ("policies.transfer.max_share_per_school=0.2", 1, "did you mean"),
        ("policies.transfers.max_share_per_school=lots", 1, "lots"),
        ("fte_step=[", 1, "problem"),
        ("policies.hiring=null", 1, "hiring"),
    ],
)
def test_a_change_that_cannot_be_made(tmp_path: Path, data: Path, change: str, code: int, said: str) -> None:
    result = run("solve", data, scenario_file(tmp_path), "--set", change)
    assert result.exit_code == code
    assert said in result.stderr


def test_two_changes_of_one_value(tmp_path: Path, data: Path) -> None:
    result = run("solve", data, scenario_file(tmp_path), "--set", "fte_step=1", "--set", "fte_step=2")
    assert result.exit_code == 1
    assert "each path once" in result.stderr


def test_an_infeasible_scenario(tmp_path: Path, data: Path) -> None:
    content = {**WORKED, "policies": {"minimum_staffing": {"roles": {"teacher": {"per_school": 16}}}}}
    scenario = scenario_file(tmp_path, content)
    result = run("solve", data, scenario, "-o", tmp_path / "plan.yaml", "--json")
    assert result.exit_code == 3
    found = json.loads(result.stdout)
    assert (found["scenario"], found["status"]) == ("Worked example", "infeasible")
    assert "minimum_staffing" in result.stderr
    assert not (tmp_path / "plan.yaml").exists()


def test_a_search_that_stops_before_proof(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = worked_example()[0]
    stopped = dataclasses.replace(plan, status="stopped", summary=dataclasses.replace(plan.summary, gap=0.25))
    monkeypatch.setattr("planner.optimize.solve", lambda *_, **__: stopped)
    result = run("solve", data, scenario_file(tmp_path), "-o", tmp_path / "plan.yaml", "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["gap"] == 0.25
    assert read_plan(tmp_path / "plan.yaml").status == "stopped"
    assert "25.00%" in result.stderr


def test_a_search_that_finds_nothing_in_time(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*_: Any, **__: Any) -> None:
        raise OutOfTime("no plan found in 1 seconds")

    monkeypatch.setattr("planner.optimize.solve", late)
    result = run("solve", data, scenario_file(tmp_path), "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["status"] == "stopped"


def test_a_defect_of_ours_is_said_to_be_ours(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("x")

    monkeypatch.setattr("planner.optimize.solve", broken)
    result = run("solve", data, scenario_file(tmp_path))
    assert result.exit_code == 70
    assert "not of your files: ZeroDivisionError: x" in result.stderr


def test_ctrl_c_is_clean(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.optimize.solve", interrupted)
    result = run("solve", data, scenario_file(tmp_path), "-o", tmp_path / "plan.yaml")
    assert result.exit_code == 130
    assert "Stopped. No file was left half-written." in result.stderr
    assert not (tmp_path / "plan.yaml").exists()


def test_ctrl_c_is_heeded_where_the_solver_swallows_it(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swallowing(*_: Any, **__: Any) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        heed()

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("planner.optimize.solve", swallowing)
    result = run("solve", data, scenario_file(tmp_path), "-o", tmp_path / "plan.yaml")
    assert (result.exit_code, result.stdout) == (130, "")
    assert signal.getsignal(signal.SIGINT) is before


# Check, compare, export, verify -----------------------------------------------------------------------------


def test_check_lists_all_problems_numbered(tmp_path: Path, data: Path) -> None:
    table = data / "staff.csv"
    table.write_text(table.read_text().replace("60000", "lots"))
    scenario = scenario_file(tmp_path, {**WORKED, "polices": {}})
    result = run("check", data, scenario)
    assert result.exit_code == 1
    assert "3 problems in the input:" in result.stderr
    for number in ("  1. ", "  2. ", "  3. "):
        assert number in result.stderr
    assert "did you mean 'policies'?" in result.stderr
    found = run_json("check", data, scenario)
    assert [set(problem) for problem in found["problems"]] == [{"where", "found", "expected", "hint"}] * 3


def test_check_of_good_files(tmp_path: Path, data: Path) -> None:
    assert run("check", data).exit_code == 0
    result = run("check", data, scenario_file(tmp_path))
    assert result.exit_code == 0
    assert "no problems" in result.stdout
    assert run_json("check", data, scenario_file(tmp_path))["problems"] == []


def test_compare_is_one_table(tmp_path: Path) -> None:
    plan = worked_example()[0]
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    for file in files:
        write_plan(plan, file)
    result = run("compare", *files)
    assert result.exit_code == 0
    assert "Worked example (2)" in result.stdout
    assert result.stdout.count("staff who transfer") == 1
    found = run_json("compare", *files)
    assert [set(item) >= SOLVE_KEYS for item in found] == [True, True]
    assert [item["plan"] for item in found] == [str(file) for file in files]


def test_export(tmp_path: Path) -> None:
    write_plan(worked_example()[0], tmp_path / "plan.yaml")
    assert run("export", tmp_path / "plan.yaml", "-o", tmp_path / "plan.xlsx").exit_code == 0
    assert (tmp_path / "plan.xlsx").read_bytes()[:2] == b"PK"
    found = run_json("export", tmp_path / "plan.yaml", "-o", tmp_path / "csv")
    assert str(tmp_path / "csv" / "moves.csv") in found["files"]
    assert found["suppressed"] is True
    assert (
        run_json("export", tmp_path / "plan.yaml", "-o", tmp_path / "c2", "--keep-small-counts")["suppressed"]
        is False
    )
    assert run("export", tmp_path / "plan.yaml", "-o", tmp_path / "x", "--format", "ods").exit_code == 2
    for name in ("plan.csv", "plan.xls"):
        assert run("export", tmp_path / "plan.yaml", "-o", tmp_path / name).exit_code == 2
        assert not (tmp_path / name).exists()


def test_verify(tmp_path: Path, data: Path) -> None:
    run("solve", data, scenario_file(tmp_path), "-o", tmp_path / "plan.yaml")
    result = run("verify", tmp_path / "plan.yaml", "--data", data)
    assert result.exit_code == 0
    assert "checks hold" in result.stderr
    assert "staff are conserved" in result.stdout
    found = run_json("verify", tmp_path / "plan.yaml", "--data", data)
    assert (found["holds"], found["failures"]) == (True, [])


def test_verify_fails_once_a_move_is_edited(tmp_path: Path, data: Path) -> None:
    run("solve", data, scenario_file(tmp_path), "-o", tmp_path / "plan.yaml")
    text = (tmp_path / "plan.yaml").read_text()
    (tmp_path / "plan.yaml").write_text(text.replace('"experienced", 2.0, null', '"experienced", 2.5, null'))
    result = run("verify", tmp_path / "plan.yaml", "--data", data)
    assert result.exit_code == 1
    assert "checks fail" in result.stderr
    assert "policy transfers" in result.stdout
    found = run_json("verify", tmp_path / "plan.yaml", "--data", data)
    assert found["holds"] is False
    rules = [failure["rule"] for failure in found["failures"]]
    assert "summary: moves_fte" in rules
    assert {"rule", "where", "year", "plan", "sense", "expected", "unit"} <= set(found["failures"][0])


# Generate, import, schema, demo -----------------------------------------------------------------------------


def test_generate(tmp_path: Path) -> None:
    found = run_json("generate", tmp_path / "made", "--schools", "6", "--seed", "3")
    assert found == {"folder": str(tmp_path / "made"), "schools": 6, "seed": 3, "districts": 1}
    assert run("check", tmp_path / "made").exit_code == 0
    again = run("generate", tmp_path / "made", "--schools", "6")
    assert again.exit_code == 1
    assert "a folder that holds something" in again.stderr


def test_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the six questions only the first, which plans nothing new, so that it takes no time."""
    monkeypatch.setattr("planner.demo.SCENARIOS", ("today",))
    result = run("demo", "--out", tmp_path / "out")
    file = tmp_path / "out" / "today.yaml"
    assert result.exit_code == 0 and f"planner verify {file}" in result.stderr
    assert "today" in result.stdout.lower()
    (facts,) = run_json("demo", "--out", tmp_path / "out")
    assert facts["plan"] == str(file)
    assert run("verify", file, "--data", riverbend() / "district").exit_code == 0


def test_import_of_an_unknown_source_and_a_missing_folder(tmp_path: Path) -> None:
    result = run("import", "nc-reportcard", tmp_path, "--district", "1", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "did you mean 'nc-report-card'?" in result.stderr
    result = run("import", "nc-report-card", tmp_path / "none", "--district", "1", "--out", tmp_path / "out")
    assert result.exit_code == 1
    bad = run("import", "nc-report-card", tmp_path, "--out", tmp_path / "out", "--option", "x=1")
    assert bad.exit_code == 1


def test_schema_is_json_and_describes_policies() -> None:
    schema = run_json("schema")
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert json.loads(run("schema").stdout) == schema
    assert json.loads(run("schema", "--change").stdout)["title"] == "Change"


# Bad input --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("solve", "none", "none.yaml"),
        ("check", "none"),
        ("check", "none", "none.yaml"),
        ("compare", "none.yaml"),
        ("export", "none.yaml", "-o", "x.xlsx"),
        ("verify", "none.yaml", "--data", "none"),
    ],
)
def test_files_that_are_not_there(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 1
    assert "in the input:" in result.stderr
    as_json = json.loads(run(*arguments, "--json").stdout)
    assert as_json["problems"][0].keys() == {"where", "found", "expected", "hint"}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"- 1", b"format: 1", b"a: [", b"*x", b"\x00"])
def test_files_that_are_no_plans(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_bytes(content)
    for arguments in (("compare",), ("export", "-o", tmp_path / "x.xlsx"), ("verify", "--data", tmp_path)):
        assert run(*arguments, tmp_path / "plan.yaml").exit_code == 1


@pytest.mark.parametrize(
    "arguments", [("solve",), ("solve", "a"), ("nothing",), ("verify", "x"), ("solve", "a", "b", "--x")]
)
def test_usage(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


# The program itself -----------------------------------------------------------------------------------------


def start(*arguments: Any, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "COLUMNS": "80"}
    return subprocess.run(  # noqa: S603
        [*PLANNER, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        check=False,
    )


def test_help_shows_an_example() -> None:
    found = start("--help")
    assert found.returncode == 0
    for name in ("generate", "import", "check", "solve", "compare", "export", "verify", "schema"):
        assert name in found.stdout
        shown = run(name, "--help")
        assert shown.exit_code == 0
        assert f"Example: planner {name}" in shown.output


def test_help_loads_none_of_the_heavy_libraries() -> None:
    heavy = "('numpy', 'pandas', 'pulp', 'yaml')"
    code = f"import sys, planner, planner.cli; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603
    assert found.stdout.strip() == "[]"


def test_exit_codes_of_the_program(tmp_path: Path) -> None:
    folder = small_district(tmp_path / "small")
    scenario = scenario_file(tmp_path, RICH)
    done = start("solve", folder, scenario, "-o", tmp_path / "plan.yaml")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr, "no colours or progress where nobody watches"
    assert start("verify", tmp_path / "plan.yaml", "--data", folder).returncode == 0
    missing = start("solve", folder, tmp_path / "none.yaml")
    assert missing.returncode == 1
    assert "Traceback" not in missing.stderr
    assert start("solve").returncode == 2


# Runs commands in one process, so that what a library prints from below Python is caught as well.
SEVERAL = """
import json, sys
from planner.cli import app
for arguments in json.loads(sys.argv[1]):
    try:
        app(arguments, prog_name="planner")
    except SystemExit as end:
        if end.code:
            sys.exit(f"{arguments} ended with {end.code}")
    sys.stdout.flush()
"""


def test_nothing_but_json_goes_to_stdout_where_json_was_asked_for(tmp_path: Path) -> None:
    scenario = scenario_file(tmp_path, {**WORKED, "years": ["2026-27"]})
    data, plan = two_schools(tmp_path / "data"), tmp_path / "plan.yaml"
    commands = [
        ["generate", tmp_path / "made", "--schools", 3],
        ["check", data, scenario],
        ["solve", data, scenario, "-o", plan],
        ["explain", data, scenario],
        ["frontier", data, scenario],
        ["stress", data, scenario, "--draws", 1],
        ["program", data, scenario, "-o", tmp_path / "program.mps"],
        ["compare", plan, plan],
        ["export", plan, "-o", tmp_path / "plan.xlsx"],
        ["verify", plan, "--data", data],
        ["schema"],
    ]
    asked = json.dumps([[*map(str, command), "--json"] for command in commands])
    found = subprocess.run(  # noqa: S603
        [sys.executable, "-c", SEVERAL, asked], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (found.returncode, found.stderr) == (0, "")
    answers, rest = [], found.stdout
    while rest:
        answer, end = json.JSONDecoder().raw_decode(rest)
        answers.append(answer)
        rest = rest[end:].lstrip()
    assert len(answers) == len(commands)


def test_the_public_names() -> None:
    import planner
    import planner.comparison
    import planner.verification

    for name in planner.__all__:
        assert callable(getattr(planner, name)), name
    assert set(planner.__all__) <= set(dir(planner))
    with pytest.raises(AttributeError, match="nothing"):
        planner.nothing  # noqa: B018


def test_import_drafts_a_mapping_from_headers(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "schools.csv").write_text(
        "School ID,School Name,Level,Enrollment\n1,Alder,elementary,300\n", "utf-8"
    )
    drafted = tmp_path / "mapping.yaml"
    result = run("import", "generic", files, "--guess", "-o", drafted)
    assert result.exit_code == 0
    mapping = yaml.safe_load(drafted.read_text(encoding="utf-8"))
    assert mapping["tables"]["schools"][0]["file"] == "schools.csv"
    assert mapping["name"] == "TODO"
    assert yaml.safe_load(run("import", "generic", files, "--guess").stdout) == mapping


def test_only_generic_takes_a_mapping_and_an_import_needs_a_folder(tmp_path: Path) -> None:
    assert run("import", "nc-report-card", tmp_path, "--guess").exit_code == 2
    assert run("import", "generic", tmp_path).exit_code == 2


def test_a_count_of_few_students_is_not_told_by_a_check_that_fails() -> None:
    checks = (
        Check("seats", "060000100001", "2026-27", False, 7.0, "=", 12.0, "students"),
        Check("warnings", "", "", False, None, "=", "x" * 500, ""),
    )
    terminal = Console(file=io.StringIO(), width=400)
    terminal.print(*verification_tables(Verification(checks)))
    shown = terminal.file.getvalue()  # type: ignore[attr-defined]
    assert [line.split() for line in shown.splitlines() if "seats" in line] == [
        ["seats", "060000100001", "2026-27", "<10", "=", "12", "students", "1"]
    ]
    assert "x…" in shown and "x" * 400 not in shown
    assert [check.told().plan for check in checks] == ["<10", None]
