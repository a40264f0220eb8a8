"""Sweeps: the grid, a cluster, a kill half-way, the table."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import planner.sweep as sweeping
from planner.district import District, load_district
from planner.optimize import OutOfTime, solve
from planner.optimize.solution import Lost
from planner.problems import InputProblems, Problem
from planner.scenario import Scenario, resolve_scenario
from planner.sweep import grid, sweep, write_table
from tests.districts import two_schools

distributed = pytest.importorskip("distributed")

MEASURE = {"measure": "teachers", "index": "shortfall", "target": 0.15}
SHARE = "policies.transfers.max_share_per_school"
GRID = {SHARE: [0.1, 0.15, 0.25], "fte_step": [None, 1.0]}


def scenario_of(**keys: object) -> Scenario:
    return resolve_scenario(
        {
            "name": "test",
            "objective": {"measures": [MEASURE]},
            "policies": {"transfers": {"max_share_per_school": 0.1}},
            "fte_step": 0.5,
            "sweep": GRID,
            **keys,
        }
    )


@pytest.fixture
def pair(tmp_path: Path) -> District:
    return load_district(two_schools(tmp_path / "pair"))


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A cluster of threads in this process, reached by its address as any other."""
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0"
    ) as cluster:
        yield cluster.scheduler_address


def test_the_grid_is_every_combination_in_order() -> None:
    points = grid(scenario_of())
    assert [point.number for point in points] == [1, 2, 3, 4, 5, 6]
    assert points[1].settings == {SHARE: 0.1, "fte_step": 1.0}
    assert points[5].data["policies"]["transfers"]["max_share_per_school"] == 0.25
    assert "fte_step" not in points[0].data
    assert "sweep" not in points[0].data
    assert len({point.data["name"] for point in points}) == 6


def test_one_row_a_scenario(pair: District, scheduler: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    found = sweep(
        pair,
        scenario_of(),
        tmp_path / "out",
        scheduler=scheduler,
        progress=lambda done, of: seen.append((done, of)),
    )
    assert found["inequity_after"].tolist() == pytest.approx([60, 60, 40, 40, 0, 0])
    assert found["status"].tolist() == ["optimal"] * 6
    assert found[SHARE].tolist() == [0.1, 0.1, 0.15, 0.15, 0.25, 0.25]
    assert seen[0] == (0, 6)
    assert seen[-1] == (6, 6)
    direct = solve(pair, resolve_scenario(dict(grid(scenario_of())[2].data)))
    assert found.loc[2, "moves_fte"] == direct.summary.moves_fte


def test_what_is_there_is_not_solved_again(
    pair: District, scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sweep(pair, scenario_of(), tmp_path / "out", scheduler=scheduler)
    files = sorted((tmp_path / "out" / "points").iterdir())
    assert len(files) == 6
    files[3].unlink()
    files[4].write_text('{"status": "opt', encoding="utf-8")
    asked: list[int] = []
    solved = sweeping._solved

    def counted(district: District, points: list[sweeping.GridPoint], *rest: object) -> object:
        asked.extend(point.number for point in points)
        return solved(district, points, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(sweeping, "_solved", counted)
    again = sweep(pair, scenario_of(), tmp_path / "out", scheduler=scheduler)
    assert len(asked) == 2
    pd.testing.assert_frame_equal(first, again)


def test_a_changed_scenario_starts_anew(pair: District, scheduler: str, tmp_path: Path) -> None:
    sweep(pair, scenario_of(), tmp_path / "out", scheduler=scheduler)
    other = scenario_of(policies={"transfers": {"max_share_per_school": 0.1, "max_share_of_district": 0.05}})
    found = sweep(pair, other, tmp_path / "out", scheduler=scheduler)
    assert found["moves_fte"].max() == pytest.approx(1.5)
    assert len(list((tmp_path / "out" / "points").iterdir())) == 12


def test_points_without_a_plan_have_a_row(pair: District, scheduler: str, tmp_path: Path) -> None:
    least = "policies.minimum_staffing.roles.teacher.per_school"
    rules = {"minimum_staffing": {"roles": {"teacher": {"per_school": 1}}}}
    found = sweep(
        pair, scenario_of(policies=rules, sweep={least: [10, 16]}), tmp_path / "out", scheduler=scheduler
    )
    assert found["status"].tolist() == ["optimal", "infeasible"]
    assert "minimum_staffing" in found.loc[1, "message"]
    assert pd.isna(found.loc[1, "inequity_after"])


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_the_table_reads_back(name: str, pair: District, scheduler: str, tmp_path: Path) -> None:
    found = sweep(pair, scenario_of(), tmp_path / "out", scheduler=scheduler)
    write_table(found, tmp_path / name)
    read = pd.read_csv if name.endswith("csv") else pd.read_parquet
    back = read(tmp_path / name)
    back["message"] = back["message"].astype(object).where(back["message"].notna(), "")
    pd.testing.assert_frame_equal(back, found, check_dtype=False)


def test_a_setting_that_looks_like_a_formula_is_text(pair: District, scheduler: str, tmp_path: Path) -> None:
    source = "policies.transfers.source"
    found = sweep(pair, scenario_of(sweep={source: ["=1+1"]}), tmp_path / "out", scheduler=scheduler)
    write_table(found, tmp_path / "rows.csv")
    assert pd.read_csv(tmp_path / "rows.csv")[source].tolist() == ["'=1+1"]


@pytest.mark.parametrize(
    ("finding", "status", "message"),
    [
        (Lost("HiGHS ended with Unknown"), "lost", "HiGHS ended with Unknown"),
        (OutOfTime("no plan found in 1 seconds"), "out of time", "no plan found in 1 seconds"),
        (
            InputProblems([Problem("years", "2020-21", "a later one")]),
            "problems",
            "2020-21; expected a later one",
        ),
    ],
)
def test_a_point_without_a_plan_has_a_row(
    finding: Exception, status: str, message: str, pair: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise finding

    monkeypatch.setattr(sweeping, "solve", fails)
    row = sweeping.solve_point(pair, scenario_of().resolved())
    assert row["status"] == status and message in str(row["message"])


def test_a_cluster_of_its_own_by_default(pair: District, tmp_path: Path) -> None:
    found = sweep(pair, scenario_of(sweep={SHARE: [0.1, 0.2]}), tmp_path / "out", workers=1)
    assert found["inequity_after"].tolist() == pytest.approx([60, 20])


PROBLEMS = {
    "no grid": ({"sweep": {}}, "no grid"),
    "no such setting": ({"sweep": {"policies.transfers.max_shere": [1]}}, "max_share"),
    "a value that cannot be": ({"sweep": {SHARE: [0.1, 1.5]}}, "1.5"),
    "too many": ({"sweep": {SHARE: [0.1] * 101, "fte_step": [1.0] * 100}}, "10,100 scenarios"),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_grid_that_cannot_be_is_said(name: str) -> None:
    keys, words = PROBLEMS[name]
    with pytest.raises(InputProblems, match=words):
        grid(scenario_of(**keys))


def test_an_address_without_a_scheduler_is_said(pair: District, tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match="address of a dask scheduler"):
        sweep(pair, scenario_of(), tmp_path / "out", scheduler="nowhere")


def test_another_ending_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match="parquet"):
        write_table(pd.DataFrame(), tmp_path / "rows.txt")


def test_a_sweep_that_is_killed_goes_on(pair: District, tmp_path: Path) -> None:
    """Another process runs the sweep and is killed once two results are there."""
    scenario = scenario_of(sweep={SHARE: [round(0.01 * n, 2) for n in range(1, 21)]})
    (tmp_path / "scenario.json").write_text(json.dumps(scenario.resolved()), encoding="utf-8")
    script = textwrap.dedent(
        f"""
        import json, time
        import planner.sweep as sweeping
        from pathlib import Path
        from planner.district import load_district
        from planner.scenario import resolve_scenario
        from distributed import LocalCluster

        def slowly(district, data, solve_point=sweeping.solve_point):
            time.sleep(0.2)
            return solve_point(district, data)

        if __name__ == "__main__":
            sweeping.solve_point = slowly
            folder = Path({str(tmp_path)!r})
            scenario = resolve_scenario(json.loads((folder / "scenario.json").read_text()))
            threads = dict(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0")
            with LocalCluster(**threads) as cluster:
                district, address = load_district(folder / "pair"), cluster.scheduler_address
                sweeping.sweep(district, scenario, folder / "out", scheduler=address)
        """
    )
    (tmp_path / "run.py").write_text(script, encoding="utf-8")
    running = subprocess.Popen([sys.executable, tmp_path / "run.py"], cwd=Path(__file__).parents[1])  # noqa: S603
    results = tmp_path / "out" / "points"
    try:
        deadline = time.monotonic() + 60
        while len(list(results.glob("*.json"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    kept = {path.name: path.stat().st_mtime_ns for path in results.glob("*.json")}
    assert 2 <= len(kept) < 20
    found = sweep(pair, scenario, tmp_path / "out", workers=1)
    assert len(found) == 20
    assert (found["status"] == "optimal").all()
    assert all((results / name).stat().st_mtime_ns == stamp for name, stamp in kept.items())
